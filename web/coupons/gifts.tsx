import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Gift, Mail, HandHeart, Ticket } from 'lucide-react'
import { useState } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { fromLocal } from '../missions/draft.ts'
import { useMe } from '../shell/me.ts'
import { useAbove } from '../shop/above.ts'
import { addToCart } from '../shop/cart.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Input, TextArea } from '../ui/field.tsx'
import { EmptyState, ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { designs, GiftArt, swatches } from './gift-colour.tsx'
import { giftsQuery, majorOf, minorOf, saleQuery, type GiftCard, type Sale } from './queries.ts'

/** Gift cards: choose one and put it into the cart; below, those one has. */
export function GiftCardsPage() {
  const t = useWords()
  const g = t.coupons.gift
  const me = useMe()
  const { data, error, isPending, refetch } = useQuery(saleQuery())
  return (
    <div className="mx-auto flex max-w-[1000px] flex-col gap-10">
      <header className="flex flex-wrap items-end justify-between gap-3">
        <div>
          <h1 className="text-xl">{g.title}</h1>
          <p className="mt-1 max-w-[60ch] text-muted">{g.lead}</p>
        </div>
        <Link to="/redeem" className={buttonClass('quiet')}>
          <Ticket size={16} aria-hidden />
          {g.redeem}
        </Link>
      </header>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={4} />
      ) : data.sale ? (
        <Choose sale={data.sale} />
      ) : (
        <EmptyState icon={Gift} title={g.none}>
          {g.noneBody}
        </EmptyState>
      )}
      {me ? <Mine /> : null}
    </div>
  )
}

function Choose({ sale }: { sale: Sale }) {
  const t = useWords()
  const above = useAbove()
  const g = t.coupons.gift
  const format = useFormat()
  const [design, setDesign] = useState<string>('moon')
  const [picked, setPicked] = useState(sale.amounts[0] ?? sale.least)
  const [own, setOwn] = useState('')
  const [way, setWay] = useState<'mail' | 'hand'>('mail')
  const [to, setTo] = useState('')
  const [from, setFrom] = useState('')
  const [message, setMessage] = useState('')
  const [mail, setMail] = useState('')
  const [later, setLater] = useState(false)
  const [on, setOn] = useState('')
  const [put, setPut] = useState(false)
  const [tried, setTried] = useState(false)
  const typed = own === '' ? picked : minorOf(own)
  const fits = typed !== null && BigInt(typed) >= BigInt(sale.least) && BigInt(typed) <= BigInt(sale.most)
  const money = (amount: string) => ({ amount, currency: sale.currency })
  const add = () => {
    setTried(true)
    if (!fits || (way === 'mail' && !/^\S+@\S+\.\S+$/.test(mail)) || (way === 'mail' && later && on === '')) return
    addToCart({
      offer: sale.offer,
      kind: 'gift_card',
      title: g.card,
      detail: to === '' ? null : g.toName(to),
      picture: null,
      price: { amount: typed, currency: sale.currency },
      named: true,
      url: '/gift-cards',
      seller: sale.page,
      most: 20,
      choice: {
        design,
        toName: to.trim(),
        fromName: from.trim(),
        message: message.trim(),
        toMail: way === 'mail' ? mail.trim() : null,
        deliverAt: way === 'mail' && later ? fromLocal(on) : null,
      },
    })
    setPut(true)
    toast(g.inCart, { tone: 'good' })
  }
  return (
    <form
      className="grid gap-8 lg:grid-cols-[minmax(0,420px)_minmax(0,1fr)]"
      noValidate
      onSubmit={event => {
        event.preventDefault()
        add()
      }}
    >
      <div className="flex flex-col gap-4 self-start lg:sticky lg:top-20">
        <GiftArt design={design} amount={fits ? money(typed) : null} to={to} />
        <fieldset>
          <legend className="mb-2 text-sm font-medium">{g.design}</legend>
          <div className="grid grid-cols-6 gap-2">
            {designs.map(one => (
              <label
                key={one}
                className={cx(
                  'cursor-pointer overflow-hidden rounded-md border-2 focus-within:outline-2 focus-within:outline-focus',
                  design === one ? 'border-accent-mark' : 'border-transparent',
                )}
              >
                <input
                  type="radio"
                  name="design"
                  value={one}
                  checked={design === one}
                  onChange={() => setDesign(one)}
                  className="sr-only"
                  aria-label={g.designs[one]}
                />
                <Swatch design={one} />
              </label>
            ))}
          </div>
        </fieldset>
      </div>
      <div className="flex min-w-0 flex-col gap-5">
        <fieldset>
          <legend className="mb-2 text-sm font-medium">{g.amount}</legend>
          <div className="grid grid-cols-2 gap-2 sm:grid-cols-4">
            {sale.amounts.map(one => (
              <label
                key={one}
                className={cx(
                  'tabular grid h-12 cursor-pointer place-items-center rounded-md border font-semibold focus-within:outline-2 focus-within:outline-focus',
                  own === '' && picked === one ? 'border-accent-mark bg-accent-soft text-accent-ink' : 'border-line hover:bg-raised',
                )}
              >
                <input
                  type="radio"
                  name="amount"
                  checked={own === '' && picked === one}
                  onChange={() => {
                    setPicked(one)
                    setOwn('')
                  }}
                  className="sr-only"
                />
                {format.money(money(one))}
              </label>
            ))}
          </div>
          <Input
            className="mt-3"
            label={g.other}
            optional
            inputMode="decimal"
            value={own}
            placeholder={majorOf(sale.least)}
            hint={g.range(format.money(money(sale.least)), format.money(money(sale.most)))}
            error={own !== '' && !fits ? g.range(format.money(money(sale.least)), format.money(money(sale.most))) : undefined}
            onChange={event => setOwn(event.target.value)}
          />
        </fieldset>
        <div className="grid gap-4 sm:grid-cols-2">
          <Input label={g.to} optional maxLength={80} value={to} onChange={event => setTo(event.target.value)} />
          <Input label={g.from} optional maxLength={80} value={from} onChange={event => setFrom(event.target.value)} />
        </div>
        <TextArea label={g.message} optional maxLength={1000} rows={3} value={message} onChange={event => setMessage(event.target.value)} />
        <fieldset>
          <legend className="mb-2 text-sm font-medium">{g.how}</legend>
          <div className="grid gap-2 sm:grid-cols-2">
            {(['mail', 'hand'] as const).map(one => (
              <label
                key={one}
                className={cx(
                  'flex cursor-pointer items-center gap-2.5 rounded-md border p-3 focus-within:outline-2 focus-within:outline-focus',
                  way === one ? 'border-accent-mark bg-accent-soft font-semibold' : 'border-line hover:bg-raised',
                )}
              >
                <input type="radio" name="way" checked={way === one} onChange={() => setWay(one)} className="sr-only" />
                {one === 'mail' ? <Mail size={18} aria-hidden /> : <HandHeart size={18} aria-hidden />}
                {one === 'mail' ? g.byMail : g.byHand}
              </label>
            ))}
          </div>
          {way === 'hand' ? <p className="mt-2 text-sm text-muted">{g.byHandNote}</p> : null}
        </fieldset>
        {way === 'mail' ? (
          <>
            <Input
              label={g.mail}
              type="email"
              required
              autoComplete="off"
              value={mail}
              error={tried && !/^\S+@\S+\.\S+$/.test(mail) ? t.common.required : undefined}
              onChange={event => setMail(event.target.value)}
            />
            <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
              <span className="text-sm font-medium">{g.when}</span>
              {[false, true].map(one => (
                <label key={String(one)} className="flex items-center gap-2">
                  <input
                    type="radio"
                    name="when"
                    checked={later === one}
                    onChange={() => setLater(one)}
                    className="size-4.5 accent-accent-mark"
                  />
                  {one ? g.later : g.now}
                </label>
              ))}
              {later ? (
                <Input label={g.later} hideLabel type="datetime-local" required value={on} onChange={event => setOn(event.target.value)} />
              ) : null}
            </div>
          </>
        ) : null}
        <div
          className={cx(
            'flex flex-wrap items-center gap-3 max-sm:sticky max-sm:z-15 max-sm:-mx-4 max-sm:border-t max-sm:border-line max-sm:bg-bg/95 max-sm:px-4 max-sm:py-3 max-sm:backdrop-blur',
            above,
          )}
        >
          <Button type="submit" size="lg" icon={Gift} className="flex-1 sm:flex-none">
            {g.put}
            {fits ? ` · ${format.money(money(typed))}` : ''}
          </Button>
          {put ? (
            <Link to="/cart" className={buttonClass('quiet', 'lg')}>
              {g.goCart}
            </Link>
          ) : null}
        </div>
        <p className="text-sm text-muted">{g.noExpiry}</p>
      </div>
    </form>
  )
}

