import { useFormat, useWords } from '../i18n/use.tsx'
import { TextArea } from '../ui/field.tsx'
import { Panel } from '../ui/states.tsx'
import { sumOf } from './group.ts'
import { PayingChoice, type Paying } from './paying.tsx'
import type { PlaceItem } from './queries.ts'

type Price = NonNullable<PlaceItem['price']>
/** A room that can be had then, with how many of the group go into it. */
export type Picked = PlaceItem & { offer: string; price: Price; deposit: Price; people: number }

export const isRest = (one: Picked): boolean => one.deposit.amount !== one.price.amount
/** What is paid now; a room that takes no deposit costs its price. */
export const dueOf = (one: Picked, pay: Paying): Price => (pay === 'deposit' ? one.deposit : one.price)

/** The rooms a group takes: who goes where, what is paid now, a note that all of them get. */
export function GroupPanel({
  picked,
  pay,
  onPay,
  note,
  onNote,
}: {
  picked: readonly Picked[]
  pay: Paying
  onPay: (pay: Paying) => void
  note: string
  onNote: (note: string) => void
}) {
  const b = useWords().bookings
  const format = useFormat()
  const total = sumOf(picked.map(one => one.price))
  const first = sumOf(picked.map(one => one.deposit))
  return (
    <Panel title={b.group.title} note={b.group.shared}>
      <div className="grid gap-x-10 gap-y-5 lg:grid-cols-2">
        <ul className="tabular flex flex-col">
          {picked.map(one => (
            <li key={one.id} className="flex items-baseline justify-between gap-4 border-t border-line py-2.5 first:border-0 first:pt-0">
              <span className="min-w-0 [overflow-wrap:anywhere]">
                <b className="font-semibold">{one.title}</b>
                <span className="block text-sm text-muted">{b.peopleOf(format.number(one.people))}</span>
              </span>
              <span className="shrink-0">{format.money(one.price)}</span>
            </li>
          ))}
          {total ? (
            <li className="flex justify-between gap-4 border-t border-line pt-2.5 font-semibold">
              <span>{b.total}</span>
              <span>{format.money(total)}</span>
            </li>
          ) : null}
        </ul>
        <div className="flex flex-col gap-4">
          {picked.some(isRest) && total && first ? (
            <PayingChoice pay={pay} onPay={onPay} all={total} deposit={first}>
              {picked.every(isRest) ? null : <p className="text-xs text-muted">{b.group.mixed}</p>}
            </PayingChoice>
          ) : null}
          <TextArea
            label={b.note}
            optional
            rows={2}
            maxLength={1000}
            placeholder={b.noteHint}
            hint={b.group.noteAll}
            value={note}
            onChange={event => onNote(event.target.value)}
          />
          <p className="text-xs text-muted">{b.notHeld}</p>
        </div>
      </div>
    </Panel>
  )
}
