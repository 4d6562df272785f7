import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Archive, ArrowLeft, ExternalLink, FileText, Rocket } from 'lucide-react'
import { useState } from 'react'
import { api, asApiError } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { useMe } from '../shell/me.ts'
import { Button } from '../ui/button.tsx'
import { Input, Select, Switch, TextArea } from '../ui/field.tsx'
import { ErrorState, faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { badPrices, draftOf, givenOf, type Draft } from './draft.ts'
import { Pictures } from './pictures.tsx'
import { stateTones } from './products.tsx'
import { productQuery, refreshGoods, type Product } from './queries.ts'
import { VariantFields } from './variant-fields.tsx'

/** A product, new or known, to be changed. */
export function ProductEditor({ id, page }: { id: string; page: string | undefined }) {
  const me = useMe()
  const isNew = id === 'new'
  const { data, error, isPending, refetch } = useQuery({ ...productQuery(id), enabled: !isNew, retry: false })
  if (!me) return null
  if (isNew) return <Editor product={null} page={me.pages.find(one => one.id === page)?.id ?? me.pages[0]?.id ?? ''} />
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return <Editor key={data.id} product={data} page={data.page} />
}

const currencies = ['CNY', 'USD', 'EUR', 'GBP', 'HKD', 'TWD', 'SGD', 'KRW', 'JPY'] as const

function Editor({ product, page }: { product: Product | null; page: string }) {
  const t = useWords()
  const w = t.wares
  const format = useFormat()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [id] = useState(() => product?.id ?? newClientId('prd'))
  const [draft, setDraft] = useState(() => draftOf(product))
  const [tried, setTried] = useState(false)
  const set = (change: Partial<Draft>) => setDraft(before => ({ ...before, ...change }))
  const bad = tried ? badPrices(draft) : new Set<number>()
  const save = useMutation({
    mutationFn: () => api('PUT /goods/:id', givenOf(draft, id, page)),
    onSuccess: async saved => {
      toast(w.saved, { tone: 'good' })
      setDraft(draftOf(saved))
      client.setQueryData(productQuery(saved.id).queryKey, saved)
      await refreshGoods(client)
      if (product === null) await navigate({ to: '/studio/goods/$id', params: { id: saved.id }, search: { page }, replace: true })
    },
  })
  const turn = useMutation({
    mutationFn: (state: Product['state']) => api('PUT /goods/:id/state', { id, state }),
    onSuccess: async (saved, state) => {
      toast(state === 'open' ? w.opened : w.changedState, { tone: 'good' })
      client.setQueryData(productQuery(saved.id).queryKey, saved)
      await refreshGoods(client)
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const fields = save.error ? (asApiError(save.error).fields ?? {}) : {}
  const text = <K extends 'title' | 'about' | 'tags' | 'handover' | 'preorderOn' | 'mostEach' | 'opensAt' | 'closesAt'>(field: K) => ({
    value: draft[field],
    onChange: (event: { target: { value: string } }) => set({ [field]: event.target.value } as Partial<Draft>),
    error: field in fields ? faultText(t, save.error) : undefined,
  })
  const send = () => {
    setTried(true)
    if (badPrices(draft).size === 0) save.mutate()
  }
  const sold = product?.variants.reduce((sum, v) => sum + v.sold, 0) ?? 0
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        send()
      }}
      className="flex flex-col gap-6 pb-24"
    >
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link
          to="/studio/goods"
          search={{ page }}
          aria-label={w.title}
          className="grid size-10 place-items-center rounded-full text-muted hover:bg-raised hover:text-ink"
        >
          <ArrowLeft size={20} aria-hidden />
        </Link>
        <h1 className="min-w-0 flex-1 line-clamp-3 text-xl leading-tight [overflow-wrap:anywhere]">{product?.title ?? w.newTitle}</h1>
        {product ? (
          <span className="flex items-center gap-2 max-sm:w-full max-sm:pl-13">
            {sold > 0 ? <span className="tabular text-sm text-muted">{w.soldCount(format.number(sold))}</span> : null}
            <Tag tone={stateTones[product.state]}>{w.states[product.state]}</Tag>
            {product.state === 'open' ? (
              <a
                href={`/products/${product.id}`}
                aria-label={w.seeInShop}
                className="grid size-10 place-items-center rounded-full text-muted hover:bg-raised hover:text-ink"
              >
                <ExternalLink size={18} aria-hidden />
              </a>
            ) : null}
          </span>
        ) : null}
      </header>
      {product && product.state !== 'open' && product.missing.length > 0 ? (
        <ul className="flex flex-col gap-1 rounded-lg bg-held-soft px-5 py-4 text-sm text-held">
          {product.missing.map(one => (
            <li key={one}>
              {one === 'zone' ? (
                <Link to="/studio/goods" search={{ page, part: 'shipping' }} className="underline underline-offset-4">
                  {w.missing[one]}
                </Link>
              ) : (
                w.missing[one]
              )}
            </li>
          ))}
        </ul>
      ) : null}
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_340px]">
        <div className="flex min-w-0 flex-col gap-6">
          <Panel title={w.basics}>
            <div className="flex flex-col gap-4">
              <Input label={w.name} required maxLength={200} {...text('title')} />
              <TextArea label={w.about} hint={w.aboutHint} optional rows={6} maxLength={10_000} {...text('about')} />
              <Input label={w.tags} hint={w.tagsHint} optional maxLength={420} {...text('tags')} />
            </div>
          </Panel>
          <VariantFields draft={draft} set={set} product={product} page={page} bad={bad} fields={fields} />
        </div>
        <div className="flex min-w-0 flex-col gap-6">
          <Panel title={w.pictures} note={w.picturesHint}>
            {product ? <Pictures product={product} /> : <p className="text-sm text-muted">{w.picturesLater}</p>}
          </Panel>
          <Panel title={w.selling}>
            <div className="flex flex-col gap-4">
              <Switch
                label={w.physical}
                hint={w.physicalHint}
                checked={draft.physical}
                onChange={event => set({ physical: event.target.checked })}
              />
              {draft.physical ? (
                <Input label={w.preorderOn} optional type="date" {...text('preorderOn')} />
              ) : (
                <TextArea label={w.handover} hint={w.handoverHint} required rows={3} maxLength={4000} {...text('handover')} />
              )}
              <Input
                label={w.mostEach}
                hint={w.mostEachHint}
                optional
                type="number"
                min={1}
                max={1000}
                inputMode="numeric"
                {...text('mostEach')}
              />
              <Input label={w.opensAt} optional type="datetime-local" {...text('opensAt')} />
              <Input label={w.closesAt} optional type="datetime-local" {...text('closesAt')} />
              <div className="grid grid-cols-2 gap-4">
                <Select
                  label={w.currency}
                  value={draft.currency}
                  disabled={sold > 0}
                  onChange={event => set({ currency: event.target.value as Draft['currency'] })}
                  options={currencies.map(value => ({ value, name: value }))}
                />
                <Select
                  label={w.taxClass}
                  value={draft.taxClass}
                  onChange={event => set({ taxClass: event.target.value as Draft['taxClass'] })}
                  options={(['standard', 'reduced', 'exempt'] as const).map(value => ({ value, name: w.taxClasses[value] }))}
                />
              </div>
            </div>
          </Panel>
        </div>
      </div>
      {save.error ? (
        <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
          {faultText(t, save.error)}
        </p>
      ) : null}
      <footer className="sticky bottom-[calc(var(--player-height)+var(--tabs-height)+8px)] z-20 flex flex-wrap items-center gap-3 rounded-lg border border-line bg-surface px-4 py-3 shadow-pop">
        <Button type="submit" busy={save.isPending}>
          {w.save}
        </Button>
        {product ? (
          <>
            {product.state === 'open' ? (
              <Button look="quiet" icon={FileText} busy={turn.isPending} onClick={() => turn.mutate('draft')}>
                {w.toDraft}
              </Button>
            ) : (
              <Button
                look="quiet"
                icon={Rocket}
                busy={turn.isPending}
                disabled={product.missing.length > 0}
                onClick={() => turn.mutate('open')}
              >
                {w.open}
              </Button>
            )}
            {product.state === 'archived' ? null : (
              <Button look="plain" icon={Archive} busy={turn.isPending} onClick={() => turn.mutate('archived')}>
                {w.archive}
              </Button>
            )}
          </>
        ) : null}
      </footer>
    </form>
  )
}