const Swatch = ({ design }: { design: string }) => (
  <span aria-hidden className="block aspect-[1.6]" style={{ background: swatches[design] }} />
)

function Mine() {
  const t = useWords()
  const g = t.coupons.gift
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(giftsQuery())
  const items = data?.pages.flatMap(page => page.items) ?? []
  return (
    <section>
      <h2 className="mb-4 text-lg">{g.mine}</h2>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={2} />
      ) : items.length === 0 ? (
        <EmptyState icon={Gift} title={g.mineNone} compact>
          {g.mineNoneBody}
        </EmptyState>
      ) : (
        <>
          <ul className="grid gap-5 sm:grid-cols-2 lg:grid-cols-3">
            {items.map(card => (
              <Item key={card.id} card={card} />
            ))}
          </ul>
          {hasNextPage ? (
            <Button look="quiet" className="mt-5" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t.common.more}
            </Button>
          ) : null}
        </>
      )}
    </section>
  )
}
export const giftTone = (card: GiftCard) =>
  card.state === 'void' ? 'bad' : card.mine ? 'good' : card.kept ? 'plain' : card.state === 'waiting' ? 'held' : 'accent'
export const giftState = (t: ReturnType<typeof useWords>, card: GiftCard): string =>
  card.state !== 'active'
    ? t.coupons.gift.states[card.state]!
    : card.mine
      ? t.coupons.gift.keptByMe
      : card.kept
        ? t.coupons.gift.keptByOther
        : t.coupons.gift.given
function Item({ card }: { card: GiftCard }) {
  const t = useWords()
  const g = t.coupons.gift
  const format = useFormat()
  return (
    <li className="relative">
      <GiftArt design={card.design} amount={card.amount} to={card.toName} />
      <p className="mt-2.5 flex flex-wrap items-center gap-2">
        <Link to="/gift-cards/$id" params={{ id: card.id }} className="card-link font-semibold">
          {card.left ? g.leftOf(format.money(card.left), format.money(card.amount)) : format.money(card.amount)}
        </Link>
        <Tag tone={giftTone(card)}>{giftState(t, card)}</Tag>
      </p>
    </li>
  )
}
