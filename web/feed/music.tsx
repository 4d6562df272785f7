import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Disc3, ListMusic, Music2, Pause, Play } from 'lucide-react'
import { api, read } from '../api.ts'
import { clockText } from '../i18n/format.ts'
import { useWords } from '../i18n/use.tsx'
import { player } from '../player/player.ts'
import { playable, type Playable } from '../player/track.ts'
import { usePlayer } from '../player/use.ts'
import { Cover } from '../ui/cover.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import type { Music } from './post.ts'

const addresses = { track: '/tracks/$id', release: '/releases/$id', playlist: '/playlists/$id' } as const
const icons = { track: Music2, release: Disc3, playlist: ListMusic }

/** Music of the planet in a post: its cover, what it is, and a button that plays it at once. */
export function MusicCard({ music }: { music: Music }) {
  const t = useWords()
  const client = useQueryClient()
  const on = usePlayer(state => {
    if (state.status !== 'playing' && state.status !== 'loading') return false
    const track = state.queue.entries[state.queue.at]?.track
    return (
      track !== undefined && (music.kind === 'track' ? track.id === music.id : music.kind === 'release' && track.release.id === music.id)
    )
  })
  const tracks = async (): Promise<Playable[]> => {
    if (music.kind === 'track') return music.track ? [playable(music.track, 'track')] : []
    if (music.kind === 'release')
      return (await client.ensureQueryData(read('GET /releases/:id', { id: music.id }))).tracks.map(track => playable(track, 'release'))
    const { items } = await api('GET /playlists/:id/entries', { id: music.id, limit: 500 })
    return items.flatMap(entry => (entry.track && entry.dead === null ? [playable(entry.track, 'playlist')] : []))
  }
  const press = async () => {
    if (on) return player.pause()
    try {
      const found = await tracks()
      const good = found.filter(track => track.playable !== 'no')
      if (good.length === 0) toast(t.feed.musicGone)
      else player.playTracks(good)
    } catch (error) {
      toast(faultText(t, error), { tone: 'bad' })
    }
  }
  const Icon = icons[music.kind]
  const gone = music.kind === 'track' && music.track === null
  const PlayIcon = on ? Pause : Play
  return (
    <div className="group/music relative flex items-center gap-3.5 overflow-hidden rounded-md bg-raised p-2.5 pr-3.5">
      <Cover id={music.id} picture={music.cover?.medium ?? null} alt="" size={72} className="size-18 shrink-0" />
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-1.5 text-xs text-muted">
          <Icon size={13} aria-hidden />
          {t.feed[music.kind]}
          {music.track ? <span className="tabular">· {clockText(music.track.durationMs)}</span> : null}
        </p>
        <p className="mt-0.5 truncate font-semibold">
          {gone ? (
            music.title
          ) : (
            <Link to={addresses[music.kind]} params={{ id: music.id }} className="hover:underline">
              {music.title}
            </Link>
          )}
        </p>
        <p className="truncate text-[13px] text-muted">{gone ? t.feed.musicGone : music.by}</p>
      </div>
      {gone ? null : (
        <button
          type="button"
          aria-label={on ? t.player.pause : t.feed.playMusic(music.title)}
          onClick={() => void press()}
          className="grid size-12 shrink-0 place-items-center rounded-full bg-accent text-on-accent shadow-lift transition-transform duration-120 hover:scale-105 focus-visible:rounded-full"
        >
          <PlayIcon size={21} fill="currentColor" strokeWidth={1.5} aria-hidden className={on ? '' : 'translate-x-[1px]'} />
        </button>
      )}
    </div>
  )
}
