import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api, read } from '../api.ts'
import { asApiError } from '../api-call.ts'
import { useFormat, useWords, type Words } from '../i18n/use.tsx'
import { parseAmount } from '../shop/price.ts'
import { Button } from '../ui/button.tsx'
import { Checkbox, Input, Select, TextArea } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Cascade } from './cascade.tsx'
import type { Change } from './change-text.ts'

type Kind = Change['kind']
const kinds = ['plan', 'term', 'tax', 'home', 'claim', 'claim_end', 'rules'] as const
const first = {
  plan: 'standard',
  name: '',
  category: 'all',
  rate: '',
  everyone: 'yes',
  seller: '',
  until: '',
  code: '',
  country: '',
  subject: '',
  bearer: '',
  cap: '',
  holders: '',
  claimKind: 'recoupment',
  claim: '',
  workRate: '15',
}
type Typed = typeof first

/** Basis points of "6", "6.25"; null when it is no rate. */
function basisPoints(typed: string): number | null {
  const match = /^(\d{1,3})(?:[.,](\d{1,2}))?\s*%?$/.exec(typed.trim())
  if (!match) return null
  const bp = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
  return bp <= 10_000 ? bp : null
}
const moment = (day: string): string | null => (day === '' ? null : `${day}T00:00:00.000Z`)
const orNull = (typed: string): string | null => (typed.trim() === '' ? null : typed.trim())

/** What was typed as a change; null while something is missing. */
function changeOf(kind: Kind, typed: Typed): Change | null {
  const bp = basisPoints(typed.rate)
  const until = moment(typed.until)
  const seller = typed.seller.trim()
  switch (kind) {
    case 'plan':
      if (bp === null || typed.name.trim() === '') return null
      return {
        kind,
        plan: typed.plan.trim(),
        name: typed.name.trim(),
        category: typed.category.trim(),
        commissionBp: bp,
        everyone: typed.everyone === 'yes',
      }
    case 'term':
      return seller === '' ? null : { kind, seller, plan: typed.plan.trim(), until }
    case 'tax': {
      if (bp === null || typed.code.trim() === '' || typed.name.trim() === '') return null
      const country = orNull(typed.country.toUpperCase())
      const category = typed.category === 'all' ? null : orNull(typed.category)
      return { kind, code: typed.code.trim(), name: typed.name.trim(), country, category, seller: orNull(seller), rateBp: bp, until }
    }
    case 'home':
      return seller === '' || typed.country.trim() === '' ? null : { kind, seller, country: typed.country.trim().toUpperCase() }
    case 'claim': {
      const cap = typed.cap.trim() === '' ? null : parseAmount(typed.cap, 'CNY')
      const holders = typed.holders
        .split('\n')
        .map(line => line.trim().split(/\s+/))
        .filter(parts => parts[0] !== '')
        .map(([party = '', units = '1']) => ({ party, units: Number(units) }))
      if (bp === null || holders.length === 0 || typed.name.trim() === '' || (typed.cap.trim() !== '' && cap === null)) return null
      const claimKind = typed.claimKind === 'backers' ? 'backers' : 'recoupment'
      return {
        kind,
        claimKind,
        subject: typed.subject.trim(),
        name: typed.name.trim(),
        bearer: orNull(typed.bearer),
        shareBp: bp,
        currency: 'CNY',
        cap,
        holders,
        until,
      }
    }
    case 'claim_end':
      return typed.claim.trim() === '' ? null : { kind, claim: typed.claim.trim() }
    case 'rules': {
      const rateBp = basisPoints(typed.workRate)
      if (rateBp === null) return null
      // Tax is owed on the price paid: before the provider's fee.
      const steps = (['tax', 'provider_fee', 'commission', 'recoupment', 'backers'] as const).map(step => ({ step, rateBp: null }))
      return { kind, steps: [...steps, { step: 'split', rateBp }] }
    }
  }
}

