import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { parseAmount, typedAmount } from '../shop/price.ts'
import { Button } from '../ui/button.tsx'
import { Input, Select, TextArea } from '../ui/field.tsx'
import { Money } from '../ui/money.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, SkeletonRows, faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { ownerName } from './rows.tsx'

export type Hold = Ok<'GET /console/holds'>['items'][number]
type Account = Ok<'GET /console/balances'>['items'][number]
type Value = { amount: string; currency: string }

const reasons = ['review', 'fraud', 'legal', 'agreement', 'request'] as const

/** What a decision changes: the amount before and after it. */
export function BeforeAfter({ label, before, change }: { label: string; before: Value; change: bigint }) {
  const t = useWords()
  return (
    <p className="rounded-md bg-raised px-4 py-3" role="status">
      <span className="text-muted">{label}: </span>
      <Money value={before} /> <span aria-label={t.console.becomes}>→</span>{' '}
      <Money value={{ ...before, amount: (BigInt(before.amount) + change).toString() }} className="font-semibold" />
    </p>
  )
}

function useDecided(done: () => void, told: string) {
  const t = useWords()
  const client = useQueryClient()
  return {
    onSuccess: () => {
      toast(told, { tone: 'good' })
      done()
      return client.invalidateQueries({ predicate: query => String(query.queryKey[0]).includes('/console/') })
    },
    onError: (error: unknown) => toast(faultText(t, error), { tone: 'bad' }),
  }
}

/** Sets a part of someone's available balance aside: first whose, then how much and why. */
export function PlaceHold({ open, onOpenChange, account }: { open: boolean; onOpenChange: (open: boolean) => void; account?: Account }) {
  const t = useWords()
  const [chosen, setChosen] = useState<Account | null>(account ?? null)
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.console.placeHold}>
      {chosen ? <HoldForm account={chosen} onDone={() => onOpenChange(false)} /> : <Choose onChoose={setChosen} />}
    </Dialog>
  )
}

