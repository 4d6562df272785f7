import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ExternalLink, Scale, ScanQrCode } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useLanguage, useWords } from '../i18n/use.tsx'
import { useLive } from '../shell/live.ts'
import { buttonClass } from '../ui/button.tsx'
import { ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Details } from './desk-details.tsx'
import { Report } from './desk-report.tsx'
import { deskParts, type DeskPart } from './parts.ts'
import { deskQuery, type Desk } from './queries.ts'
import { shortOf } from './times.ts'

const Tiers = lazy(() => import('./desk-tiers.tsx').then(module => ({ default: module.Tiers })))
const Guests = lazy(() => import('./desk-people.tsx').then(module => ({ default: module.Guests })))
const Codes = lazy(() => import('./desk-people.tsx').then(module => ({ default: module.Codes })))
const StatePart = lazy(() => import('./desk-state.tsx').then(module => ({ default: module.StatePart })))

/** All of a show for those who put it on. */
export function ShowDesk({ id, part, onPart }: { id: string; part: DeskPart | undefined; onPart: (part: DeskPart) => void }) {
  const client = useQueryClient()
  const { data: desk, error, isPending, refetch } = useQuery(deskQuery(id))
  const again = () => void client.invalidateQueries({ queryKey: deskQuery(id).queryKey })
  useLive([`show:${id}`], again, again)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return <Shown desk={desk as Desk} part={part ?? (desk.show.hall === null ? 'tiers' : 'report')} onPart={onPart} />
}
function Shown({ desk, part, onPart }: { desk: Desk; part: DeskPart; onPart: (part: DeskPart) => void }) {
  const t = useWords()
  const own = t.selling.shows
  const { locale } = useLanguage()
  const { show } = desk
  const tone = show.state === 'on_sale' ? 'accent' : show.state === 'cancelled' ? 'bad' : show.state === 'postponed' ? 'held' : 'plain'
  const content: Record<DeskPart, () => React.ReactNode> = {
    report: () => <Report desk={desk} />,
    details: () => <Details page={desk.fields.page} desk={desk} />,
    tiers: () => <Tiers desk={desk} />,
    guests: () => <Guests desk={desk} />,
    codes: () => <Codes desk={desk} />,
    state: () => <StatePart desk={desk} />,
  }
  return (
    <div className="mx-auto max-w-5xl">
      <header className="mb-5 flex flex-wrap items-start justify-between gap-4">
        <div className="min-w-0">
          <p className="mb-1 flex flex-wrap items-center gap-2 text-sm text-muted">
            <Link to="/studio/shows" className="hover:text-ink">
              {own.title}
            </Link>
            <Tag tone={tone}>{t.shows.states[show.state]}</Tag>
          </p>
          <h1 className="text-xl [overflow-wrap:anywhere]">{show.title}</h1>
          <p className="tabular text-sm text-muted">
            {show.dateOpen ? t.shows.dateOpen : shortOf(locale, show.zone, show.startsAt)} · {show.place} · {show.city}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          <Link to="/studio/door/$show" params={{ show: show.id }} className={buttonClass('quiet', 'md', 'gap-1.5')}>
            <ScanQrCode size={15} aria-hidden />
            {t.selling.door.title}
          </Link>
          <Link to="/studio/deals/$show" params={{ show: show.id }} className={buttonClass('quiet', 'md', 'gap-1.5')}>
            <Scale size={15} aria-hidden />
            {t.selling.door.deal}
          </Link>
          <Link to="/shows/$id" params={{ id: show.id }} className={buttonClass('quiet', 'md', 'gap-1.5')}>
            <ExternalLink size={15} aria-hidden />
            {own.see}
          </Link>
        </div>
      </header>
      <Tabs
        label={show.title}
        value={part}
        onChange={value => onPart(value as DeskPart)}
        tabs={deskParts.map(value => ({
          value,
          name: own.parts[value],
          content: value === part ? <Suspense fallback={<SkeletonRows />}>{content[value]()}</Suspense> : null,
        }))}
      />
    </div>
  )
}
