import { useWords } from '../i18n/use.tsx'
import type { Show } from './queries.ts'

/** What a ticket given back brings back, by when: shown before buying. */
export function Ladder({ show }: { show: Pick<Show, 'ladder'> }) {
  const t = useWords()
  return (
    <section>
      <h2 className="mb-2 text-base">{t.shows.ladder.title}</h2>
      <ul className="flex flex-col gap-1 text-sm text-muted">
        {show.ladder.map(step => (
          <li key={step.days} className="flex items-center gap-3">
            <span aria-hidden className="h-1.5 w-16 shrink-0 overflow-hidden rounded-full bg-sunken">
              <span className="block h-full rounded-full bg-accent-mark" style={{ width: `${step.percent}%` }} />
            </span>
            {t.shows.ladder.step(step.days, step.percent)}
          </li>
        ))}
        <li>{show.ladder.length === 0 ? t.shows.ladder.none : t.shows.ladder.rest}</li>
        <li>{t.shows.ladder.cancelled}</li>
      </ul>
    </section>
  )
}
