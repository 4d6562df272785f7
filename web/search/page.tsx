import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ListMusic, Play, Search } from 'lucide-react'
import { useEffect, type ReactNode } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { artistNames } from '../player/track.ts'
import { CardGrid, PageBubble, ReleaseCard, SectionHead, sectionLink } from '../catalogue/cards.tsx'
import { TrackList } from '../catalogue/track-list.tsx'
import { Button } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { canPlay, playLine } from './acts.ts'
import { Marked } from './marked.tsx'
import { foundKinds, kindQuery, searchQuery, type Found, type FoundKind, type SearchAddress } from './queries.ts'
import { keepSearch } from './recent.ts'

const partOf = { artist: 'artists', release: 'releases', track: 'tracks', line: 'lines', playlist: 'playlists' } as const

/** What was found, while one types; the last answer stays until the next one is there. One kind alone by its chip. */
export function SearchPage({ search: { q = '', kind } }: { search: SearchAddress }) {
  const t = useWords()
  useEffect(() => {
    // What stood still for a while was meant.
    const timer = setTimeout(() => keepSearch(q), 2500)
    return () => clearTimeout(timer)
  }, [q])
  if (q === '') {
    return (
      <EmptyState main icon={Search} title={t.music.searchTitle}>
        <p>{t.music.searchHint}</p>
        <p className="mt-2 text-sm">{t.search.tips}</p>
      </EmptyState>
    )
  }
  return (
    <>
      <h1 className="sr-only">{t.music.results}</h1>
      <Kinds q={q} kind={kind} />
      {kind === undefined ? <All q={q} /> : <OneKind key={kind} q={q} kind={kind} />}
    </>
  )
}

function Kinds({ q, kind }: { q: string; kind: FoundKind | undefined }) {
  const t = useWords()
  const navigate = useNavigate()
  return (
    <div role="group" aria-label={t.music.results} className="no-bar -mx-4 flex gap-2 overflow-x-auto px-4 py-1 sm:mx-0 sm:px-0">
      {[undefined, ...foundKinds].map(one => (
        <button
          key={one ?? 'all'}
          type="button"
          aria-pressed={one === kind}
          onClick={() => void navigate({ to: '/search', search: one === undefined ? { q } : { q, kind: one }, replace: true })}
          className={cx(
            'h-9 shrink-0 rounded-full px-4 text-sm font-medium transition-colors',
            one === kind ? 'bg-ink text-bg' : 'bg-raised text-muted hover:text-ink',
          )}
        >
          {t.search.kinds[one ?? 'all']}
        </button>
      ))}
    </div>
  )
}

function Told({ found }: { found: Found }) {
  const t = useWords()
  return (
    <>
      {found.meant ? <p className="mt-4 text-muted">{t.search.meant(found.meant)}</p> : null}
      {found.unknownFilters.length > 0 ? <p className="mt-4 text-muted">{t.search.unknown(found.unknownFilters.join(' '))}</p> : null}
    </>
  )
}
const None = ({ q }: { q: string }) => {
  const t = useWords()
  return (
    <div className="mt-6">
      <EmptyState icon={Search} title={t.search.none(q)}>
        {t.search.noneBody}
      </EmptyState>
    </div>
  )
}

function All({ q }: { q: string }) {
  const t = useWords()
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery({ ...searchQuery(q), placeholderData: keepPreviousData })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const count = foundKinds.reduce((sum, kind) => sum + data[partOf[kind]].length, 0)
  const more = (kind: FoundKind): ReactNode =>
    data.more.includes(kind) ? (
      <Link to="/search" search={{ q, kind }} className={sectionLink}>
        {t.search.more}
      </Link>
    ) : null
  return (
    <div aria-busy={isPlaceholderData} className={cx('transition-opacity', isPlaceholderData && 'opacity-60')}>
      <p role="status" className="sr-only">
        {count === 0 ? t.search.none(q) : t.search.count(count)}
      </p>
      <Told found={data} />
      {count === 0 ? <None q={q} /> : null}
      {data.order.map(kind =>
        data[partOf[kind]].length === 0 ? null : (
          <section key={kind} aria-label={t.search.kinds[kind]}>
            <SectionHead title={t.search.kinds[kind]} action={more(kind)} />
            <Part found={[data]} kind={kind} strip />
          </section>
        ),
      )}
    </div>
  )
}

