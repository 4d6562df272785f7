/** Reading and writing tables of products: pure. Heads in both languages and those of other shops; commas, semicolons or tabs. */
import { parse } from 'csv-parse/sync'
import type { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import type { badCode } from '../../shared/goods.ts'
import { currencyScale, type Currency } from '../../shared/money.ts'
import { Decimal, type Cell } from '../foundation/csv.ts'
import type { ProductRow, ProductState } from './store.ts'

export type BadCode = z.output<typeof badCode>
export type Bad = { line: number; column: string; value: string; code: BadCode }
export const mostLines = 20_000

/** The columns as we write them, with what else they may be called. */
const heads = {
  product: /^(product|handle|商品编号|产品编号)$/,
  title: /^(title|name|product name|标题|名称|商品名称|商品标题)$/,
  about: /^(about|description|body|body ?\(html\)|text|说明|描述|详情|商品描述)$/,
  tags: /^(tags?|sections?|category|type|标签|分类|栏目)$/,
  option1_name: /^(option ?1[ _]name|选项1名称?|规格1名称?)$/,
  option1: /^(option ?1([ _]value)?|选项1值?|规格1值?)$/,
  option2_name: /^(option ?2[ _]name|选项2名称?|规格2名称?)$/,
  option2: /^(option ?2([ _]value)?|选项2值?|规格2值?)$/,
  option3_name: /^(option ?3[ _]name|选项3名称?|规格3名称?)$/,
  option3: /^(option ?3([ _]value)?|选项3值?|规格3值?)$/,
  sku: /^(sku|variant sku|item ?(no|number)|货号|编码|商家编码|sku编码)$/,
  price: /^(price|variant price|价格|售价|单价)$/,
  currency: /^(currency|货币|币种)$/,
  stock: /^(stock|quantity|qty|inventory|variant inventory qty|库存|数量)$/,
  weight_g: /^(weight_g|weight ?\(g\)|grams|variant grams|weight|重量|重量（克）|重量\(克\)|克重)$/,
  pictures: /^(pictures?|images?|image src|picture url|图片|图片链接|主图)$/,
  limit: /^(limit|most_each|per person|限购|每人限购)$/,
  state: /^(state|status|状态)$/,
  physical: /^(physical|requires shipping|variant requires shipping|实物|需要发货)$/,
  preorder_on: /^(preorder_on|pre-?order|available on|预售|发货日期|预售日期)$/,
  tax_class: /^(tax_class|tax|税类)$/,
  handover: /^(handover|delivery note|交付说明|发货说明)$/,
  pricing: /^(pricing|price type|定价|定价方式)$/,
  opens_at: /^(opens_at|on sale from|开售时间)$/,
  closes_at: /^(closes_at|on sale until|停售时间)$/,
  parts: /^(parts|bundle of|套装|套装内容)$/,
  variant_picture: /^(variant_picture|款式图片|规格图片)$/,
} as const
export type Column = keyof typeof heads
export const columns = Object.keys(heads) as Column[]

/** A good line: a variant, with what it says of its product (the first line that says something of it counts). Undefined: not told; null: none (a lone `-`). */
export type TableRow = {
  line: number
  key: string
  handle: string | null
  title: string
  about: string | null | undefined
  tags: string[] | null | undefined
  optionNames: string[]
  options: string[]
  sku: string
  price: bigint
  currency: Currency
  /** Undefined: not told; null: unlimited. */
  stock: number | null | undefined
  weightG: number | undefined
  pictures: string[]
  limit: number | null | undefined
  state: ProductState | undefined
  physical: boolean | undefined
  preorderOn: string | null | undefined
  taxClass: 'standard' | 'reduced' | 'exempt' | undefined
  handover: string | null | undefined
  pricing: ProductRow['pricing'] | undefined
  opensAt: Date | null | undefined
  closesAt: Date | null | undefined
  /** Of a bundle: skus and how many of each. Undefined: not told. */
  parts: { sku: string; quantity: number }[] | undefined
  /** The address of one of its product's pictures. */
  picture: string | null | undefined
}
/** What the first of these lines that says something says; null: none. */
export function told<T>(rows: readonly TableRow[], of: (row: TableRow) => T | undefined): T | undefined {
  for (const row of rows) {
    const value = of(row)
    if (value !== undefined) return value
  }
  return undefined
}

// eslint-disable-next-line no-control-regex
const clean = (text: string): string => text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f]+/g, ' ').trim()
/** As the desk takes texts of several lines: tabs and line ends stay. */
// eslint-disable-next-line no-control-regex
const cleanText = (text: string): string => text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]+/g, ' ').trim()
const marks = ',;，；|'
/** A list in one cell: what stands between its marks, where a backslash makes a mark an ordinary sign. */
const listed = (text: string): string[] =>
  (text.match(new RegExp(`(?:\\\\.|[^\\\\${marks}]|\\\\$)+`, 'gsu')) ?? [])
    .map(one => one.replaceAll(/\\(.)/gsu, '$1').trim())
    .filter(Boolean)
