import { useMutation, useQuery } from '@tanstack/react-query'
import { Landmark, TriangleAlert } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { currencyScale, type Currency } from '../../shared/currencies.ts'
import { api, read, type Ok } from '../api.ts'
import { asApiError } from '../api-call.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { Refusal } from '../people/sign-in.tsx'
import { Button } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { Confirm, Dialog } from '../ui/overlay.tsx'
import { EmptyState, Panel, Tag, faultText, type Tone } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { countries } from './countries.ts'
import { usePayoutsChanged } from './decide.tsx'

type Standing = Ok<'GET /me/payouts/standing'>
type Method = NonNullable<Standing['items'][number]['method']>
const tones: Record<Method['state'], Tone> = { asked: 'held', active: 'good', check: 'bad', refused: 'bad', closed: 'plain' }

/** The accounts that money is sent to, one for each currency, and how to change them. */
export function Accounts({ standing, as }: { standing: Standing; as: string | undefined }) {
  const t = useWords()
  const [changing, setChanging] = useState<Currency | null>(null)
  const methods = standing.items.flatMap(item => [item.method, item.asked].filter(method => method !== null))
  return (
    <Panel
      title={t.payouts.account}
      note={standing.coolingDays > 0 ? t.payouts.cooling(String(standing.coolingDays)) : ''}
      action={
        <Button look={methods.length > 0 ? 'quiet' : 'primary'} size="sm" onClick={() => setChanging(standing.items[0]?.currency ?? 'CNY')}>
          {methods.length > 0 ? t.payouts.changeAccount : t.payouts.addAccount}
        </Button>
      }
    >
      {methods.length === 0 ? (
        <EmptyState icon={Landmark} title={t.payouts.noAccount} compact>
          {t.payouts.noAccountBody}
        </EmptyState>
      ) : (
        <ul className="flex flex-col gap-3">
          {methods.map(method => (
            <One key={method.id} method={method} routes={standing.routes} />
          ))}
        </ul>
      )}
      {changing ? <Form as={as} routes={standing.routes} currency={changing} onClose={() => setChanging(null)} /> : null}
    </Panel>
  )
}

export function RouteName({ route, routes }: { route: string; routes?: Standing['routes'] }) {
  const t = useWords()
  return route === 'bank' ? t.payouts.bankRoute : (routes?.find(one => one.id === route)?.name ?? route)
}

function One({ method, routes }: { method: Method; routes: Standing['routes'] }) {
  const t = useWords()
  const format = useFormat()
  const changed = usePayoutsChanged()
  const [removing, setRemoving] = useState(false)
  const confirm = useMutation({
    mutationFn: () => api('POST /me/payout-methods/:id/confirm', { id: method.id }),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: changed,
  })
  const cooling = method.state === 'active' && new Date(method.usableFrom).getTime() > new Date(method.since).getTime() + 60_000
  return (
    <li className="rounded-md bg-raised p-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <p className="tabular font-semibold">
            {method.account} <span className="font-normal text-muted">{method.currency}</span>
          </p>
          <p className="break-words text-muted">
            {[method.holder, method.bank, method.branch].filter(Boolean).join(' · ')}
            {method.bank ? '' : ' · '}
            {method.bank ? '' : <RouteName route={method.route} routes={routes} />}
          </p>
          {cooling ? <p className="mt-1 text-xs text-muted">{t.payouts.usableFrom(format.dateTime(method.usableFrom))}</p> : null}
          {method.problem ? (
            <p className="mt-1 flex items-center gap-1.5 text-xs font-medium text-danger">
              <TriangleAlert size={14} aria-hidden />
              {method.problem}
            </p>
          ) : null}
        </div>
        <Tag tone={tones[method.state]}>{t.payouts.states[method.state]}</Tag>
      </div>
      <div className="mt-3 flex flex-wrap gap-2">
        {method.state === 'check' ? (
          <Button size="sm" busy={confirm.isPending} onClick={() => confirm.mutate()}>
            {t.payouts.accountRight}
          </Button>
        ) : null}
        <Button look="plain" size="sm" onClick={() => setRemoving(true)}>
          {t.payouts.removeAccount}
        </Button>
      </div>
      <Confirm
        open={removing}
        onOpenChange={setRemoving}
        title={t.payouts.removeAccount}
        body={t.payouts.removeBody(method.account)}
        action={t.payouts.removeAccount}
        onConfirm={async () => {
          try {
            await api('DELETE /me/payout-methods/:id', { id: method.id })
          } catch (error) {
            toast(faultText(t, error), { tone: 'bad' })
          }
          await changed()
        }}
      />
    </li>
  )
}

