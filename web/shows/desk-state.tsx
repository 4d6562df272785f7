import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type Api } from '../api.ts'
import { fromField, toField } from '../groups/times.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Checkbox, Input, TextArea } from '../ui/field.tsx'
import { faultText, Panel } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { deskQuery, type Desk, type DeskAnswer } from './queries.ts'

/** Announcing, selling, the lottery's times, putting off, cancelling. */
export function StatePart({ desk }: { desk: Desk }) {
  const t = useWords()
  const own = t.selling.shows
  const { number } = useFormat()
  const client = useQueryClient()
  const { show } = desk
  const put = async (next: DeskAnswer) => {
    client.setQueryData(deskQuery(show.id).queryKey, next)
    await client.invalidateQueries({ queryKey: ['GET /me/shows'] })
    await client.invalidateQueries({ queryKey: ['GET /shows/:id'] })
  }
  const move = useMutation({
    mutationFn: (state: Api['PUT /shows/:id/state']['input']['state']) => api('PUT /shows/:id/state', { id: show.id, state }),
    onSuccess: put,
  })
  const living = show.state === 'announced' || show.state === 'on_sale' || show.state === 'postponed'
  const waits = desk.fields.sale === 'lottery' && desk.lottery === null
  return (
    <div className="flex max-w-2xl flex-col gap-5">
      <Panel>
        <p className="font-medium">{own.step[show.state]}</p>
        {desk.refunding ? (
          <p className="tabular mt-2" role="status">
            {desk.refunding.left > 0
              ? own.refunding(number(desk.refunding.left), number(desk.refunding.done))
              : own.refunded(number(desk.refunding.done))}
          </p>
        ) : null}
        {desk.answers && show.state === 'postponed' ? (
          <p className="tabular mt-2">{own.answers(number(desk.answers.keep), number(desk.answers.refund))}</p>
        ) : null}
        {waits ? <p className="mt-2 text-sm text-muted">{own.lottery.set}</p> : null}
        <div className="mt-4 flex flex-wrap gap-2">
          {show.state === 'draft' || show.state === 'announced' ? (
            <Button
              busy={move.isPending && move.variables === 'on_sale'}
              disabled={desk.tiers.length === 0 || waits}
              onClick={() => move.mutate('on_sale')}
            >
              {own.sell}
            </Button>
          ) : null}
          {show.state === 'draft' ? (
            <Button look="quiet" busy={move.isPending && move.variables === 'announced'} onClick={() => move.mutate('announced')}>
              {own.announce}
            </Button>
          ) : null}
          {show.state === 'announced' && show.hall === null ? (
            <Button look="quiet" onClick={() => move.mutate('draft')}>
              {own.unannounce}
            </Button>
          ) : null}
          {show.state === 'on_sale' ? (
            <Button look="quiet" busy={move.isPending} onClick={() => move.mutate('announced')}>
              {own.pause}
            </Button>
          ) : null}
          {show.state === 'postponed' && !show.dateOpen ? (
            <Button busy={move.isPending} onClick={() => move.mutate('on_sale')}>
              {own.sellAgain}
            </Button>
          ) : null}
        </div>
        {move.error ? (
          <p role="alert" className="mt-3 font-medium text-danger">
            {faultText(t, move.error)}
          </p>
        ) : null}
      </Panel>
      {desk.fields.sale === 'lottery' ? <LotteryTimes desk={desk} onDone={put} /> : null}
      {living ? <Postpone desk={desk} onDone={put} /> : null}
      {living ? <Cancel desk={desk} onDone={put} /> : null}
    </div>
  )
}
type Done = (next: DeskAnswer) => Promise<void>

function LotteryTimes({ desk, onDone }: { desk: Desk; onDone: Done }) {
  const t = useWords()
  const own = t.selling.shows.lottery
  const { zone } = desk.fields
  const { lottery, show } = desk
  const [opens, setOpens] = useState(() => toField(new Date(lottery?.opensAt ?? Date.now() + 3_600_000), zone))
  const [closes, setCloses] = useState(() => toField(new Date(lottery?.closesAt ?? Date.now() + 7 * 86_400_000), zone))
  const [hours, setHours] = useState(String(lottery?.hours ?? 24))
  const save = useMutation({
    mutationFn: () =>
      api('PUT /shows/:id/lottery', {
        id: show.id,
        opensAt: fromField(opens, zone)?.toISOString() ?? '',
        closesAt: fromField(closes, zone)?.toISOString() ?? '',
        hours: Number(hours) || 24,
      }),
    onSuccess: async next => {
      toast(t.selling.shows.saved, { tone: 'good' })
      await onDone(next)
    },
  })
  const fixed = lottery !== null && lottery.state !== 'draft'
  return (
    <Panel title={own.title}>
      <div className="grid gap-3 sm:grid-cols-2">
        <Input label={own.opensAt} type="datetime-local" disabled={fixed} value={opens} onChange={event => setOpens(event.target.value)} />
        <Input
          label={own.closesAt}
          type="datetime-local"
          disabled={fixed}
          value={closes}
          onChange={event => setCloses(event.target.value)}
        />
        <Input
          label={own.hours}
          type="number"
          min={1}
          max={168}
          disabled={fixed}
          value={hours}
          onChange={event => setHours(event.target.value)}
        />
      </div>
      {save.error ? (
        <p role="alert" className="mt-3 text-danger">
          {faultText(t, save.error)}
        </p>
      ) : null}
      {fixed ? (
        <p className="mt-3 text-sm text-muted">{own.fixed}</p>
      ) : (
        <Button look="quiet" className="mt-3" busy={save.isPending} onClick={() => save.mutate()}>
          {own.save}
        </Button>
      )}
    </Panel>
  )
}

