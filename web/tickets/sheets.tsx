/** What one does with a ticket: name, hand on, sell on. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Copy, Share2 } from 'lucide-react'
import { useState } from 'react'
import { api, asApiError } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshTickets, ticketQuery, type Ticket } from './queries.ts'
import { usePlaceTime } from './when.tsx'

type Props = { ticket: Ticket; onClose: () => void }

function useTicketChange<T>(act: () => Promise<T>, done: (result: T) => void) {
  const t = useWords()
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: done,
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => refreshTickets(client),
  })
}

/** Fields for who will come, as the show asks for them. */
export function NameFields({
  realName,
  value,
  onChange,
}: {
  realName: Ticket['realName']
  value: { name: string; idTail: string }
  onChange: (value: { name: string; idTail: string }) => void
}) {
  const t = useWords()
  if (realName === 'none') return null
  return (
    <>
      <Input
        label={t.tickets.name}
        value={value.name}
        maxLength={100}
        autoComplete="name"
        required
        onChange={event => onChange({ ...value, name: event.target.value })}
      />
      {realName === 'id' ? (
        <Input
          label={t.tickets.idTail}
          hint={t.tickets.idTailHint}
          value={value.idTail}
          maxLength={4}
          autoCapitalize="characters"
          autoComplete="off"
          required
          onChange={event => onChange({ ...value, idTail: event.target.value.toUpperCase() })}
        />
      ) : null}
    </>
  )
}
export const namesReady = (realName: Ticket['realName'], { name, idTail }: { name: string; idTail: string }): boolean =>
  realName === 'none' || (name.trim() !== '' && (realName === 'name' || /^[0-9A-Z]{4}$/.test(idTail)))

export function NameSheet({ ticket, onClose }: Props) {
  const t = useWords()
  const at = usePlaceTime()
  const [value, setValue] = useState({ name: ticket.name ?? '', idTail: ticket.idTail ?? '' })
  const save = useTicketChange(
    () => api('PUT /tickets/:id/name', { id: ticket.id, name: value.name, ...(ticket.realName === 'id' ? { idTail: value.idTail } : {}) }),
    () => {
      toast(t.tickets.renamed, { tone: 'good' })
      onClose()
    },
  )
  return (
    <Sheet open onOpenChange={open => (open ? undefined : onClose())} title={t.tickets.rename}>
      <form
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <NameFields realName={ticket.realName} value={value} onChange={setValue} />
        {ticket.until.rename ? (
          <p className="text-sm text-muted">{t.tickets.renameUntil(at(ticket.until.rename, ticket.show.zone))}</p>
        ) : null}
        <Button type="submit" size="lg" busy={save.isPending} disabled={!namesReady(ticket.realName, value)}>
          {t.tickets.save}
        </Button>
      </form>
    </Sheet>
  )
}

/** Copies, or gives to the phone's own way of sending. */
function LinkButtons({ path, title }: { path: string; title: string }) {
  const t = useWords()
  const url = `${location.origin}${path}`
  const share = typeof navigator.share === 'function'
  const copy = async () => {
    await navigator.clipboard.writeText(url)
    toast(t.tickets.copied, { tone: 'good' })
  }
  return (
    <div className="flex flex-col gap-3">
      <p className="rounded-md bg-raised p-3 text-sm [overflow-wrap:anywhere]">{url}</p>
      <div className="flex flex-wrap gap-2">
        {share ? (
          <Button icon={Share2} size="lg" className="flex-1" onClick={() => void navigator.share({ title, url }).catch(() => undefined)}>
            {t.tickets.transferShare}
          </Button>
        ) : null}
        <Button icon={Copy} look={share ? 'quiet' : 'primary'} size="lg" className="flex-1" onClick={() => void copy()}>
          {t.tickets.transferCopy}
        </Button>
      </div>
    </div>
  )
}

