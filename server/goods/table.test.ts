/** Tables of products: 500 products with 7 bad lines, named; the same again changes nothing; out and in again; what other shops and Excel write. */
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { openShop, order, refused, type Shop } from './goods.testing.ts'
import { checks } from './index.ts'
import { readTable } from './table.ts'
import { costOf, workingDays, zonesFor, type RateRow, type ZoneRow } from './policy.ts'

let planet: TestPlanet
let seller: Person
let shop: Shop
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  seller = await planet.signUp('Label')
  shop = await openShop(planet, seller)
})
afterAll(async () => {
  expect((await runChecks(planet.db.read, checks)).filter(({ ok }) => !ok)).toEqual([])
  await planet.close()
})
type Answer = {
  lines: number
  products: { new: number; changed: number; same: number }
  variants: { new: number; changed: number; same: number }
  bad: { line: number; column: string; value: string; code: string }[]
  badCount: number
  unknown: string[]
  drafts: number
  applied: boolean
}
const bring = (table: string, more: object = {}): Promise<Answer> =>
  seller.call<Answer>('POST', `/pages/${shop.page}/goods/table`, { table, ...more })

test('500 products with 7 bad lines: named by line, column and reason; the good ones go in, once, and can be bought', async () => {
  const lines = ['product,title,option1_name,option1,sku,price,stock,weight_g,tags']
  for (let n = 1; n <= 500; n++)
    for (const size of ['S', 'M']) lines.push(`p${n},Shirt ${n},Size,${size},SKU-${n}-${size},${90 + n}.50,${n},200,"shirts, new"`)
  const spoil = (row: number, change: (cells: string[]) => void): void => {
    const cells = lines[row]!.split(',')
    change(cells)
    lines[row] = cells.join(',')
  }
  spoil(10, c => (c[5] = 'dear'))
  spoil(20, c => (c[6] = '-3'))
  spoil(30, c => (c[4] = ''))
  spoil(40, c => (c[4] = 'SKU-1-S'))
  spoil(50, c => (c[3] = ''))
  spoil(60, c => (c[5] = '12.345'))
  spoil(70, c => (c[7] = 'heavy'))
  const table = lines.join('\r\n')
  const dry = await bring(table)
  expect(dry.bad.map(one => [one.line, one.column, one.value, one.code])).toEqual([
    [11, 'price', 'dear', 'price_wrong'],
    [21, 'stock', '-3', 'stock_wrong'],
    [31, 'sku', '', 'sku_missing'],
    [41, 'sku', 'SKU-1-S', 'sku_twice'],
    [51, 'option1', '', 'options_wrong'],
    [61, 'price', '12.345', 'price_wrong'],
    [71, 'weight_g', 'heavy', 'weight_wrong'],
  ])
  expect([dry.lines, dry.badCount, dry.products, dry.variants.new, dry.applied]).toEqual([
    1000,
    7,
    { new: 500, changed: 0, same: 0 },
    993,
    false,
  ])
  expect((await seller.call<{ counts: { draft: number } }>('GET', `/pages/${shop.page}/goods`)).counts.draft).toBe(0)

  const started = performance.now()
  const done = await bring(table, { apply: true, open: true })
  const seconds = (performance.now() - started) / 1000
  expect([done.applied, done.products.new, done.drafts]).toEqual([true, 500, 0])
  expect(seconds).toBeLessThan(15)
  // The same again changes nothing, also in the movements of stock.
  const again = await bring(table, { apply: true, open: true })
  expect([again.products, again.variants]).toEqual([
    { new: 0, changed: 0, same: 500 },
    { new: 0, changed: 0, same: 993 },
  ])
  const { rows } = await planet.db.pool.query<{ n: number; stock: number }>(
    'select count(*)::int as n, sum(change)::int as stock from goods.movement',
  )
  expect(rows[0]!.n).toBe(993)

  // Mended, only what was wrong goes in; what changed changes.
  lines[10] = `p5,Shirt 5,Size,M,SKU-5-M,95.50,7,200,"shirts, new"`
  spoil(1, c => (c[5] = '120'))
  const mended = await bring(lines.join('\n'), { apply: true, open: true })
  expect([mended.variants.new, mended.variants.changed, mended.badCount]).toEqual([1, 1, 6])

  // It is for sale.
  const { items } = await seller.call<{
    items: { id: string; title: string; from: { amount: string }; available: number; state: string }[]
  }>('GET', `/pages/${shop.page}/goods?q=SKU-5-M`)
  expect(items.map(one => [one.title, one.state, one.available])).toEqual([['Shirt 5', 'open', 12]])
  const { variants } = await seller.call<{ variants: { offer: string; sku: string }[] }>('GET', `/goods/${items[0]!.id}`)
  const buyer = await planet.signUp('Buyer')
  await order(planet, buyer, shop, [{ offer: variants.find(v => v.sku === 'SKU-5-M')!.offer, quantity: 7 }])
  // Fewer than are spoken for cannot be there.
  const less = await bring(`title,option1_name,option1,sku,price,stock,product\nShirt 5,Size,M,SKU-5-M,95.50,3,p5`, { apply: true })
  expect(less.bad.map(one => one.code)).toEqual(['stock_spoken_for'])
})

