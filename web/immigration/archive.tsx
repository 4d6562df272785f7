import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowLeft, PackageCheck, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords, type Words } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { When } from '../ui/money.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, Panel, Progress, SkeletonRows, Tag, faultText, type Tone } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { busy, stateTone, type Archive } from './move.tsx'

type Piece = Ok<'GET /immigrations/:id/pieces'>['items'][number]
type Kind = Piece['kind']
type Change = { n: number; take: boolean } | { kind: Kind; take: boolean }

const outcomeTone: Record<Piece['outcome'], Tone> = {
  new: 'good',
  partly: 'accent',
  duplicate: 'plain',
  conflict: 'bad',
  missing: 'plain',
  refused: 'bad',
}
const resultTone: Record<NonNullable<Piece['result']>, Tone> = { done: 'good', failed: 'bad', left: 'accent', undone: 'plain' }

const noteText = (t: Words, note: { code: string; text: string | null }): string =>
  t.immigration.note[note.code]?.(note.text ?? '') ?? note.code

/** One archive: what is in it, what would become of each piece, and the two decisions. */
export function ArchivePage({ id }: { id: string }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const [kind, setKind] = useState<Kind | null>(null)
  const query = read('GET /immigrations/:id', { id })
  const {
    data: archive,
    error,
    isPending,
    refetch,
  } = useQuery({
    ...query,
    refetchInterval: asked => (busy(asked.state.data?.state) ? 1000 : false),
  })
  const fresh = async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: query.queryKey }),
      client.invalidateQueries({ queryKey: ['GET /immigrations/:id/pieces'] }),
      client.invalidateQueries({ queryKey: ['GET /me/immigrations'] }),
    ])
  }
  const act = useMutation({
    mutationFn: (what: 'apply' | 'undo' | 'discard') =>
      what === 'apply'
        ? api('POST /immigrations/:id/apply', { id })
        : what === 'undo'
          ? api('POST /immigrations/:id/undo', { id })
          : api('POST /immigrations/:id/discard', { id }),
    onSettled: fresh,
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
  })
  const choose = useMutation({
    mutationFn: (change: Change) => api('PATCH /immigrations/:id/pieces', { id, ...change }),
    onSettled: fresh,
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const kinds = [...new Set(archive.summary.map(part => part.kind))]
  const { progress } = archive
  return (
    <div className="mx-auto flex max-w-[960px] flex-col gap-6">
      <header>
        <Link to="/move" className="inline-flex items-center gap-1.5 text-sm text-muted hover:text-ink hover:underline">
          <ArrowLeft size={15} aria-hidden />
          {t.immigration.title}
        </Link>
        <div className="mt-2 flex flex-wrap items-center gap-3">
          <h1 className="min-w-0 text-xl break-words">{format.list(archive.files.slice(0, 3))}</h1>
          <Tag tone={stateTone[archive.state]}>{t.immigration.state[archive.state]}</Tag>
        </div>
        <p className="mt-1 text-sm text-muted">
          <When at={archive.startedAt} show="dateTime" />
          {archive.page ? ` · ${archive.page.name}` : ''}
        </p>
      </header>
      <div aria-live="polite">
        {archive.problem ? <p className="rounded-md bg-raised p-4">{noteText(t, archive.problem)}</p> : null}
        {busy(archive.state) ? (
          <Progress
            label={t.immigration.state[archive.state]}
            share={archive.state === 'applying' && progress.of > 0 ? progress.done / progress.of : null}
            detail={archive.state === 'applying' ? t.immigration.progress(progress.done, progress.of) : ''}
          />
        ) : null}
      </div>
      <Decide
        archive={archive}
        pending={act.isPending}
        onApply={() => act.mutate('apply')}
        onDiscard={() => act.mutate('discard')}
        onUndo={() => setAsking(true)}
      />
      {archive.summary.length > 0 ? (
        <Panel title={t.immigration.found}>
          <div role="group" aria-label={t.immigration.found} className="mb-4 flex flex-wrap gap-2">
            {[null, ...kinds].map(one => (
              <button
                key={one ?? 'all'}
                type="button"
                aria-pressed={kind === one}
                onClick={() => setKind(one)}
                className={cx(
                  'rounded-full border px-3.5 py-1.5 text-sm font-medium transition-colors',
                  kind === one ? 'border-transparent bg-ink text-surface' : 'border-line-strong hover:bg-raised',
                )}
              >
                {one === null ? t.immigration.all : t.immigration.kind[one]}{' '}
                <span className="tabular opacity-75">
                  {archive.summary.filter(part => one === null || part.kind === one).reduce((sum, part) => sum + part.pieces, 0)}
                </span>
              </button>
            ))}
          </div>
          {archive.state === 'ready' && kind !== null ? (
            <div className="mb-3 flex gap-2">
              <Button look="quiet" size="sm" disabled={choose.isPending} onClick={() => choose.mutate({ kind, take: true })}>
                {t.immigration.takeAll}
              </Button>
              <Button size="sm" look="plain" disabled={choose.isPending} onClick={() => choose.mutate({ kind, take: false })}>
                {t.immigration.leaveAll}
              </Button>
            </div>
          ) : null}
          <Pieces id={id} kind={kind} state={archive.state} onChoose={change => choose.mutate(change)} />
        </Panel>
      ) : null}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t.immigration.undoTitle}
        body={t.immigration.undoBody}
        action={t.immigration.undo}
        onConfirm={() => {
          setAsking(false)
          act.mutate('undo')
        }}
      />
    </div>
  )
}

