import { ExternalLink } from 'lucide-react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { clock } from './times.ts'
import type { Resource } from './queries.ts'

type Band = Resource['bands'][number]

/** What one should know before booking: hours, prices, rules, where it is. */
export function Facts({ resource }: { resource: Resource }) {
  const t = useWords()
  const format = useFormat()
  const b = t.bookings
  const money = (amount: string) => (amount === '0' ? b.free : format.money({ amount, currency: resource.currency }))
  const percent = (bp: number) => format.percent(bp / 10_000)
  const rules = [
    b.ruleLength(b.minutesLong(resource.shortest), b.minutesLong(resource.longest)),
    ...(resource.lead > 0 ? [b.ruleLead(b.minutesLong(resource.lead))] : []),
    resource.asks ? b.asksFirst : resource.deposit < 10_000 ? b.ruleDeposit(percent(resource.deposit)) : b.ruleFull,
    ...(resource.least === '0' ? [] : [b.ruleLeast(money(resource.least))]),
    ...(resource.noShow === null ? [] : [b.ruleNoShow(resource.noShow)]),
    ...(resource.authors > 0 ? [b.ruleAuthors(percent(resource.authors))] : []),
  ]
  const address = [resource.city, resource.address || resource.place].filter(Boolean).join(' ')
  return (
    <div className="flex flex-col gap-8">
      {resource.about ? <p className="max-w-[70ch] leading-relaxed whitespace-pre-line">{resource.about}</p> : null}
      {resource.equipment.length > 0 ? (
        <section>
          <h2 className="text-base">{b.equipment}</h2>
          <ul className="mt-2 flex flex-wrap gap-2">
            {resource.equipment.map(one => (
              <li key={one} className="rounded-full bg-raised px-3 py-1 text-sm">
                {one}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <section>
        <h2 className="text-base">{b.prices}</h2>
        <table className="mt-2 w-full text-sm">
          <tbody>
            {resource.bands.map((band, index) => (
              <tr key={index} className="border-t border-line align-top first:border-0">
                <th scope="row" className="py-2.5 pr-4 text-left font-medium">
                  {band.title}
                  <span className="mt-0.5 block text-xs font-normal text-muted">
                    {daysOf(band, b)} · {clock(band.opens)}–{band.closes > 1440 ? `${b.nextDay} ` : ''}
                    {band.closes === 1440 ? '24:00' : clock(band.closes)}
                    {band.fromDay || band.toDay ? ` · ${band.fromDay ?? ''} – ${band.toDay ?? ''}` : ''}
                  </span>
                </th>
                <td className="tabular py-2.5 text-right font-semibold whitespace-nowrap">
                  {b.perUnit(money(band.amount), b.unit(band.unit))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <p className="mt-2 text-xs text-muted">{b.unitsBegun}</p>
      </section>
      <section>
        <h2 className="text-base">{b.hours}</h2>
        <dl className="tabular mt-2 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 text-sm">
          {b.weekdays.map((name, index) => {
            const spans = resource.hours.filter(one => one.weekday === index + 1)
            return (
              <div key={name} className="contents">
                <dt className="text-muted">{name}</dt>
                <dd>
                  {spans.length === 0
                    ? b.closed
                    : spans
                        .map(
                          ({ opens, closes }) =>
                            `${clock(opens)} – ${closes > 1440 ? `${b.nextDay} ` : ''}${closes === 1440 ? '24:00' : clock(closes)}`,
                        )
                        .join(' · ')}
                </dd>
              </div>
            )
          })}
        </dl>
        <p className="mt-2 text-xs text-muted">{b.zone(format.zone(resource.zone))}</p>
      </section>
      <section>
        <h2 className="text-base">{b.rules}</h2>
        <ul className="mt-2 flex list-disc flex-col gap-1 pl-5 text-sm">
          {rules.map(rule => (
            <li key={rule}>{rule}</li>
          ))}
        </ul>
        <h3 className="mt-4 text-sm font-semibold">{b.cancelling}</h3>
        <Ladder ladder={resource.ladder} />
        {resource.asks ? null : (
          <>
            <h3 className="mt-4 text-sm font-semibold">{b.move}</h3>
            <p className="mt-1 text-sm text-muted">{b.moveWhen(moveHours(resource.ladder))}</p>
          </>
        )}
      </section>
      {address ? (
        <section>
          <h2 className="text-base">{b.where}</h2>
          <p className="mt-1">
            {resource.place ? <b className="block font-semibold">{resource.place}</b> : null}
            {address}
          </p>
          <a
            href={`https://www.openstreetmap.org/search?query=${encodeURIComponent(address)}`}
            target="_blank"
            rel="noreferrer"
            className="mt-2 inline-flex items-center gap-1.5 text-sm text-accent-ink hover:underline"
          >
            {b.openMap}
            <ExternalLink size={14} aria-hidden />
          </a>
        </section>
      ) : null}
    </div>
  )
}

export function Ladder({ ladder }: { ladder: Resource['ladder'] }) {
  const b = useWords().bookings
  const format = useFormat()
  if (ladder.length === 0) return <p className="mt-1 text-sm text-muted">{b.noLadder}</p>
  return (
    <ul className="mt-1 flex flex-col gap-0.5 text-sm text-muted">
      {ladder.map(({ hours, bp }) => (
        <li key={hours}>
          {hours === 0 ? b.rungAny(format.percent(bp / 10_000)) : b.rung(b.hoursLong(hours), format.percent(bp / 10_000))}
        </li>
      ))}
      {ladder.some(({ hours }) => hours === 0) ? null : <li>{b.rungNone}</li>}
    </ul>
  )
}

/** How long before the start a guest may still move it: until the highest rung ends; a day where nothing ever comes back. */
function moveHours(ladder: Resource['ladder']): number {
  const most = Math.max(0, ...ladder.map(({ bp }) => bp))
  return most === 0 ? 24 : Math.min(...ladder.filter(({ bp }) => bp === most).map(one => one.hours))
}

type BookingWords = ReturnType<typeof useWords>['bookings']
export function daysOf(band: Pick<Band, 'weekdays' | 'holidays'>, b: BookingWords): string {
  const { weekdays, holidays } = band
  const days =
    weekdays.length === 7
      ? b.everyDay
      : runs(weekdays)
          .map(([from, to]) => (from === to ? b.weekdays[from - 1] : `${b.weekdays[from - 1]}–${b.weekdays[to - 1]}`))
          .join(' ')
  if (weekdays.length === 0) return b.onHolidays
  return holidays === 'also' ? `${days} ${b.alsoHolidays}` : holidays === 'never' ? `${days} · ${b.notHolidays}` : days
}
/** [1, 2, 3, 5] → [[1, 3], [5, 5]] */
function runs(days: readonly number[]): [number, number][] {
  const found: [number, number][] = []
  for (const day of days.toSorted((a, z) => a - z)) {
    const last = found.at(-1)
    if (last && last[1] === day - 1) last[1] = day
    else found.push([day, day])
  }
  return found
}
