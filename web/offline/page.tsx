import { Link } from '@tanstack/react-router'
import { CloudOff, RotateCw, Undo2 } from 'lucide-react'
import { useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { EmptyState, SkeletonRows } from '../ui/states.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { InstallPanel } from './install.tsx'
import { canKeep, useShelf } from './kept.ts'
import { useOnline } from './online.ts'
import { KeptSetRow } from './set-row.tsx'
import { Space } from './space.tsx'
import { unsentPlays } from './unsent.ts'

/** What lies on this device and how it gets on; the page that stands in where the planet cannot be reached. */
export function OfflinePage() {
  const t = useWords()
  const { sets, read } = useShelf()
  // The server knows nothing of the device: what is here shows once the page is alive.
  const alive = useHydrated()
  return (
    <>
      <h1 className="text-xl">{t.offline.title}</h1>
      <p className="mt-1.5 mb-6 max-w-[70ch] text-muted">{t.offline.intro}</p>
      {alive ? <Away /> : null}
      <div className="grid gap-8 xl:grid-cols-[minmax(0,1fr)_340px]">
        <div className="min-w-0">
          {!alive || (!read && canKeep()) ? (
            <SkeletonRows rows={4} />
          ) : !canKeep() ? (
            <EmptyState icon={CloudOff} title={t.offline.app.needsHttps} />
          ) : sets.length === 0 ? (
            <EmptyState
              icon={CloudOff}
              title={t.offline.empty}
              action={
                <Link to="/" className={buttonClass('quiet')}>
                  {t.offline.browse}
                </Link>
              }
            >
              {t.offline.emptyBody}
            </EmptyState>
          ) : (
            <ul className="flex flex-col gap-2">
              {sets.map(set => (
                <KeptSetRow key={set.id} set={set} />
              ))}
            </ul>
          )}
        </div>
        <aside className="flex flex-col gap-5">
          {alive && canKeep() ? <Space /> : null}
          {alive ? <InstallPanel /> : null}
        </aside>
      </div>
    </>
  )
}

/** Said where there is no network, and where the worker brought someone here who wanted to go elsewhere. */
function Away() {
  const t = useWords()
  const online = useOnline()
  const to = new URLSearchParams(location.search).get('to')
  // Only ways inside this site.
  const back = to && /^\/(?![/\\])/.test(to) ? to : null
  const waiting = unsentPlays().length
  if (online && !back && waiting === 0) return null
  return (
    <div role="status" className="mb-6 flex flex-wrap items-center gap-x-4 gap-y-3 rounded-md border border-line bg-surface px-4 py-3">
      <CloudOff size={20} strokeWidth={1.7} aria-hidden className="shrink-0 text-accent-ink" />
      <p className="min-w-0 flex-1 basis-64">
        {online ? (
          back ? (
            <span className="font-medium">{t.offline.unreachable} </span>
          ) : null
        ) : (
          <span className="font-medium">{t.offline.offlineNow} </span>
        )}
        <span className="text-muted">{waiting > 0 ? t.offline.waitingPlays(waiting) : t.offline.offlineNowBody}</span>
      </p>
      {back ? (
        <a href={back} className={buttonClass('quiet', 'sm')}>
          <Undo2 size={14} aria-hidden />
          {t.offline.goBack}
        </a>
      ) : online ? null : (
        <Button look="quiet" size="sm" icon={RotateCw} onClick={() => location.reload()}>
          {t.offline.tryAgain}
        </Button>
      )}
    </div>
  )
}
