import { Link } from '@tanstack/react-router'
import { useWords } from '../i18n/use.tsx'
import { Cover } from '../ui/cover.tsx'
import type { Show } from './queries.ts'

/** Who plays. */
export function LineUp({ show }: { show: Show }) {
  const t = useWords()
  return (
    <section>
      <h2 className="mb-3 text-base">{t.shows.lineUp}</h2>
      <ul className="flex flex-wrap gap-x-5 gap-y-4">
        {show.acts.map((act, n) => {
          const inside = (
            <>
              <Cover id={act.page ?? `${show.id}${n}`} picture={act.picture} alt="" size={72} round className="w-18" />
              <span className="line-clamp-2 w-24 text-center text-sm font-medium [overflow-wrap:anywhere]">{act.name}</span>
            </>
          )
          return (
            <li key={`${act.page ?? ''} ${act.name}`}>
              {act.page ? (
                <Link to="/artists/$id" params={{ id: act.page }} className="flex w-24 flex-col items-center gap-2 hover:underline">
                  {inside}
                </Link>
              ) : (
                <span className="flex w-24 flex-col items-center gap-2">{inside}</span>
              )}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
