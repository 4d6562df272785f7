import { useSuspenseQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowRight, Play } from 'lucide-react'
import { Suspense } from 'react'
import { read } from '../api.ts'
import { lazyWithWords } from '../i18n/lazy.ts'
import { languageTag, useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { player } from '../player/player.ts'
import { siteQuery, useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Planet } from '../ui/planet.tsx'
import { EmptyState, ErrorState, Progress, SkeletonRows } from '../ui/states.tsx'
import { asQueue, CardGrid, CardSkeletons, PageBubble, ReleaseCard, SectionHead, sectionLink } from './cards.tsx'
import { homeQueries } from './queries.ts'
import { TrackList } from './track-list.tsx'

const MixStrip = lazyWithWords(() => import('../discovery/mixes.tsx').then(module => module.MixStrip), <CardSkeletons count={4} />)

/** The first screen: music one can play at once. */
export function Home() {
  const t = useWords()
  const me = useMe()
  // While the demo world is being made, what becomes ready shows up by itself.
  const { data: site } = useQuery(siteQuery)
  const refetchInterval = site && site.progress.ready + site.progress.failed < site.progress.total ? 6000 : false
  const releases = useQuery({ ...homeQueries.releases, refetchInterval })
  const tracks = useQuery({ ...homeQueries.tracks, refetchInterval })
  const artists = useQuery(homeQueries.artists)
  const recent = useQuery({ ...read('GET /me/recent', { limit: 6 }), enabled: me !== null })
  const playable = (tracks.data?.items ?? []).filter(track => track.playable !== 'no' && track.state === 'ready')
  return (
    <>
      <section className="relative isolate overflow-hidden rounded-lg border border-line bg-surface px-6 py-8 sm:px-10 sm:py-11 md:grid md:grid-cols-[minmax(0,1fr)_minmax(220px,320px)] md:items-center md:gap-6">
        <div aria-hidden className="hero-light absolute inset-0 -z-10" />
        <div>
          <h1 className="max-w-[19ch] text-[1.75rem] leading-[1.14] font-[690] tracking-tight sm:text-2xl">{t.music.heroTitle}</h1>
          <p className="mt-4 max-w-[52ch] text-base text-muted">{t.music.heroBody}</p>
          <div className="mt-7 flex flex-wrap gap-3">
            <Button
              size="lg"
              filled
              icon={Play}
              disabled={playable.length === 0}
              onClick={() => player.playTracks(asQueue(playable, 'home'))}
            >
              {t.music.heroPlay}
            </Button>
            <Link to="/how" className={buttonClass('quiet', 'lg')}>
              {t.music.heroHow}
            </Link>
          </div>
        </div>
        <Planet id="planet-of-the-house-6" bare alive className="-my-10 hidden w-full scale-110 md:block" />
      </section>

      <OnTonight />

      {tracks.error ? (
        <ErrorState error={tracks.error} onRetry={() => void tracks.refetch()} />
      ) : tracks.isPending ? (
        <SkeletonRows rows={5} />
      ) : tracks.data.items.length === 0 ? (
        <NothingYet />
      ) : (
        <>
          <SectionHead title={t.music.playNow} />
          <TrackList tracks={tracks.data.items} source="home" as="mixed" label={t.music.playNow} columns={2} />
        </>
      )}

      {me ? (
        <Suspense fallback={<CardSkeletons count={4} />}>
          <MixStrip />
        </Suspense>
      ) : null}

      {recent.data && recent.data.items.length > 0 ? (
        <>
          <SectionHead
            title={t.music.recent}
            action={
              <Link to="/library" search={{ tab: 'history' }} className={sectionLink}>
                {t.common.seeAll}
              </Link>
            }
          />
          <TrackList tracks={recent.data.items} source="library" as="mixed" label={t.music.recent} columns={2} />
        </>
      ) : null}

      {releases.error ? (
        <ErrorState error={releases.error} onRetry={() => void releases.refetch()} />
      ) : releases.isPending ? (
        <CardSkeletons />
      ) : releases.data.items.length > 0 ? (
        <>
          <SectionHead
            title={t.music.newReleases}
            action={
              <Link to="/releases" className={sectionLink}>
                {t.music.allReleases}
              </Link>
            }
          />
          <CardGrid strip>
            {releases.data.items.map((release, index) => (
              <ReleaseCard key={release.id} release={release} eager={index < 6} />
            ))}
          </CardGrid>
        </>
      ) : null}

      {artists.data && artists.data.items.length > 0 ? (
        <>
          <SectionHead title={t.music.artists} />
          <CardGrid strip>
            {artists.data.items.map(page => (
              <PageBubble key={page.id} page={page} />
            ))}
          </CardGrid>
        </>
      ) : null}
    </>
  )
}

/** What is on today, then the next; absent where nothing is. */
function OnTonight() {
  const t = useWords()
  const { locale } = useLanguage()
  const { money } = useFormat()
  const shows = useQuery(homeQueries.shows).data?.items ?? []
  if (shows.length === 0) return null
  const title = shows[0]!.today ? t.music.onTonight : t.music.comingUp
  // In the zone of the place, as on its ticket.
  const at = ({ startsAt, zone, today, until }: (typeof shows)[number]): string => {
    const day = today && until === null ? {} : ({ month: 'short', day: 'numeric', weekday: 'short' } as const)
    const said = new Intl.DateTimeFormat(languageTag(locale), {
      ...day,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone: zone,
    })
    if (until !== null) return t.music.goesOn(said.format(new Date(until)))
    return today ? t.music.today(said.format(new Date(startsAt))) : said.format(new Date(startsAt))
  }
  return (
    <section aria-label={title}>
      <SectionHead
        title={title}
        action={
          <Link to="/shows" className={sectionLink}>
            {t.music.allShows}
          </Link>
        }
      />
      <ul className="no-bar -mx-4 flex snap-x scroll-px-4 gap-3 overflow-x-auto px-4 pb-1 sm:-mx-6 sm:scroll-px-6 sm:px-6 lg:mx-0 lg:px-0">
        {shows.map(show => (
          <li
            key={show.id}
            className="group relative flex w-72 shrink-0 snap-start items-center gap-3 rounded-md border border-line bg-surface p-2.5 hover:bg-raised"
          >
            <Cover id={show.id} picture={show.picture} alt="" size={72} eager className="w-18 shrink-0" />
            <div className="min-w-0 flex-1 text-[13px] text-muted">
              <p className="truncate text-sm font-semibold text-ink">
                <Link to="/shows/$id" params={{ id: show.id }} className="card-link">
                  {show.title}
                </Link>
              </p>
              <p className={cx('tabular truncate', show.today && 'font-medium text-accent-ink')}>{at(show)}</p>
              <p className="truncate">
                {show.place} · {show.city}
              </p>
              <p className="tabular truncate">
                {show.left === 'none'
                  ? t.music.soldOut
                  : show.from && (show.from.amount === '0' ? t.music.freeEntry : t.music.priceFrom(money(show.from)))}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}

function NothingYet() {
  const t = useWords()
  const { data: site } = useSuspenseQuery(siteQuery)
  const making = site.progress.ready + site.progress.failed < site.progress.total
  return (
    <div className="mt-8">
      <EmptyState
        picture={<Planet id="nothing-yet" bare measure={1} alive className="size-24" />}
        title={t.music.nothingYet}
        action={
          <Link to="/studio/import" className={buttonClass('quiet')}>
            {t.music.importMusic}
            <ArrowRight size={16} aria-hidden />
          </Link>
        }
      >
        {making ? (
          <div className="mt-3 w-72">
            <Progress
              label={t.music.makingBody(site.progress.ready, site.progress.total)}
              share={site.progress.total === 0 ? null : site.progress.ready / site.progress.total}
              detail=""
            />
          </div>
        ) : (
          t.music.nothingYetBody
        )}
      </EmptyState>
    </div>
  )
}
