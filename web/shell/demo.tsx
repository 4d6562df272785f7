import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { read } from '../api.ts'
import { CardGrid, ReleaseCard } from '../catalogue/cards.tsx'
import { useFormat, useWords } from '../i18n/use.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Figure } from '../ui/money.tsx'
import { Planet } from '../ui/planet.tsx'
import { ErrorState, Panel, Progress, SkeletonRows } from '../ui/states.tsx'
import { siteQuery } from './me.ts'

/** How far the demo world is: what is ready, what is still being made. */
export function Demo() {
  const t = useWords()
  const format = useFormat()
  const {
    data: site,
    error,
    isPending,
    refetch,
  } = useQuery({
    ...siteQuery,
    refetchInterval: query =>
      query.state.data && query.state.data.progress.ready + query.state.data.progress.failed < query.state.data.progress.total
        ? 2000
        : false,
  })
  const making = site ? site.progress.ready + site.progress.failed < site.progress.total : false
  const releases = useQuery({ ...read('GET /releases', { sort: 'new', limit: 48 }), refetchInterval: making ? 4000 : false })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={3} />
  const { ready, total, failed } = site.progress
  return (
    <>
      <header className="flex flex-col items-center gap-6 sm:flex-row">
        <Planet id="planet-of-the-house-6" bare alive className="size-36 shrink-0" />
        <div>
          <h1 className="text-xl sm:text-2xl">{t.about.demoTitle}</h1>
          <p className="mt-2 max-w-[62ch] text-base text-muted">{t.about.demoIntro}</p>
          <Link to="/sign-in" className={buttonClass('quiet', 'md', 'mt-4')}>
            {t.about.demoPeople}
          </Link>
        </div>
      </header>
      <Panel className="mt-8" title={making ? t.about.demoProgress : t.about.demoDone}>
        <Progress
          label={t.about.demoReady}
          share={total === 0 ? null : ready / total}
          detail={`${format.number(ready)} / ${format.number(total)}${failed > 0 ? ` · ${t.about.demoFailed}: ${format.number(failed)}` : ''}`}
        />
        <div className="mt-5 grid grid-cols-3 gap-3">
          <Figure label={t.about.demoArtists} value={format.number(site.counts.artists)} />
          <Figure label={t.about.demoReleases} value={format.number(site.counts.releases)} />
          <Figure label={t.about.demoTracks} value={format.number(site.counts.tracks)} />
        </div>
      </Panel>
      <div className="mt-10">
        <CardGrid>
          {releases.data?.items.map(release => (
            <div key={release.id}>
              <ReleaseCard release={release} />
              {release.ready < release.trackCount ? (
                <div className="mt-2">
                  <Progress
                    quiet
                    label={release.title}
                    share={release.ready / release.trackCount}
                    detail={`${release.ready}/${release.trackCount}`}
                  />
                </div>
              ) : null}
            </div>
          ))}
        </CardGrid>
      </div>
    </>
  )
}
