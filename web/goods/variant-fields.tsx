import { useQuery } from '@tanstack/react-query'
import { History, Plus, X } from 'lucide-react'
import { useState } from 'react'
import { read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Checkbox, Input, Select } from '../ui/field.tsx'
import { Panel } from '../ui/states.tsx'
import { mostOptions, rowsFor, type Draft, type Row } from './draft.ts'
import type { Product } from './queries.ts'
import { StockDialog } from './stock.tsx'

type Props = {
  draft: Draft
  set: (change: Partial<Draft>) => void
  product: Product | null
  page: string
  /** Rows whose price cannot be read. */
  bad: ReadonlySet<number>
  fields: Readonly<Record<string, string>>
}

/** Price, stock and number of each variant; options make the variants. */
export function VariantFields({ draft, set, product, page, bad, fields }: Props) {
  const t = useWords()
  const w = t.wares
  const change = (index: number, to: Partial<Row>) => set({ rows: draft.rows.map((row, n) => (n === index ? { ...row, ...to } : row)) })
  const options = (next: Draft['options']) => set({ options: next, rows: rowsFor(next, draft.rows) })
  const many = draft.rows.length > 1
  return (
    <Panel title={w.priceStock} note={w.optionsHint}>
      <div className="flex flex-col gap-5">
        {draft.options.map((option, index) => (
          <div key={index} className="flex items-end gap-3">
            <div className="grid min-w-0 flex-1 gap-3 sm:grid-cols-[10rem_minmax(0,1fr)]">
              <Input
                label={w.optionName(index + 1)}
                placeholder={w.optionNameHint}
                maxLength={40}
                value={option.name}
                required
                onChange={event => options(draft.options.map((one, n) => (n === index ? { ...one, name: event.target.value } : one)))}
              />
              <Input
                label={w.optionValues}
                placeholder="S, M, L"
                value={option.values}
                required
                onChange={event => options(draft.options.map((one, n) => (n === index ? { ...one, values: event.target.value } : one)))}
              />
            </div>
            <IconButton
              icon={X}
              label={`${w.remove}: ${option.name}`}
              onClick={() => options(draft.options.filter((_, n) => n !== index))}
            />
          </div>
        ))}
        <div className="flex flex-wrap items-center gap-3">
          {draft.options.length < mostOptions && !draft.bundle ? (
            <Button look="quiet" size="sm" icon={Plus} onClick={() => set({ options: [...draft.options, { name: '', values: '' }] })}>
              {w.addOption}
            </Button>
          ) : null}
          <Select
            label={w.pricing}
            hideLabel
            value={draft.pricing}
            onChange={event => set({ pricing: event.target.value as Draft['pricing'] })}
            options={[
              { value: 'fixed', name: w.fixed },
              { value: 'name_your_price', name: w.named },
            ]}
            className="min-w-44"
          />
        </div>
        {many ? <FillAll draft={draft} set={set} /> : null}
        <ul className="flex flex-col divide-y divide-line">
          {draft.rows.map((row, index) => (
            <VariantRow
              key={row.id}
              row={row}
              draft={draft}
              known={product?.variants.find(v => v.id === row.id) ?? null}
              title={product?.title ?? draft.title}
              many={many}
              error={bad.has(index) || `variants.${index}.price` in fields ? t.faults.invalid : undefined}
              skuError={`variants.${index}.sku` in fields ? t.denials.sku_taken : undefined}
              onChange={to => change(index, to)}
            />
          ))}
        </ul>
        {many ? null : <Bundle draft={draft} set={set} page={page} own={draft.rows[0]!.id} fixed={draft.rows[0]!.known} />}
      </div>
    </Panel>
  )
}

/** One price, one weight for all of them. */
function FillAll({ draft, set }: Pick<Props, 'draft' | 'set'>) {
  const w = useWords().wares
  const [price, setPrice] = useState('')
  const [stock, setStock] = useState('')
  const [weightG, setWeight] = useState('')
  const fill = () =>
    set({
      rows: draft.rows.map(row => ({
        ...row,
        ...(price === '' ? {} : { price }),
        ...(weightG === '' ? {} : { weightG }),
        ...(stock === '' || row.known ? {} : { stock }),
      })),
    })
  return (
    <div className="grid grid-cols-2 items-end gap-3 rounded-md bg-raised p-4 sm:grid-cols-[repeat(3,minmax(0,1fr))_auto]">
      <Input label={w.price} value={price} inputMode="decimal" onChange={event => setPrice(event.target.value)} />
      <Input label={w.stock} value={stock} inputMode="numeric" onChange={event => setStock(event.target.value)} />
      <Input label={w.weight} value={weightG} inputMode="numeric" onChange={event => setWeight(event.target.value)} />
      <Button look="quiet" onClick={fill}>
        {w.sameForAll}
      </Button>
    </div>
  )
}

