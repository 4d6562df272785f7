import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { placeLines } from '../shipping/queries.ts'
import { Cover } from '../ui/cover.tsx'
import { Money } from '../ui/money.tsx'
import { Tag, type Tone } from '../ui/states.tsx'
import type { Return } from './queries.ts'

const tones: Record<Return['state'], Tone> = {
  asked: 'held',
  accepted: 'held',
  sent: 'held',
  refunded: 'good',
  short: 'held',
  declined: 'bad',
  withdrawn: 'plain',
}

/** A return with all that was said of it; what can be done now stands below. */
export function ReturnCard({ one, side, children }: { one: Return; side: 'buyer' | 'seller'; children?: ReactNode }) {
  const t = useWords()
  const g = t.goods
  const format = useFormat()
  const until =
    one.until !== null && (one.state === 'asked' || one.state === 'accepted' || one.state === 'sent')
      ? g.until[one.state](format.date(one.until))
      : null
  const said = (who: string, words: string) =>
    words === '' ? null : (
      <p className="text-sm [overflow-wrap:anywhere] whitespace-pre-line">
        <span className="text-muted">{who}: </span>
        {words}
      </p>
    )
  return (
    <article className="flex min-w-0 flex-col gap-4 rounded-lg border border-line bg-surface p-4 sm:p-5">
      <header className="flex items-start gap-4">
        <Cover id={one.line} picture={one.picture} alt="" size={72} className="size-18 shrink-0" />
        <div className="min-w-0 flex-1">
          <Tag tone={tones[one.state]}>{g.states[one.state]}</Tag>
          <h2 className="mt-1.5 text-base leading-snug [overflow-wrap:anywhere]">
            {g.of(format.number(one.quantity), one.title)}
            {one.detail ? <span className="font-normal text-muted"> · {one.detail}</span> : null}
          </h2>
          <p className="tabular text-xs text-muted">
            {side === 'buyer' ? (
              <Link to="/orders/$id" params={{ id: one.order.id }} className="hover:underline">
                {one.order.number}
              </Link>
            ) : (
              `${one.buyer.name} · ${one.order.number}`
            )}
            {` · ${format.date(one.createdAt)}`}
          </p>
        </div>
        <Money value={one.amount ?? one.price} className="shrink-0 font-semibold" />
      </header>
      <div className="flex flex-col gap-2">
        <p className="text-sm font-medium">{g.reasons[one.reason]}</p>
        {said(g.buyerSays, one.words)}
        {one.pictures.length > 0 ? (
          <ul className="no-bar flex gap-2 overflow-x-auto">
            {one.pictures.map(picture => (
              <li key={picture} className="shrink-0">
                <a href={picture} target="_blank" rel="noreferrer" aria-label={g.photos}>
                  <img src={picture} alt="" className="size-20 rounded-md bg-sunken object-cover" />
                </a>
              </li>
            ))}
          </ul>
        ) : null}
        {said(g.sellerSays, one.answer)}
      </div>
      {one.address && (one.state === 'accepted' || one.state === 'sent') ? (
        <p className="rounded-md bg-raised px-4 py-3 text-sm">
          <span className="text-muted">{g.sendTo}</span>
          {placeLines(one.address).map(line => (
            <span key={line} className="block [overflow-wrap:anywhere]">
              {line}
            </span>
          ))}
          {side === 'buyer' ? (
            <span className="mt-1 block text-xs text-muted">{one.paidBy === 'seller' ? g.paidBySeller : g.paidByBuyer}</span>
          ) : null}
        </p>
      ) : null}
      {one.tracking ? (
        <p className="tabular flex flex-wrap gap-x-3 text-sm">
          {one.carrier} · {one.tracking}
          {one.follow ? (
            <a href={one.follow} target="_blank" rel="noreferrer" className="text-link underline">
              {g.follow}
            </a>
          ) : null}
        </p>
      ) : null}
      {one.amount && one.closedAt ? <p className="text-sm font-medium text-paid">{g.gaveBack(format.money(one.amount))}</p> : null}
      {until ? <p className="text-xs text-muted">{until}</p> : null}
      {children}
    </article>
  )
}
