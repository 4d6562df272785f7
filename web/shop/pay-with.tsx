import { useMutation, useQuery } from '@tanstack/react-query'
import { CreditCard, FlaskConical, Wallet, type LucideIcon } from 'lucide-react'
import { useId, useSyncExternalStore } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Money } from '../ui/money.tsx'
import { Panel, faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import type { OrderData } from './orders.tsx'

type Way = Ok<'GET /payments/providers'>['items'][number]
const icons: Record<string, LucideIcon> = { stripe: CreditCard, alipay: Wallet, sandbox: FlaskConical }

const stored = 'planet.pay.v1'
let last: string | null | undefined
const listeners = new Set<() => void>()
function kept(): string | null {
  if (last !== undefined) return last
  try {
    last = localStorage.getItem(stored)
  } catch {
    last = null
  }
  return last
}
/** Remembers how one likes to pay, in this browser. */
function keep(id: string): void {
  last = id
  try {
    localStorage.setItem(stored, id)
  } catch {
    // Storage is full or forbidden: it is remembered as long as the page lives.
  }
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The ways to pay in this currency, and the one chosen: the last one used here, else the planet's first. */
export function useWays(currency: string): { ways: readonly Way[]; chosen: Way | undefined } {
  const { data } = useQuery(read('GET /payments/providers', { currency: currency as 'CNY' }))
  const id = useSyncExternalStore(subscribe, kept, () => null)
  const ways = data?.items ?? []
  return { ways, chosen: ways.find(way => way.id === id) ?? ways[0] }
}

export function useWayName(): (way: { id: string; name: string }) => string {
  const t = useWords()
  const names: Record<string, string> = t.shop.ways
  return ({ id, name }) => names[id] ?? name
}

/** Cards to choose how to pay by. Nothing to choose, nothing shown. */
export function PayWith({ ways, chosen, className }: { ways: readonly Way[]; chosen: Way | undefined; className?: string }) {
  const t = useWords()
  const nameOf = useWayName()
  const name = useId()
  if (ways.length < 2) return null
  return (
    <fieldset className={className}>
      <legend className="mb-2 text-sm font-medium">{t.shop.payWith}</legend>
      <div className="grid gap-2 sm:grid-cols-[repeat(auto-fit,minmax(170px,1fr))]">
        {ways.map(way => {
          const Icon = icons[way.id] ?? CreditCard
          const on = way.id === chosen?.id
          return (
            <label
              key={way.id}
              className={cx(
                'flex min-h-13 cursor-pointer items-center gap-3 rounded-md border px-3.5 py-2.5 transition-colors has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus',
                on ? 'border-accent-mark bg-accent-soft text-accent-ink' : 'border-line-strong hover:bg-raised',
              )}
            >
              <input
                type="radio"
                name={name}
                value={way.id}
                checked={on}
                onChange={() => keep(way.id)}
                className="size-4.5 shrink-0 accent-accent-mark outline-none"
              />
              <span className="min-w-0 flex-1 font-medium">
                {nameOf(way)}
                {way.sandbox ? <span className={cx('block text-xs font-normal', !on && 'text-muted')}>{t.shop.noRealMoney}</span> : null}
              </span>
              <Icon size={20} strokeWidth={1.8} aria-hidden className="shrink-0" />
            </label>
          )
        })}
      </div>
    </fieldset>
  )
}

/** An order that waits to be paid: what is known of the payment, how to pay, and again when it did not work. */
export function Paying({ order, onCancel }: { order: OrderData; onCancel: () => void }) {
  const t = useWords()
  const format = useFormat()
  const nameOf = useWayName()
  const { ways, chosen } = useWays(order.total.currency)
  const { data: tries } = useQuery({ ...read('GET /orders/:id/payments', { id: order.id }), refetchInterval: 5000 })
  const current = tries?.items.find(one => order.payUrl?.endsWith(one.id))
  const pay = useMutation({
    mutationFn: async () => {
      if (chosen === undefined || (current?.provider === chosen.id && order.payUrl !== null)) return order.payUrl!
      return (await api('POST /orders/:id/pay', { id: order.id, provider: chosen.id })).payUrl
    },
    onSuccess: url => location.assign(url),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const problems: Record<string, string> = t.shop.payProblems
  const under =
    current?.opened === true && order.problem === null
      ? (ways.find(way => way.id === current.provider) ?? { id: current.provider, name: current.provider })
      : null
  return (
    <Panel>
      <div className="flex flex-col gap-5">
        <div>
          <Money value={order.total} className="text-lg font-bold" />
          <p className={order.problem ? 'font-medium text-danger' : 'text-muted'} role="status">
            {order.problem
              ? (problems[order.problem] ?? t.shop.paymentProblem)
              : under
                ? t.shop.waitingFor(nameOf(under))
                : t.shop.waitingForPayment}
          </p>
          {order.expiresAt ? <p className="text-xs text-muted">{t.shop.payBefore(format.dateTime(order.expiresAt))}</p> : null}
        </div>
        <PayWith ways={ways} chosen={chosen} />
        <div className="flex flex-wrap items-center justify-end gap-2 max-sm:flex-col-reverse max-sm:items-stretch">
          <Button look="plain" onClick={onCancel}>
            {t.shop.cancel}
          </Button>
          {order.payUrl ? (
            <Button size="lg" busy={pay.isPending || pay.isSuccess} onClick={() => pay.mutate()}>
              {order.problem ? t.shop.payAgain(format.money(order.total)) : t.shop.pay(format.money(order.total))}
            </Button>
          ) : null}
        </div>
      </div>
    </Panel>
  )
}