/** The fields a kind of change needs. */
const fieldsOf: Record<Kind, readonly (keyof Typed)[]> = {
  plan: ['plan', 'name', 'category', 'rate', 'everyone'],
  term: ['seller', 'plan', 'until'],
  tax: ['code', 'name', 'rate', 'country', 'category', 'seller', 'until'],
  home: ['seller', 'country'],
  claim: ['claimKind', 'subject', 'name', 'rate', 'bearer', 'cap', 'holders', 'until'],
  claim_end: ['claim'],
  rules: ['workRate'],
}

/** Proposes a change of what holds: what, from when on, why; and what it would do to a price, before it is made. */
export function ProposeChange({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useWords()
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.settlement.propose} description={t.settlement.fourEyes} wide>
      <ChangeForm onDone={() => onOpenChange(false)} />
    </Dialog>
  )
}

function ChangeForm({ onDone }: { onDone: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const [kind, setKind] = useState<Kind>('plan')
  const [typed, setTyped] = useState<Typed>(first)
  const [day, setDay] = useState('')
  const [reason, setReason] = useState('')
  const change = changeOf(kind, typed)
  const from = moment(day)
  const send = useMutation({
    mutationFn: () => api('POST /console/settlement/proposals', { change: change!, from, reason }),
    onSuccess: () => {
      toast(t.settlement.proposed, { tone: 'good' })
      onDone()
      return client.invalidateQueries({ predicate: query => String(query.queryKey[0]).includes('/console/') })
    },
  })
  const refusal = send.error ? asApiError(send.error) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (change !== null && reason.trim().length > 2) send.mutate()
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Select
        label={t.settlement.kind}
        value={kind}
        onChange={event => setKind(event.target.value as Kind)}
        options={kinds.map(value => ({ value, name: t.settlement.kinds[value] }))}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        {fieldsOf[kind].map(field => (
          <ChangeField
            key={`${kind}${field}`}
            kind={kind}
            field={field}
            value={typed[field]}
            onChange={value => setTyped({ ...typed, [field]: value })}
          />
        ))}
      </div>
      <div className="grid gap-4 border-t border-line pt-4 sm:grid-cols-2">
        <Input
          label={t.settlement.wanted}
          hint={t.settlement.wantedHint}
          type="date"
          value={day}
          onChange={event => setDay(event.target.value)}
        />
        <Input
          label={t.settlement.reason}
          hint={t.settlement.reasonHint}
          value={reason}
          maxLength={1000}
          onChange={event => setReason(event.target.value)}
        />
      </div>
      {change === null ? null : <TryChange change={change} from={from} />}
      {refusal ? (
        <p role="alert" className="rounded-sm bg-danger-soft px-3 py-2 text-danger">
          {faultText(t, refusal)}
        </p>
      ) : null}
      <div className="flex justify-end gap-2">
        <Button type="submit" busy={send.isPending} disabled={change === null || reason.trim().length < 3}>
          {t.settlement.propose}
        </Button>
      </div>
    </form>
  )
}

const labelOf = (t: Words, kind: Kind, field: keyof Typed): string =>
  ({
    plan: t.settlement.planId,
    name: t.settlement.name,
    category: t.settlement.category,
    rate: t.settlement.share,
    everyone: t.settlement.everyoneHint,
    seller: t.settlement.sellerId,
    until: t.settlement.until,
    code: t.settlement.code,
    country: t.settlement.country,
    subject: t.settlement.subject,
    bearer: t.settlement.bearer,
    cap: t.settlement.cap,
    holders: t.settlement.holderList,
    claimKind: t.settlement.kinds[kind],
    claim: t.settlement.claim,
    workRate: t.settlement.workRate,
  })[field]

