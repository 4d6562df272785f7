import { useQuery } from '@tanstack/react-query'
import { ArrowLeft } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { artistNames } from '../player/track.ts'
import { IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Input } from '../ui/field.tsx'
import { ErrorState, SkeletonRows } from '../ui/states.tsx'
import type { Music } from './post.ts'

/** Looks for a song, a release or a playlist of the planet. */
export function ComposeMusic({ onChoose, onClose }: { onChoose: (music: Music) => void; onClose: () => void }) {
  const t = useWords()
  const [sought, setSought] = useState('')
  const q = useDeferredValue(sought.trim())
  const { data, error } = useQuery({ ...read('GET /search', { q, limit: 6 }), enabled: q !== '', placeholderData: before => before })
  const found: Music[] = data
    ? [
        ...data.tracks.map(track => ({
          kind: 'track' as const,
          id: track.id,
          title: track.title,
          by: artistNames(track.artists),
          cover: track.cover,
          track,
        })),
        ...data.releases.map(one => ({
          kind: 'release' as const,
          id: one.id,
          title: one.title,
          by: artistNames(one.artists),
          cover: one.cover,
          track: null,
        })),
        ...data.playlists.map(one => ({ kind: 'playlist' as const, id: one.id, title: one.name, by: one.owner, cover: null, track: null })),
      ]
    : []
  return (
    <div className="flex min-h-80 flex-col">
      <div className="flex items-center gap-2">
        <IconButton icon={ArrowLeft} label={t.feed.back} tip={false} className="-ml-2" onClick={onClose} />
        <Input
          label={t.feed.findMusic}
          hideLabel
          type="search"
          autoFocus
          value={sought}
          placeholder={t.feed.findMusic}
          onChange={event => setSought(event.target.value)}
          className="min-w-0 flex-1"
        />
      </div>
      <div aria-live="polite" className="mt-3">
        {q === '' ? null : error ? (
          <ErrorState error={error} compact />
        ) : !data ? (
          <SkeletonRows rows={4} />
        ) : found.length === 0 ? (
          <p className="py-6 text-center text-muted">{t.music.searchNone(q)}</p>
        ) : (
          <ul className="-mx-2">
            {found.map(music => (
              <li key={music.id}>
                <button
                  type="button"
                  onClick={() => onChoose(music)}
                  className="flex w-full items-center gap-3 rounded-sm px-2 py-2 text-left hover:bg-raised"
                >
                  <Cover id={music.id} picture={music.cover?.small ?? null} alt="" size={48} className="size-12 shrink-0" />
                  <span className="min-w-0 flex-1">
                    <span className="block truncate font-medium">{music.title}</span>
                    <span className="block truncate text-[13px] text-muted">{music.by}</span>
                  </span>
                  <span className="shrink-0 text-xs text-muted">{t.feed[music.kind]}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  )
}
