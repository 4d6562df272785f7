import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Plus, X } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api, read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Refusal } from '../people/sign-in.tsx'
import { useMe, type Me } from '../shell/me.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Donut } from '../ui/chart.tsx'
import { cx } from '../ui/cx.ts'
import { Input, Select, TextArea } from '../ui/field.tsx'
import { ErrorState, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { basisPoints, sumOf } from './shares.ts'

type Row = { key: number; who: string; email: string; role: string; share: string }

/** Proposes who shares what; each part in per cent, 100 in all. One's own signature is given with it. */
export function NewSplit({ subject }: { subject: string }) {
  const me = useMe()
  const release = subject.startsWith('rel')
  const shown = useQuery({ ...read('GET /releases/:id', { id: subject }), enabled: release })
  const track = useQuery({ ...read('GET /tracks/:id', { id: subject }), enabled: !release })
  const { error, isPending, refetch } = release ? shown : track
  const title = (release ? shown.data?.title : track.data?.title) ?? ''
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending || !me) return <SkeletonRows />
  return <SplitForm subject={subject} title={title} me={me} />
}

function SplitForm({ subject, title, me }: { subject: string; title: string; me: Me }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [kind, setKind] = useState<'master' | 'work'>('master')
  const [note, setNote] = useState('')
  const [rows, setRows] = useState<Row[]>([{ key: 0, who: me.id, email: '', role: 'vocals', share: '100' }])
  const set = (key: number, change: Partial<Row>) => setRows(rows.map(row => (row.key === key ? { ...row, ...change } : row)))
  const shares = rows.map(row => basisPoints(row.share))
  const sum = sumOf(shares)
  const whole = sum === 10_000
  const valid =
    whole &&
    rows.every((row, index) => shares[index] !== null && (row.who !== 'email' || row.email.includes('@')) && row.role.trim() !== '')
  const propose = useMutation({
    mutationFn: () =>
      api('POST /split-sheets', {
        subject,
        kind,
        note,
        parties: rows.map((row, index) => ({
          ...(row.who === 'email' ? { email: row.email.trim() } : { party: row.who }),
          role: row.role.trim(),
          shareBp: shares[index] ?? 0,
        })),
      }),
    onSuccess: async sheet => {
      toast(t.studio.proposed, { tone: 'good' })
      client.setQueryData(read('GET /split-sheets/:id', { id: sheet.id }).queryKey, sheet)
      await Promise.all([
        client.invalidateQueries({ queryKey: ['GET /me/split-sheets'] }),
        client.invalidateQueries({ queryKey: ['GET /releases/:id/splits'] }),
        client.invalidateQueries({ queryKey: ['GET /waterfall'] }),
      ])
      await navigate({ to: '/studio/splits/$id', params: { id: sheet.id } })
    },
  })
  const who = [
    { value: me.id, name: `${me.name} (${t.studio.you})` },
    ...me.organisations.map(organisation => ({ value: organisation.id, name: organisation.name })),
    { value: 'email', name: t.studio.partyEmail },
  ]
  const roles = Object.entries(t.music.roles).map(([value, name]) => ({ value, name }))
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (valid) propose.mutate()
  }
  return (
    <form onSubmit={submit} className="mx-auto flex max-w-[920px] flex-col gap-6">
      <header>
        <h1 className="text-xl">{t.studio.sheetFor(title)}</h1>
        <p className="mt-1 max-w-[70ch] text-muted">{t.studio.splitsIntro}</p>
      </header>
      <Panel>
        <div className="mb-6 flex flex-wrap items-center justify-between gap-6">
          <Select
            label={t.studio.sheetKind}
            className="w-60"
            value={kind}
            onChange={event => setKind(event.target.value as typeof kind)}
            options={(['master', 'work'] as const).map(value => ({ value, name: t.studio.kinds[value] }))}
          />
          <div className="flex items-center gap-4">
            <Donut
              label={t.studio.sumIs(format.percent(sum / 10_000))}
              parts={shares.map((share, index) => ({ name: String(index + 1), share: (share ?? 0) / Math.max(10_000, sum) }))}
              className="size-20"
            />
            <div role="status">
              <p className={cx('tabular text-lg font-bold', whole ? 'text-paid' : 'text-danger')}>{format.percent(sum / 10_000)}</p>
              {whole ? (
                <Tag tone="good">{t.studio.sumIs(format.percent(1))}</Tag>
              ) : (
                <p className="text-xs font-medium text-danger">{t.studio.sumMustBe}</p>
              )}
            </div>
          </div>
        </div>
        <ul className="flex flex-col gap-4">
          {rows.map((row, index) => (
            <li
              key={row.key}
              className="grid grid-cols-2 items-start gap-3 border-t border-line pt-4 sm:grid-cols-[minmax(0,1.2fr)_minmax(0,1.2fr)_minmax(0,1fr)_96px_40px]"
            >
              <Select
                label={t.studio.party}
                value={row.who}
                options={who}
                onChange={event => set(row.key, { who: event.target.value })}
                className={row.who === 'email' ? '' : 'sm:col-span-2'}
              />
              {row.who === 'email' ? (
                <Input
                  label={t.studio.partyEmail}
                  hint={t.studio.partyEmailHint}
                  type="email"
                  value={row.email}
                  required
                  onChange={event => set(row.key, { email: event.target.value })}
                />
              ) : null}
              <Select
                label={t.studio.role}
                value={row.role}
                options={roles}
                onChange={event => set(row.key, { role: event.target.value })}
              />
              <Input
                label={t.studio.share}
                inputMode="decimal"
                value={row.share}
                suffix="%"
                error={shares[index] === null ? t.shop.priceInvalid : undefined}
                onChange={event => set(row.key, { share: event.target.value })}
              />
              <div className="pt-6.5">
                {rows.length > 1 ? (
                  <IconButton
                    icon={X}
                    tip={false}
                    label={t.studio.removeParty(index + 1)}
                    onClick={() => setRows(rows.filter(other => other.key !== row.key))}
                  />
                ) : null}
              </div>
            </li>
          ))}
        </ul>
        <Button
          look="plain"
          icon={Plus}
          className="mt-4"
          onClick={() =>
            setRows([...rows, { key: Math.max(...rows.map(row => row.key)) + 1, who: 'email', email: '', role: 'producer', share: '' }])
          }
        >
          {t.studio.addParty}
        </Button>
      </Panel>
      <Panel>
        <TextArea label={t.studio.note} optional value={note} maxLength={1000} rows={3} onChange={event => setNote(event.target.value)} />
        {propose.error ? (
          <div className="mt-4">
            <Refusal error={propose.error} />
          </div>
        ) : null}
        <Button type="submit" size="lg" className="mt-5" disabled={!valid} busy={propose.isPending}>
          {t.studio.propose}
        </Button>
      </Panel>
    </form>
  )
}
