import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound, Pencil, Star, Trash2, Users } from 'lucide-react'
import { useState } from 'react'
import { api, asApiError, type Ok } from '../api.ts'
import { fromField } from '../groups/times.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Checkbox, Input, Select } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { deskQuery, guestsQuery, type Desk, type DeskAnswer } from './queries.ts'
import { shortOf } from './times.ts'

type Listed = Ok<'GET /shows/:id/guests'>['items'][number]
/** The guest list, and free tickets out of the capacity. */
export function Guests({ desk }: { desk: Desk }) {
  const t = useWords()
  const own = t.selling.shows.guests
  const client = useQueryClient()
  const id = desk.show.id
  const { data, error, isPending, refetch } = useQuery(guestsQuery(id))
  const [editing, setEditing] = useState<Listed | null>(null)
  const again = async () => {
    await client.invalidateQueries({ queryKey: guestsQuery(id).queryKey })
    await client.invalidateQueries({ queryKey: deskQuery(id).queryKey })
  }
  const remove = useMutation({
    mutationFn: (one: string) => api('DELETE /shows/:id/guests/:guest', { id, guest: one }),
    onSuccess: again,
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
  })
  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] lg:items-start">
      <div className="flex min-w-0 flex-col gap-4">
        <Panel>
          <GuestForm desk={desk} onDone={again} />
        </Panel>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} compact />
        ) : isPending ? (
          <SkeletonRows />
        ) : data.items.length === 0 ? (
          <EmptyState icon={Users} title={own.none} compact />
        ) : (
          <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
            {data.items.map(one => {
              const more = [desk.tiers.find(tier => tier.id === one.tier)?.name, one.note].filter(Boolean).join(' · ')
              return (
                <li key={one.id} className="flex items-center gap-3 px-4 py-2.5">
                  {one.vip ? <Star size={16} aria-label={own.vip} className="shrink-0 text-accent-ink" /> : null}
                  <span className="min-w-0 flex-1">
                    <b className="font-semibold [overflow-wrap:anywhere]">{one.name}</b>
                    {one.plus > 0 ? <span className="tabular ml-1.5 text-muted">{own.plusOf(one.plus)}</span> : null}
                    {more ? <span className="block truncate text-sm text-muted">{more}</span> : null}
                  </span>
                  <span className="flex shrink-0">
                    <IconButton icon={Pencil} label={`${own.edit}: ${one.name}`} onClick={() => setEditing(one)} />
                    <IconButton icon={Trash2} label={`${own.remove}: ${one.name}`} onClick={() => remove.mutate(one.id)} />
                  </span>
                </li>
              )
            })}
          </ul>
        )}
      </div>
      {desk.show.hall ? <Free desk={desk} /> : null}
      {editing ? (
        <Dialog open onOpenChange={open => (open ? undefined : setEditing(null))} title={`${own.edit}: ${editing.name}`}>
          <GuestForm
            key={editing.id}
            desk={desk}
            guest={editing}
            onDone={async () => {
              setEditing(null)
              toast(own.changed, { tone: 'good' })
              await again()
            }}
          />
        </Dialog>
      ) : null}
    </div>
  )
}

