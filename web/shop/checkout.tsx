import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ShieldCheck, ShoppingCart } from 'lucide-react'
import { useMemo, useState } from 'react'
import { api, asApiError } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Refusal } from '../people/sign-in.tsx'
import { newOrderId } from '../player/ids.ts'
import { useMe } from '../shell/me.ts'
import { ChooseAddress } from '../shipping/choose.tsx'
import { addressesQuery } from '../shipping/queries.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { TextArea } from '../ui/field.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { Money } from '../ui/money.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows } from '../ui/states.tsx'
import { useAbove } from './above.ts'
import { cartLines, lineKey, removeFromCart, setCart, useCart } from './cart.ts'
import { LineRow } from './cart-line.tsx'
import { Codes } from './checkout-codes.tsx'
import { Ways, waysFor, type Chosen } from './checkout-ways.tsx'
import { Who } from './checkout-who.tsx'
import { PayWith, useWays } from './pay-with.tsx'
import type { Price } from './price.ts'
import { askedLine, bySeller, payable, sumOf, useQuote, type Asked, type Quote } from './quote.ts'

/** Everything on one page: who, where to, how it is sent, what it comes to, and how to pay. */
export function Checkout() {
  const t = useWords()
  const cart = useCart()
  const hydrated = useHydrated()
  if (!hydrated) return <SkeletonRows rows={5} />
  if (payable(cart).lines.length === 0)
    return (
      <EmptyState
        main
        icon={ShoppingCart}
        title={t.shop.cartEmpty}
        action={
          <Link to="/shop" className={buttonClass('quiet')}>
            {t.shop.title}
          </Link>
        }
      >
        {t.shop.cartEmptyBody}
      </EmptyState>
    )
  return <Filled />
}

