import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { History, ListMusic, Play, Search } from 'lucide-react'
import { useEffect, useImperativeHandle, useLayoutEffect, useState, type ReactNode, type RefObject } from 'react'
import { createPortal } from 'react-dom'
import { useFormat, useWords } from '../i18n/use.tsx'
import { artistNames } from '../player/track.ts'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Planet } from '../ui/planet.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { canPlay, playArtist, playLine, playRelease, playTrack } from './acts.ts'
import { aroundId, panelId, type PanelKeys } from './keys.ts'
import { Marked } from './marked.tsx'
import { searchQuery, type Found } from './queries.ts'
import { forgetSearches, keepSearch, recentSearches } from './recent.ts'

/** One thing to choose. `open` and `play` are what Enter and Shift+Enter do. */
type Option = {
  id: string
  group: string
  picture: ReactNode
  name: ReactNode
  about?: ReactNode
  open: () => void
  play?: () => void
  playName?: string
}

type PanelProps = {
  box: RefObject<HTMLElement | null>
  keys: RefObject<PanelKeys | null>
  q: string
  active: string | null
  onActive: (id: string | null) => void
  onPick: (q: string) => void
  onClose: () => void
}

/** A value that follows another one when it has stood still for a moment. */
function useSettled(value: string, milliseconds: number): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value, milliseconds])
  return value === '' ? '' : settled
}

/** Results below the box: grouped, chosen by arrows; on phones all of the screen. */
export function SearchPanel({ box, keys, q, active, onActive, onPick, onClose }: PanelProps) {
  const t = useWords()
  const wanted = useSettled(q.trim(), 110)
  const { data, error, isFetching, refetch } = useQuery({
    ...searchQuery(wanted, 4),
    enabled: wanted !== '',
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })
  const found = wanted === '' ? undefined : data
  const [forgotten, setForgotten] = useState(false)
  const recent = q.trim() === '' && !forgotten ? recentSearches() : []
  const options = useOptions({ found, q: q.trim(), recent, onPick, onClose })
  const at = options.findIndex(option => option.id === active)
  useImperativeHandle(keys, () => ({
    press: event => {
      const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
      if (step !== 0) {
        if (options.length === 0) return true
        // Past the ends the cursor is in the box again.
        const next = ((at + 1 + step + options.length + 1) % (options.length + 1)) - 1
        onActive(options[next]?.id ?? null)
        return true
      }
      if (event.key !== 'Enter' || at < 0) return false
      const option = options[at]!
      if (event.shiftKey && option.play !== undefined) option.play()
      else option.open()
      return true
    },
  }))
  useEffect(() => {
    if (active !== null) document.getElementById(active)?.scrollIntoView({ block: 'nearest' })
  }, [active])
  const place = usePlace(box)
  if (q.trim() === '' && recent.length === 0) return null
  const groups = [...new Set(options.map(option => option.group))]
  const count = found === undefined ? 0 : options.filter(option => option.group !== '').length
  return createPortal(
    <section
      id={aroundId}
      aria-label={t.search.panel}
      style={place}
      className="fixed top-16 z-15 overflow-y-auto overscroll-contain bg-surface pb-2 max-sm:inset-x-0 max-sm:bottom-0 max-sm:pb-[calc(var(--player-height)+var(--tabs-height)+16px)] sm:z-40 sm:max-h-[min(640px,calc(100dvh-80px-var(--player-height)))] sm:rounded-md sm:border sm:border-line sm:shadow-pop"
      // The cursor stays in the box.
      onMouseDown={event => event.preventDefault()}
    >
      {found?.meant || found?.unknownFilters.length ? (
        <div className="px-4 pt-3 text-[13px] text-muted">
          {found.meant ? <p>{t.search.meant(found.meant)}</p> : null}
          {found.unknownFilters.length > 0 ? <p>{t.search.unknown(found.unknownFilters.join(' '))}</p> : null}
        </div>
      ) : null}
      {error && found === undefined ? (
        <div className="px-4 pt-3 text-[13px]">
          <p role="alert">{faultText(t, error)}</p>
          <button type="button" className="mt-1 font-semibold text-accent-ink hover:underline" onClick={() => void refetch()}>
            {t.common.retry}
          </button>
        </div>
      ) : null}
      <div id={panelId} role="listbox" tabIndex={-1} aria-label={t.search.panel} aria-busy={isFetching}>
        {groups.map(group => (
          <div key={group} role="group" aria-label={group || t.search.panel} className="pt-2">
            {group ? (
              <div aria-hidden className="px-4 pt-1 pb-0.5 text-xs font-medium text-muted">
                {group}
              </div>
            ) : null}
            {options
              .filter(option => option.group === group)
              .map(option => (
                <Row key={option.id} option={option} active={option.id === active} onActive={onActive} />
              ))}
          </div>
        ))}
      </div>
      {recent.length > 0 ? (
        <button
          type="button"
          className="mx-4 mt-1 text-xs text-muted hover:text-ink hover:underline"
          onClick={() => {
            forgetSearches()
            setForgotten(true)
          }}
        >
          {t.search.forget}
        </button>
      ) : null}
      {found !== undefined && count === 0 && !isFetching ? (
        <div className="px-4 pt-4 pb-2">
          <p className="font-medium">{t.search.none(wanted)}</p>
          <p className="text-[13px] text-muted">{t.search.noneBody}</p>
        </div>
      ) : null}
      <p aria-hidden className="px-4 pt-2 text-xs text-muted max-sm:hidden coarse:hidden">
        {t.search.hint}
      </p>
      <p role="status" className="sr-only">
        {found === undefined || isFetching ? '' : count === 0 ? t.search.none(wanted) : t.search.count(count)}
      </p>
    </section>,
    document.body,
  )
}

