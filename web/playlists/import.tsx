import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { CircleAlert, CircleCheck, CircleHelp } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { api, type Ok } from '../api.ts'
import { ApiError } from '../api-call.ts'
import { useWords } from '../i18n/use.tsx'
import { artistNames } from '../player/track.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Input } from '../ui/field.tsx'
import { fileText } from '../ui/file-text.ts'
import { Dialog } from '../ui/overlay.tsx'
import { faultText, Progress } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { DropZone } from '../ui/upload.tsx'
import { TrackSearch } from './find.tsx'
import { newPlaylistId, refresh } from './queries.ts'

type Read = Ok<'POST /playlists/read'>
type Line = Read['lines'][number]
type State = Line['state']
const mostBytes = 2_000_000

/** A playlist from a file: a look first (what was found, what is unsure, what is missing), then made. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [id] = useState(newPlaylistId)
  const [found, setFound] = useState<Read | null>(null)
  const [name, setName] = useState('')
  const look = useMutation({
    mutationFn: async (file: File) => {
      if (file.size > mostBytes) throw new ApiError({ status: 413, code: 'too_large' })
      return api('POST /playlists/read', { file: file.name, content: await fileText(file) })
    },
    onSuccess: read => {
      setFound(read)
      setName(read.name)
    },
  })
  const make = useMutation({
    mutationFn: (read: Read) =>
      api('POST /playlists/import', {
        id,
        name: name.trim(),
        note: read.note,
        lines: read.lines.map(({ state: _state, track, ...line }) => ({ ...line, track: track?.id ?? null })),
      }),
    onSuccess: async list => {
      toast(t.playlists.created(list.name), { tone: 'good' })
      await navigate({ to: '/playlists/$id', params: { id: list.id } })
      onClose()
      await refresh(client, list.id)
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <Dialog
      wide
      open
      onOpenChange={open => !open && onClose()}
      title={t.playlists.imports.title}
      description={t.playlists.imports.body}
      footer={
        found ? (
          <>
            <Button
              look="quiet"
              onClick={() => {
                setFound(null)
                look.reset()
              }}
            >
              {t.playlists.imports.again}
            </Button>
            <Button busy={make.isPending} disabled={name.trim() === ''} onClick={() => make.mutate(found)}>
              {t.playlists.imports.make(found.lines.length)}
            </Button>
          </>
        ) : undefined
      }
    >
      {found ? (
        <div className="flex flex-col gap-4">
          <Input label={t.playlists.name} value={name} maxLength={200} onChange={event => setName(event.target.value)} />
          <Lines read={found} onChange={lines => setFound({ ...found, lines })} />
        </div>
      ) : look.isPending ? (
        <div className="py-10">
          <Progress label={t.playlists.imports.reading} share={null} />
        </div>
      ) : (
        <div className="flex flex-col gap-3 pb-2">
          <DropZone
            label={t.playlists.imports.drop}
            hint={t.playlists.imports.body}
            accept=".m3u,.m3u8,.jspf,.xspf,.json,.csv,.txt,audio/x-mpegurl,application/json,text/csv,application/xspf+xml"
            onFiles={files => files[0] && look.mutate(files[0])}
          />
          {look.error ? (
            <p role="alert" className="text-danger">
              {look.error instanceof ApiError && look.error.code === 'too_large' ? t.playlists.imports.tooBig : faultText(t, look.error)}
            </p>
          ) : null}
        </div>
      )}
    </Dialog>
  )
}

const icons = { found: CircleCheck, unsure: CircleHelp, missing: CircleAlert }
const tones = { found: 'text-paid', unsure: 'text-accent-ink', missing: 'text-muted' }
const shows = ['all', 'found', 'unsure', 'missing'] as const

function Lines({ read, onChange }: { read: Read; onChange: (lines: Line[]) => void }) {
  const t = useWords()
  const box = useRef<HTMLDivElement>(null)
  const count = (state: State) => read.lines.filter(line => line.state === state).length
  const [show, setShow] = useState<(typeof shows)[number]>(() => (count('unsure') > 0 ? 'unsure' : 'all'))
  const [choosing, setChoosing] = useState<number | null>(null)
  const rows = useMemo(
    () => read.lines.flatMap((line, index) => (show === 'all' || line.state === show ? [index] : [])),
    [read.lines, show],
  )
  // oxlint-disable-next-line react/incompatible-library -- nothing here is compiled; what it returns is used in this render only
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => 60, overscan: 8 })
  const put = (index: number, change: Partial<Line>) => {
    onChange(read.lines.map((line, n) => (n === index ? { ...line, ...change } : line)))
    setChoosing(null)
  }
  const chosen = choosing === null ? undefined : read.lines[choosing]
  return (
    <div>
      <div role="group" aria-label={t.playlists.imports.title} className="mb-3 grid grid-cols-2 gap-2 sm:grid-cols-4">
        {shows.map(value => (
          <button
            key={value}
            type="button"
            aria-pressed={show === value}
            onClick={() => setShow(value)}
            className={cx(
              'rounded-md border p-3 text-left transition-colors',
              show === value ? 'border-accent-mark bg-accent-soft' : 'border-line hover:bg-raised',
            )}
          >
            <span className="tabular block text-lg leading-none font-semibold">{value === 'all' ? read.lines.length : count(value)}</span>
            <span className="text-xs text-muted">{t.playlists.imports.show[value]}</span>
          </button>
        ))}
      </div>
      {show === 'unsure' ? <p className="mb-2 text-xs text-muted">{t.playlists.imports.unsureBody}</p> : null}
      {show === 'missing' ? <p className="mb-2 text-xs text-muted">{t.playlists.imports.missingBody}</p> : null}
      {chosen && choosing !== null ? (
        <div className="mb-3 rounded-md border border-line p-3">
          <TrackSearch
            label={t.playlists.chooseTitle(chosen.title)}
            first={`${chosen.title} ${chosen.artist}`.trim().slice(0, 100)}
            act={track => (
              <Button
                look="quiet"
                size="sm"
                onClick={() =>
                  put(choosing, {
                    state: 'found',
                    track: {
                      id: track.id,
                      title: track.title,
                      artist: artistNames(track.artists),
                      album: track.release.title,
                      durationMs: track.durationMs,
                    },
                  })
                }
              >
                {t.playlists.imports.accept}
              </Button>
            )}
          />
        </div>
      ) : null}
      <div
        ref={box}
        tabIndex={0}
        role="region"
        aria-label={t.playlists.list}
        className="max-h-[44dvh] overflow-y-auto rounded-md border border-line"
      >
        <ul className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(item => {
            const index = rows[item.index]!
            const line = read.lines[index]!
            const Icon = icons[line.state]
            return (
              <li
                key={index}
                className="absolute inset-x-0 flex h-15 items-center gap-3 border-b border-line px-3 last:border-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Icon size={18} role="img" aria-label={t.playlists.imports[line.state]} className={cx('shrink-0', tones[line.state])} />
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium">{[line.artist, line.title].filter(Boolean).join(' – ')}</span>
                  <span className="block truncate text-xs text-muted">
                    {line.track
                      ? `${t.playlists.imports.means} ${line.track.artist} – ${line.track.title} · ${line.track.album}`
                      : line.album || t.playlists.imports.missing}
                  </span>
                </span>
                {line.state === 'unsure' ? (
                  <>
                    <Button look="quiet" size="sm" onClick={() => put(index, { state: 'found' })}>
                      {t.playlists.imports.accept}
                    </Button>
                    <Button look="plain" size="sm" className="max-sm:hidden" onClick={() => put(index, { state: 'missing', track: null })}>
                      {t.playlists.imports.refuse}
                    </Button>
                  </>
                ) : null}
                <Button look="plain" size="sm" onClick={() => setChoosing(index)}>
                  {line.state === 'missing' ? t.playlists.choose : t.playlists.imports.other}
                </Button>
              </li>
            )
          })}
        </ul>
      </div>
    </div>
  )
}
