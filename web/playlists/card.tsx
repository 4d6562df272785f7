import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Play, UsersRound } from 'lucide-react'
import { useWords } from '../i18n/use.tsx'
import { player } from '../player/player.ts'
import { playable } from '../player/track.ts'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Mosaic } from './mosaic.tsx'
import { entriesQuery, type PublicCard } from './queries.ts'

/** A playlist as a picture with its name; the round button plays it at once. */
export function PlaylistCard({ list }: { list: PublicCard }) {
  const t = useWords()
  const client = useQueryClient()
  const play = async () => {
    try {
      const { pages } = await client.fetchInfiniteQuery(entriesQuery(list.id))
      const tracks = pages
        .flatMap(page => page.items)
        .flatMap(entry => (entry.track && entry.dead === null ? [playable(entry.track, 'playlist')] : []))
      if (tracks.length > 0) player.playTracks(tracks.slice(0, 1000))
      else toast(t.playlists.emptyOther)
    } catch (error) {
      toast(faultText(t, error), { tone: 'bad' })
    }
  }
  const about = list.entries === null ? t.playlists.smart : t.playlists.tracks(list.entries)
  return (
    <article className="group relative min-w-0">
      <div className="relative">
        <Mosaic
          id={list.id}
          covers={list.covers}
          smart={list.smart}
          size={220}
          className="w-full transition-[filter] duration-160 group-hover:brightness-[0.92]"
        />
        {list.entries === 0 ? null : (
          <button
            type="button"
            aria-label={`${t.player.play}: ${list.name}`}
            onClick={() => void play()}
            className="absolute right-2.5 bottom-2.5 z-1 grid size-11 translate-y-1 place-items-center rounded-full bg-accent text-on-accent opacity-0 shadow-pop transition-[opacity,transform] duration-160 group-hover:translate-y-0 group-hover:opacity-100 hover:scale-105 focus-visible:translate-y-0 focus-visible:rounded-full focus-visible:opacity-100 coarse:translate-y-0 coarse:opacity-100"
          >
            <Play size={20} fill="currentColor" strokeWidth={1.5} aria-hidden className="translate-x-[1px]" />
          </button>
        )}
      </div>
      <p className="mt-2.5 flex items-center gap-1.5 text-sm font-semibold tracking-normal">
        <Link to="/playlists/$id" params={{ id: list.id }} className="card-link truncate after:z-0">
          {list.name}
        </Link>
        {list.collaborative ? <UsersRound size={14} role="img" aria-label={t.playlists.together} className="shrink-0 text-muted" /> : null}
      </p>
      <p className="truncate text-[13px] text-muted">{list.role === 'owner' ? about : `${about} · ${list.owner.name}`}</p>
    </article>
  )
}
