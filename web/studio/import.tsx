import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { FolderInput } from 'lucide-react'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { Figure, When } from '../ui/money.tsx'
import { EmptyState, ErrorState, Panel, Progress, SkeletonRows, Tag, faultText, type Tone } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'
import { DropZone, UploadList } from '../ui/upload.tsx'
import { uploads as line } from './uploads.ts'

export type ImportData = Ok<'GET /imports/:id'>

/** From files on a disk to releases on the planet. */
export function ImportPage() {
  const t = useWords()
  const me = useMe()
  const client = useQueryClient()
  const navigate = useNavigate()
  const uploads = line.use()
  const [page, setPage] = useState(me?.pages[0]?.id ?? '')
  const done = uploads.filter(item => item.state === 'done' && item.upload)
  const moving = uploads.some(item => item.state === 'sending' || item.state === 'waiting')
  const begin = useMutation({
    mutationFn: () => api('POST /imports', { page: page || null, uploads: done.map(item => item.upload!) }),
    onSuccess: async made => {
      line.forget(done.map(item => item.key))
      toast(t.studio.importStarted, { tone: 'good' })
      await client.invalidateQueries({ queryKey: ['GET /me/imports'] })
      await navigate({ to: '/studio/imports/$id', params: { id: made.id } })
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <div className="flex flex-col gap-6">
      <header>
        <h1 className="text-xl">{t.studio.importTitle}</h1>
        <p className="mt-1 text-muted">{t.studio.importIntro}</p>
      </header>
      <Panel>
        <DropZone
          label={t.studio.drop}
          hint={t.studio.dropHint}
          accept="audio/*,.mp3,.flac,.ogg,.opus,.m4a,.wav,.aiff,.lrc,.trc,.ttml,.srt,.vtt"
          multiple
          compact={uploads.length > 0}
          onFiles={files => {
            const refused = line.send(files)
            if (refused > 0) toast(`${t.faults.not_an_audio_file} (${refused})`, { tone: 'bad' })
          }}
        />
        {uploads.length > 0 ? (
          <div className="mt-5">
            <UploadList
              items={uploads.map(item => ({
                ...item,
                ...(item.state === 'failed' && item.problem
                  ? { note: faultText(t, { status: 0, code: item.problem }) }
                  : item.state === 'waiting'
                    ? { note: t.upload.waiting }
                    : item.state === 'paused'
                      ? { note: t.upload.paused }
                      : {}),
              }))}
              onPause={line.pause}
              onResume={line.resume}
              onCancel={line.drop}
            />
            <div className="mt-5 flex flex-wrap items-end gap-4 border-t border-line pt-5">
              <Select
                label={t.studio.into}
                className="w-72"
                value={page}
                onChange={event => setPage(event.target.value)}
                options={[{ value: '', name: t.studio.intoTags }, ...(me?.pages.map(mine => ({ value: mine.id, name: mine.name })) ?? [])]}
              />
              <Button
                size="lg"
                icon={FolderInput}
                disabled={done.length === 0 || moving}
                busy={begin.isPending}
                onClick={() => begin.mutate()}
              >
                {t.studio.startImport(done.length)}
              </Button>
              <p className="text-xs text-muted">{moving ? t.upload.overall(done.length, uploads.length) : t.studio.leaveHint}</p>
            </div>
          </div>
        ) : null}
      </Panel>
      <Past />
    </div>
  )
}

const stateTone: Record<ImportData['state'], Tone> = { running: 'accent', done: 'good', cancelled: 'plain' }

function Past() {
  const t = useWords()
  const { data, error, isPending, refetch } = useQuery({
    ...read('GET /me/imports', { limit: 20 }),
    refetchInterval: query => (query.state.data?.items.some(item => item.state === 'running') ? 3000 : false),
  })
  return (
    <Panel title={t.studio.imports}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={2} />
      ) : data.items.length === 0 ? (
        <EmptyState icon={FolderInput} title={t.studio.noImports} compact />
      ) : (
        <Table
          label={t.studio.imports}
          rows={data.items}
          rowKey={row => row.id}
          columns={[
            {
              key: 'at',
              name: t.money.date,
              cell: row => (
                <Link to="/studio/imports/$id" params={{ id: row.id }} className="font-medium hover:underline">
                  <When at={row.startedAt} show="dateTime" />
                </Link>
              ),
            },
            { key: 'releases', name: t.studio.releases, cell: row => row.releases.map(release => release.title).join(', ') || '–' },
            { key: 'found', name: t.studio.importFound, align: 'end', cell: row => row.found },
            { key: 'new', name: t.studio.importNew, align: 'end', wide: true, cell: row => row.new },
            { key: 'failed', name: t.studio.importFailed, align: 'end', cell: row => row.failed },
            { key: 'state', name: t.studio.state, cell: row => <Tag tone={stateTone[row.state]}>{t.studio.importState[row.state]}</Tag> },
          ]}
        />
      )}
    </Panel>
  )
}