const unmarked = (text: string): string => text.replaceAll(new RegExp(`[\\\\${marks}]`, 'gu'), '\\$&')
/** Our own writer put a quote mark in front of what spreadsheets take for a formula. */
const armed = (text: string): string =>
  /^'[\s'"\u00a0\u3000\ufeff]*[=+\-@|%\uff1d\uff0b\uff0d\uff20\u2212]/.test(text) ? text.slice(1) : text

const yes = /^(1|y|yes|true|x|是|有|✓)$/i
const no = /^(0|n|no|false|否|无)$/i
const states: Record<string, ProductState> = {
  draft: 'draft',
  open: 'open',
  archived: 'archived',
  active: 'open',
  草稿: 'draft',
  上架: 'open',
  在售: 'open',
  下架: 'archived',
  归档: 'archived',
}
const taxes: Record<string, 'standard' | 'reduced' | 'exempt'> = {
  standard: 'standard',
  reduced: 'reduced',
  exempt: 'exempt',
  标准: 'standard',
  低税率: 'reduced',
  免税: 'exempt',
}

/** 1,299.00 or ¥38 in minor units of a currency; null: no price. */
export function priceIn(text: string, currency: Currency): bigint | null {
  const scale = currencyScale[currency]
  const plain = text.replaceAll(/[\s¥￥$€£]|^(?:CNY|RMB|USD|EUR)/gi, '').replaceAll(/,(?=\d{3}(?:\D|$))/g, '')
  const found = /^(\d{1,12})(?:\.(\d+))?$/.exec(plain)
  if (found === null) return null
  const decimals = (found[2] ?? '').replace(/0+$/, '')
  if (decimals.length > scale) return null
  const amount = BigInt(found[1]! + decimals.padEnd(scale, '0'))
  return amount > 1_000_000_000_000n ? null : amount
}
const pricings = new Map<string, ProductRow['pricing']>([
  ['fixed', 'fixed'],
  ['name_your_price', 'name_your_price'],
  ['固定', 'fixed'],
  ['固定价', 'fixed'],
  ['随心付', 'name_your_price'],
  ['买家定价', 'name_your_price'],
])
/** A moment with its zone: 2026-12-24T20:00:00+08:00. */
function momentIn(text: string): Date | null {
  const found = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?) ?(Z|[+-]\d{2}:\d{2})$/i.exec(text)
  if (found === null || dayIn(found[1]!) === null) return null
  const moment = new Date(`${found[1]}T${found[2]}${found[3]!.toUpperCase()}`)
  return Number.isNaN(moment.getTime()) ? null : moment
}
/** `SKU×2, OTHER×1`; without a number it is one. Null: not a list of parts. */
function partsIn(text: string): { sku: string; quantity: number }[] | null {
  const parts = listed(text).map(one => {
    const found = /^(.+?)\s*[×*]\s*(\d{1,3})$/su.exec(one) ?? /^(.+?)\s+x\s*(\d{1,3})$/isu.exec(one)
    return { sku: found?.[1] ?? one, quantity: Number(found?.[2] ?? 1) }
  })
  const isGood = parts.length <= 20 && parts.every(({ quantity }) => quantity >= 1 && quantity <= 100)
  return isGood && parts.length > 0 && new Set(parts.map(part => part.sku)).size === parts.length ? parts : null
}
function dayIn(text: string): string | null {
  const found = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text)
  if (found === null) return null
  const [, year, month, date] = found.map(Number) as [number, number, number, number]
  const day = new Date(Date.UTC(year, month - 1, date))
  return day.getUTCMonth() === month - 1 && day.getUTCDate() === date ? day.toISOString().slice(0, 10) : null
}
const isPictureUrl = (text: string): boolean => text.length <= 2000 && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