test('out and in again changes nothing; formulas are disarmed and armed again; strangers see nothing', async () => {
  await bring('title,sku,price,stock,about\n=SUM(A1),F-1,10,1,"@cmd, two\nlines"', { apply: true })
  const out = await seller.fetch(`/api/v1/pages/${shop.page}/goods.csv`)
  const text = await out.text()
  expect(text).toContain(`'=SUM(A1)`)
  const rows = parse(text, { bom: true, columns: true }) as Record<string, string>[]
  expect(rows.length).toBe(995)
  const back = await bring(text, { apply: true })
  expect([back.badCount, back.products.changed + back.products.new, back.variants.changed + back.variants.new]).toEqual([0, 0, 0])
  const stranger = await planet.signUp('Stranger')
  expect(await refused(stranger.call('POST', `/pages/${shop.page}/goods/table`, { table: text }))).toBe('404 not_found')
  expect((await stranger.fetch(`/api/v1/pages/${shop.page}/goods.csv`)).status).toBe(404)
  expect((await planet.stranger.fetch(`/api/v1/pages/${shop.page}/goods.csv`)).status).toBe(401)
})

test('tables as other shops and Excel write them', () => {
  const shopify = readTable(
    'Handle,Title,Body (HTML),Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty,Variant Grams,Image Src,Vendor\n' +
      'tee,Tour Tee,Soft,Size,S,T-S,29.00,5,200,https://example.com/a.jpg,Us\ntee,,,,M,T-M,29.00,6,200,,\n',
  )
  expect(shopify.bad).toEqual([])
  expect(shopify.unknown).toEqual(['Vendor'])
  expect(shopify.rows.map(row => [row.key, row.title, row.options, row.price, row.stock])).toEqual([
    ['tee', 'Tour Tee', ['S'], 2900n, 5],
    ['tee', 'Tour Tee', ['M'], 2900n, 6],
  ])
  const chinese = readTable('\ufeff标题;货号;价格;库存;状态;实物;限购\n海报;P-1;￥1,299.5;不限;上架;否;2\n')
  expect(chinese.rows.map(row => [row.title, row.price, row.stock, row.state, row.physical, row.limit])).toEqual([
    ['海报', 129_950n, null, 'open', false, 2],
  ])
  expect(() => readTable('a,b\n1,2')).toThrow()
  const odd = readTable('title,sku,price,stock\nA,1,5,1,extra\n\n"B",2,5,1\nC,3,5,1.5\n')
  expect(odd.bad.map(one => [one.line, one.code])).toEqual([
    [2, 'columns_wrong'],
    [5, 'stock_wrong'],
  ])
})

test('rates: by weight and pieces, free from a value, too heavy; the zone that names a place most exactly', () => {
  const rate = (more: Partial<RateRow>): RateRow => ({
    id: 'r',
    zone: 'z',
    page: 'p',
    name: 'Post',
    currency: 'CNY',
    way: 'flat',
    base: 800n,
    step: 200n,
    stepOf: null,
    freeFrom: null,
    mostG: null,
    minDays: null,
    maxDays: null,
    ...more,
  })
  const load = { pieces: 3, grams: 1100, value: 5000n, currency: 'CNY' }
  expect([
    costOf(rate({}), load),
    costOf(rate({ way: 'pieces' }), load),
    costOf(rate({ way: 'weight', stepOf: 500 }), load),
    costOf(rate({ way: 'weight', stepOf: 500 }), { ...load, grams: 1000 }),
    costOf(rate({ freeFrom: 5000n }), load),
    costOf(rate({ mostG: 1000 }), load),
    costOf(rate({ currency: 'USD' }), load),
  ]).toEqual([800n, 1200n, 1200n, 1000n, 0n, null, null])
  const zone = (id: string, countries: string[], regions: string[] = []): ZoneRow => ({
    id,
    page: 'p',
    name: id,
    countries,
    regions,
    rates: [],
  })
  const zones = [zone('world', []), zone('cn', ['CN', 'HK']), zone('far', ['CN'], ['新疆', '西藏'])]
  const names = (country: string, region: string): string[] => zonesFor(zones, country, region).map(one => one.id)
  expect([names('CN', '新疆维吾尔自治区'), names('CN', '上海市'), names('DE', ''), zonesFor(zones.slice(1), 'DE', '')]).toEqual([
    ['far'],
    ['cn'],
    ['world'],
    [],
  ])
  expect(workingDays(new Date('2026-11-20T10:00:00Z'), 2).toISOString()).toBe('2026-11-24T10:00:00.000Z')
})
