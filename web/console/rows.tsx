import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Words } from '../i18n/use.tsx'
import { useWords } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'

/** The name of an account's owner: of people by name, of the house's own accounts by code. */
export function ownerName(t: Words, party: { kind: string; name: string }, owner: string): string {
  if (party.kind === 'person' || party.kind === 'organisation') return party.name || owner
  const kept = /^(escrow|credit|gift|show):(.+)$/.exec(owner)
  if (kept) return `${codeName(t, kept[1]!)} ${shortId(kept[2]!)}`
  return owner.startsWith('grp_') ? `${codeName(t, 'group')} ${shortId(owner)}` : ownerCode(t, owner)
}

/** The house's own accounts by code; of a provider its name alone says it. */
export const ownerCode = (t: Words, owner: string): string => codeName(t, owner.replace(/^provider:/, ''))

/** `lin_…x7k2m`: enough of an id to tell it from its neighbours. */
export const shortId = (id: string): string => (id.length > 14 ? `${id.slice(0, 4)}…${id.slice(-5)}` : id)

const look = 'text-left underline decoration-line-strong decoration-1 underline-offset-4 hover:decoration-current'

/** The link of a list's row: what j and k step through and Enter opens. */
export const RowLink = ({
  to,
  search,
  children,
  className = look,
}: {
  to: string
  search?: Record<string, string>
  children: ReactNode
  className?: string
}) => (
  <Link to={to as '/'} search={(search ?? {}) as never} data-jk className={className}>
    {children}
  </Link>
)

/** Where a cause leads at the desk; causes that have no page of their own are told as they are. */
const places: Record<string, (id: string) => string> = {
  order: id => `/console/orders/${id}`,
  line: () => '',
  hold: () => '/console/holds',
  payout: () => '/console/payouts',
  exception: id => `/console/reconciliation/${id}`,
  claim: () => '/console/plans',
  dispute: () => '/console/disputes',
  refund: () => '/console/refunds',
}

export function CauseLinks({ causes }: { causes: readonly { kind: string; id: string; label: string | null }[] }) {
  const t = useWords()
  return (
    <ul className="flex flex-wrap gap-x-5 gap-y-1.5">
      {causes.map(cause => {
        const to = places[cause.kind]?.(cause.id)
        const text = cause.label ?? shortId(cause.id)
        return (
          <li key={`${cause.kind} ${cause.id}`}>
            <span className="text-muted">{codeName(t, cause.kind)} </span>
            {to ? <RowLink to={to}>{text}</RowLink> : <span title={cause.id}>{text}</span>}
          </li>
        )
      })}
    </ul>
  )
}