function OneKind({ q, kind }: { q: string; kind: FoundKind }) {
  const t = useWords()
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery(kindQuery(q, kind))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending)
    return (
      <div className="mt-6">
        <SkeletonRows />
      </div>
    )
  const count = data.pages.reduce((sum, page) => sum + page[partOf[kind]].length, 0)
  return (
    <div className="mt-6">
      <p role="status" className="sr-only">
        {count === 0 ? t.search.none(q) : t.search.count(count)}
      </p>
      <Told found={data.pages[0]!} />
      {count === 0 ? <None q={q} /> : <Part found={data.pages} kind={kind} />}
      {hasNextPage ? (
        <div className="mt-8 flex justify-center">
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t.search.more}
          </Button>
        </div>
      ) : null}
    </div>
  )
}

/** One kind of what was found, with what of it was found standing out. */
function Part({ found, kind, strip }: { found: readonly Found[]; kind: FoundKind; strip?: boolean }) {
  const t = useWords()
  if (kind === 'track') {
    const tracks = found.flatMap(page => page.tracks)
    const marks = new Map(tracks.map(track => [track.id, track.marks.title]))
    return (
      <TrackList
        tracks={tracks}
        source="search"
        as="mixed"
        label={t.search.kinds.track}
        columns={2}
        nameOf={track => <Marked text={track.title} marks={marks.get(track.id) ?? []} />}
      />
    )
  }
  if (kind === 'line') return <Lines lines={found.flatMap(page => page.lines)} />
  if (kind === 'playlist') return <Playlists playlists={found.flatMap(page => page.playlists)} />
  return (
    <CardGrid {...(strip && kind === 'artist' ? { strip } : {})}>
      {kind === 'artist'
        ? found.flatMap(page =>
            page.artists.map(artist => (
              <PageBubble key={artist.id} page={artist} name={<Marked text={artist.name} marks={artist.marks} />} />
            )),
          )
        : found.flatMap(page =>
            page.releases.map(release => (
              <ReleaseCard key={release.id} release={release} name={<Marked text={release.title} marks={release.marks.title} />} />
            )),
          )}
    </CardGrid>
  )
}

/** Lines of songs: a press plays the song from there. */
function Lines({ lines }: { lines: readonly Found['lines'][number][] }) {
  const t = useWords()
  const format = useFormat()
  return (
    <ol className="flex flex-col gap-1 lg:grid lg:grid-cols-2 lg:gap-x-10">
      {lines.map((line, i) => {
        const can = canPlay(line.track)
        return (
          <li
            key={`${line.track.id}${i}`}
            className="group flex min-w-0 items-center gap-3 rounded-sm px-2 py-1.5 hover:bg-raised/70 sm:gap-4"
          >
            <button
              type="button"
              disabled={!can}
              aria-label={`${line.startMs === null ? t.player.play : t.search.playLine(format.duration(line.startMs))}: ${line.line}`}
              onClick={() => playLine(line)}
              className="relative size-11 shrink-0 rounded-sm"
            >
              <Cover id={line.track.release.id} picture={line.track.cover} alt="" size={44} className="size-11" />
              {can ? (
                <span className="absolute inset-0 grid place-items-center rounded-sm bg-scrim opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100">
                  <Play size={18} fill="currentColor" strokeWidth={1.5} aria-hidden className="text-surface dark:text-ink" />
                </span>
              ) : null}
            </button>
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium">
                <Marked text={line.line} marks={line.marks} />
              </p>
              <p className="truncate text-[13px] text-muted">
                {line.startMs === null ? null : <span className="tabular">{format.duration(line.startMs)} · </span>}
                <Link to="/tracks/$id" params={{ id: line.track.id }} className="hover:text-ink hover:underline">
                  {line.track.title}
                </Link>
                {` · ${artistNames(line.track.artists)}`}
              </p>
            </div>
          </li>
        )
      })}
    </ol>
  )
}

function Playlists({ playlists }: { playlists: readonly Found['playlists'][number][] }) {
  const t = useWords()
  return (
    <ul className="flex flex-col gap-1 lg:grid lg:grid-cols-2 lg:gap-x-10">
      {playlists.map(playlist => (
        <li key={playlist.id} className="relative flex min-w-0 items-center gap-4 rounded-sm px-2 py-1.5 hover:bg-raised/70">
          <span aria-hidden className="grid size-11 shrink-0 place-items-center rounded-sm bg-raised text-muted">
            <ListMusic size={20} />
          </span>
          <div className="min-w-0">
            <p className="truncate font-medium">
              <Link to={`/playlists/${playlist.id}` as '/'} className="card-link">
                <Marked text={playlist.name} marks={playlist.marks} />
              </Link>
            </p>
            <p className="truncate text-[13px] text-muted">
              {playlist.owner} · {t.search.songs(playlist.entries)}
            </p>
          </div>
        </li>
      ))}
    </ul>
  )
}
