import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { api, read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { When } from '../ui/money.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, faultText } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'

export function ConsoleJobs() {
  const t = useWords()
  const client = useQueryClient()
  const query = read('GET /console/jobs')
  const { data, error, isPending, refetch } = useQuery(query)
  const retry = useMutation({
    mutationFn: (id: string) => api('POST /console/jobs/:id/retry', { id }),
    onSuccess: () => toast(t.console.retried, { tone: 'good' }),
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ queryKey: query.queryKey }),
  })
  return (
    <>
      <h1 className="mb-5 text-xl">{t.console.jobs}</h1>
      <Panel>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} compact />
        ) : isPending ? (
          <SkeletonRows />
        ) : data.items.length === 0 ? (
          <EmptyState icon={CircleCheck} title={t.console.noJobs} compact>
            {t.console.noJobsBody}
          </EmptyState>
        ) : (
          <Table
            label={t.console.jobs}
            dense
            rows={data.items}
            rowKey={row => row.id}
            columns={[
              { key: 'task', name: t.console.task, cell: row => row.task, sort: row => row.task },
              { key: 'at', name: t.console.at, cell: row => <When at={row.at} show="dateTime" />, sort: row => row.at },
              { key: 'attempts', name: t.console.attempts, align: 'end', cell: row => row.attempts },
              { key: 'error', name: t.console.error, cell: row => <span className="break-all text-muted">{row.error}</span> },
              {
                key: 'retry',
                name: t.console.retry,
                hideName: true,
                align: 'end',
                cell: row => (
                  <Button look="quiet" size="sm" busy={retry.isPending && retry.variables === row.id} onClick={() => retry.mutate(row.id)}>
                    {t.console.retry}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Panel>
    </>
  )
}
