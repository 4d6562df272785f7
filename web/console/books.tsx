import { useQuery } from '@tanstack/react-query'
import { read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { Money } from '../ui/money.tsx'
import { ErrorState, Panel, SkeletonRows } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { Audit } from './audit.tsx'
import { ownerCode, RowLink } from './rows.tsx'

type Sum = Ok<'GET /console/accounts'>['items'][number]

/** The trial balance, a table for each currency whose foot is zero, and the checks of the books. */
export function ConsoleBooks() {
  const t = useWords()
  const { data, error, isPending, refetch } = useQuery(read('GET /console/accounts'))
  const currencies = [...new Set(data?.items.map(item => item.balance.currency))]
  return (
    <div className="flex flex-col gap-5">
      <h1 className="text-xl">{t.console.books}</h1>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows />
      ) : (
        currencies.map(currency => (
          <Trial key={currency} currency={currency} rows={data.items.filter(item => item.balance.currency === currency)} />
        ))
      )}
      <Audit />
    </div>
  )
}

function Trial({ currency, rows }: { currency: string; rows: readonly Sum[] }) {
  const t = useWords()
  const format = useFormat()
  const sum = rows.reduce((total, row) => total + BigInt(row.balance.amount), 0n)
  return (
    <Panel title={`${t.console.trialBalance} · ${currency}`} note={t.console.sumsToZero}>
      <Table<Sum>
        label={`${t.console.trialBalance} · ${currency}`}
        dense
        rows={rows}
        rowKey={row => `${row.owner} ${row.purpose}`}
        columns={[
          {
            key: 'owner',
            name: t.console.owner,
            sort: row => row.owner,
            cell: row => (
              <RowLink to="/console/accounts" search={{ owner: row.owner, purpose: row.purpose, asset: currency }}>
                {ownerCode(t, row.owner)}
              </RowLink>
            ),
          },
          { key: 'purpose', name: t.console.purpose, cell: row => codeName(t, row.purpose), sort: row => row.purpose },
          {
            key: 'accounts',
            name: t.console.accounts,
            align: 'end',
            wide: true,
            cell: row => format.number(row.accounts),
            sort: row => row.accounts,
          },
          {
            key: 'balance',
            name: t.console.balance,
            align: 'end',
            cell: row => <Money value={row.balance} className="font-semibold" />,
            sort: row => BigInt(row.balance.amount),
          },
        ]}
        foot={
          <tr className="border-t border-line font-semibold">
            <th scope="row" colSpan={2} className="py-2 pl-1 text-left font-semibold">
              {t.console.sum}
            </th>
            <td className="max-md:hidden" />
            <td className="py-2 pr-1 text-right">
              <Money value={{ amount: sum.toString(), currency }} />
            </td>
          </tr>
        }
      />
    </Panel>
  )
}
