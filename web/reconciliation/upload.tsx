import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, api, asApiError, type Ok } from '../api.ts'
import { useFormat, useWords, type Words } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { fileText } from '../ui/file-text.ts'
import { Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

type Preview = Ok<'POST /console/reconciliation/preview'>
type Mapping = Preview['mapping']
export type StatementFile = { source: string; name: string; text: string }

/** What is wrong where, line by line. */
function Wrong({ error }: { error: unknown }) {
  const t = useWords()
  const { code, fields } = asApiError(error)
  if (code !== 'bad_report')
    return (
      <p role="alert" className="font-medium text-danger">
        {faultText(t, error)}
      </p>
    )
  const words: Record<string, string> = t.reconciliation.wrong
  return (
    <div role="alert" className="rounded-md bg-danger-soft px-4 py-3 text-danger">
      <p className="font-medium">{t.reconciliation.wrongLines}</p>
      <ul className="mt-1 flex flex-wrap gap-x-4 gap-y-1">
        {Object.entries(fields).map(([where, what]) => (
          <li key={where}>
            {where.startsWith('line ') ? `${t.reconciliation.line} ${where.slice(5)}` : where}: {words[what] ?? what}
          </li>
        ))}
      </ul>
    </div>
  )
}

const columns = ['at', 'amount', 'in', 'out', 'fee', 'balance', 'type', 'ref', 'reference', 'currency'] as const
const zones = ['+08:00', '+00:00', '+01:00', '+02:00', '+09:00', '-05:00', '-08:00']

/** Says which column holds what (as last time, or as guessed) and takes the file. */
export function TakeStatement({ file, preview, onClose }: { file: StatementFile; preview: Preview; onClose: () => void }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const [mapping, setMapping] = useState<Mapping>(preview.mapping)
  const set = (change: Partial<Mapping>) => setMapping(before => ({ ...before, ...change }))
  const take = useMutation({
    mutationFn: () => api('POST /console/reconciliation/reports', { ...file, mapping }),
    onSuccess: report => {
      toast(t.reconciliation.taken(format.number(report.lines)), { tone: 'good' })
      onClose()
      return client.invalidateQueries({ predicate: query => String(query.queryKey[0]).includes('/console/') })
    },
  })
  const names = columnNames(t)
  const options = [
    { value: '', name: t.reconciliation.none },
    ...[...new Set(preview.columns)].map(value => ({ value, name: value || '·' })),
  ]
  return (
    <Dialog
      open
      wide
      onOpenChange={open => (open ? undefined : onClose())}
      title={t.reconciliation.columns}
      description={`${file.name}${preview.remembered ? ` · ${t.reconciliation.remembered}` : ''}`}
      footer={
        <Button busy={take.isPending} onClick={() => take.mutate()}>
          {t.reconciliation.take}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        {take.error ? <Wrong error={take.error} /> : null}
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
          {columns.map(name => (
            <Select
              key={name}
              label={names[name]}
              value={mapping[name] ?? ''}
              onChange={event => set({ [name]: event.target.value || (name === 'at' ? '' : null) })}
              options={options}
            />
          ))}
          <Input
            label={t.reconciliation.head}
            type="number"
            min={1}
            max={50}
            value={mapping.head}
            onChange={event => set({ head: Math.min(50, Math.max(1, Number(event.target.value) || 1)) })}
          />
          <Select
            label={t.reconciliation.usualCurrency}
            value={mapping.usualCurrency}
            onChange={event => set({ usualCurrency: event.target.value as Mapping['usualCurrency'] })}
            options={['CNY', 'USD', 'EUR', 'GBP', 'HKD', 'TWD', 'SGD', 'KRW', 'JPY', 'KWD'].map(value => ({ value, name: value }))}
          />
          <Select
            label={t.reconciliation.zone}
            value={mapping.zone}
            onChange={event => set({ zone: event.target.value })}
            options={[...new Set([mapping.zone, ...zones])].map(value => ({ value, name: `UTC${value}` }))}
          />
          <Select
            label={t.reconciliation.dates}
            value={mapping.dates}
            onChange={event => set({ dates: event.target.value as Mapping['dates'] })}
            options={[
              { value: 'ymd', name: '2026-11-20' },
              { value: 'dmy', name: '20.11.2026' },
              { value: 'mdy', name: '11/20/2026' },
            ]}
          />
        </div>
        <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={t.reconciliation.sample}>
          <table className="tabular w-full text-left text-xs">
            <thead>
              <tr className="border-b border-line text-muted">
                {preview.columns.map((column, index) => (
                  <th key={`${column} ${index}`} scope="col" className="px-2 py-1 font-medium whitespace-nowrap">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {preview.rows.map((row, index) => (
                <tr key={index} className="border-b border-line/70 last:border-0">
                  {row.map((cell, at) => (
                    <td key={at} className="max-w-48 truncate px-2 py-1">
                      {cell}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </Dialog>
  )
}

const columnNames = (t: Words): Record<(typeof columns)[number], string> => ({
  at: t.reconciliation.at,
  amount: t.reconciliation.amount,
  in: t.reconciliation.in,
  out: t.reconciliation.out,
  fee: t.reconciliation.fee,
  balance: t.reconciliation.balance,
  type: t.reconciliation.type,
  ref: t.reconciliation.ref,
  reference: t.reconciliation.reference,
  currency: t.reconciliation.currency,
})

/** Reads a chosen file and asks the planet how it looks. */
export function useStatementFile(source: string) {
  const t = useWords()
  const [chosen, setChosen] = useState<{ file: StatementFile; preview: Preview } | null>(null)
  const look = useMutation({
    mutationFn: async (file: File) => {
      if (file.size > 5_000_000) throw new ApiError({ status: 413, code: 'too_large' })
      const given = { source, name: file.name.slice(0, 200), text: await fileText(file) }
      return { file: given, preview: await api('POST /console/reconciliation/preview', { source, text: given.text }) }
    },
    onSuccess: setChosen,
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return { chosen, clear: () => setChosen(null), look }
}
