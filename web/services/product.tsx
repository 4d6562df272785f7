import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarClock, Check, Clock3, MessagesSquare, Repeat, ShieldCheck, Ticket } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useAbove } from '../shop/above.ts'
import { addToCart } from '../shop/cart.ts'
import { ReviewsLater } from '../storefront/reviews-later.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Input, Select, TextArea } from '../ui/field.tsx'
import { ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { serviceQuery, type Service } from './queries.ts'

/** A service, a membership or a voucher: what it is, its terms, and putting it into the cart. */
export function ServicePage({ id }: { id: string }) {
  const t = useWords()
  const s = t.services
  const { data: it, error, isPending, refetch } = useQuery(serviceQuery(id))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={6} />
  return (
    <>
      <article className="mx-auto grid max-w-[1000px] gap-6 md:grid-cols-[minmax(0,1fr)_minmax(0,380px)] md:gap-10">
        <div className="min-w-0">
          <Cover
            id={it.id}
            picture={it.picture}
            alt=""
            size={640}
            eager
            className="w-full max-md:-mx-4 max-md:w-[calc(100%+2rem)] max-md:rounded-none"
          />
          <div className="mt-6 hidden md:block">
            <About it={it} />
          </div>
        </div>
        <div className="flex min-w-0 flex-col gap-5 self-start md:sticky md:top-20">
          <header>
            <p className="flex flex-wrap gap-2">
              <Tag>{s.kinds[it.kind]}</Tag>
              {it.membersOnly ? <Tag tone="accent">{s.membersOnly}</Tag> : null}
              {it.state === 'closed' ? <Tag tone="held">{s.closed}</Tag> : null}
            </p>
            <h1 className="mt-2 text-xl sm:text-2xl leading-tight [overflow-wrap:anywhere]">{it.title}</h1>
            <Link to="/artists/$id" params={{ id: it.page.id }} className="mt-1 inline-flex items-center gap-2 text-muted hover:text-ink">
              <Cover id={it.page.id} picture={it.page.picture} alt="" size={28} round className="size-7" />
              {it.page.name}
            </Link>
          </header>
          <Price it={it} />
          <Terms it={it} />
          <Order it={it} />
          {it.can.edit ? (
            <Link to="/studio/services" search={{ page: it.page.id }} className={buttonClass('quiet', 'md', 'self-start')}>
              {s.edit}
            </Link>
          ) : null}
          <div className="md:hidden">
            <About it={it} />
          </div>
        </div>
      </article>
      <ReviewsLater thing={it.id} className="mx-auto max-w-[1000px]" />
    </>
  )
}

function About({ it }: { it: Service }) {
  const t = useWords()
  return (
    <div className="flex flex-col gap-5">
      {it.about ? <p className="leading-relaxed whitespace-pre-line [overflow-wrap:anywhere]">{it.about}</p> : null}
      {it.how ? (
        <section>
          <h2 className="mb-1.5 text-base">{t.services.how}</h2>
          <p className="whitespace-pre-line text-muted [overflow-wrap:anywhere]">{it.how}</p>
        </section>
      ) : null}
    </div>
  )
}

function Price({ it }: { it: Service }) {
  const t = useWords()
  const format = useFormat()
  return (
    <p className="flex flex-wrap items-baseline gap-x-2">
      <b className="tabular text-2xl">{format.money(it.price)}</b>
      {it.period ? <span className="text-muted">{it.period === 'month' ? t.services.perMonth : t.services.perYear}</span> : null}
      {it.left !== null && it.left <= 20 ? (
        <span className="text-sm text-held">{it.left === 0 ? t.services.soldOut : t.services.left(format.number(it.left))}</span>
      ) : null}
    </p>
  )
}

function Terms({ it }: { it: Service }) {
  const t = useWords()
  const s = t.services
  const format = useFormat()
  const rows: [ReactNode, string][] = []
  const icon = { size: 17, 'aria-hidden': true, className: 'mt-0.5 shrink-0 text-muted' } as const
  if (it.days !== null) rows.push([<CalendarClock key="d" {...icon} />, s.days(format.number(it.days))])
  if (it.revisions !== null) rows.push([<Repeat key="r" {...icon} />, s.revisions(format.number(it.revisions))])
  if (it.acceptDays !== null) rows.push([<MessagesSquare key="a" {...icon} />, s.acceptDays(format.number(it.acceptDays))])
  if (it.kind === 'voucher')
    rows.push([
      <Ticket key="w" {...icon} />,
      it.worth === null ? s.once : s.worth(format.money({ amount: it.worth, currency: it.price.currency })),
    ])
  if (it.validDays !== null) rows.push([<Clock3 key="v" {...icon} />, s.validDays(format.number(it.validDays))])
  rows.push([
    <ShieldCheck key="n" {...icon} />,
    it.kind === 'service' ? s.serviceNote : it.kind === 'membership' ? s.renewNote : s.voucherNote,
  ])
  return (
    <>
      {it.perks.length > 0 || (it.earlyHours ?? 0) > 0 ? (
        <section className="rounded-lg bg-accent-soft p-4 text-accent-ink">
          <h2 className="mb-2 text-sm font-semibold">{s.perks}</h2>
          <ul className="flex flex-col gap-1.5">
            {[...it.perks, ...((it.earlyHours ?? 0) > 0 ? [s.early(format.number(it.earlyHours!))] : [])].map(perk => (
              <li key={perk} className="flex gap-2">
                <Check size={17} aria-hidden className="mt-0.5 shrink-0" />
                {perk}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <ul className="flex flex-col gap-2 text-sm">
        {rows.map(([mark, text]) => (
          <li key={text} className="flex gap-2.5">
            {mark}
            {text}
          </li>
        ))}
      </ul>
    </>
  )
}

function Order({ it }: { it: Service }) {
  const t = useWords()
  const above = useAbove()
  const s = t.services
  const format = useFormat()
  const [brief, setBrief] = useState<Record<string, string>>({})
  const [many, setMany] = useState(1)
  const [tried, setTried] = useState(false)
  const [put, setPut] = useState(false)
  const [now] = useState(() => Date.now())
  const missing = it.questions.filter(one => {
    const answer = (brief[one.id] ?? '').trim()
    return (one.required && answer === '') || (one.kind === 'link' && answer !== '' && !/^https?:\/\/\S+$/.test(answer))
  })
  const waits = it.opensAt !== null && Date.parse(it.opensAt) > now
  const closed = it.state !== 'open' || it.offer === null || it.left === 0 || (it.closesAt !== null && Date.parse(it.closesAt) <= now)
  if (closed) return <p className="font-semibold text-muted">{it.left === 0 ? s.soldOut : s.closed}</p>
  if (waits) return <p className="font-semibold text-held">{s.opens(format.dateTime(it.opensAt!))}</p>
  const add = () => {
    setTried(true)
    if (missing.length > 0) return
    addToCart({
      offer: it.offer!,
      kind: it.kind,
      quantity: many,
      title: it.title,
      detail: it.kind === 'membership' ? (it.period === 'month' ? s.months(String(many)) : s.years(String(many))) : null,
      picture: it.picture,
      price: it.price,
      url: it.kind === 'membership' ? `/memberships/${it.id}` : `/services/${it.id}`,
      seller: { id: it.page.id, name: it.page.name },
      most: it.kind === 'service' ? 1 : (it.eachMost ?? 24),
      ...(it.kind === 'service' && it.questions.length > 0 ? { choice: { brief } } : {}),
    })
    setPut(true)
    toast(s.added(it.title), { tone: 'good' })
  }
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={event => {
        event.preventDefault()
        add()
      }}
    >
      {it.questions.length > 0 ? (
        <fieldset className="flex flex-col gap-4 rounded-lg border border-line p-4">
          <legend className="px-1 text-sm font-semibold">{s.brief}</legend>
          {it.questions.map(one => {
            const shared = {
              label: one.label,
              optional: !one.required,
              value: brief[one.id] ?? '',
              error: tried && missing.includes(one) ? (one.kind === 'link' ? s.linkHint : s.answer) : undefined,
              onChange: (event: { target: { value: string } }) => setBrief({ ...brief, [one.id]: event.target.value }),
            }
            return one.kind === 'text' ? (
              <TextArea key={one.id} maxLength={3000} rows={3} {...shared} />
            ) : one.kind === 'choice' ? (
              <Select
                key={one.id}
                {...shared}
                options={[{ value: '', name: '—' }, ...(one.choices ?? []).map(name => ({ value: name, name }))]}
              />
            ) : (
              <Input
                key={one.id}
                maxLength={one.kind === 'link' ? 1000 : 300}
                {...(one.kind === 'link' ? { type: 'url', inputMode: 'url', placeholder: 'https://' } : {})}
                {...shared}
              />
            )
          })}
        </fieldset>
      ) : null}
      {it.kind === 'membership' ? (
        <fieldset>
          <legend className="mb-2 text-sm font-medium">{s.howLong}</legend>
          <div className="grid grid-cols-4 gap-2">
            {(it.period === 'month' ? [1, 3, 6, 12] : [1, 2, 3, 5]).map(one => (
              <label
                key={one}
                className={cx(
                  'tabular grid h-11 cursor-pointer place-items-center rounded-md border text-sm focus-within:outline-2 focus-within:outline-focus',
                  many === one ? 'border-accent-mark bg-accent-soft font-semibold text-accent-ink' : 'border-line hover:bg-raised',
                )}
              >
                <input type="radio" name="many" checked={many === one} onChange={() => setMany(one)} className="sr-only" />
                {it.period === 'month' ? s.months(String(one)) : s.years(String(one))}
              </label>
            ))}
          </div>
        </fieldset>
      ) : null}
      {it.memberUntil && it.kind === 'membership' ? (
        <p className="text-sm font-semibold text-paid">{s.memberUntil(format.date(it.memberUntil))}</p>
      ) : null}
      <div
        className={cx(
          'flex flex-wrap gap-3 max-md:sticky max-md:z-15 max-md:-mx-4 max-md:border-t max-md:border-line max-md:bg-bg/95 max-md:px-4 max-md:py-3 max-md:backdrop-blur sm:max-md:-mx-6 sm:max-md:px-6',
          above,
        )}
      >
        <Button type="submit" size="lg" className="flex-1">
          {it.kind === 'membership' ? (it.memberUntil ? s.renew : s.join) : it.kind === 'service' ? s.putOrder : s.put}
          {' · '}
          {format.money({ ...it.price, amount: (BigInt(it.price.amount) * BigInt(many)).toString() })}
        </Button>
        {put ? (
          <Link to="/cart" className={buttonClass('quiet', 'lg')}>
            {s.goCart}
          </Link>
        ) : null}
      </div>
    </form>
  )
}