function Postpone({ desk, onDone }: { desk: Desk; onDone: Done }) {
  const t = useWords()
  const own = t.selling.shows.postpone
  const { zone, startsAt, endsAt } = desk.fields
  const shifted = (at: string): string => toField(new Date(Date.parse(at) + 28 * 86_400_000), zone)
  const [starts, setStarts] = useState(shifted(startsAt))
  const [ends, setEnds] = useState(shifted(endsAt))
  const [later, setLater] = useState(false)
  const [days, setDays] = useState('14')
  const [reason, setReason] = useState('')
  const [open, setOpen] = useState(false)
  const go = useMutation({
    mutationFn: () =>
      api('POST /shows/:id/postpone', {
        id: desk.show.id,
        startsAt: later ? null : (fromField(starts, zone)?.toISOString() ?? null),
        endsAt: later ? null : (fromField(ends, zone)?.toISOString() ?? null),
        askDays: Number(days) || 14,
        reason: reason.trim(),
      }),
    onSuccess: async next => {
      setOpen(false)
      await onDone(next)
    },
  })
  return (
    <Panel title={own.title}>
      <p className="text-sm text-muted">{own.body}</p>
      {open ? (
        <form
          className="mt-3 grid gap-3 sm:grid-cols-2"
          onSubmit={event => {
            event.preventDefault()
            go.mutate()
          }}
        >
          <Input
            label={own.startsAt}
            type="datetime-local"
            disabled={later}
            value={starts}
            onChange={event => setStarts(event.target.value)}
          />
          <Input label={own.endsAt} type="datetime-local" disabled={later} value={ends} onChange={event => setEnds(event.target.value)} />
          <Checkbox label={own.later} checked={later} onChange={event => setLater(event.target.checked)} />
          <Input label={own.days} type="number" min={3} max={60} value={days} onChange={event => setDays(event.target.value)} />
          <TextArea
            label={own.reason}
            required
            rows={2}
            maxLength={1000}
            className="sm:col-span-2"
            value={reason}
            onChange={event => setReason(event.target.value)}
          />
          {go.error ? (
            <p role="alert" className="text-danger sm:col-span-2">
              {faultText(t, go.error)}
            </p>
          ) : null}
          <Button type="submit" className="sm:justify-self-start" busy={go.isPending} disabled={reason.trim().length < 3}>
            {own.go}
          </Button>
        </form>
      ) : (
        <Button look="quiet" className="mt-3" onClick={() => setOpen(true)}>
          {own.title}
        </Button>
      )}
    </Panel>
  )
}

function Cancel({ desk, onDone }: { desk: Desk; onDone: Done }) {
  const t = useWords()
  const own = t.selling.shows.cancel
  const [open, setOpen] = useState(false)
  const [title, setTitle] = useState('')
  const [reason, setReason] = useState('')
  const go = useMutation({
    mutationFn: () => api('POST /shows/:id/cancel', { id: desk.show.id, title: title.trim(), reason: reason.trim() }),
    onSuccess: onDone,
  })
  return (
    <Panel title={own.title}>
      <p className="text-sm text-muted">{own.body}</p>
      {open ? (
        <form
          className="mt-3 flex flex-col gap-3"
          onSubmit={event => {
            event.preventDefault()
            go.mutate()
          }}
        >
          <TextArea
            label={own.reason}
            required
            rows={2}
            maxLength={1000}
            value={reason}
            onChange={event => setReason(event.target.value)}
          />
          <Input label={own.type(desk.show.title)} required value={title} onChange={event => setTitle(event.target.value)} />
          {go.error ? (
            <p role="alert" className="text-danger">
              {faultText(t, go.error)}
            </p>
          ) : null}
          <Button
            type="submit"
            look="danger"
            className="self-start"
            busy={go.isPending}
            disabled={title.trim() !== desk.show.title || reason.trim().length < 3}
          >
            {own.go}
          </Button>
        </form>
      ) : (
        <Button look="quiet" className="mt-3" onClick={() => setOpen(true)}>
          {own.title}
        </Button>
      )}
    </Panel>
  )
}