type Cells = (column: Column) => string
/** One line; says what is wrong with it by `bad`. `bare`: the cell is a lone `-`, which empties what is there. */
function readLine(
  line: number,
  cell: Cells,
  bare: (column: Column) => boolean,
  bad: (column: Column, code: BadCode) => void,
): Omit<TableRow, 'key' | 'title' | 'optionNames'> & { title: string | null; optionNames: string[] } {
  const whole = (column: Column, most: number, code: BadCode): number | undefined => {
    const text = cell(column).replaceAll(/[\s,]/g, '')
    if (text === '') return undefined
    const value = Number(text.replace(/\.0+$/, ''))
    if (Number.isInteger(value) && value >= 0 && value <= most) return value
    bad(column, code)
    return undefined
  }
  const long = (column: Column, most: number): string => {
    const text = cell(column)
    if ([...text].length > most) bad(column, 'too_long')
    return text
  }
  const one = <T>(column: Column, known: (text: string) => T | undefined | null, code: BadCode): T | undefined => {
    const text = cell(column)
    if (text === '') return undefined
    const value = known(text)
    if (value === undefined || value === null) bad(column, code)
    return value ?? undefined
  }
  const unless = <T>(column: Column, read: () => T): T | null => (bare(column) ? null : read())
  const currency =
    one('currency', text => (text.toUpperCase() in currencyScale ? (text.toUpperCase() as Currency) : null), 'currency_wrong') ?? 'CNY'
  const sku = long('sku', 60)
  if (sku === '') bad('sku', 'sku_missing')
  const title = long('title', 200)
  const price = priceIn(cell('price'), currency)
  if (price === null) bad('price', 'price_wrong')
  const stockText = cell('stock')
  const endless = /^(∞|unlimited|不限|无限)$/i.test(stockText)
  const pictures = cell('pictures')
    .split(/[\s|;]+/)
    .filter(Boolean)
  if (pictures.length > 12 || pictures.some(url => !isPictureUrl(url))) bad('pictures', 'picture_wrong')
  const limit = unless('limit', () => whole('limit', 1000, 'limit_wrong'))
  if (limit === 0) bad('limit', 'limit_wrong')
  const tags = listed(long('tags', 900))
  if (tags.length > 10 || tags.some(tag => [...tag].length > 40)) bad('tags', 'too_long')
  const optionNames = [long('option1_name', 40), long('option2_name', 40), long('option3_name', 40)].filter(Boolean)
  const options = [long('option1', 60), long('option2', 60), long('option3', 60)].filter(Boolean)
  const physical = one('physical', text => (yes.test(text) ? true : no.test(text) ? false : null), 'yes_no_wrong')
  return {
    line,
    handle: long('product', 80) || null,
    title: title || null,
    about: unless('about', () => long('about', 10_000) || undefined),
    tags: unless('tags', () => (cell('tags') === '' ? undefined : [...new Set(tags)])),
    optionNames,
    options,
    sku,
    price: price ?? 0n,
    currency,
    stock: endless ? null : whole('stock', 10_000_000, 'stock_wrong'),
    weightG: whole('weight_g', 1_000_000, 'weight_wrong'),
    pictures,
    limit,
    state: one('state', text => states[text.toLowerCase()], 'state_wrong'),
    physical,
    preorderOn: unless('preorder_on', () => one('preorder_on', dayIn, 'date_wrong')),
    taxClass: one('tax_class', text => taxes[text.toLowerCase()], 'tax_wrong'),
    handover: unless('handover', () => long('handover', 4000) || undefined),
    pricing: one('pricing', text => pricings.get(text.toLowerCase()), 'pricing_wrong'),
    opensAt: unless('opens_at', () => one('opens_at', momentIn, 'time_wrong')),
    closesAt: unless('closes_at', () => one('closes_at', momentIn, 'time_wrong')),
    parts: one('parts', partsIn, 'parts_wrong'),
    picture: unless('variant_picture', () => one('variant_picture', text => (isPictureUrl(text) ? text : null), 'picture_wrong')),
  }
}