const itemTone: Record<ImportData['items'][number]['state'], Tone> = {
  waiting: 'plain',
  working: 'accent',
  done: 'good',
  unchanged: 'ion',
  failed: 'bad',
}

/** How far one import is, file by file. */
export function ImportRun({ id }: { id: string }) {
  const t = useWords()
  const client = useQueryClient()
  const query = read('GET /imports/:id', { id })
  const { data, error, isPending, refetch } = useQuery({
    ...query,
    refetchInterval: state =>
      state.state.data && (state.state.data.state === 'running' || state.state.data.ready < state.state.data.new + state.state.data.changed)
        ? 1500
        : false,
  })
  const cancel = useMutation({
    mutationFn: () => api('POST /imports/:id/cancel', { id }),
    onSuccess: next => client.setQueryData(query.queryKey, next),
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const finished = data.found - data.open
  const brought = data.new + data.changed
  return (
    <div className="flex flex-col gap-6">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="flex items-center gap-3 text-xl">
          {t.studio.importTitle}
          <Tag tone={stateTone[data.state]}>{t.studio.importState[data.state]}</Tag>
        </h1>
        {data.state === 'running' ? (
          <Button look="quiet" busy={cancel.isPending} onClick={() => cancel.mutate()}>
            {t.studio.cancelImport}
          </Button>
        ) : null}
      </header>
      <Panel>
        <div className="flex flex-col gap-4" role="status">
          <Progress
            label={t.studio.importFound}
            share={data.found === 0 ? null : finished / data.found}
            detail={`${finished}/${data.found}`}
          />
          {brought > 0 ? <Progress label={t.studio.importReady(data.ready, brought)} share={data.ready / brought} detail="" /> : null}
        </div>
        <div className="mt-5 grid grid-cols-2 gap-3 sm:grid-cols-4">
          <Figure label={t.studio.importNew} value={data.new} />
          <Figure label={t.studio.importChanged} value={data.changed} />
          <Figure label={t.studio.importUnchanged} value={data.unchanged} />
          <Figure label={t.studio.importFailed} value={data.failed} />
        </div>
        {data.releases.length > 0 ? (
          <p className="mt-5 flex flex-wrap items-center gap-2">
            {data.releases.map(release => (
              <Link
                key={release.id}
                to="/studio/releases/$id"
                params={{ id: release.id }}
                className="rounded-full bg-raised px-3 py-1.5 font-medium hover:bg-accent-soft hover:text-accent-ink"
              >
                {release.title}
              </Link>
            ))}
          </p>
        ) : null}
      </Panel>
      <ImportItems id={id} running={data.state === 'running'} first={data.items} />
    </div>
  )
}

/** File by file: few at once, more when asked, those that failed by themselves. */
function ImportItems({ id, running, first }: { id: string; running: boolean; first: ImportData['items'] }) {
  const t = useWords()
  const [failed, setFailed] = useState(false)
  const many = first.length >= 500 || failed
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['GET /imports/:id/items', id, failed],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api(
        'GET /imports/:id/items',
        { id, ...(failed ? { state: 'failed' } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        { signal },
      ),
    getNextPageParam: last => last.next ?? undefined,
    enabled: many,
    refetchInterval: running ? 5000 : false,
  })
  const rows = many ? (data?.pages.flatMap(page => page.items) ?? first.slice(0, 100)) : first
  return (
    <Panel>
      <div className="mb-3 flex justify-end">
        <Button look="quiet" size="sm" aria-pressed={failed} onClick={() => setFailed(!failed)}>
          {t.studio.importFailed}
        </Button>
      </div>
      <Table
        label={t.studio.importFound}
        dense
        rows={rows}
        rowKey={row => row.file}
        columns={[
          {
            key: 'file',
            name: t.studio.file,
            cell: row =>
              row.track ? (
                <Link to="/tracks/$id" params={{ id: row.track }} className="hover:underline">
                  {row.file}
                </Link>
              ) : (
                row.file
              ),
            className: 'break-all',
          },
          {
            key: 'state',
            name: t.studio.state,
            cell: row => <Tag tone={itemTone[row.state]}>{t.studio.itemStates[row.state]}</Tag>,
          },
          { key: 'reason', name: t.studio.reason, cell: row => <span className="text-muted">{row.reason ?? ''}</span> },
        ]}
      />
      {many && hasNextPage ? (
        <Button look="quiet" className="mt-3" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.common.more}
        </Button>
      ) : null}
    </Panel>
  )
}