function Choose({ onChoose }: { onChoose: (account: Account) => void }) {
  const t = useWords()
  const [typed, setTyped] = useState('')
  const { data, isFetching } = useQuery({
    ...read('GET /console/balances', { purpose: 'available', q: typed, limit: 12 }),
    enabled: typed.trim().length > 1,
  })
  return (
    <div className="flex flex-col gap-3">
      <Input
        label={t.console.holdWhose}
        placeholder={t.console.searchHint}
        value={typed}
        maxLength={100}
        onChange={event => setTyped(event.target.value)}
      />
      {isFetching && !data ? <SkeletonRows rows={2} /> : null}
      {data?.items.length === 0 ? <EmptyState title={t.console.noAccounts} compact /> : null}
      <ul className="divide-y divide-line">
        {data?.items.map(one => (
          <li key={one.id}>
            <button
              type="button"
              className="flex w-full justify-between gap-3 py-2 text-left hover:bg-raised/60"
              onClick={() => onChoose(one)}
            >
              <span className="truncate">{ownerName(t, one.party, one.owner)}</span>
              <Money value={one.balance} className="font-medium" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}

function HoldForm({ account, onDone }: { account: Account; onDone: () => void }) {
  const t = useWords()
  const [typed, setTyped] = useState(typedAmount(account.balance))
  const [reason, setReason] = useState<(typeof reasons)[number]>('review')
  const [note, setNote] = useState('')
  const [until, setUntil] = useState('')
  const amount = parseAmount(typed, account.balance.currency)
  const right = amount !== null && BigInt(amount) > 0n && BigInt(amount) <= BigInt(account.balance.amount)
  const place = useMutation({
    mutationFn: () =>
      api('POST /console/holds', {
        owner: account.owner,
        asset: account.balance.currency,
        amount: amount!,
        reason,
        note,
        ...(until ? { until: `${until}T00:00:00.000Z` } : {}),
      }),
    ...useDecided(onDone, t.console.held),
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={event => {
        event.preventDefault()
        if (right && note.trim()) place.mutate()
      }}
    >
      <p className="font-semibold">{ownerName(t, account.party, account.owner)}</p>
      <Input
        label={t.money.amount}
        inputMode="decimal"
        value={typed}
        suffix={account.balance.currency}
        onChange={event => setTyped(event.target.value)}
        error={right ? undefined : t.objections.insufficient}
      />
      <BeforeAfter label={codeName(t, 'available')} before={account.balance} change={right ? -BigInt(amount) : 0n} />
      <Select
        label={t.console.holdReason}
        value={reason}
        onChange={event => setReason(event.target.value as typeof reason)}
        options={reasons.map(value => ({ value, name: codeName(t, value) }))}
      />
      <Input
        label={t.console.holdNote}
        hint={t.console.payeeSees}
        required
        maxLength={200}
        value={note}
        onChange={event => setNote(event.target.value)}
      />
      <Input label={t.console.holdUntil} optional type="date" value={until} onChange={event => setUntil(event.target.value)} />
      <Button type="submit" busy={place.isPending} disabled={!right || !note.trim()} className="self-end">
        {t.console.placeHold}
      </Button>
    </form>
  )
}

export function ReleaseHold({ hold, onOpenChange }: { hold: Hold; onOpenChange: (open: boolean) => void }) {
  const t = useWords()
  const [typed, setTyped] = useState(typedAmount(hold.open))
  const [reason, setReason] = useState('')
  const amount = parseAmount(typed, hold.open.currency)
  const right = amount !== null && BigInt(amount) > 0n && BigInt(amount) <= BigInt(hold.open.amount)
  const release = useMutation({
    mutationFn: () => api('POST /console/holds/:id/release', { id: hold.id, open: hold.open.amount, amount: amount!, reason }),
    ...useDecided(() => onOpenChange(false), t.console.released),
  })
  return (
    <Dialog open onOpenChange={onOpenChange} title={t.console.releaseHold} description={ownerName(t, hold.party, hold.owner)}>
      <form
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          if (right && reason.trim()) release.mutate()
        }}
      >
        <Input
          label={t.money.amount}
          inputMode="decimal"
          value={typed}
          suffix={hold.open.currency}
          onChange={event => setTyped(event.target.value)}
          error={right ? undefined : t.objections.hold_too_small}
        />
        <BeforeAfter label={codeName(t, 'held')} before={hold.open} change={right ? -BigInt(amount) : 0n} />
        <Input label={t.console.why} required maxLength={200} value={reason} onChange={event => setReason(event.target.value)} />
        <Button type="submit" busy={release.isPending} disabled={!right || !reason.trim()} className="self-end">
          {t.console.releaseHold}
        </Button>
      </form>
    </Dialog>
  )
}

export function DecideAppeal({ hold, onOpenChange }: { hold: Hold; onOpenChange: (open: boolean) => void }) {
  const t = useWords()
  const [reason, setReason] = useState('')
  const decide = useMutation({
    mutationFn: (decision: 'granted' | 'declined') => api('POST /console/appeals/:id/decide', { id: hold.appeal!.id, decision, reason }),
    ...useDecided(() => onOpenChange(false), t.console.decided),
  })
  return (
    <Dialog
      open
      onOpenChange={onOpenChange}
      title={t.console.appeal}
      description={ownerName(t, hold.party, hold.owner)}
      footer={
        <>
          <Button look="quiet" busy={decide.isPending} disabled={!reason.trim()} onClick={() => decide.mutate('declined')}>
            {t.console.decline}
          </Button>
          <Button busy={decide.isPending} disabled={!reason.trim()} onClick={() => decide.mutate('granted')}>
            {t.console.grant}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <blockquote className="rounded-md bg-raised px-4 py-3 whitespace-pre-line">{hold.appeal?.text}</blockquote>
        <p className="text-muted">
          {codeName(t, hold.reason)}
          {hold.note ? ` · ${hold.note}` : ''}
        </p>
        <BeforeAfter label={t.console.grant} before={hold.open} change={-BigInt(hold.open.amount)} />
        <TextArea
          label={t.console.why}
          hint={t.console.payeeSees}
          required
          maxLength={200}
          value={reason}
          onChange={event => setReason(event.target.value)}
        />
      </div>
    </Dialog>
  )
}