function Filled() {
  const t = useWords()
  const me = useMe()
  const above = useAbove()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { lines, others } = payable(useCart())
  const [contact, setContact] = useState<string | null>(null)
  const [address, setAddress] = useState<string | null>(null)
  const [chosen, setChosen] = useState<Chosen>({})
  const [codes, setCodes] = useState<readonly string[]>([])
  const [cards, setCards] = useState<readonly string[]>([])
  const [note, setNote] = useState('')
  // The ways of the last answer are asked for with the next one.
  const [ways, setWays] = useState<readonly string[]>([])
  const { data: book } = useQuery({ ...addressesQuery, enabled: me !== null && address !== null })
  const place = book?.items.find(one => one.id === address)
  const asked: Asked = {
    lines: [...lines.map(askedLine), ...ways.map(offer => ({ offer, quantity: 1 }))],
    ...(place ? { address: placeOf(place) } : {}),
    ...(codes.length > 0 ? { codes: [...codes] } : {}),
    ...(cards.length > 0 ? { cards: [...cards] } : {}),
  }
  const quoting = useQuote(asked)
  const { data, error, isFetching, refetch } = quoting
  const quote = data?.quote ?? null
  const wanted = waysFor(quote, chosen).map(way => way.offer)
  if (me && wanted.join() !== ways.join() && !quoting.isPlaceholderData && quote !== null) setWays(wanted)
  const sends = quote !== null && (quote.needAddress || quote.carriages.length > 0 || quote.needCarriage.length > 0)
  const { ways: providers, chosen: provider } = useWays(lines[0]!.price.currency)
  const body = {
    ...asked,
    ...(contact?.trim() ? { contact: contact.trim() } : {}),
    ...(note.trim() ? { note: note.trim() } : {}),
  }
  // One id for what is asked: pressing twice, or again after a lost answer, is the same order; another wish is another one.
  const said = JSON.stringify(body)
  // oxlint-disable-next-line react/exhaustive-deps -- what is said makes the id
  const id = useMemo(newOrderId, [said])
  const order = useMutation({
    mutationFn: () => api('POST /orders', { id, ...body, ...(provider ? { provider: provider.id } : {}) }),
    onSuccess: async made => {
      const bought = new Set(lines.map(lineKey))
      setCart(cartLines().filter(line => line.later || !bought.has(lineKey(line))))
      await Promise.all([
        client.invalidateQueries({ queryKey: ['GET /me/orders'] }),
        import('./cart-sync.ts').then(module => module.pushNow()),
      ])
      if (made.payUrl) location.assign(made.payUrl)
      else await navigate({ to: '/orders/$id', params: { id: made.id } })
    },
    // Why is told line by line, too.
    onError: () => void refetch(),
  })
  const bad = quote?.lines.filter(line => line.problem !== null) ?? []
  const missing = [
    me === null ? t.checkout.needs.contact : null,
    quote?.needAddress ? t.checkout.needs.address : null,
    quote && !quote.needAddress && quote.needCarriage.length > 0 ? t.checkout.needs.way : null,
    bad.length > 0 || (data?.gone.size ?? 0) > 0 ? t.checkout.needs.problems : null,
  ].filter(one => one !== null)
  const shown = quote ?? null
  const total: Price = shown?.toPay ?? sumOf(lines)
  const free = total.amount === '0'
  const button = (
    <Button
      size="lg"
      className="w-full max-sm:w-auto max-sm:px-5"
      busy={order.isPending || order.isSuccess}
      disabled={me === null || missing.length > 0 || quote === null || quote.problem !== null || isFetching}
      onClick={() => order.mutate()}
    >
      {free ? t.checkout.placeFree : t.shop.checkout}
    </Button>
  )
  return (
    <div className="mx-auto max-w-[1040px] max-sm:pb-24">
      <header className="mb-5 flex items-baseline justify-between gap-3">
        <h1 className="text-xl">{t.checkout.title}</h1>
        <Link to="/cart" className="text-sm font-medium text-muted underline-offset-4 hover:text-ink hover:underline">
          {t.checkout.edit}
        </Link>
      </header>
      <div className="grid gap-5 md:grid-cols-[minmax(0,1fr)_320px] md:items-start">
        <div className="flex min-w-0 flex-col gap-5">
          <Who contact={contact} onContact={setContact} />
          {me && sends ? (
            <Panel title={t.checkout.address}>
              <ChooseAddress value={address} onChange={setAddress} />
            </Panel>
          ) : null}
          {me && quote && place ? <Ways quote={quote} chosen={chosen} onChoose={setChosen} /> : null}
          <Panel title={t.checkout.lines}>
            {error && asApiError(error).code !== 'invalid' ? <ErrorState error={error} onRetry={() => void refetch()} compact /> : null}
            {bySeller(lines, quote).map(group => (
              <section key={group.id} className="border-t border-line pt-3 first:border-0 first:pt-0">
                {group.name ? <h3 className="text-xs font-medium text-muted">{group.name}</h3> : null}
                <ul className="divide-y divide-line">
                  {group.lines.map(({ line, index, quoted }) => (
                    <LineRow
                      key={lineKey(line)}
                      line={line}
                      quoted={quoted}
                      gone={data?.gone.has(index) ?? false}
                      fixed
                      actions={
                        <Button look="quiet" size="sm" onClick={() => removeFromCart(line)}>
                          {t.checkout.takeOut}
                        </Button>
                      }
                    />
                  ))}
                </ul>
              </section>
            ))}
            {others > 0 ? <p className="mt-2 text-xs text-muted">{t.checkout.mixed}</p> : null}
            <div className="mt-3 border-t border-line pt-4">
              <TextArea
                label={t.checkout.note}
                hint={t.checkout.noteHint}
                optional
                rows={2}
                maxLength={1000}
                value={note}
                onChange={event => setNote(event.target.value)}
              />
            </div>
          </Panel>
          {me ? (
            <Panel>
              <div className="grid gap-5 sm:grid-cols-2">
                <Codes label={t.checkout.codes} hint={t.checkout.codeHint} codes={codes} onChange={setCodes} most={10} />
                <Codes label={t.checkout.cards} hint={t.checkout.cardHint} codes={cards} onChange={setCards} most={5} least={8} />
              </div>
              {quote?.problem ? <Refusal error={{ status: 409, ...quote.problem }} /> : null}
            </Panel>
          ) : null}
          <Terms kinds={[...new Set(quote ? quote.lines.map(line => line.kind) : lines.flatMap(line => line.kind ?? []))]} />
        </div>
        <div className="flex flex-col gap-5 md:sticky md:top-20">
          {me && !free ? <PayWith ways={providers} chosen={provider} /> : null}
          <Panel title={t.checkout.summary}>
            <Totals quote={shown} goods={sumOf(lines)} total={total} />
            <p className="mt-4 flex gap-2 text-xs text-muted">
              <ShieldCheck size={16} aria-hidden className="mt-px shrink-0" />
              {t.checkout.trust}
            </p>
            {order.error ? (
              <div className="mt-4">
                <Refusal error={order.error} />
              </div>
            ) : null}
            {missing.length > 0 ? (
              <p className="mt-4 text-sm font-medium text-muted" role="status">
                {t.checkout.notYet}
                {missing.join(' · ')}
              </p>
            ) : null}
            <div className="mt-4 max-sm:hidden">{button}</div>
          </Panel>
        </div>
      </div>
      <div
        className={cx(
          'fixed inset-x-0 z-10 flex items-center justify-between gap-4 border-t border-line bg-surface px-4 py-3 sm:hidden',
          above,
        )}
      >
        <div>
          <p className="text-xs text-muted">{t.checkout.toPay}</p>
          <Money value={total} className="text-lg font-bold" />
        </div>
        {button}
      </div>
    </div>
  )
}

