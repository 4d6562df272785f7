import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound, Star, Trash2, Users } from 'lucide-react'
import { useState } from 'react'
import { api, asApiError } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Checkbox, Input, Select } from '../ui/field.tsx'
import { EmptyState, ErrorState, faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { deskQuery, guestsQuery, type Desk, type DeskAnswer } from './queries.ts'

/** The guest list, and free tickets out of the capacity. */
export function Guests({ desk }: { desk: Desk }) {
  const t = useWords()
  const own = t.selling.shows.guests
  const client = useQueryClient()
  const id = desk.show.id
  const { data, error, isPending, refetch } = useQuery(guestsQuery(id))
  const [guest, setGuest] = useState(() => newClientId('gst'))
  const [name, setName] = useState('')
  const [plus, setPlus] = useState('0')
  const [note, setNote] = useState('')
  const [vip, setVip] = useState(false)
  const again = async () => {
    await client.invalidateQueries({ queryKey: guestsQuery(id).queryKey })
    await client.invalidateQueries({ queryKey: deskQuery(id).queryKey })
  }
  const add = useMutation({
    mutationFn: () =>
      api('PUT /shows/:id/guests/:guest', { id, guest, name: name.trim(), plus: Number(plus) || 0, note: note.trim(), vip }),
    onSuccess: async () => {
      setGuest(newClientId('gst'))
      setName('')
      setPlus('0')
      setNote('')
      setVip(false)
      await again()
    },
  })
  const remove = useMutation({
    mutationFn: (one: string) => api('DELETE /shows/:id/guests/:guest', { id, guest: one }),
    onSuccess: again,
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
  })
  return (
    <div className="grid gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] lg:items-start">
      <div className="flex min-w-0 flex-col gap-4">
        <Panel>
          <form
            className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_100px]"
            onSubmit={event => {
              event.preventDefault()
              add.mutate()
            }}
          >
            <Input label={own.name} required maxLength={80} value={name} onChange={event => setName(event.target.value)} />
            <Input label={own.plus} type="number" min={0} max={20} value={plus} onChange={event => setPlus(event.target.value)} />
            <Input
              label={own.note}
              optional
              maxLength={300}
              value={note}
              onChange={event => setNote(event.target.value)}
              className="sm:col-span-2"
            />
            <Checkbox label={own.vip} checked={vip} onChange={event => setVip(event.target.checked)} />
            <Button type="submit" busy={add.isPending} disabled={name.trim() === ''} className="sm:col-span-2 sm:justify-self-start">
              {own.add}
            </Button>
            {add.error ? (
              <p role="alert" className="text-danger sm:col-span-2">
                {faultText(t, asApiError(add.error))}
              </p>
            ) : null}
          </form>
        </Panel>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} compact />
        ) : isPending ? (
          <SkeletonRows />
        ) : data.items.length === 0 ? (
          <EmptyState icon={Users} title={own.none} compact />
        ) : (
          <ul className="divide-y divide-line rounded-lg border border-line bg-surface">
            {data.items.map(one => (
              <li key={one.id} className="flex items-center gap-3 px-4 py-2.5">
                {one.vip ? <Star size={16} aria-label={own.vip} className="shrink-0 text-accent-ink" /> : null}
                <span className="min-w-0 flex-1">
                  <b className="font-semibold [overflow-wrap:anywhere]">{one.name}</b>
                  {one.plus > 0 ? <span className="tabular ml-1.5 text-muted">{own.plusOf(one.plus)}</span> : null}
                  {one.note ? <span className="block truncate text-sm text-muted">{one.note}</span> : null}
                </span>
                <IconButton icon={Trash2} label={`${own.remove}: ${one.name}`} onClick={() => remove.mutate(one.id)} />
              </li>
            ))}
          </ul>
        )}
      </div>
      {desk.show.hall ? <Free desk={desk} /> : null}
    </div>
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
  const { number } = useFormat()
  const client = useQueryClient()
  const id = desk.show.id
  const secret = desk.tiers.filter(tier => tier.secret)
  const [code, setCode] = useState('')
  const [note, setNote] = useState('')
  const [most, setMost] = useState('')
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
      }),
    onSuccess: next => {
      put(next)
      setCode('')
      setNote('')
      setMost('')
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