function ChangeField({
  kind,
  field,
  value,
  onChange,
}: {
  kind: Kind
  field: keyof Typed
  value: string
  onChange: (value: string) => void
}) {
  const t = useWords()
  const label = labelOf(t, kind, field)
  const optional = ['until', 'bearer', 'cap'].includes(field) || (kind === 'tax' && ['seller', 'country'].includes(field))
  if (field === 'everyone')
    return <Checkbox label={label} checked={value === 'yes'} onChange={event => onChange(event.target.checked ? 'yes' : 'no')} />
  if (field === 'claimKind' || field === 'category') {
    const names: Record<string, string> = field === 'category' ? t.settlement.categories : t.settlement.claimKinds
    return (
      <Select
        label={label}
        value={value}
        onChange={event => onChange(event.target.value)}
        options={Object.entries(names).map(([one, name]) => ({ value: one, name }))}
      />
    )
  }
  if (field === 'holders')
    return <TextArea label={label} hint={t.settlement.holderHint} rows={2} value={value} onChange={event => onChange(event.target.value)} />
  const hints: Partial<Record<keyof Typed, string>> = {
    plan: t.settlement.planHint,
    bearer: t.settlement.bearerHint,
    cap: t.settlement.capHint,
  }
  const rate = field === 'rate' || field === 'workRate'
  return (
    <Input
      label={label}
      optional={optional}
      hint={kind === 'term' ? undefined : hints[field]}
      value={value}
      maxLength={100}
      {...(field === 'until' ? { type: 'date' } : {})}
      {...(rate ? { inputMode: 'decimal' as const, suffix: '%' } : {})}
      error={rate && value !== '' && basisPoints(value) === null ? t.settlement.percentInvalid : undefined}
      onChange={event => onChange(event.target.value)}
    />
  )
}

/** Before and after, side by side, for a release that is on sale. */
export function TryChange({ change, from }: { change: Change; from: string | null }) {
  const t = useWords()
  const format = useFormat()
  const [release, setRelease] = useState('')
  const [typed, setTyped] = useState('100')
  // What it is about first: a seller's releases, or a page's.
  const seller = 'seller' in change ? change.seller : change.kind === 'claim' && change.subject.startsWith('pag_') ? change.subject : null
  const { data: offers } = useQuery(read('GET /offers', { sort: 'popular', limit: 48, ...(seller ? { seller } : {}) }))
  const amount = parseAmount(typed, 'CNY')
  const chosen = release || (change.kind === 'claim' && change.subject.startsWith('rel_') ? change.subject : offers?.items[0]?.release.id)
  const query = useQuery({
    queryKey: ['POST /console/settlement/preview', JSON.stringify(change), from, chosen, amount],
    queryFn: () => api('POST /console/settlement/preview', { change, from, release: chosen!, amount: amount! }),
    enabled: amount !== null && chosen !== undefined,
    retry: false,
  })
  const { data, error } = query
  const same = data !== undefined && JSON.stringify(data.before.steps) === JSON.stringify(data.after.steps)
  return (
    <section className="rounded-md bg-raised p-4">
      <h3 className="font-medium">{t.settlement.tryIt}</h3>
      <p className="mb-3 text-xs text-muted">{t.settlement.tryHint}</p>
      <div className="mb-4 grid gap-3 sm:grid-cols-2">
        <Select
          label={t.settlement.tryRelease}
          hideLabel
          value={chosen ?? ''}
          onChange={event => setRelease(event.target.value)}
          options={(offers?.items ?? []).map(offer => ({ value: offer.release.id, name: `${offer.release.title} · ${offer.seller.name}` }))}
        />
        <Input
          label={t.settlement.tryPrice}
          hideLabel
          inputMode="decimal"
          suffix="CNY"
          value={typed}
          onChange={event => setTyped(event.target.value)}
        />
      </div>
      {error ? <p className="text-danger">{faultText(t, error)}</p> : null}
      {data ? (
        <>
          {same ? <p className="mb-3 text-muted">{t.settlement.same}</p> : null}
          <div className="grid gap-6 lg:grid-cols-2">
            {(['before', 'after'] as const).map(side => (
              <div key={side} className="min-w-0">
                <p className="mb-1 text-xs font-semibold text-muted uppercase">
                  {t.settlement[side]} · {format.day(data.at)}
                </p>
                <Cascade data={data[side]} compact />
              </div>
            ))}
          </div>
        </>
      ) : null}
    </section>
  )
}
