import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { CircleCheck, TimerOff } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { useAbove } from '../shop/above.ts'
import { cartLines, setCart, addToCart } from '../shop/cart.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Input } from '../ui/field.tsx'
import { Money } from '../ui/money.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { HoldClock } from './clock.tsx'
import { holdQuery, showQuery, type Hold, type Show } from './queries.ts'
import { Ladder } from './ladder.tsx'
import { closeMap } from './opened.ts'
import { shortOf } from './times.ts'

/** What is set aside for the reader, the clock, who comes, and on to the checkout. */
export function HeldPage({ id }: { id: string }) {
  const { data: hold, error, isPending, refetch } = useQuery(holdQuery(id))
  const { data: show } = useQuery({ ...showQuery(hold?.show ?? ''), enabled: hold !== undefined })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending || !show) return <SkeletonRows />
  return <Held hold={hold} show={show} onOver={() => void refetch()} />
}

type Name = { name: string; idTail: string }
function Held({ hold, show, onOver }: { hold: Hold; show: Show; onOver: () => void }) {
  const t = useWords()
  const format = useFormat()
  const { locale } = useLanguage()
  const above = useAbove()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [names, setNames] = useState<Readonly<Record<string, Name>>>({})
  const [tried, setTried] = useState(false)
  const drop = useMutation({
    mutationFn: () => api('DELETE /show-holds/:hold', { hold: hold.id }),
    onSuccess: async () => {
      outOfCart(hold.id)
      closeMap(show.id)
      toast(t.shows.held.dropped)
      await client.invalidateQueries({ queryKey: ['GET /shows/:id'] })
      await navigate({ to: '/shows/$id', params: { id: show.id } })
    },
  })
  if (hold.state !== 'held')
    return (
      <EmptyState
        main
        icon={hold.state === 'over' ? TimerOff : CircleCheck}
        title={hold.state === 'over' ? t.shows.held.over : t.shows.held.ordered}
        action={
          hold.state === 'over' ? (
            <Link to="/shows/$id/buy" params={{ id: show.id }} className={buttonClass('primary')}>
              {t.shows.held.again}
            </Link>
          ) : (
            <Link to="/orders" className={buttonClass('primary')}>
              {t.shows.held.orders}
            </Link>
          )
        }
      >
        {hold.state === 'over' ? t.shows.held.overBody : t.shows.held.orderedBody}
      </EmptyState>
    )
  const nameOf = (key: string): Name => names[key] ?? { name: '', idTail: '' }
  const whole = (one: Name): boolean => one.name.trim() !== '' && (hold.realName !== 'id' || /^[0-9A-Za-z]{4}$/.test(one.idTail))
  const keys = hold.lines.flatMap(line => Array.from({ length: line.quantity }, (_, n) => `${line.tier} ${n}`))
  const ready = hold.realName === 'none' || keys.every(key => whole(nameOf(key)))
  const go = () => {
    setTried(true)
    if (!ready) return
    outOfCart(hold.id)
    for (const line of hold.lines)
      addToCart({
        offer: line.offer,
        kind: 'ticket',
        quantity: line.quantity,
        most: line.quantity,
        choice: {
          hold: hold.id,
          ...(hold.realName === 'none'
            ? {}
            : {
                names: Array.from({ length: line.quantity }, (_, n) => {
                  const { name, idTail } = nameOf(`${line.tier} ${n}`)
                  return { name: name.trim(), ...(hold.realName === 'id' ? { idTail: idTail.toUpperCase() } : {}) }
                }),
              }),
        },
        title: hold.title,
        detail: [line.tierName, line.seats.join(', ')].filter(Boolean).join(' · ').slice(0, 300),
        picture: show.picture,
        price: line.unit,
        url: `/seats/${hold.id}`,
        seller: { id: show.page.id, name: show.page.name },
        until: hold.until,
      })
    void navigate({ to: '/checkout' })
  }
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-5 pb-28">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-xl">{t.shows.held.title}</h1>
        <HoldClock until={hold.until} onOver={onOver} />
      </header>
      <Panel>
        <div className="flex gap-4">
          <Cover id={show.id} picture={show.picture} alt="" size={88} className="w-22 shrink-0 self-start" />
          <div className="min-w-0 flex-1">
            <Link to="/shows/$id" params={{ id: show.id }} className="font-semibold hover:underline">
              {hold.title}
            </Link>
            <p className="tabular text-sm text-muted">
              {shortOf(locale, show.zone, show.startsAt)} · {show.place}
            </p>
            <ul className="mt-3 flex flex-col gap-2">
              {hold.lines.map(line => (
                <li key={line.tier} className="flex items-baseline justify-between gap-3 text-sm">
                  <span className="min-w-0">
                    <b className="font-semibold">{line.tierName}</b> × {line.quantity}
                    {line.seats.length > 0 ? (
                      <span className="block text-muted [overflow-wrap:anywhere]">{line.seats.join(' · ')}</span>
                    ) : null}
                  </span>
                  <Money value={{ ...line.unit, amount: (BigInt(line.unit.amount) * BigInt(line.quantity)).toString() }} />
                </li>
              ))}
            </ul>
          </div>
        </div>
      </Panel>
      {hold.realName === 'none' ? null : (
        <Panel title={t.shows.held.names}>
          <div className="flex flex-col gap-4">
            {keys.map((key, n) => {
              const one = nameOf(key)
              const set = (change: Partial<Name>) => setNames({ ...names, [key]: { ...one, ...change } })
              return (
                <div key={key} className={cx('grid gap-3', hold.realName === 'id' && 'sm:grid-cols-[minmax(0,1fr)_150px]')}>
                  <Input
                    label={t.shows.held.name(n + 1)}
                    value={one.name}
                    maxLength={100}
                    autoComplete={n === 0 ? 'name' : 'off'}
                    error={tried && one.name.trim() === '' ? t.faults.invalid : undefined}
                    onChange={event => set({ name: event.target.value })}
                  />
                  {hold.realName === 'id' ? (
                    <Input
                      label={t.shows.held.tail}
                      {...(n === 0 ? { hint: t.shows.held.tailHint } : {})}
                      value={one.idTail}
                      maxLength={4}
                      autoComplete="off"
                      error={tried && !/^[0-9A-Za-z]{4}$/.test(one.idTail) ? t.faults.invalid : undefined}
                      onChange={event => set({ idTail: event.target.value })}
                    />
                  ) : null}
                </div>
              )
            })}
          </div>
        </Panel>
      )}
      <Panel>
        <Ladder show={show} />
      </Panel>
      <Button look="quiet" className="self-start" busy={drop.isPending} onClick={() => drop.mutate()}>
        {t.shows.held.drop}
      </Button>
      <div
        className={cx(
          'z-20 border-line bg-surface max-lg:fixed max-lg:inset-x-0 max-lg:border-t lg:sticky lg:bottom-[calc(var(--player-height)+12px)] lg:rounded-lg lg:border lg:shadow-pop',
          above,
        )}
      >
        <div className="mx-auto flex max-w-2xl items-center justify-between gap-4 px-4 py-3">
          <p>
            <span className="block text-xs text-muted">{t.shows.pick.total}</span>
            <span className="tabular block text-lg leading-tight font-bold">{format.money(hold.total)}</span>
          </p>
          <Button size="lg" onClick={go}>
            {t.shows.held.pay}
          </Button>
        </div>
      </div>
    </div>
  )
}
/** Lines of that hold leave the cart: it was given up, or comes in anew. */
function outOfCart(hold: string): void {
  const left = cartLines().filter(line => (line.choice as { hold?: string } | undefined)?.hold !== hold)
  if (left.length < cartLines().length) setCart(left)
}
