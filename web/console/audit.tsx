import { useMutation } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { api, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Panel, Tag, faultText } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'

type Check = Ok<'GET /console/audit'>['items'][number]

/** The checks of the books, run now. */
export function Audit() {
  const t = useWords()
  const format = useFormat()
  const run = useMutation({ mutationFn: () => api('GET /console/audit'), onError: error => toast(faultText(t, error), { tone: 'bad' }) })
  return (
    <Panel
      title={t.console.audit}
      note={t.console.auditHint}
      action={
        <Button icon={RotateCw} busy={run.isPending} onClick={() => run.mutate()}>
          {t.console.auditNow}
        </Button>
      }
    >
      {run.data ? (
        <Table<Check>
          label={t.console.audit}
          dense
          rows={run.data.items}
          rowKey={row => row.name}
          columns={[
            { key: 'name', name: t.console.audit, cell: row => row.meaning },
            {
              key: 'ok',
              name: t.console.state,
              sort: row => (row.ok ? 1 : 0),
              cell: row => (
                <Tag tone={row.ok ? 'good' : 'bad'}>{row.ok ? t.console.auditOk : `${t.console.auditBad}: ${row.findings.length}`}</Tag>
              ),
            },
            {
              key: 'findings',
              name: t.console.auditBad,
              cell: row => <span className="text-danger">{row.findings.slice(0, 5).join('; ')}</span>,
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
      ) : null}
    </Panel>
  )
}
