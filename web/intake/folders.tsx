import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { AudioWaveform, FolderSearch, FolderX, RotateCw } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { artistNames } from '../player/track.ts'
import { Button } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { Figure, When } from '../ui/money.tsx'
import { Confirm, Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, Panel, Progress, SkeletonRows, Tag, faultText, type Tone } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'
import { useMe } from '../shell/me.ts'

type Folder = Ok<'GET /folders'>['items'][number]
type FolderFile = Ok<'GET /folders/:id/files'>['items'][number]
const tones: Record<Folder['state'], Tone> = { waiting: 'plain', scanning: 'accent', watching: 'good', away: 'held', failed: 'bad' }

/** Folders of this machine that are watched, what is wrong with them, and recordings that may be one. */
export function ConsoleFolders() {
  const t = useWords()
  const [adding, setAdding] = useState(false)
  const { data, error, isPending, refetch } = useQuery({
    ...read('GET /folders'),
    refetchInterval: query => (query.state.data?.items.some(one => one.state === 'scanning' || one.state === 'waiting') ? 1500 : 10_000),
  })
  return (
    <div className="flex flex-col gap-6">
      <header className="flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="text-xl">{t.intake.title}</h1>
          <p className="mt-1 max-w-[70ch] text-muted">{t.intake.intro}</p>
        </div>
        <Button icon={FolderSearch} onClick={() => setAdding(true)}>
          {t.intake.add}
        </Button>
      </header>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : data.items.length === 0 ? (
        <EmptyState icon={FolderSearch} title={t.intake.none}>
          {t.intake.noneBody}
        </EmptyState>
      ) : (
        data.items.map(folder => <FolderPanel key={folder.id} folder={folder} />)
      )}
      <AlikePanel />
      <AddFolder open={adding} onOpenChange={setAdding} />
    </div>
  )
}

function useRefresh() {
  const client = useQueryClient()
  return () => client.invalidateQueries({ predicate: query => /folders|alike/.test(String(query.queryKey[0])) })
}

