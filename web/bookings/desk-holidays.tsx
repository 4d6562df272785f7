import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api, read } from '../api.ts'
import { useLanguage, useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { ErrorState, faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { dayName } from './times.ts'

/** Days off and days worked instead, for all rooms of a country; the operator's. */
export function Holidays() {
  const t = useWords()
  const l = t.letting
  const { locale } = useLanguage()
  const client = useQueryClient()
  const [opened] = useState(() => new Date().getFullYear())
  const [year, setYear] = useState(opened)
  const [form, setForm] = useState<{ day: string; kind: 'off' | 'work'; zh: string; en: string }>({ day: '', kind: 'off', zh: '', en: '' })
  const query = read('GET /holidays', { country: 'CN', year })
  const { data, error, isPending, refetch } = useQuery(query)
  const act = useMutation({
    mutationFn: (run: () => Promise<unknown>) => run(),
    onError: failed => toast(faultText(t, failed), { tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ predicate: ({ queryKey }) => /holidays|\/resources|calendar/.test(String(queryKey[0])) }),
  })
  return (
    <Panel
      title={l.holidayTitle}
      note={l.holidayBody}
      action={
        <Select
          label={l.specialDay}
          hideLabel
          value={String(year)}
          onChange={event => setYear(Number(event.target.value))}
          options={[opened, opened + 1, opened + 2].map(one => ({ value: String(one), name: String(one) }))}
        />
      }
    >
      {error ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : (
        <ul className="mb-4 grid gap-x-8 gap-y-1 sm:grid-cols-2">
          {data.items.map(one => (
            <li key={one.day} className="flex items-center justify-between gap-3 text-sm">
              <span className="flex min-w-0 items-center gap-2">
                <Tag tone={one.kind === 'off' ? 'good' : 'plain'}>{one.kind === 'off' ? l.holidayOff : l.holidayWork}</Tag>
                <span className="truncate">
                  {dayName(one.day, locale)} · {one[locale]}
                </span>
              </span>
              <IconButton
                icon={Trash2}
                size="sm"
                label={`${l.specialDrop}: ${one.day}`}
                onClick={() => act.mutate(() => api('DELETE /holidays/:day', { day: one.day }))}
              />
            </li>
          ))}
        </ul>
      )}
      {data && !data.items.some(one => one.kind === 'work') ? (
        <p className="mb-4 rounded-md bg-held-soft p-4 text-sm text-held">{l.holidayUnconfirmed(String(year))}</p>
      ) : null}
      <form
        className="grid grid-cols-2 items-end gap-3 sm:grid-cols-5"
        onSubmit={event => {
          event.preventDefault()
          act.mutate(() => api('PUT /holidays/:day', { ...form, zh: form.zh.trim(), en: form.en.trim() }))
        }}
      >
        <Input
          label={l.specialDay}
          type="date"
          required
          value={form.day}
          onChange={event => setForm({ ...form, day: event.target.value })}
        />
        <Select
          label={l.kind}
          value={form.kind}
          onChange={event => setForm({ ...form, kind: event.target.value as 'off' | 'work' })}
          options={[
            { value: 'off', name: l.holidayOff },
            { value: 'work', name: l.holidayWork },
          ]}
        />
        <Input
          label={l.holidayZh}
          required
          maxLength={40}
          value={form.zh}
          onChange={event => setForm({ ...form, zh: event.target.value })}
        />
        <Input
          label={l.holidayEn}
          required
          maxLength={60}
          value={form.en}
          onChange={event => setForm({ ...form, en: event.target.value })}
        />
        <Button type="submit" look="quiet" busy={act.isPending}>
          {l.specialAdd}
        </Button>
      </form>
    </Panel>
  )
}
