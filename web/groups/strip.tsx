import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { buttonClass } from '../ui/button.tsx'
import { GroupCard } from './card.tsx'

/** Groups about an artist, on the artist's page: the official one first. */
export function GroupStrip({ page }: { page: string }) {
  const t = useWords()
  const format = useFormat()
  const { data } = useQuery(read('GET /pages/:id/groups', { id: page }))
  if (!data) return null
  const groups = [...(data.official ? [data.official] : []), ...data.fans]
  return (
    <section aria-label={t.groups.strip} className="mt-12">
      <header className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-lg">{t.groups.strip}</h2>
        <div className="flex items-center gap-2">
          {data.count > groups.length ? <span className="text-muted">{t.groups.stripMore(format.compact(data.count))}</span> : null}
          <Link
            to="/groups/new"
            search={{ page, ...(data.mayOpen ? { official: true } : {}) }}
            className={buttonClass(data.mayOpen ? 'primary' : 'quiet', 'sm')}
          >
            <Plus size={14} aria-hidden />
            {data.mayOpen ? t.groups.openOfficial : t.groups.openFans}
          </Link>
        </div>
      </header>
      {groups.length > 0 ? (
        <ul className="no-bar -mx-4 flex snap-x gap-4 overflow-x-auto px-4 pb-1 sm:mx-0 sm:px-0">
          {groups.map(group => (
            <li key={group.id} className="w-64 shrink-0 snap-start">
              <GroupCard group={group} />
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  )
}