function placeOf({ name, phone, country, region, city, line, postcode }: NonNullable<Asked['address']>): NonNullable<Asked['address']> {
  return { name, phone, country, region, city, line, postcode }
}

/** What comes off, by the codes and names of it. */
function takenOff(word: string, { lines, discount: { currency } }: Quote): [string, Price, boolean][] {
  return [...Map.groupBy(lines, line => line.discountCode)].flatMap(([code, own]): [string, Price, boolean][] =>
    code === null
      ? []
      : [
          [
            `${word} ${code}`,
            { amount: own.reduce((sum, line) => sum + BigInt(line.discount?.amount ?? 0), 0n).toString(), currency },
            true,
          ],
        ],
  )
}

function Totals({ quote, goods, total }: { quote: Quote | null; goods: Price; total: Price }) {
  const t = useWords()
  const format = useFormat()
  const rows: [string, Price, boolean][] = [
    [t.checkout.goods, quote?.goods ?? goods, false],
    ...(quote
      ? ([
          ...takenOff(t.checkout.discount, quote),
          [t.checkout.shipping, quote.shipping, false],
          [t.checkout.credit, quote.credit, true],
        ] satisfies [string, Price, boolean][])
      : []),
  ]
  const ways = (quote?.carriages.length ?? 0) > 0
  return (
    <dl className="tabular grid grid-cols-[1fr_auto] gap-y-2">
      {rows
        .filter(([name, value]) => value.amount !== '0' || name === t.checkout.goods || (name === t.checkout.shipping && ways))
        .map(([name, value, minus]) => (
          <div key={name} className="col-span-2 grid grid-cols-subgrid">
            <dt className="min-w-0 text-muted [overflow-wrap:anywhere]">{name}</dt>
            <dd className="text-right">
              {minus ? '−' : ''}
              {name === t.checkout.shipping && value.amount === '0' ? t.checkout.free : format.money(value)}
            </dd>
          </div>
        ))}
      <dt className="border-t border-line pt-3 text-base font-semibold">{t.checkout.toPay}</dt>
      <dd className="border-t border-line pt-2.5 text-right">
        <Money value={total} className="text-lg font-bold" />
      </dd>
    </dl>
  )
}

/** What holds for each kind in the basket, said before one pays. */
function Terms({ kinds }: { kinds: readonly string[] }) {
  const t = useWords()
  const known = kinds.filter(kind => t.checkout.terms[kind])
  if (known.length === 0) return null
  return (
    <Panel title={t.checkout.termsTitle}>
      <ul className="flex max-w-[70ch] list-disc flex-col gap-1.5 pl-5 text-muted">
        {known.map(kind => (
          <li key={kind}>{t.checkout.terms[kind]}</li>
        ))}
      </ul>
    </Panel>
  )
}
