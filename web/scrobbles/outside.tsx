import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { History } from 'lucide-react'
import { useRef, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Switch } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { EmptyState, ErrorState, faultText, Panel, Progress, SkeletonRows, Tag } from '../ui/states.tsx'
import { listensIn } from './export.ts'

const atOnce = 1000
type Outcome = { found: number; new: number; known: number; matched: number; failures: number }

/** What other apps and services told of; past listens out of an export. */
export function Outside() {
  const t = useWords()
  const format = useFormat()
  const w = t.apps.links
  const [unmatched, setUnmatched] = useState(false)
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /me/listens', unmatched],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api(
        'GET /me/listens',
        { ...(unmatched ? { unmatched: 'true' as const } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        { signal },
      ),
    getNextPageParam: last => last.next ?? undefined,
  })
  const first = data?.pages[0]
  const items = data?.pages.flatMap(page => page.items) ?? []
  return (
    <Panel title={w.in} note={w.inNote} action={<Import />}>
      {first && first.all > 0 ? (
        <div className="mb-3 flex flex-wrap items-center justify-between gap-3">
          <p className="text-muted">{w.counts(format.number(first.all), format.number(first.unmatched))}</p>
          <Switch label={w.unmatchedOnly} checked={unmatched} onChange={event => setUnmatched(event.target.checked)} />
        </div>
      ) : null}
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : items.length === 0 ? (
        <EmptyState icon={History} title={unmatched ? w.allMatched : w.noListens} compact>
          {unmatched ? null : w.noListensBody}
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {items.map(item => (
            <li key={item.id} className="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1 py-2.5">
              <span className="min-w-0">
                {item.track ? (
                  <Link to="/tracks/$id" params={{ id: item.track.id }} className="font-medium break-words hover:underline">
                    {item.title}
                  </Link>
                ) : (
                  <span className="font-medium break-words">{item.title}</span>
                )}{' '}
                <span className="break-words text-muted">{item.artist}</span>
              </span>
              <span className="flex items-center gap-2 text-xs text-muted">
                {item.track ? null : <Tag>{w.notHere}</Tag>}
                {item.client} · <When at={item.at} show="dateTime" />
              </span>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <div className="mt-4 flex justify-center">
          <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t.common.more}
          </Button>
        </div>
      ) : null}
    </Panel>
  )
}

function Import() {
  const t = useWords()
  const format = useFormat()
  const w = t.apps.links
  const client = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [share, setShare] = useState<number | null>(null)
  const [said, setSaid] = useState<{ text: string; bad: boolean } | null>(null)
  const take = async (file: File): Promise<void> => {
    setSaid(null)
    setShare(0)
    try {
      const listens = await listensIn(file)
      const sum: Outcome = { found: 0, new: 0, known: 0, matched: 0, failures: 0 }
      for (let from = 0; from < listens.length; from += atOnce) {
        const part = await api('POST /me/listens', { listens: listens.slice(from, from + atOnce) })
        for (const key of Object.keys(sum) as (keyof Outcome)[]) sum[key] += part[key]
        setShare(Math.min(1, (from + atOnce) / listens.length))
      }
      setSaid({
        bad: sum.found === 0,
        text:
          sum.found === 0
            ? w.nothingIn
            : w.imported(format.number(sum.new), format.number(sum.matched), format.number(sum.known), format.number(sum.failures)),
      })
      await client.invalidateQueries({ queryKey: ['GET /me/listens'] })
    } catch (problem) {
      setSaid({ bad: true, text: faultText(t, problem) })
    }
    setShare(null)
  }
  return (
    <div className="flex min-w-0 flex-col items-end gap-2">
      <Button size="sm" look="quiet" busy={share !== null} onClick={() => input.current?.click()}>
        {w.import}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={w.import}
        accept=".zip,.json,.jsonl,application/json,application/zip"
        onChange={event => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file) void take(file)
        }}
      />
      {share === null ? null : <Progress label={w.importing} share={share} />}
      {said ? (
        <p role="status" className={said.bad ? 'text-xs text-danger' : 'text-xs text-muted'}>
          {said.text}
        </p>
      ) : null}
    </div>
  )
}