/** Reads a table. Faults: not_a_table, too_many_lines. */
export function readTable(text: string): { rows: TableRow[]; bad: Bad[]; lines: number; unknown: string[] } {
  const first = text.slice(0, 8000).split(/\r?\n/, 1)[0] ?? ''
  const delimiter = ['\t', ';', ','].find(one => first.includes(one)) ?? ','
  let records: string[][]
  try {
    records = parse(text, {
      bom: true,
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      max_record_size: 60_000,
      to: mostLines + 2,
    })
  } catch {
    throw fault('invalid', 'not_a_table')
  }
  const [head, ...body] = records
  if (head === undefined) throw fault('invalid', 'not_a_table')
  const isBlank = (record: readonly string[]): boolean => record.every(one => clean(one) === '')
  if (body.length > mostLines) throw fault('invalid', 'too_many_lines')
  const at = new Map<Column, number>()
  const unknown: string[] = []
  head.forEach((name, index) => {
    const form = clean(name).toLowerCase()
    const column = columns.find(one => !at.has(one) && (form === one || heads[one].test(form)))
    if (column !== undefined) at.set(column, index)
    else if (form !== '') unknown.push(clean(name).slice(0, 60))
  })
  if (!at.has('sku') || !at.has('price') || !at.has('title')) throw fault('invalid', 'not_a_table', { detail: 'title, sku, price' })
  const bad: Bad[] = []
  const rows: TableRow[] = []
  const skus = new Set<string>()
  const groups = new Map<string, { title: string; names: string[]; options: Set<string>; currency: Currency }>()
  let last: string | null = null
  // A quoted cell may hold line breaks: lines are counted as spreadsheets number rows.
  for (const [index, record] of body.entries()) {
    if (isBlank(record)) continue
    const line = index + 2
    const wrong: Bad[] = []
    const cell = (column: Column): string => {
      const text = record[at.get(column) ?? -1] ?? ''
      return column === 'about' || column === 'handover' ? armed(cleanText(text)) : armed(clean(text)).replaceAll(/\s*\n\s*/g, ' ')
    }
    const note = (column: Column, code: BadCode): void => void wrong.push({ line, column, value: cell(column).slice(0, 80), code })
    if (record.length > head.length && record.slice(head.length).some(one => clean(one) !== ''))
      wrong.push({ line, column: '', value: record.slice(head.length).join(delimiter).slice(0, 80), code: 'columns_wrong' })
    // As it stands there: a text that is one comes out with a mark before it.
    const row = readLine(line, cell, column => clean(record[at.get(column) ?? -1] ?? '') === '-', note)
    // Other shops name a product in its first line only.
    const key: string | null = row.handle ?? row.title ?? last
    last = key
    const group = key === null ? undefined : groups.get(key)
    const title = row.title ?? group?.title ?? null
    const names = group?.names ?? row.optionNames
    if (title === null || key === null) note('title', 'title_missing')
    if (row.sku !== '' && skus.has(row.sku)) note('sku', 'sku_twice')
    skus.add(row.sku)
    if (row.options.length !== names.length) note('option1', 'options_wrong')
    else if (group?.options.has(JSON.stringify(row.options)) === true) note('option1', 'options_twice')
    if (group !== undefined && group.currency !== row.currency) note('currency', 'currency_mixed')
    if (wrong.length > 0) {
      bad.push(...wrong)
      if (key !== null && group === undefined && title !== null)
        groups.set(key, { title, names, options: new Set(), currency: row.currency })
      continue
    }
    const own = group ?? { title: title!, names, options: new Set<string>(), currency: row.currency }
    own.options.add(JSON.stringify(row.options))
    groups.set(key!, own)
    rows.push({ ...row, key: key!, title: title!, optionNames: names })
  }
  return { rows, bad, lines: body.filter(record => !isBlank(record)).length, unknown }
}

/** How a product without a handle is called in tables. */
export const handleOf = (title: string): string => [...title].slice(0, 80).join('')

/** The lines of products, with the columns above. `pictureUrl`: the whole address of a picture; they stand in the product's first line. */
export function* linesOf(row: ProductRow, pictureUrl: (asset: string) => string): Generator<Cell[]> {
  const scale = currencyScale[row.currency as Currency]
  const price = (text: string): Decimal => {
    const padded = text.padStart(scale + 1, '0')
    return new Decimal(scale === 0 ? padded : `${padded.slice(0, -scale)}.${padded.slice(-scale)}`)
  }
  for (const [index, v] of row.variants.entries()) {
    const option = (n: number): [string, string] => [row.options[n] ?? '', v.options[n] ?? '']
    yield [
      // Its id where it has none: two products may have one title.
      row.handle ?? row.id,
      row.title,
      row.about,
      row.tags.map(tag => unmarked(tag)).join(', '),
      ...option(0),
      ...option(1),
      ...option(2),
      v.sku ?? v.id,
      price(v.price),
      row.currency,
      v.bundle ? '' : (v.stock ?? '∞'),
      v.weightG,
      index === 0 ? row.pictures.map(pictureUrl).join(' ') : '',
      row.mostEach,
      row.state,
      row.physical ? 'yes' : 'no',
      row.preorderOn,
      row.taxClass,
      row.handover,
      row.pricing,
      row.opensAt,
      row.closesAt,
      v.parts.map(part => `${unmarked(part.sku ?? part.variant)}×${part.quantity}`).join(', '),
      v.picture === null ? '' : pictureUrl(v.picture),
    ]
  }
}
