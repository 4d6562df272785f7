import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { MicVocal, Plus, UsersRound, X } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button, buttonClass, IconButton } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { Duration } from '../ui/money.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { ErrorState, Panel, SkeletonRows, Tag, faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import type { StudioReleaseData } from './release-data.ts'

type Track = StudioReleaseData['tracks'][number]
type Role = Ok<'GET /releases/:id'>['credits'][number]['role']

/** The tracks of a release with what a maker may change about each. */
export function StudioTracks({ release }: { release: StudioReleaseData }) {
  const t = useWords()
  const client = useQueryClient()
  const [credits, setCredits] = useState<Track | null>(null)
  const change = useMutation({
    mutationFn: (input: { id: string; streaming: Track['streaming'] }) => api('PATCH /tracks/:id', input),
    onSuccess: () => toast(t.studio.saved, { tone: 'good' }),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['GET /releases/:id'] }),
  })
  return (
    <Panel title={t.studio.tracks}>
      <ol className="-my-2 divide-y divide-line">
        {release.tracks.map(track => (
          <li key={track.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-2.5">
            <span className="tabular w-6 text-right text-muted">{track.number}</span>
            <div className="min-w-40 flex-1">
              <p className="truncate font-medium">{track.title}</p>
              <p className="flex items-center gap-2 text-xs text-muted">
                <Duration ms={track.durationMs} />
                {track.state === 'failed' ? (
                  <Tag tone="bad">{track.problem ?? t.music.failedTrack}</Tag>
                ) : track.state !== 'ready' ? (
                  <Tag>{t.music.notReady}</Tag>
                ) : null}
              </p>
            </div>
            <Select
              label={`${t.studio.streaming}: ${track.title}`}
              hideLabel
              className="w-44"
              value={track.streaming}
              disabled={change.isPending}
              onChange={event => change.mutate({ id: track.id, streaming: event.target.value as Track['streaming'] })}
              options={(['full', 'preview', 'none'] as const).map(value => ({ value, name: t.studio.streamings[value] }))}
            />
            <Button look="plain" size="sm" icon={UsersRound} onClick={() => setCredits(track)}>
              {t.studio.credits}
            </Button>
            <Link to="/lyrics/$id" params={{ id: track.id }} className={buttonClass('plain', 'sm')}>
              <MicVocal size={14} strokeWidth={2.2} aria-hidden />
              {t.studio.lyrics}
            </Link>
          </li>
        ))}
      </ol>
      {credits ? <CreditsDialog track={credits} onClose={() => setCredits(null)} /> : null}
    </Panel>
  )
}

type Draft = { key: number; name: string; role: Role; page: string | null }

function CreditsDialog({ track, onClose }: { track: Track; onClose: () => void }) {
  const t = useWords()
  const query = read('GET /tracks/:id', { id: track.id })
  const { data, error, isPending, refetch } = useQuery(query)
  return (
    <Dialog open onOpenChange={open => !open && onClose()} title={t.studio.editCredits} description={track.title} wide>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : (
        <CreditsForm track={data} onClose={onClose} />
      )}
    </Dialog>
  )
}

function CreditsForm({ track, onClose }: { track: Ok<'GET /tracks/:id'>; onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const [rows, setRows] = useState<Draft[]>(() => track.credits.map((credit, key) => ({ ...credit, key })))
  const save = useMutation({
    mutationFn: () =>
      api('PUT /tracks/:id/credits', {
        id: track.id,
        credits: rows.filter(row => row.name.trim() !== '').map(({ name, role, page }) => ({ name: name.trim(), role, page })),
      }),
    onSuccess: async () => {
      toast(t.studio.creditsSaved, { tone: 'good' })
      onClose()
      await Promise.all([
        client.invalidateQueries({ queryKey: ['GET /tracks/:id'] }),
        client.invalidateQueries({ queryKey: ['GET /releases/:id'] }),
      ])
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const roles = Object.entries(t.music.roles).map(([value, name]) => ({ value, name }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      {rows.map((row, index) => (
        <div key={row.key} className="flex items-end gap-2">
          <Input
            label={t.studio.creditName}
            hideLabel={index > 0}
            className="flex-1"
            value={row.name}
            maxLength={120}
            onChange={event =>
              setRows(rows.map(other => (other.key === row.key ? { ...other, name: event.target.value, page: null } : other)))
            }
          />
          <Select
            label={t.studio.creditRole}
            hideLabel={index > 0}
            className="w-36"
            value={row.role}
            options={roles}
            onChange={event => setRows(rows.map(other => (other.key === row.key ? { ...other, role: event.target.value as Role } : other)))}
          />
          <IconButton
            icon={X}
            label={`${t.common.remove}: ${row.name}`}
            tip={false}
            onClick={() => setRows(rows.filter(other => other.key !== row.key))}
          />
        </div>
      ))}
      <div className="mt-2 flex justify-between gap-2">
        <Button
          look="plain"
          icon={Plus}
          onClick={() => setRows([...rows, { key: Math.max(0, ...rows.map(row => row.key)) + 1, name: '', role: 'performer', page: null }])}
        >
          {t.studio.addCredit}
        </Button>
        <Button type="submit" busy={save.isPending}>
          {t.common.save}
        </Button>
      </div>
    </form>
  )
}