/** Under the box on wide screens; a phone's panel takes the whole width. */
function usePlace(box: RefObject<HTMLElement | null>): { left: number; width: number } | undefined {
  const [place, setPlace] = useState<{ left: number; width: number }>()
  useLayoutEffect(() => {
    const measure = () => {
      const rect = box.current?.getBoundingClientRect()
      if (rect === undefined || window.innerWidth < 640) return setPlace(undefined)
      const width = Math.min(Math.max(rect.width, 560), window.innerWidth - 32)
      setPlace({ left: Math.max(16, Math.min(rect.left, window.innerWidth - width - 16)), width })
    }
    measure()
    window.addEventListener('resize', measure)
    return () => window.removeEventListener('resize', measure)
  }, [box])
  return place
}

function Row({ option, active, onActive }: { option: Option; active: boolean; onActive: (id: string) => void }) {
  return (
    // The keyboard works from the box (combobox): the option itself takes no focus.
    <div
      id={option.id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      onClick={option.open}
      onKeyDown={event => event.key === 'Enter' && option.open()}
      onPointerMove={() => active || onActive(option.id)}
      className={cx('mx-2 flex cursor-pointer items-center gap-3 rounded-sm px-2 py-1.5', active && 'bg-raised')}
    >
      <span aria-hidden className="grid size-10 shrink-0 place-items-center overflow-hidden text-muted">
        {option.picture}
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-medium">{option.name}</span>
        {option.about ? <span className="block truncate text-[13px] text-muted">{option.about}</span> : null}
      </span>
      {option.play ? (
        <span
          aria-hidden
          title={option.playName}
          onClick={event => {
            event.stopPropagation()
            option.play!()
          }}
          className={cx(
            'grid size-9 shrink-0 place-items-center rounded-full text-muted hover:bg-accent hover:text-on-accent coarse:visible',
            !active && 'invisible',
          )}
        >
          <Play size={16} fill="currentColor" strokeWidth={1.5} />
        </span>
      ) : null}
    </div>
  )
}

type OptionsOf = { found: Found | undefined; q: string; recent: readonly string[]; onPick: (q: string) => void; onClose: () => void }
function useOptions({ found, q, recent, onPick, onClose }: OptionsOf): Option[] {
  const t = useWords()
  const format = useFormat()
  const navigate = useNavigate()
  const client = useQueryClient()
  const done = (act: () => void | Promise<void>) => () => {
    keepSearch(q)
    onClose()
    Promise.resolve(act()).catch((error: unknown) => toast(faultText(t, error), { tone: 'bad' }))
  }
  if (found === undefined || q === '')
    return recent.map((text, i) => ({
      id: `search-recent-${i}`,
      group: t.search.recent,
      picture: <History size={17} />,
      name: text,
      open: () => onPick(text),
    }))
  const names = (artists: readonly { id: string; name: string }[], marks: readonly (readonly number[])[]) =>
    artists.map((artist, i) => (
      <span key={artist.id}>
        {i > 0 ? ', ' : ''}
        <Marked text={artist.name} marks={marks[i] ?? []} />
      </span>
    ))
  const cover = (id: string, picture: Found['releases'][number]['cover']) => (
    <Cover id={id} picture={picture} alt="" size={40} className="size-10" />
  )
  const artists = found.artists.map((artist): Option => ({
    id: `search-${artist.id}`,
    group: t.search.kinds.artist,
    picture: artist.picture ? (
      <Cover id={artist.id} picture={artist.picture} alt="" size={40} round className="size-10" />
    ) : (
      <Planet id={artist.id} measure={artist.followers} className="size-10 rounded-full" />
    ),
    name: <Marked text={artist.name} marks={artist.marks} />,
    about: t.music.followers(format.compact(artist.followers)),
    open: done(() => navigate({ to: '/artists/$id', params: { id: artist.id } })),
    play: done(() => playArtist(client, artist.id)),
    playName: `${t.player.play}: ${artist.name}`,
  }))
  const tracks = found.tracks.map((track): Option => ({
    id: `search-${track.id}`,
    group: t.search.kinds.track,
    picture: cover(track.release.id, track.cover),
    name: <Marked text={track.title} marks={track.marks.title} />,
    about: (
      <>
        {names(track.artists, track.marks.artists)} · <Marked text={track.release.title} marks={track.marks.release} />
      </>
    ),
    open: done(() => navigate({ to: '/tracks/$id', params: { id: track.id } })),
    ...(canPlay(track) ? { play: done(() => playTrack(track)), playName: `${t.player.play}: ${track.title}` } : {}),
  }))
  const releases = found.releases.map((release): Option => ({
    id: `search-${release.id}`,
    group: t.search.kinds.release,
    picture: cover(release.id, release.cover),
    name: <Marked text={release.title} marks={release.marks.title} />,
    about: names(release.artists, release.marks.artists),
    open: done(() => navigate({ to: '/releases/$id', params: { id: release.id } })),
    ...(release.ready > 0 ? { play: done(() => playRelease(client, release.id)), playName: `${t.player.play}: ${release.title}` } : {}),
  }))
  const lines = found.lines.map((line, i): Option => ({
    id: `search-line-${i}`,
    group: t.search.kinds.line,
    picture: cover(line.track.release.id, line.track.cover),
    name: <Marked text={line.line} marks={line.marks} />,
    about: `${line.startMs === null ? '' : `${format.duration(line.startMs)} · `}${line.track.title} · ${artistNames(line.track.artists)}`,
    open: done(() => (canPlay(line.track) ? playLine(line) : navigate({ to: '/tracks/$id', params: { id: line.track.id } }))),
    ...(canPlay(line.track)
      ? {
          play: done(() => playLine(line)),
          playName: line.startMs === null ? t.player.play : t.search.playLine(format.duration(line.startMs)),
        }
      : {}),
  }))
  const playlists = found.playlists.map((playlist): Option => ({
    id: `search-${playlist.id}`,
    group: t.search.kinds.playlist,
    picture: <ListMusic size={18} />,
    name: <Marked text={playlist.name} marks={playlist.marks} />,
    about: `${playlist.owner} · ${t.search.songs(playlist.entries)}`,
    open: done(() => navigate({ to: `/playlists/${playlist.id}` as '/' })),
  }))
  const parts = { artist: artists, track: tracks, release: releases, line: lines, playlist: playlists }
  const all = found.order.flatMap(kind => parts[kind])
  return [
    ...all,
    ...(all.length > 0
      ? [
          {
            id: 'search-all',
            group: '',
            picture: <Search size={17} />,
            name: t.search.all(q),
            open: done(() => navigate({ to: '/search', search: { q } })),
          },
        ]
      : []),
  ]
}
