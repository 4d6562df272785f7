import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Input, TextArea } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { newPlaylistId, refresh, type Playlist } from './queries.ts'

/** Name and description. */
export function EditDialog({ list, onClose }: { list: Playlist; onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const [name, setName] = useState(list.name)
  const [note, setNote] = useState(list.note)
  const save = useMutation({
    mutationFn: () => api('PATCH /playlists/:id', { id: list.id, name: name.trim(), note }),
    onSuccess: async () => {
      await refresh(client, list.id)
      toast(t.common.saved, { tone: 'good' })
      onClose()
    },
  })
  return (
    <Dialog open onOpenChange={open => !open && onClose()} title={t.playlists.edit}>
      <NameForm
        name={name}
        note={note}
        onName={setName}
        onNote={setNote}
        action={t.common.save}
        busy={save.isPending}
        error={save.error}
        onSubmit={() => save.mutate()}
      />
    </Dialog>
  )
}

/** A new playlist: its name is enough. */
export function NewDialog({ onClose }: { onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const navigate = useNavigate()
  // Made once: pressed twice it is the same playlist.
  const [id] = useState(newPlaylistId)
  const [name, setName] = useState('')
  const [note, setNote] = useState('')
  const make = useMutation({
    mutationFn: () => api('POST /playlists', { id, name: name.trim(), note }),
    onSuccess: async () => {
      onClose()
      await navigate({ to: '/playlists/$id', params: { id } })
      await refresh(client)
    },
  })
  return (
    <Dialog open onOpenChange={open => !open && onClose()} title={t.playlists.make}>
      <NameForm
        name={name}
        note={note}
        onName={setName}
        onNote={setNote}
        action={t.playlists.create}
        busy={make.isPending}
        error={make.error}
        onSubmit={() => make.mutate()}
      />
    </Dialog>
  )
}

type FormProps = {
  name: string
  note: string
  onName: (name: string) => void
  onNote: (note: string) => void
  action: string
  busy: boolean
  error: unknown
  onSubmit: () => void
}
function NameForm({ name, note, onName, onNote, action, busy, error, onSubmit }: FormProps) {
  const t = useWords()
  return (
    <form
      className="flex flex-col gap-4 pb-2"
      onSubmit={event => {
        event.preventDefault()
        if (name.trim() !== '') onSubmit()
      }}
    >
      <Input
        label={t.playlists.name}
        autoFocus
        required
        maxLength={200}
        value={name}
        placeholder={t.playlists.namePlaceholder}
        onChange={event => onName(event.target.value)}
        error={error ? faultText(t, error) : undefined}
      />
      <TextArea
        label={t.playlists.note}
        optional
        maxLength={2000}
        rows={3}
        value={note}
        placeholder={t.playlists.notePlaceholder}
        onChange={event => onNote(event.target.value)}
      />
      <Button type="submit" busy={busy} disabled={name.trim() === ''} className="self-end">
        {action}
      </Button>
    </form>
  )
}
