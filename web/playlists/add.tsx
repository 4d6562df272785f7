import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, ListPlus, Plus } from 'lucide-react'
import { useMemo, useState } from 'react'
import { api } from '../api.ts'
import { asApiError } from '../api-call.ts'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Mosaic } from './mosaic.tsx'
import { mineQuery, newEntryId, newPlaylistId, refresh, type Card } from './queries.ts'
import { read } from '../api.ts'

type AddProps = { /** Ids of tracks. */ tracks: readonly string[]; open: boolean; onOpenChange: (open: boolean) => void }
type Duplicates = 'ask' | 'allow' | 'skip'

/** Chooses a playlist for some tracks, or makes one; warns of what is in already. */
export function AddToPlaylist({ tracks, open, onOpenChange }: AddProps) {
  const t = useWords()
  const me = useMe()
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.playlists.addTo} description={t.playlists.addToBody(tracks.length)}>
      {me ? <Choose tracks={tracks} onDone={() => onOpenChange(false)} /> : <SignInFirst />}
    </Dialog>
  )
}

function Choose({ tracks, onDone }: { tracks: readonly string[]; onDone: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const only = tracks.length === 1 ? tracks[0] : undefined
  const { data, error, isPending, refetch } = useQuery(only === undefined ? mineQuery : read('GET /me/playlists', { track: only }))
  const [sought, setSought] = useState('')
  const [making, setMaking] = useState(false)
  const [name, setName] = useState('')
  const [again, setAgain] = useState<{ list: Card; count: number; of: number } | null>(null)
  // Made once, so that a second press adds nothing twice.
  const ids = useMemo(() => tracks.map(newEntryId), [tracks])
  const [made] = useState(newPlaylistId)

  const add = useMutation({
    mutationFn: ({ list, duplicates }: { list: Card; duplicates: Duplicates }) =>
      api('POST /playlists/:id/entries', { id: list.id, tracks: [...tracks], ids, duplicates }),
    onSuccess: ({ added }, { list }) => {
      void refresh(client, list.id)
      toast(t.playlists.added(list.name, added), {
        tone: 'good',
        action: {
          label: t.common.undo,
          run: () => void api('POST /playlists/:id/entries/remove', { id: list.id, entries: ids }).then(() => refresh(client, list.id)),
        },
      })
      onDone()
    },
    onError: (fault, { list }) => {
      const { code, fields } = asApiError(fault)
      if (code === 'playlist_repeats') setAgain({ list, count: Number(fields['tracks'] ?? 1), of: Number(fields['of'] ?? 1) })
      else toast(faultText(t, fault), { tone: 'bad' })
    },
  })
  const make = useMutation({
    mutationFn: () => api('POST /playlists', { id: made, name: name.trim(), tracks: [...tracks] }),
    onSuccess: list => {
      void refresh(client, list.id)
      toast(t.playlists.added(list.name, tracks.length), { tone: 'good' })
      onDone()
    },
    onError: fault => toast(faultText(t, fault), { tone: 'bad' }),
  })

  if (again)
    return (
      <div role="alert" className="flex flex-col gap-4 pb-2">
        <div>
          <p className="font-semibold">{t.playlists.repeats}</p>
          <p className="text-muted">{t.playlists.repeatsBody(again.count, again.of)}</p>
        </div>
        <div className="flex flex-wrap justify-end gap-2">
          <Button look="plain" onClick={() => setAgain(null)}>
            {t.common.back}
          </Button>
          {again.count < again.of ? (
            <Button look="quiet" busy={add.isPending} onClick={() => add.mutate({ list: again.list, duplicates: 'skip' })}>
              {t.playlists.addRest}
            </Button>
          ) : null}
          <Button autoFocus busy={add.isPending} onClick={() => add.mutate({ list: again.list, duplicates: 'allow' })}>
            {t.playlists.addAgain}
          </Button>
        </div>
      </div>
    )
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={4} />
  const mine = data.items.filter(list => list.role !== null && !list.smart)
  const shown = mine.filter(list => list.name.toLowerCase().includes(sought.trim().toLowerCase()))
  return (
    <div className="flex flex-col gap-3 pb-2">
      {making ? (
        <form
          className="flex items-end gap-2"
          onSubmit={event => {
            event.preventDefault()
            if (name.trim() !== '') make.mutate()
          }}
        >
          <Input
            label={t.playlists.name}
            className="flex-1"
            autoFocus
            maxLength={200}
            value={name}
            placeholder={t.playlists.namePlaceholder}
            onChange={event => setName(event.target.value)}
          />
          <Button type="submit" busy={make.isPending} disabled={name.trim() === ''}>
            {t.playlists.create}
          </Button>
        </form>
      ) : (
        <Button look="quiet" icon={Plus} onClick={() => setMaking(true)} className="self-start">
          {t.playlists.make}
        </Button>
      )}
      {mine.length > 7 ? (
        <Input
          label={t.playlists.searchMine}
          hideLabel
          type="search"
          value={sought}
          placeholder={t.playlists.searchMine}
          onChange={event => setSought(event.target.value)}
        />
      ) : null}
      {mine.length === 0 && !making ? (
        <EmptyState icon={ListPlus} title={t.playlists.none} compact>
          {t.playlists.noneBody}
        </EmptyState>
      ) : null}
      <ul className="-mx-2 flex flex-col">
        {shown.map(list => (
          <li key={list.id}>
            <button
              type="button"
              disabled={add.isPending}
              onClick={() => add.mutate({ list, duplicates: 'ask' })}
              className="flex w-full items-center gap-3 rounded-sm px-2 py-1.5 text-left transition-colors hover:bg-raised"
            >
              <Mosaic id={list.id} covers={list.covers} size={44} className="size-11 shrink-0" />
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{list.name}</span>
                <span className="block truncate text-xs text-muted">
                  {[t.playlists.tracks(list.entries ?? 0), list.role === 'owner' ? null : list.owner.name].filter(Boolean).join(' · ')}
                </span>
              </span>
              {list.contains ? (
                <span className="flex shrink-0 items-center gap-1 text-xs text-accent-ink">
                  <Check size={15} aria-hidden />
                  {t.playlists.isIn}
                </span>
              ) : null}
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