function Form({
  as,
  routes,
  currency: first,
  onClose,
}: {
  as: string | undefined
  routes: Standing['routes']
  currency: Currency
  onClose: () => void
}) {
  const t = useWords()
  const { locale } = useLanguage()
  const changed = usePayoutsChanged()
  const [currency, setCurrency] = useState(first)
  const [route, setRoute] = useState('bank')
  const [country, setCountry] = useState('CN')
  const [text, setText] = useState({ holder: '', bank: '', branch: '', account: '' })
  const set = (name: keyof typeof text) => (event: { target: { value: string } }) =>
    setText(now => ({ ...now, [name]: event.target.value }))
  const save = useMutation({
    mutationFn: () =>
      api('POST /me/payout-methods', {
        ...(as ? { as } : {}),
        currency,
        route,
        country,
        holder: text.holder,
        account: text.account,
        ...(route === 'bank' && text.bank ? { bank: text.bank } : {}),
        ...(route === 'bank' && text.branch ? { branch: text.branch } : {}),
      }),
    onSuccess: async () => {
      await changed()
      toast(t.payouts.saved, { tone: 'good' })
      onClose()
    },
  })
  const fields: Record<string, string> = save.error ? asApiError(save.error).fields : {}
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Dialog open onOpenChange={open => !open && onClose()} title={t.payouts.addAccount} description={t.payouts.disputed}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Select
            label={t.payouts.currency}
            value={currency}
            onChange={event => setCurrency(event.target.value as Currency)}
            options={Object.keys(currencyScale).map(value => ({ value, name: value }))}
          />
          <Select
            label={t.payouts.route}
            value={route}
            onChange={event => setRoute(event.target.value)}
            options={routes.map(one => ({ value: one.id, name: one.id === 'bank' ? t.payouts.bankRoute : one.name }))}
          />
        </div>
        <Input
          label={t.payouts.holder}
          value={text.holder}
          required
          maxLength={140}
          autoComplete="name"
          error={fields['holder']}
          onChange={set('holder')}
        />
        {route === 'bank' ? (
          <div className="grid gap-4 sm:grid-cols-2">
            <Input label={t.payouts.bank} value={text.bank} required maxLength={140} error={fields['bank']} onChange={set('bank')} />
            <Input
              label={t.payouts.branch}
              value={text.branch}
              optional
              maxLength={140}
              error={fields['branch']}
              onChange={set('branch')}
            />
          </div>
        ) : null}
        <Input
          label={route === 'bank' ? t.payouts.number : t.payouts.providerAccount}
          value={text.account}
          required
          minLength={3}
          maxLength={100}
          autoComplete="off"
          error={fields['account']}
          onChange={set('account')}
        />
        <Select label={t.payouts.country} value={country} onChange={event => setCountry(event.target.value)} options={countries(locale)} />
        {save.error ? <Refusal error={save.error} /> : null}
        <Button type="submit" size="lg" busy={save.isPending}>
          {t.payouts.save}
        </Button>
      </form>
    </Dialog>
  )
}

/** When one is paid, and where one pays tax. */
export function Ways({ standing, as }: { standing: Standing; as: string | undefined }) {
  const t = useWords()
  const { locale } = useLanguage()
  const changed = usePayoutsChanged()
  const of = as ? { as } : {}
  const [tax, setTax] = useState(
    standing.tax ?? { country: 'CN', kind: as ? ('business' as const) : ('person' as const), taxId: null as string | null },
  )
  const told = {
    onSuccess: () => toast(t.payouts.saved, { tone: 'good' }),
    onError: (error: unknown) => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: changed,
  }
  const schedule = useMutation({
    mutationFn: (value: Standing['schedule']) => api('PUT /me/payout-schedule', { ...of, schedule: value }),
    ...told,
  })
  const profile = useMutation({
    mutationFn: () => api('PUT /me/tax-profile', { ...of, ...tax, taxId: tax.taxId?.trim() ? tax.taxId.trim() : null }),
    ...told,
  })
  return (
    <div className="grid gap-6 md:grid-cols-2">
      <Panel title={t.payouts.schedule}>
        <Select
          label={t.payouts.schedule}
          hideLabel
          value={schedule.isPending ? schedule.variables : standing.schedule}
          onChange={event => schedule.mutate(event.target.value as Standing['schedule'])}
          options={(['monthly', 'on_demand'] as const).map(value => ({ value, name: t.payouts.schedules[value] }))}
        />
      </Panel>
      <Panel title={t.payouts.tax}>
        <form
          className="grid grid-cols-2 items-end gap-3"
          onSubmit={event => {
            event.preventDefault()
            profile.mutate()
          }}
        >
          <Select
            label={t.payouts.country}
            value={tax.country}
            onChange={event => setTax({ ...tax, country: event.target.value })}
            options={countries(locale)}
          />
          <Select
            label={t.payouts.taxKind}
            value={tax.kind}
            onChange={event => setTax({ ...tax, kind: event.target.value as typeof tax.kind })}
            options={(['person', 'business'] as const).map(value => ({ value, name: t.payouts.taxKinds[value] }))}
          />
          <Input
            label={t.payouts.taxId}
            optional
            value={tax.taxId ?? ''}
            maxLength={40}
            onChange={event => setTax({ ...tax, taxId: event.target.value })}
          />
          <Button type="submit" look="quiet" busy={profile.isPending}>
            {t.payouts.save}
          </Button>
        </form>
      </Panel>
    </div>
  )
}

export const useStanding = (as: string | undefined) => useQuery(read('GET /me/payouts/standing', as ? { as } : {}))