/** Somebody new on the list; with `guest` somebody who is on it. */
function GuestForm({ desk, guest, onDone }: { desk: Desk; guest?: Listed; onDone: () => Promise<void> }) {
  const t = useWords()
  const own = t.selling.shows.guests
  const [id, setId] = useState(() => guest?.id ?? newClientId('gst'))
  const [name, setName] = useState(guest?.name ?? '')
  const [plus, setPlus] = useState(String(guest?.plus ?? 0))
  const [tier, setTier] = useState(guest?.tier ?? '')
  const [note, setNote] = useState(guest?.note ?? '')
  const [vip, setVip] = useState(guest?.vip ?? false)
  const save = useMutation({
    mutationFn: () =>
      api('PUT /shows/:id/guests/:guest', {
        id: desk.show.id,
        guest: id,
        name: name.trim(),
        plus: Number(plus) || 0,
        tier: tier || null,
        note: note.trim(),
        vip,
      }),
    onSuccess: async () => {
      if (guest === undefined) {
        setId(newClientId('gst'))
        setName('')
        setPlus('0')
        setTier('')
        setNote('')
        setVip(false)
      }
      await onDone()
    },
  })
  return (
    <form
      className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_100px]"
      onSubmit={event => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Input label={own.name} required maxLength={80} value={name} onChange={event => setName(event.target.value)} />
      <Input label={own.plus} type="number" min={0} max={20} value={plus} onChange={event => setPlus(event.target.value)} />
      {desk.tiers.length > 0 ? (
        <Select
          label={own.tier}
          value={tier}
          onChange={event => setTier(event.target.value)}
          options={[{ value: '', name: own.noTier }, ...desk.tiers.map(one => ({ value: one.id, name: one.name }))]}
          className="sm:col-span-2"
        />
      ) : null}
      <Input
        label={own.note}
        optional
        maxLength={300}
        value={note}
        onChange={event => setNote(event.target.value)}
        className="sm:col-span-2"
      />
      <Checkbox label={own.vip} checked={vip} onChange={event => setVip(event.target.checked)} />
      <Button type="submit" busy={save.isPending} disabled={name.trim() === ''} className="sm:col-span-2 sm:justify-self-start">
        {guest === undefined ? own.add : t.selling.shows.save}
      </Button>
      {save.error ? (
        <p role="alert" className="text-danger sm:col-span-2">
          {faultText(t, asApiError(save.error))}
        </p>
      ) : null}
    </form>
  )
}

function Free({ desk }: { desk: Desk }) {
  const t = useWords()
  const own = t.selling.shows.guests
  const client = useQueryClient()
  const id = desk.show.id
  const [hold, setHold] = useState(() => newClientId('sth'))
  const [tier, setTier] = useState(desk.tiers[0]?.id ?? '')
  const [count, setCount] = useState('1')
  const [name, setName] = useState('')
  const give = useMutation({
    mutationFn: () => api('POST /shows/:id/free-tickets', { id, hold, tier, count: Number(count) || 1, name: name.trim() }),
    onSuccess: async ({ tickets }) => {
      toast(own.given(tickets.length), { tone: 'good' })
      setHold(newClientId('sth'))
      setName('')
      await client.invalidateQueries({ queryKey: deskQuery(id).queryKey })
    },
    onError: problem => {
      if (asApiError(problem).status !== 0) setHold(newClientId('sth'))
    },
  })
  return (
    <Panel title={own.free}>
      <p className="mb-3 text-sm text-muted">{own.freeBody}</p>
      <form
        className="flex flex-col gap-3"
        onSubmit={event => {
          event.preventDefault()
          give.mutate()
        }}
      >
        <Select
          label={own.tier}
          value={tier}
          onChange={event => setTier(event.target.value)}
          options={desk.tiers.map(one => ({ value: one.id, name: one.name }))}
        />
        <Input label={own.count} type="number" min={1} max={20} value={count} onChange={event => setCount(event.target.value)} />
        <Input label={own.name} required maxLength={80} value={name} onChange={event => setName(event.target.value)} />
        {give.error ? (
          <p role="alert" className="text-danger">
            {faultText(t, give.error)}
          </p>
        ) : null}
        <Button type="submit" className="self-start" busy={give.isPending} disabled={name.trim() === ''}>
          {own.give}
        </Button>
      </form>
    </Panel>
  )
}

