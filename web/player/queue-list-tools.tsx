import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { ListPlus, Redo2, Trash2, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { newPlaylistId } from './ids.ts'
import { player } from './player.ts'
import { soundingMs } from './track.ts'
import { usePlayer } from './use.ts'

/** Above the queue: how long it is, back and forth, away with it. */
export function QueueTools({ onLeave, onSay }: { onLeave: () => void; onSay: (text: string) => void }) {
  const t = useWords()
  const me = useMe()
  const [saving, setSaving] = useState(false)
  const { entries, at } = usePlayer(state => state.queue)
  const past = usePlayer(state => state.history.past.at(-1)?.what)
  const future = usePlayer(state => state.history.future[0]?.what)
  const rest = entries.slice(Math.max(0, at))
  const minutes = Math.round(rest.reduce((sum, entry) => sum + soundingMs(entry.track), 0) / 60_000)
  const length = minutes < 60 ? t.listening.minutes(minutes) : t.listening.hours(Math.floor(minutes / 60), minutes % 60)
  return (
    <div className="flex shrink-0 items-center gap-0.5 pb-1">
      <p className="tabular min-w-0 flex-1 truncate text-sm text-muted">{rest.length > 0 ? t.listening.total(rest.length, length) : ''}</p>
      <IconButton
        icon={Undo2}
        size="sm"
        disabled={!past}
        label={past ? t.listening.undoOf(t.listening.what[past]) : t.listening.undo}
        onClick={() => {
          const what = player.undo()
          if (what) onSay(t.listening.undone(t.listening.what[what]))
        }}
      />
      <IconButton
        icon={Redo2}
        size="sm"
        disabled={!future}
        label={future ? t.listening.redoOf(t.listening.what[future]) : t.listening.redo}
        onClick={() => {
          const what = player.redo()
          if (what) onSay(t.listening.redone(t.listening.what[what]))
        }}
      />
      {me && entries.some(entry => !entry.track.own) ? (
        <IconButton icon={ListPlus} size="sm" label={t.listening.savePlaylist} onClick={() => setSaving(true)} />
      ) : null}
      <IconButton
        icon={Trash2}
        size="sm"
        disabled={at + 1 >= entries.length}
        label={t.listening.clearNext}
        onClick={() => {
          player.clearNext()
          onSay(t.player.cleared)
          toast(t.player.cleared, { action: { label: t.common.undo, run: () => void player.undo() } })
        }}
      />
      {saving ? <SavePlaylist onClose={() => setSaving(false)} onLeave={onLeave} /> : null}
    </div>
  )
}

/** The whole queue, played and to come, as a playlist of one's own. */
function SavePlaylist({ onClose, onLeave }: { onClose: () => void; onLeave: () => void }) {
  const t = useWords()
  const format = useFormat()
  const router = useRouter()
  const client = useQueryClient()
  // Made once: pressed twice it is the same playlist.
  const [id] = useState(newPlaylistId)
  const [name, setName] = useState(() => t.listening.playlistOf(format.date(new Date().toISOString())))
  const open = () => {
    onLeave()
    void router.navigate({ to: '/playlists/$id' as '/tracks/$id', params: { id } })
  }
  const save = useMutation({
    mutationFn: () => {
      const { entries } = player.getState().queue
      return api('POST /playlists', { id, name, tracks: entries.filter(entry => !entry.track.own).map(entry => entry.track.id) })
    },
    onSuccess: () => {
      void client.invalidateQueries({ predicate: query => String(query.queryKey[0]).includes('/playlists') })
      const there = '/playlists/$id' in router.routesByPath
      toast(t.listening.savedPlaylist(name), { tone: 'good', ...(there ? { action: { label: t.listening.openIt, run: open } } : {}) })
      onClose()
    },
  })
  return (
    <Dialog open onOpenChange={next => !next && onClose()} title={t.listening.savePlaylist}>
      <form
        className="flex flex-col gap-4 pb-2"
        onSubmit={event => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Input
          label={t.listening.playlistName}
          value={name}
          maxLength={200}
          required
          autoFocus
          onChange={event => setName(event.target.value)}
          error={save.error ? faultText(t, save.error) : undefined}
        />
        <Button type="submit" busy={save.isPending} disabled={name.trim() === ''} className="self-end">
          {t.listening.savePlaylist}
        </Button>
      </form>
    </Dialog>
  )
}
