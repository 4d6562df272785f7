import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, Plus } from 'lucide-react'
import { useDeferredValue, useState, type ReactNode } from 'react'
import { api, read } from '../api.ts'
import { asApiError } from '../api-call.ts'
import { useWords } from '../i18n/use.tsx'
import { artistNames, type Track } from '../player/track.ts'
import { Button } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Input } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { ErrorState, faultText, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { newEntryId, refresh, type Entry, type Playlist } from './queries.ts'

/** A field that looks for tracks and what it finds; `act` stands behind each. */
export function TrackSearch({ label, first = '', act }: { label: string; first?: string; act: (track: Track) => ReactNode }) {
  const t = useWords()
  const [sought, setSought] = useState(first)
  const q = useDeferredValue(sought.trim())
  const { data, error, isFetching } = useQuery({
    ...read('GET /search', { q, kind: 'track', limit: 8 }),
    enabled: q !== '',
    placeholderData: old => old,
  })
  return (
    <div>
      <Input
        label={label}
        type="search"
        value={sought}
        placeholder={t.playlists.findPlaceholder}
        onChange={event => setSought(event.target.value)}
        className="max-w-md"
      />
      <div className="mt-2" aria-live="polite">
        {q === '' ? null : error ? (
          <ErrorState error={error} compact />
        ) : !data && isFetching ? (
          <SkeletonRows rows={3} />
        ) : data?.tracks.length === 0 ? (
          <p className="py-3 text-muted">{t.music.searchNone(q)}</p>
        ) : (
          <ul className="-mx-2">
            {data?.tracks.map(track => (
              <li key={track.id} className="flex items-center gap-3 rounded-sm px-2 py-1.5 hover:bg-raised/70">
                <Cover id={track.release.id} picture={track.cover} alt="" size={44} className="size-11 shrink-0" />
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium">{track.title}</span>
                  <span className="block truncate text-[13px] text-muted">
                    {artistNames(track.artists)} · {track.release.title}
                  </span>
                </span>
                {act(track)}
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  )
}

/** Below a playlist one fills: look for more and put it in. */
export function FindTracks({ list }: { list: Playlist }) {
  const t = useWords()
  const client = useQueryClient()
  const [put, setPut] = useState<ReadonlySet<string>>(new Set())
  const add = useMutation({
    mutationFn: ({ track, again }: { track: Track; again?: boolean }) =>
      api('POST /playlists/:id/entries', { id: list.id, tracks: [track.id], ids: [newEntryId()], duplicates: again ? 'allow' : 'ask' }),
    onSuccess: (_, { track }) => {
      setPut(new Set([...put, track.id]))
      void refresh(client, list.id)
    },
    onError: (error, { track }) => {
      if (asApiError(error).code === 'playlist_repeats')
        toast(t.playlists.repeats, { action: { label: t.playlists.addAgain, run: () => add.mutate({ track, again: true }) } })
      else toast(faultText(t, error), { tone: 'bad' })
    },
  })
  return (
    <section className="rounded-lg border border-line bg-surface p-5">
      <TrackSearch
        label={t.playlists.find}
        act={track => (
          <Button
            look="quiet"
            size="sm"
            icon={put.has(track.id) ? Check : Plus}
            aria-label={`${t.playlists.add}: ${track.title}`}
            busy={add.isPending && add.variables.track.id === track.id}
            onClick={() => add.mutate({ track })}
          >
            {t.playlists.add}
          </Button>
        )}
      />
    </section>
  )
}

/** Says which track a line means whose music was not found. */
export function ChooseTrack({ list, entry, onClose }: { list: Playlist; entry: Entry; onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const choose = useMutation({
    mutationFn: (track: string) => api('PUT /playlists/:id/entries/:entry/track', { id: list.id, entry: entry.id, track }),
    onSuccess: () => {
      void refresh(client, list.id)
      onClose()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <Dialog
      open
      onOpenChange={open => !open && onClose()}
      title={t.playlists.chooseTitle(entry.title)}
      description={[entry.artist, entry.album].filter(Boolean).join(' · ')}
    >
      <TrackSearch
        label={t.common.search}
        first={`${entry.title} ${entry.artist}`.trim().slice(0, 100)}
        act={track => (
          <Button look="quiet" size="sm" disabled={choose.isPending} onClick={() => choose.mutate(track.id)}>
            {t.playlists.imports.accept}
          </Button>
        )}
      />
    </Dialog>
  )
}
