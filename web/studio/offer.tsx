import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useDeferredValue, useState, type FormEvent } from 'react'
import { api, read } from '../api.ts'
import { asApiError } from '../api-call.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { fromLocal, toLocal } from '../missions/draft.ts'
import { Cascade } from '../settlement/cascade.tsx'
import { parseAmount, typedAmount } from '../shop/price.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { Panel, SkeletonRows, Tag, faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import type { StudioReleaseData } from './release-data.ts'

type Pricing = 'fixed' | 'name_your_price' | 'free'

/** Puts a release up for sale or changes its price, with the exact amounts everyone would get. */
export function ReleaseOffer({ release }: { release: StudioReleaseData }) {
  const t = useWords()
  const mine = useQuery(read('GET /me/offers', { limit: 100 }))
  if (mine.isPending)
    return (
      <Panel title={t.studio.offer}>
        <SkeletonRows rows={3} />
      </Panel>
    )
  const offer = mine.data?.items.find(item => item.release.id === release.id && item.kind === 'digital')
  return (
    <OfferForm
      key={offer ? [offer.id, offer.state, offer.price.amount, offer.opensAt, offer.closesAt].join(' ') : 'new'}
      release={release}
      offer={offer}
    />
  )
}

type Offer = NonNullable<Awaited<ReturnType<typeof loadOffers>>['items'][number]>
const loadOffers = () => api('GET /me/offers')

function OfferForm({ release, offer }: { release: StudioReleaseData; offer: Offer | undefined }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const [pricing, setPricing] = useState<Pricing>(offer?.pricing ?? 'fixed')
  const [typed, setTyped] = useState(offer ? typedAmount(offer.price) : '38')
  const amount = pricing === 'free' ? '0' : parseAmount(typed, 'CNY')
  const price = { amount: amount ?? '0', currency: 'CNY' as const }
  const [opens, setOpens] = useState(toLocal(offer?.opensAt ?? null))
  const [closes, setCloses] = useState(toLocal(offer?.closesAt ?? null))
  // Untouched it stays as it is, to the second.
  const moved = { opens: opens !== toLocal(offer?.opensAt ?? null), closes: closes !== toLocal(offer?.closesAt ?? null) }
  const window = { ...(moved.opens ? { opensAt: fromLocal(opens) } : {}), ...(moved.closes ? { closesAt: fromLocal(closes) } : {}) }
  const after = async (said: string) => {
    toast(said, { tone: 'good' })
    await Promise.all([
      client.invalidateQueries({ queryKey: ['GET /me/offers'] }),
      client.invalidateQueries({ queryKey: ['GET /releases/:id'] }),
      client.invalidateQueries({ queryKey: ['GET /offers'] }),
    ])
  }
  const save = useMutation({
    mutationFn: () =>
      offer
        ? api('PATCH /offers/:id', { id: offer.id, pricing, price, ...window })
        : api('POST /offers', { release: release.id, pricing, price, ...window }),
    onSuccess: () => after(offer ? t.studio.offerSaved : t.studio.offerMade),
  })
  const turn = useMutation({
    mutationFn: (state: 'open' | 'closed') => api('PATCH /offers/:id', { id: offer!.id, state }),
    onSuccess: () => after(t.studio.saved),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const refusal = save.error ? asApiError(save.error) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (amount !== null) save.mutate()
  }
  return (
    <Panel
      title={t.studio.offer}
      note={offer ? t.studio.sold(format.number(offer.sold)) : t.studio.noOfferBody}
      action={
        offer ? (
          <Tag tone={offer.state === 'open' ? 'good' : 'plain'}>{offer.state === 'open' ? t.studio.open : t.studio.closed}</Tag>
        ) : null
      }
    >
      <form
        onSubmit={submit}
        className="grid content-start items-start gap-4 xl:grid-cols-[17rem_minmax(0,1fr)] xl:grid-rows-[auto_auto_1fr] xl:gap-x-8"
      >
        <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-1">
          <Select
            label={t.studio.pricing}
            value={pricing}
            onChange={event => setPricing(event.target.value as Pricing)}
            options={(['fixed', 'name_your_price', 'free'] as const).map(value => ({ value, name: t.studio.pricings[value] }))}
          />
          {pricing === 'free' ? null : (
            <Input
              label={t.studio.price}
              value={typed}
              inputMode="decimal"
              suffix="CNY"
              error={amount === null ? t.shop.priceInvalid : refusal?.fields['price']}
              onChange={event => setTyped(event.target.value)}
            />
          )}
          <Input label={t.wares.opensAt} optional type="datetime-local" value={opens} onChange={event => setOpens(event.target.value)} />
          <Input
            label={t.wares.closesAt}
            optional
            type="datetime-local"
            value={closes}
            error={refusal && 'closesAt' in refusal.fields ? faultText(t, refusal) : undefined}
            onChange={event => setCloses(event.target.value)}
          />
        </div>
        {amount !== null && amount !== '0' ? (
          <div className="min-w-0 xl:col-start-2 xl:row-span-3 xl:row-start-1">
            <Preview release={release.id} amount={amount} />
          </div>
        ) : null}
        {refusal && !('closesAt' in refusal.fields) ? (
          <div role="alert" className="rounded-sm bg-danger-soft px-3 py-2 text-danger">
            {faultText(t, refusal)}
            {refusal.code === 'no_split' ? (
              <Link to="/studio/splits/new" search={{ subject: release.id }} className="ml-2 font-semibold underline underline-offset-4">
                {t.studio.makeSplit}
              </Link>
            ) : null}
          </div>
        ) : null}
        <div className="flex flex-wrap gap-2">
          <Button
            type="submit"
            busy={save.isPending}
            disabled={
              amount === null ||
              (offer !== undefined && offer.pricing === pricing && offer.price.amount === amount && !moved.opens && !moved.closes)
            }
          >
            {offer ? t.common.save : t.studio.createOffer}
          </Button>
          {offer ? (
            <Button look="quiet" busy={turn.isPending} onClick={() => turn.mutate(offer.state === 'open' ? 'closed' : 'open')}>
              {offer.state === 'open' ? t.studio.close : t.studio.reopen}
            </Button>
          ) : null}
        </div>
      </form>
    </Panel>
  )
}

/** "¥38 would become …": the same function that settles works it out; with what is announced to change. */
function Preview({ release, amount }: { release: string; amount: string }) {
  const t = useWords()
  const asked = useDeferredValue(amount)
  const { data, error, isPending } = useQuery({
    ...read('GET /waterfall', { release, amount: asked, currency: 'CNY' }),
    placeholderData: keepPreviousData,
    retry: false,
  })
  if (error && asApiError(error).code === 'no_split') {
    return (
      <div className="rounded-md bg-held-soft px-4 py-3">
        <p>{t.studio.needSplit}</p>
        <Link to="/studio/splits/new" search={{ subject: release }} className={buttonClass('quiet', 'sm', 'mt-2.5')}>
          {t.studio.makeSplit}
        </Link>
      </div>
    )
  }
  if (error) return <p className="text-danger">{faultText(t, error)}</p>
  if (isPending) return <SkeletonRows rows={2} />
  return (
    <div className="rounded-md bg-raised p-4 sm:p-5">
      <Cascade data={data} />
    </div>
  )
}
