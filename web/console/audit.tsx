import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { ListChecks, RotateCw } from 'lucide-react'
import { api, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { When } from '../ui/money.tsx'
import { ErrorState, Panel, SkeletonRows, Tag, faultText } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'

type Check = Ok<'GET /console/audit'>['items'][number]
type Run = Ok<'GET /console/audits'>['items'][number]

/** The checks of the books: what earlier runs found, and running them now. */
export function Audit() {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const bad = (error: unknown) => toast(faultText(t, error), { tone: 'bad' })
  const quick = useMutation({ mutationFn: () => api('GET /console/audit'), onError: bad })
  const all = useMutation({
    mutationFn: () => api('POST /console/audit'),
    onSuccess: () => toast(t.reconciliation.running, { tone: 'good' }),
    onError: bad,
    onSettled: () => client.invalidateQueries({ queryKey: ['GET /console/audits'] }),
  })
  const items = quick.data?.items ?? []
  return (
    <Panel
      title={t.reconciliation.checks}
      note={t.reconciliation.checksHint}
      action={
        <span className="flex flex-wrap gap-2">
          <Button look="quiet" size="sm" icon={RotateCw} busy={quick.isPending} onClick={() => quick.mutate()}>
            {t.reconciliation.quick}
          </Button>
          <Button size="sm" icon={ListChecks} busy={all.isPending} onClick={() => all.mutate()}>
            {t.reconciliation.runAll}
          </Button>
        </span>
      }
    >
      <Runs />
      {items.length > 0 ? (
        <div className="mt-5">
          <Table<Check>
            label={t.reconciliation.checks}
            dense
            // What is broken stands first.
            rows={items.toSorted((a, b) => Number(a.ok) - Number(b.ok))}
            rowKey={row => row.name}
            columns={[
              {
                key: 'name',
                name: t.reconciliation.checks,
                className: 'min-w-64',
                cell: row => (
                  <details>
                    <summary className="cursor-pointer" data-jk>
                      {row.meaning}
                    </summary>
                    <p className="mt-1 text-xs text-muted">{row.name}</p>
                    <pre className="mt-1 max-w-[80ch] overflow-x-auto rounded-sm bg-raised p-3 text-xs whitespace-pre-wrap" tabIndex={0}>
                      {row.query}
                    </pre>
                    {row.findings.length > 0 ? <Findings findings={row.findings} /> : null}
                  </details>
                ),
              },
              {
                key: 'ok',
                name: t.console.state,
                sort: row => (row.ok ? 1 : 0),
                cell: row => (
                  <Tag tone={row.ok ? 'good' : 'bad'}>{row.ok ? t.console.auditOk : `${t.console.auditBad}: ${row.findings.length}`}</Tag>
                ),
              },
              {
                key: 'ms',
                name: 'ms',
                align: 'end',
                wide: true,
                className: 'whitespace-nowrap',
                cell: row => t.console.milliseconds(format.number(Math.round(row.milliseconds))),
                sort: row => row.milliseconds,
              },
            ]}
          />
        </div>
      ) : null}
    </Panel>
  )
}

const Findings = ({ findings }: { findings: readonly string[] }) => (
  <ul className="mt-1 list-disc pl-5 text-danger">
    {findings.map(finding => (
      <li key={finding} className="break-all">
        {finding}
      </li>
    ))}
  </ul>
)

/** Earlier runs, the newest first, with all that they found. */
function Runs() {
  const t = useWords()
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } = useInfiniteQuery({
    queryKey: ['GET /console/audits'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => api('GET /console/audits', { limit: 7, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
    refetchInterval: 15_000,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) return <SkeletonRows rows={2} />
  const runs = data.pages.flatMap(page => page.items)
  if (runs.length === 0) return <p className="text-muted">{t.reconciliation.noRuns}</p>
  return (
    <>
      <ul className="divide-y divide-line" aria-label={t.reconciliation.runs}>
        {runs.map(run => (
          <li key={run.id} className="py-2">
            <RunShown run={run} />
          </li>
        ))}
      </ul>
      {hasNextPage ? (
        <Button look="quiet" size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-2">
          {t.common.showMore}
        </Button>
      ) : null}
    </>
  )
}

function RunShown({ run }: { run: Run }) {
  const t = useWords()
  const format = useFormat()
  const clean = run.findings.length === 0
  const head = (
    <span className="inline-flex flex-wrap items-center gap-x-3 gap-y-1">
      <When at={run.at} show="dateTime" />
      <Tag tone={clean ? 'good' : 'bad'}>
        {clean
          ? t.reconciliation.clean(format.number(run.checks))
          : t.reconciliation.found(format.number(run.findings.length), format.number(run.checks))}
      </Tag>
      <span className="tabular text-xs text-muted">{t.console.milliseconds(format.number(run.milliseconds))}</span>
    </span>
  )
  if (clean) return head
  return (
    <details>
      <summary className="cursor-pointer" data-jk>
        {head}
      </summary>
      <ul className="mt-2 flex flex-col gap-2">
        {run.findings.map(one => (
          <li key={one.name}>
            <p>
              {one.meaning} <span className="text-xs text-muted">{one.name}</span>
            </p>
            <Findings findings={one.findings} />
          </li>
        ))}
      </ul>
    </details>
  )
}