/** Codes that open secret tiers. */
export function Codes({ desk }: { desk: Desk }) {
  const t = useWords()
  const own = t.selling.shows.codes
  const { number, zone: zoneName } = useFormat()
  const { locale } = useLanguage()
  const client = useQueryClient()
  const id = desk.show.id
  const secret = desk.tiers.filter(tier => tier.secret)
  const [code, setCode] = useState('')
  const [note, setNote] = useState('')
  const [most, setMost] = useState('')
  const [closes, setCloses] = useState('')
  const { zone } = desk.fields
  const [now] = useState(() => Date.now())
  const [tiers, setTiers] = useState<readonly string[]>(secret.map(tier => tier.id))
  const put = (next: DeskAnswer) => client.setQueryData(deskQuery(id).queryKey, next)
  const add = useMutation({
    mutationFn: () =>
      api('PUT /shows/:id/promos/:code', {
        id,
        code: code.trim().toUpperCase(),
        note: note.trim(),
        tiers: [...tiers],
        most: Number(most) || null,
        closesAt: fromField(closes, zone)?.toISOString() ?? null,
      }),
    onSuccess: next => {
      put(next)
      setCode('')
      setNote('')
      setMost('')
      setCloses('')
    },
  })
  const remove = useMutation({
    mutationFn: (one: string) => api('DELETE /shows/:id/promos/:code', { id, code: one }),
    onSuccess: put,
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
  })
  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] lg:items-start">
      {desk.promos.length === 0 ? (
        <EmptyState icon={KeyRound} title={own.none} compact>
          {own.noneBody}
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
          {desk.promos.map(one => (
            <li key={one.code} className="flex items-center gap-3 px-4 py-3">
              <span className="min-w-0 flex-1">
                <code className="font-semibold">{one.code}</code>
                <span className="mt-1 flex flex-wrap gap-1.5">
                  {one.tiers.map(tier => (
                    <Tag key={tier}>{desk.tiers.find(other => other.id === tier)?.name ?? ''}</Tag>
                  ))}
                </span>
                {one.note ? <span className="block truncate text-sm text-muted">{one.note}</span> : null}
                {one.closesAt ? (
                  <span className="tabular mt-1 flex flex-wrap items-center gap-1.5 text-sm text-muted">
                    {own.until(shortOf(locale, zone, one.closesAt))}
                    {Date.parse(one.closesAt) <= now ? <Tag tone="held">{own.ended}</Tag> : null}
                  </span>
                ) : null}
              </span>
              <span className="tabular shrink-0 text-sm text-muted">
                {own.used(number(one.used), one.most === null ? own.unlimited : number(one.most))}
              </span>
              <IconButton icon={Trash2} label={`${own.remove}: ${one.code}`} onClick={() => remove.mutate(one.code)} />
            </li>
          ))}
        </ul>
      )}
      <Panel title={own.add}>
        <form
          className="flex flex-col gap-3"
          onSubmit={event => {
            event.preventDefault()
            add.mutate()
          }}
        >
          <Input
            label={own.code}
            required
            minLength={3}
            maxLength={30}
            pattern="[A-Za-z0-9\-]{3,30}"
            autoCapitalize="characters"
            value={code}
            onChange={event => setCode(event.target.value)}
          />
          <Input label={own.note} optional maxLength={200} value={note} onChange={event => setNote(event.target.value)} />
          <Input label={own.most} optional type="number" min={1} value={most} onChange={event => setMost(event.target.value)} />
          <Input
            label={own.closesAt}
            optional
            type="datetime-local"
            hint={own.closesAtHint(zoneName(zone))}
            value={closes}
            onChange={event => setCloses(event.target.value)}
          />
          <fieldset className="flex flex-col gap-2">
            <legend className="mb-1 text-sm font-medium">{own.tiers}</legend>
            {desk.tiers.map(tier => (
              <Checkbox
                key={tier.id}
                label={tier.name}
                checked={tiers.includes(tier.id)}
                onChange={event => setTiers(event.target.checked ? [...tiers, tier.id] : tiers.filter(one => one !== tier.id))}
              />
            ))}
          </fieldset>
          {add.error ? (
            <p role="alert" className="text-danger">
              {faultText(t, add.error)}
            </p>
          ) : null}
          <Button type="submit" className="self-start" busy={add.isPending} disabled={tiers.length === 0 || code.trim().length < 3}>
            {own.add}
          </Button>
        </form>
      </Panel>
    </div>
  )
}