function AddFolder({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useWords()
  const me = useMe()
  const refresh = useRefresh()
  const [path, setPath] = useState('')
  const [page, setPage] = useState('')
  const add = useMutation({
    mutationFn: () => api('POST /folders', { path: path.trim(), page: page || null }),
    onSuccess: () => {
      toast(t.intake.added, { tone: 'good' })
      setPath('')
      onOpenChange(false)
      return refresh()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (path.trim()) add.mutate()
  }
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.intake.add}>
      <form className="flex flex-col gap-4" onSubmit={submit}>
        <Input
          label={t.intake.path}
          hint={t.intake.pathHint}
          value={path}
          maxLength={1000}
          autoComplete="off"
          spellCheck={false}
          {...(add.error ? { error: faultText(t, add.error) } : {})}
          onChange={event => {
            setPath(event.target.value)
            add.reset()
          }}
        />
        {me && me.pages.length > 0 ? (
          <Select
            label={t.intake.into}
            value={page}
            onChange={event => setPage(event.target.value)}
            options={[{ value: '', name: '–' }, ...me.pages.map(mine => ({ value: mine.id, name: mine.name }))]}
          />
        ) : null}
        <Button type="submit" disabled={path.trim() === ''} busy={add.isPending}>
          {t.intake.add}
        </Button>
      </form>
    </Dialog>
  )
}

function FolderPanel({ folder }: { folder: Folder }) {
  const t = useWords()
  const format = useFormat()
  const refresh = useRefresh()
  const [stopping, setStopping] = useState(false)
  const [shown, setShown] = useState<'missing' | 'failed' | null>(null)
  const [forgetting, setForgetting] = useState(false)
  const failed = folder.import?.failed ?? 0
  const onError = (error: unknown) => toast(faultText(t, error), { tone: 'bad' })
  const scan = useMutation({
    mutationFn: () => api('POST /folders/:id/scan', { id: folder.id }),
    onSuccess: () => {
      toast(t.intake.scanAsked, { tone: 'good' })
      return refresh()
    },
    onError,
  })
  const stop = useMutation({
    mutationFn: () => api('DELETE /folders/:id', { id: folder.id }),
    onSuccess: () => {
      toast(t.intake.stopped)
      return refresh()
    },
    onError,
  })
  const forget = useMutation({
    mutationFn: () => api('POST /folders/:id/forget', { id: folder.id, missing: folder.missing }),
    onSuccess: ({ removed, hidden, kept }) => {
      toast(t.intake.forgotten(removed, hidden, kept), { tone: 'good' })
      setShown(null)
      return refresh()
    },
    onError,
  })
  return (
    <Panel>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="flex flex-wrap items-center gap-3 text-base font-semibold break-all">
            {folder.path}
            <Tag tone={tones[folder.state]}>{t.intake.states[folder.state]}</Tag>
          </h2>
          <p className="mt-1 text-[13px] text-muted">
            {folder.page ? `${folder.page.name} · ` : ''}
            {folder.scannedAt ? (
              <>
                {t.intake.last}: <When at={folder.scannedAt} show="dateTime" />
                {folder.scanMs === null ? '' : ` (${t.intake.took(format.number(folder.scanMs / 1000))})`}
              </>
            ) : null}
          </p>
          {folder.state === 'away' ? <p className="mt-2 max-w-[70ch] text-sm">{t.intake.awayHint}</p> : null}
          {folder.reason ? <p className="mt-2 text-sm">{folder.reason}</p> : null}
        </div>
        <div className="flex gap-2">
          <Button look="quiet" size="sm" icon={RotateCw} busy={scan.isPending} onClick={() => scan.mutate()}>
            {t.intake.scan}
          </Button>
          <Button look="quiet" size="sm" icon={FolderX} onClick={() => setStopping(true)}>
            {t.intake.stop}
          </Button>
        </div>
      </div>
      {folder.state === 'scanning' && folder.import ? (
        <div className="mt-4" role="status">
          <Progress
            label={t.intake.progress}
            share={folder.import.found === 0 ? null : folder.import.done / folder.import.found}
            detail={`${folder.import.done}/${folder.import.found}`}
          />
        </div>
      ) : null}
      <div className="mt-4 grid grid-cols-3 gap-3 sm:max-w-md">
        <Figure label={t.intake.files} value={folder.files} />
        <Figure label={t.intake.missing} value={folder.missing} />
        <Figure label={t.intake.failed} value={failed} />
      </div>
      {folder.missing + failed > 0 ? (
        <div className="mt-4 flex flex-wrap gap-2">
          {folder.missing > 0 ? (
            <Button
              look="quiet"
              size="sm"
              aria-expanded={shown === 'missing'}
              onClick={() => setShown(shown === 'missing' ? null : 'missing')}
            >
              {t.intake.showMissing(folder.missing)}
            </Button>
          ) : null}
          {failed > 0 ? (
            <Button
              look="quiet"
              size="sm"
              aria-expanded={shown === 'failed'}
              onClick={() => setShown(shown === 'failed' ? null : 'failed')}
            >
              {t.intake.showFailed(failed)}
            </Button>
          ) : null}
        </div>
      ) : null}
      {shown ? (
        <div className="mt-4">
          <Files id={folder.id} state={shown} />
          {shown === 'missing' && folder.missing > 0 ? (
            <Button look="danger" size="sm" className="mt-4" busy={forget.isPending} onClick={() => setForgetting(true)}>
              {t.intake.forget(folder.missing)}
            </Button>
          ) : null}
        </div>
      ) : null}
      <Confirm
        open={stopping}
        onOpenChange={setStopping}
        title={t.intake.stop}
        body={t.intake.stopBody(folder.path)}
        action={t.intake.stop}
        onConfirm={() => stop.mutate()}
      />
      <Confirm
        open={forgetting}
        onOpenChange={setForgetting}
        title={t.intake.forgetTitle}
        body={t.intake.forgetBody(folder.missing)}
        action={t.intake.forgetAction}
        onConfirm={() => forget.mutate()}
      />
    </Panel>
  )
}

function Files({ id, state }: { id: string; state: 'missing' | 'failed' }) {
  const t = useWords()
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /folders/:id/files', id, state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api('GET /folders/:id/files', { id, state, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={3} />
  return (
    <>
      <Table<FolderFile>
        label={state === 'missing' ? t.intake.missing : t.intake.failed}
        dense
        rows={data.pages.flatMap(page => page.items)}
        rowKey={row => row.file}
        columns={[
          {
            key: 'file',
            name: t.intake.file,
            className: 'break-all',
            cell: row =>
              row.track ? (
                <>
                  <Link to="/tracks/$id" params={{ id: row.track.id }} className="font-medium hover:underline">
                    {row.track.title}
                  </Link>
                  <span className="text-muted"> · {row.track.release}</span>
                  <span className="block text-xs text-muted">{row.file}</span>
                </>
              ) : (
                row.file
              ),
          },
          state === 'missing'
            ? { key: 'since', name: t.intake.since, cell: row => (row.since ? <When at={row.since} show="dateTime" /> : '') }
            : { key: 'reason', name: t.intake.reason, cell: row => <span className="text-muted">{row.reason}</span> },
        ]}
      />
      {hasNextPage ? (
        <Button look="quiet" size="sm" className="mt-3" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.intake.more}
        </Button>
      ) : null}
    </>
  )
}

function AlikePanel() {
  const t = useWords()
  const format = useFormat()
  const refresh = useRefresh()
  const { data, error, isPending, refetch } = useQuery(read('GET /alike', { limit: 20 }))
  const decide = useMutation({
    mutationFn: (given: { one: string; other: string; same: boolean }) => api('POST /alike', given),
    onSuccess: refresh,
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
  })
  return (
    <Panel title={t.intake.alike}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={2} />
      ) : data.items.length === 0 ? (
        <EmptyState icon={AudioWaveform} title={t.intake.noAlike} compact />
      ) : (
        <>
          <p className="mb-3 max-w-[70ch] text-muted">{t.intake.alikeBody}</p>
          <ul className="divide-y divide-line">
            {data.items.map(({ one, other, difference, tracks }) => (
              <li key={one + other} className="flex flex-wrap items-center justify-between gap-3 py-3">
                <div className="min-w-0">
                  {tracks.map(track => (
                    <p key={track.id} className="truncate">
                      <Link to="/tracks/$id" params={{ id: track.id }} className="font-medium hover:underline">
                        {track.title}
                      </Link>
                      <span className="text-muted">
                        {' '}
                        · {artistNames(track.artists)} · {track.release.title} · {format.duration(track.durationMs)}
                      </span>
                    </p>
                  ))}
                  <p className="text-xs text-muted">{t.intake.differ(format.percent(difference))}</p>
                </div>
                <div className="flex gap-2">
                  <Button size="sm" look="quiet" disabled={decide.isPending} onClick={() => decide.mutate({ one, other, same: true })}>
                    {t.intake.same}
                  </Button>
                  <Button size="sm" look="quiet" disabled={decide.isPending} onClick={() => decide.mutate({ one, other, same: false })}>
                    {t.intake.different}
                  </Button>
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  )
}