type RowProps = {
  row: Row
  draft: Draft
  known: Product['variants'][number] | null
  title: string
  many: boolean
  error: string | undefined
  skuError: string | undefined
  onChange: (to: Partial<Row>) => void
}
function VariantRow({ row, draft, known, title, many, error, skuError, onChange }: RowProps) {
  const t = useWords()
  const w = t.wares
  const format = useFormat()
  const [moving, setMoving] = useState(false)
  const name = row.options.join(' / ')
  return (
    <li className={many ? 'flex flex-col gap-3 py-4 first:pt-0' : ''}>
      {many ? <p className="font-semibold">{name}</p> : null}
      <div className="grid grid-cols-2 items-start gap-3 sm:grid-cols-4">
        <Input
          label={w.price}
          required
          inputMode="decimal"
          value={row.price}
          error={error}
          onChange={event => onChange({ price: event.target.value })}
          suffix={<span className="text-xs">{draft.currency}</span>}
        />
        {draft.bundle && !many ? null : known ? (
          <div className="flex flex-col gap-1.5">
            <span className="text-sm font-medium">{w.stock}</span>
            <span className="flex h-10 items-center gap-1">
              <span className="tabular truncate">
                {known.stock === null ? t.goods.unlimited : format.number(known.stock)}
                {known.reserved > 0 ? (
                  <span className="text-xs text-muted"> · {`${w.reserved} ${format.number(known.reserved)}`}</span>
                ) : null}
              </span>
              <IconButton size="sm" icon={History} label={`${w.change}: ${name || title}`} onClick={() => setMoving(true)} />
            </span>
          </div>
        ) : (
          <Input
            label={w.stock}
            inputMode="numeric"
            placeholder="∞"
            value={row.stock}
            onChange={event => onChange({ stock: event.target.value })}
          />
        )}
        <Input label={w.sku} maxLength={60} value={row.sku} error={skuError} onChange={event => onChange({ sku: event.target.value })} />
        {draft.physical && !(draft.bundle && !many) ? (
          <Input label={w.weight} inputMode="numeric" value={row.weightG} onChange={event => onChange({ weightG: event.target.value })} />
        ) : null}
      </div>
      {moving && known ? (
        <StockDialog
          row={{ variant: known.id, title, detail: name || null, stock: known.stock, reserved: known.reserved }}
          onClose={() => setMoving(false)}
        />
      ) : null}
    </li>
  )
}

/** What a bundle is made of. */
function Bundle({ draft, set, page, own, fixed }: Pick<Props, 'draft' | 'set' | 'page'> & { own: string; fixed: boolean }) {
  const t = useWords()
  const w = t.wares
  const { data } = useQuery({ ...read('GET /pages/:page/stock', { page, limit: 200 }), enabled: draft.bundle })
  const known = (data?.items ?? []).filter(one => one.variant !== own)
  const change = (index: number, to: Partial<Draft['parts'][number]>) =>
    set({ parts: draft.parts.map((part, n) => (n === index ? { ...part, ...to } : part)) })
  if (draft.options.length > 0 || (fixed && !draft.bundle)) return null
  return (
    <div className="flex flex-col gap-3">
      <Checkbox
        label={w.isBundle}
        hint={w.bundleHint}
        checked={draft.bundle}
        disabled={fixed}
        onChange={event =>
          set({ bundle: event.target.checked, parts: draft.parts.length === 0 ? [{ variant: '', quantity: '1' }] : draft.parts })
        }
      />
      {draft.bundle ? (
        <>
          {draft.parts.map((part, index) => (
            <div key={index} className="flex items-end gap-3">
              <Select
                label={w.part}
                hideLabel={index > 0}
                required
                value={part.variant}
                onChange={event => change(index, { variant: event.target.value })}
                options={[
                  { value: '', name: '—' },
                  ...known.map(one => ({ value: one.variant, name: one.detail === null ? one.title : `${one.title} · ${one.detail}` })),
                ]}
                className="min-w-0 flex-1"
              />
              <Input
                label={w.howMany}
                hideLabel={index > 0}
                type="number"
                min={1}
                max={100}
                value={part.quantity}
                onChange={event => change(index, { quantity: event.target.value })}
                className="w-20"
              />
              <IconButton icon={X} label={w.remove} onClick={() => set({ parts: draft.parts.filter((_, n) => n !== index) })} />
            </div>
          ))}
          <Button
            look="quiet"
            size="sm"
            icon={Plus}
            className="self-start"
            onClick={() => set({ parts: [...draft.parts, { variant: '', quantity: '1' }] })}
          >
            {w.addPart}
          </Button>
        </>
      ) : null}
    </div>
  )
}