type DecideProps = { archive: Archive; pending: boolean; onApply: () => void; onDiscard: () => void; onUndo: () => void }

function Decide({ archive, pending, onApply, onDiscard, onUndo }: DecideProps) {
  const t = useWords()
  const format = useFormat()
  const { state, progress } = archive
  if (state === 'ready')
    return (
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg border border-line bg-surface p-5">
        <p className="min-w-[260px] flex-1 text-sm text-muted">{t.immigration.applyBody}</p>
        <Button look="plain" disabled={pending} onClick={onDiscard}>
          {t.immigration.discard}
        </Button>
        <Button size="lg" filled icon={PackageCheck} disabled={progress.of === 0} busy={pending} onClick={onApply}>
          {progress.of === 0 ? t.immigration.nothingTaken : t.immigration.apply(progress.of)}
        </Button>
      </div>
    )
  if (state !== 'applied') return null
  const over = archive.undoUntil === null
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-lg border border-line bg-surface p-5">
      <p className="min-w-[220px] flex-1 text-sm text-muted">
        {progress.failed > 0 ? `${t.immigration.failures(progress.failed)} · ` : ''}
        {archive.undoUntil && !over ? t.immigration.undoUntil(format.date(archive.undoUntil)) : ''}
      </p>
      {archive.summary.some(part => part.kind === 'release' || part.kind === 'files') ? (
        <Link to="/studio/releases" className={buttonClass('quiet')}>
          {t.immigration.studio}
        </Link>
      ) : null}
      {over ? null : (
        <Button look="quiet" icon={Undo2} disabled={pending} onClick={onUndo}>
          {t.immigration.undo}
        </Button>
      )}
    </div>
  )
}

type PiecesProps = { id: string; kind: Kind | null; state: Archive['state']; onChoose: (change: Change) => void }

function Pieces({ id, kind, state, onChoose }: PiecesProps) {
  const t = useWords()
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['GET /immigrations/:id/pieces', id, kind, state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api(
        'GET /immigrations/:id/pieces',
        { id, ...(kind ? { kind } : {}), ...(pageParam ? { cursor: pageParam } : {}), limit: 50 },
        { signal },
      ),
    getNextPageParam: last => last.next ?? undefined,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={4} />
  const pieces = data.pages.flatMap(page => page.items)
  if (pieces.length === 0) return <EmptyState title={t.immigration.none} compact />
  return (
    <>
      <ul className="flex flex-col divide-y divide-line">
        {pieces.map(piece => (
          <li key={piece.n} className="flex items-start gap-3 py-3">
            {state === 'ready' ? (
              <input
                type="checkbox"
                className="mt-1 size-5 shrink-0 accent-(--accent)"
                aria-label={t.immigration.takeNamed(piece.title || t.immigration.kind[piece.kind])}
                checked={piece.take}
                disabled={piece.outcome === 'duplicate' || piece.outcome === 'refused'}
                onChange={event => onChoose({ n: piece.n, take: event.target.checked })}
              />
            ) : null}
            <div className="min-w-0 flex-1">
              <p className="font-medium break-words">{piece.title || t.immigration.kind[piece.kind]}</p>
              <p className="text-xs text-muted">
                {t.immigration.kind[piece.kind]}
                {piece.detail ? ` · ${piece.detail}` : ''}
                {piece.count > 1 ? <span className="tabular"> · {t.immigration.usable(piece.usable, piece.count)}</span> : null}
              </p>
              {piece.notes.length > 0 ? (
                <ul className="mt-1 text-xs text-muted">
                  {piece.notes.slice(0, 8).map((note, index) => (
                    <li key={index}>{noteText(t, note)}</li>
                  ))}
                </ul>
              ) : null}
            </div>
            {piece.result ? (
              <Tag tone={resultTone[piece.result]}>{t.immigration.result[piece.result]}</Tag>
            ) : (
              <Tag tone={outcomeTone[piece.outcome]}>{t.immigration.outcome[piece.outcome]}</Tag>
            )}
          </li>
        ))}
      </ul>
      {hasNextPage ? (
        <div className="mt-4 flex justify-center">
          <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t.immigration.more}
          </Button>
        </div>
      ) : null}
    </>
  )
}
