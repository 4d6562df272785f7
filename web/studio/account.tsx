import { useQuery } from '@tanstack/react-query'
import { read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Select } from '../ui/field.tsx'

/** What an address says for one's own money where another account would be shown by itself. */
const own = 'me'

/** An account of the studio: `as` is an organisation's id, undefined for oneself. */
export type Account = { as: string | undefined; accounts: readonly { id: string; name: string }[] }

/**
 * Whose money is shown: what the address says (`said`), else one's own; where one has none oneself but keeps the books of an organisation, that one's:
 * whoever runs a label comes to see the label's.
 */
export function useAccount(said: string | undefined): Account {
  const me = useMe()
  const accounts = me?.organisations.filter(({ role }) => role === 'owner' || role === 'finance') ?? []
  const { data } = useQuery({ ...read('GET /me/balances', {}), enabled: said === undefined && accounts.length > 0 })
  if (said !== undefined) return { as: said === own ? undefined : said, accounts }
  const nothing = data?.items.every(({ held, available, paid }) => [held, available, paid].every(({ amount }) => amount === '0'))
  return { as: nothing ? accounts[0]?.id : undefined, accounts }
}

/** Chooses among one's own account and those of organisations; nothing where there is no choice. Gives what the address shall say. */
export function AccountSelect({ account: { as, accounts }, onChoose }: { account: Account; onChoose: (as: string) => void }) {
  const t = useWords()
  if (accounts.length === 0) return null
  return (
    <Select
      label={t.studio.account}
      className="w-52"
      value={as ?? own}
      onChange={event => onChoose(event.target.value)}
      options={[{ value: own, name: t.studio.myself }, ...accounts.map(({ id, name }) => ({ value: id, name }))]}
    />
  )
}
