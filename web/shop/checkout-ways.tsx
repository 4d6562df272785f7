import { Truck } from 'lucide-react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { cx } from '../ui/cx.ts'
import { Panel } from '../ui/states.tsx'
import type { Quote } from './quote.ts'

export type Chosen = Readonly<Record<string, string>>
type Way = Quote['carriages'][number]

/** The way that counts for each seller: the chosen one as long as there is such a one, else the cheapest. */
export function waysFor(quote: Quote | null | undefined, chosen: Chosen): readonly Way[] {
  const pages = Map.groupBy(quote?.carriages ?? [], way => way.page)
  return [...pages].map(
    ([page, ways]) =>
      ways.find(way => way.offer === chosen[page]) ??
      ways.reduce((best, way) => (BigInt(way.price.amount) < BigInt(best.price.amount) ? way : best)),
  )
}

/** How the things of each seller are sent. */
export function Ways({ quote, chosen, onChoose }: { quote: Quote; chosen: Chosen; onChoose: (next: Chosen) => void }) {
  const t = useWords()
  const format = useFormat()
  const names = new Map(quote.lines.map(line => [line.seller.id, line.seller.name]))
  const pages = Map.groupBy(quote.carriages, way => way.page)
  const now = new Set(waysFor(quote, chosen).map(way => way.offer))
  const without = quote.needCarriage.filter(page => !pages.has(page))
  if (pages.size === 0 && without.length === 0) return null
  return (
    <Panel title={t.checkout.ways}>
      <div className="flex flex-col gap-5">
        {[...pages].map(([page, ways]) => (
          <fieldset key={page} className="flex flex-col gap-2">
            <legend className="mb-2 text-sm font-medium">{t.checkout.waysOf(names.get(page) ?? '')}</legend>
            {ways.map(way => {
              const on = now.has(way.offer)
              return (
                <label
                  key={way.offer}
                  className={cx(
                    'flex min-h-13 cursor-pointer items-center gap-3 rounded-md border px-3.5 py-2.5 transition-colors has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus',
                    on ? 'border-accent-mark bg-accent-soft text-accent-ink' : 'border-line-strong hover:bg-raised',
                  )}
                >
                  <input
                    type="radio"
                    name={`way-${page}`}
                    checked={on}
                    onChange={() => onChoose({ ...chosen, [page]: way.offer })}
                    className="size-4.5 shrink-0 accent-accent-mark outline-none"
                  />
                  <span className="min-w-0 flex-1">
                    <span className="font-medium">{way.name}</span>
                    {way.minDays !== null || way.maxDays !== null ? (
                      <span className={cx('block text-xs', !on && 'text-muted')}>
                        {t.checkout.days(format.number(way.minDays ?? way.maxDays!), format.number(way.maxDays ?? way.minDays!))}
                      </span>
                    ) : null}
                  </span>
                  <span className="tabular font-semibold">{way.price.amount === '0' ? t.checkout.free : format.money(way.price)}</span>
                </label>
              )
            })}
          </fieldset>
        ))}
        {without.map(page => (
          <p key={page} role="alert" className="flex items-center gap-2 font-medium text-danger">
            <Truck size={17} aria-hidden />
            {names.get(page)}: {t.checkout.noWay}
          </p>
        ))}
      </div>
    </Panel>
  )
}