export function TransferSheet({ ticket, onClose }: Props) {
  const t = useWords()
  const at = usePlaceTime()
  const client = useQueryClient()
  const [email, setEmail] = useState('')
  const [id] = useState(() => newClientId('trf'))
  const make = useMutation({
    mutationFn: () =>
      api('POST /tickets/:id/transfers', { id: ticket.id, transfer: id, ...(email.trim() === '' ? {} : { email: email.trim() }) }),
    onSuccess: ({ ticket: now }) => client.setQueryData(ticketQuery(ticket.id).queryKey, now),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <Sheet open onOpenChange={open => (open ? undefined : onClose())} title={t.tickets.transfer}>
      {make.data ? (
        <LinkButtons path={make.data.path} title={ticket.show.title} />
      ) : (
        <form
          className="flex flex-col gap-4"
          onSubmit={event => {
            event.preventDefault()
            make.mutate()
          }}
        >
          <p className="text-muted">{t.tickets.transferBody}</p>
          <Input
            label={t.tickets.transferMail}
            type="email"
            value={email}
            onChange={event => setEmail(event.target.value)}
            autoComplete="email"
          />
          {ticket.until.transfer ? (
            <p className="text-sm text-muted">{t.tickets.transferUntil(at(ticket.until.transfer, ticket.show.zone))}</p>
          ) : null}
          <Button type="submit" size="lg" busy={make.isPending}>
            {t.tickets.transferMake}
          </Button>
        </form>
      )}
    </Sheet>
  )
}

/** A link that waits: shown again, or taken back. */
export function OpenTransfer({ ticket }: { ticket: Ticket }) {
  const t = useWords()
  const format = useFormat()
  const open = ticket.transfer!
  const [path, setPath] = useState<string | null>(null)
  const again = useTicketChange(
    () => api('POST /tickets/:id/transfers', { id: ticket.id, transfer: open.id, ...(open.email ? { email: open.email } : {}) }),
    result => setPath(result.path),
  )
  const stop = useTicketChange(
    () => api('DELETE /tickets/:id/transfers', { id: ticket.id }),
    () => toast(t.tickets.transferStopped, { tone: 'good' }),
  )
  return (
    <section className="flex flex-col gap-3 rounded-lg bg-held-soft p-5">
      <h2 className="text-base text-held">{open.email ? t.tickets.transferOpenTo(open.email) : t.tickets.transferOpen}</h2>
      <p className="text-sm">{t.tickets.transferEnds(format.dateTime(open.until))}</p>
      {path ? <LinkButtons path={path} title={ticket.show.title} /> : null}
      <div className="flex flex-wrap gap-2">
        {path ? null : (
          <Button look="quiet" icon={Copy} busy={again.isPending} onClick={() => again.mutate()}>
            {t.tickets.transferCopy}
          </Button>
        )}
        <Button look="quiet" busy={stop.isPending} onClick={() => stop.mutate()}>
          {t.tickets.transferStop}
        </Button>
      </div>
    </section>
  )
}

export function ResaleSheet({ ticket, onClose }: Props) {
  const t = useWords()
  const format = useFormat()
  const at = usePlaceTime()
  const { currency } = ticket.faceValue
  const [price, setPrice] = useState(() => plain(ticket.faceValue))
  const [id] = useState(() => newClientId('rsl'))
  const [problem, setProblem] = useState<string>()
  const client = useQueryClient()
  const start = useMutation({
    mutationFn: () => api('POST /tickets/:id/resale', { id: ticket.id, resale: id, price: { amount: minor(price, currency), currency } }),
    onSuccess: onClose,
    onError: error => setProblem(faultText(t, asApiError(error))),
    onSettled: () => refreshTickets(client),
  })
  return (
    <Sheet open onOpenChange={open => (open ? undefined : onClose())} title={t.tickets.resell}>
      <form
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          setProblem(undefined)
          start.mutate()
        }}
      >
        <p className="text-muted">{t.tickets.resellBody}</p>
        <Input
          label={t.tickets.resellPrice}
          inputMode="decimal"
          value={price}
          suffix={currency}
          hint={t.tickets.resellMost(format.money(ticket.faceValue))}
          error={problem}
          required
          onChange={event => setPrice(event.target.value)}
        />
        {ticket.until.resale ? (
          <p className="text-sm text-muted">{t.tickets.resellUntil(at(ticket.until.resale, ticket.show.zone))}</p>
        ) : null}
        <Button type="submit" size="lg" busy={start.isPending} disabled={!/^\d+([.,]\d{1,3})?$/.test(price)}>
          {t.tickets.resellStart}
        </Button>
      </form>
    </Sheet>
  )
}

export function OpenResale({ ticket }: { ticket: Ticket }) {
  const t = useWords()
  const format = useFormat()
  const { price, state } = ticket.resale!
  const stop = useTicketChange(
    () => api('DELETE /tickets/:id/resale', { id: ticket.id }),
    () => toast(t.tickets.resellStopped, { tone: 'good' }),
  )
  return (
    <section className="flex flex-wrap items-center justify-between gap-3 rounded-lg bg-held-soft p-5">
      <div>
        <h2 className="text-base text-held">
          {state === 'open' ? t.tickets.resellOpen(format.money(price)) : t.tickets.resellReserved(format.money(price))}
        </h2>
        <p className="mt-1 text-sm">{t.tickets.resellStill}</p>
      </div>
      {state === 'open' ? (
        <Button look="quiet" busy={stop.isPending} onClick={() => stop.mutate()}>
          {t.tickets.resellStop}
        </Button>
      ) : null}
    </section>
  )
}

const scaleOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
const plain = ({ amount, currency }: { amount: string; currency: string }): string =>
  (Number(amount) / 10 ** scaleOf(currency)).toFixed(scaleOf(currency))
/** What was typed, in minor units. */
function minor(text: string, currency: string): string {
  const scale = scaleOf(currency)
  const [whole = '0', part = ''] = text.replace(',', '.').split('.')
  return BigInt(whole + part.padEnd(scale, '0').slice(0, scale)).toString()
}
