/** Tables both ways: what was taken out goes in again unchanged, here and at another page; bundles, windows, prices of one's own choice, pictures. */
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runChecks } from '../console/index.ts'
import { newId } from '../foundation/clock.ts'
import { storeImage } from '../media/index.ts'
import { png } from '../media/sound.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { openShop, sellGoods, type Shop } from './goods.testing.ts'
import { checks, showPicturesOf } from './index.ts'

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
type Counts = { new: number; changed: number; same: number }
type Answer = {
  products: Counts
  variants: Counts
  pictures: number
  bad: { line: number; column: string; code: string }[]
  drafts: number
}
const bring = (page: string, table: string, more: object = { apply: true, open: true }): Promise<Answer> =>
  seller.call<Answer>('POST', `/pages/${page}/goods/table`, { table, ...more })
const taken = async (page: string): Promise<string> => (await seller.fetch(`/api/v1/pages/${page}/goods.csv`)).text()
const named = (answer: Answer) => answer.bad.map(one => [one.line, one.column, one.code])
const rowsOf = (table: string) => parse(table, { bom: true, columns: true }) as Record<string, string>[]
const unchanged = { new: 0, changed: 0 }
const picturesOf = async (id: string): Promise<string[]> =>
  (await planet.db.pool.query<{ pictures: string[] }>('select pictures from goods.product where id = $1', [id])).rows[0]!.pictures
const picture = async (colour: readonly [number, number, number]): Promise<string> =>
  (await storeImage(planet.db.transaction, png(64, 64, colour), 'x.png')).asset

test('out and in again: the same to the letter, here and, but for pictures, at another page', async () => {
  const { page } = shop
  const tee = await sellGoods(
    seller,
    page,
    [
      { options: ['S, slim'], sku: 'A×2, b;c', price: '9900', stock: 3 },
      { options: ['=M'], price: '10050', stock: null, weightG: 200 },
    ],
    { title: 'Twin', tags: ['a, b', 'c;d', 'back\\slash'], about: '=1+1\tand\r\nmore' },
  )
  await sellGoods(seller, page, [{ price: '0' }], { title: 'Twin', pricing: 'name_your_price', mostEach: 2 })
  const window = { opensAt: '2031-01-02T03:04:05.678Z', closesAt: '2031-02-01T00:00:00.000Z', preorderOn: '2031-03-01' }
  await sellGoods(seller, page, [{ sku: 'FILE' }], {
    title: '𝄞'.repeat(90),
    physical: false,
    handover: 'By\nmail',
    taxClass: 'exempt',
    ...window,
  })
  const parts = [{ variant: tee.variants[0]!.id, quantity: 2 }, { variant: tee.variants[1]!.id, quantity: 1 }] // prettier-ignore
  const set = await sellGoods(seller, page, [{ sku: 'SET', price: '25000', parts }], { title: 'Both' })
  const [red, blue] = [await picture([200, 0, 0]), await picture([0, 0, 200])]
  await planet.db.transaction(tx => showPicturesOf(tx, tee.id, [blue, red], seller.id))
  const id = newId('prd')
  await seller.call('PUT', `/goods/${id}`, { page, title: 'Draft', currency: 'USD', variants: [{ id: newId('var'), price: '7' }] })

  const out = await taken(page)
  const first = rowsOf(out).find(row => row['sku'] === 'A×2, b;c')!
  expect(first['pictures']).toBe([blue, red].map(asset => `${planet.url}/media/covers/${asset}/1200.webp`).join(' '))
  expect(rowsOf(out).find(row => row['sku'] === 'SET')).toMatchObject({
    stock: '',
    parts: String.raw`A×2\, b\;c×2, ${tee.variants[1]!.id}×1`,
  })
  const dry = await bring(page, out, {})
  expect([dry.bad, dry.products, dry.variants, dry.pictures]).toMatchObject([[], unchanged, unchanged, 0])
  const again = await bring(page, out)
  expect([again.bad, again.products, again.variants, again.pictures, again.drafts]).toMatchObject([[], unchanged, unchanged, 0, 0])
  expect(await taken(page)).toBe(out)

  // Another page that has nothing: all of it, then nothing any more.
  const other = await openShop(planet, seller, 'Another')
  const bare = out.replaceAll(/http\S+webp ?/g, '')
  const fresh = await bring(other.page, bare)
  expect([fresh.bad, fresh.products, fresh.variants.new]).toMatchObject([[], { new: 5, changed: 0, same: 0 }, 6])
  const sorted = (table: string) => rowsOf(table).toSorted((a, b) => (a['sku']! < b['sku']! ? -1 : 1))
  expect(sorted(await taken(other.page))).toEqual(sorted(bare))
  expect((await bring(other.page, bare)).products).toMatchObject(unchanged)
  // The bundle takes from the shelf of its new parts.
  const { items } = await seller.call<{ items: { title: string; available: number | null }[] }>('GET', `/pages/${other.page}/goods?q=SET`)
  expect(items).toMatchObject([{ title: 'Both', available: 1 }])
  expect(set.variants[0]!.available).toBe(1)
})

test('one’s own picture again is the same picture: named, it comes back without a fetch; what others have is not taken so', async () => {
  const { page } = shop
  const [poster, card] = [await sellGoods(seller, page, [{ sku: 'P' }]), await sellGoods(seller, page, [{ sku: 'C' }], { title: 'Card' })]
  const [one, two] = [await picture([1, 200, 1]), await picture([9, 100, 9])]
  await planet.db.transaction(tx => showPicturesOf(tx, poster.id, [one], seller.id))
  const address = (asset: string) => `https://elsewhere.example/media/covers/${asset}/1200.webp`
  const table = `title,sku,price,pictures\nCard,C,99,${address(one)} ${address(two)}\n`
  const dry = await bring(page, table, {})
  expect([dry.products.changed, dry.pictures]).toEqual([1, 1])
  const [left, right] = await Promise.all([bring(page, table), bring(page, table)])
  expect(left.products.changed + right.products.changed).toBe(1)
  expect(await picturesOf(card.id)).toEqual([one])
  expect((await planet.db.pool.query('select url from goods.fetch where product = $1', [card.id])).rows).toEqual([{ url: address(two) }])
  expect((await planet.db.pool.query('select from goods.fetch where product = $1', [poster.id])).rowCount).toBe(0)
})

test('bad parts, windows and prices are named by line; what hangs on them stays out, the rest goes in; tables without these columns change nothing of it', async () => {
  const { page } = await openShop(planet, seller, 'Third')
  const head = 'product,title,option1_name,option1,sku,price,stock,pricing,opens_at,closes_at,parts'
  const table = [
    head,
    'mug,Mug,,,MUG,50,4,,,,',
    'set,Set,Size,One,SET-1,90,,,,,MUG×2',
    'set,Set,Size,Two,SET-2,90,,,,,"MUG, LOST x2"',
    'set,Set,Size,Three,SET-3,90,,,,,SET-1×2',
    'set,Set,Size,Four,SET-4,90,3,,,,MUG',
    'set,Set,Size,Five,SET-5,90,,,,,MUG×101',
    'free,Free,,,FREE,0,,name_your_price,,,',
    'zero,Zero,,,ZERO,0,,fixed,,,',
    'late,Late,,,LATE,9,,,2031-01-02T00:00:00+08:00,2031-01-01T16:00:00Z,',
    'soon,Soon,,,SOON,9,,,2031-01-02,,',
    'dear,Dear,,,DEAR,9,,cheap,,,',
    'bad,Bad,Size,A,GONE,0,,fixed,,,',
    'hang,Hang,,,HANG,9,,,,,GONE×1',
  ].join('\n')
  expect(named(await bring(page, table))).toEqual([
    [4, 'parts', 'part_unknown'],
    [5, 'parts', 'part_unknown'],
    [6, 'stock', 'stock_wrong'],
    [7, 'parts', 'parts_wrong'],
    [9, 'price', 'price_wrong'],
    [10, 'closes_at', 'time_wrong'],
    [11, 'opens_at', 'time_wrong'],
    [12, 'pricing', 'pricing_wrong'],
    [13, 'price', 'price_wrong'],
    [14, 'parts', 'part_unknown'],
  ])
  expect(
    rowsOf(await taken(page))
      .map(row => [row['sku'], row['price'], row['pricing'], row['parts']])
      .toSorted(),
  ).toEqual([
    ['FREE', '0.00', 'name_your_price', ''],
    ['MUG', '50.00', 'fixed', ''],
    ['SET-1', '90.00', 'fixed', 'MUG×2'],
  ])
  // A piece becomes no bundle, and what is free has no fixed price.
  const wrong = await bring(page, `${head}\nmug,Mug,,,MUG,50,,,,,SET-1\nfree,Free,,,FREE,0,,fixed,,,`)
  expect(named(wrong)).toEqual([[2, 'parts', 'parts_wrong'], [3, 'price', 'price_wrong']]) // prettier-ignore
  const before = await taken(page)
  const old = await bring(
    page,
    'product,title,option1_name,option1,sku,price,stock\nset,Set,Size,One,SET-1,90,\nfree,Free,,,FREE,0,\nmug,Mug,,,MUG,50,4',
  )
  expect([old.bad, old.products]).toMatchObject([[], { new: 0, changed: 0, same: 3 }])
  expect(await taken(page)).toBe(before)
})

test('a lone - empties what may be empty, an empty cell leaves it; a text that is one goes out and in; variants have pictures of their own', async () => {
  const { page } = await openShop(planet, seller, 'Fourth')
  const window = { opensAt: '2031-01-02T03:04:05.000Z', closesAt: '2031-02-01T00:00:00.000Z', preorderOn: '2031-03-01' }
  const rest = { about: 'Soft', tags: ['new'], mostEach: 3 }
  const cap = await sellGoods(seller, page, [{ options: ['S'], sku: 'CAP-S' }, { options: ['M'], sku: 'CAP-M' }], { title: 'Cap', ...window, ...rest }) // prettier-ignore
  const [red, blue] = [await picture([210, 0, 0]), await picture([0, 0, 210])]
  await planet.db.transaction(tx => showPicturesOf(tx, cap.id, [red, blue], seller.id))
  await bring(page, 'title,sku,price,stock,about\nDash,DASH,9,1,"\'-"\n')
  const row = async (sku: string) => rowsOf(await taken(page)).find(one => one['sku'] === sku)!
  expect((await row('DASH'))['about']).toBe("'-")
  const address = (asset: string) => `${planet.url}/media/covers/${asset}/1200.webp`
  const head = 'title,option1_name,option1,sku,price,about,tags,limit,preorder_on,opens_at,closes_at,variant_picture\n'
  const given = await bring(page, `${head}Cap,Size,S,CAP-S,99,,,,,,,${address(blue)}\n`)
  expect([given.bad, given.products.changed, given.variants]).toMatchObject([[], 1, { new: 0, changed: 1 }])
  expect(await row('CAP-S')).toMatchObject({ about: 'Soft', limit: '3', preorder_on: '2031-03-01', variant_picture: address(blue) })
  const out = await taken(page)
  expect(await bring(page, out)).toMatchObject({ bad: [], products: unchanged, variants: unchanged, pictures: 0 })
  expect(await taken(page)).toBe(out)
  // What it has not changes nothing; what is no address is named.
  expect((await bring(page, `${head}Cap,Size,M,CAP-M,99,,,,,,,${address(await picture([7, 7, 7]))}\n`)).variants).toMatchObject(unchanged)
  expect(named(await bring(page, `${head}Cap,Size,M,CAP-M,99,,,,,,,blue\n`))).toEqual([[2, 'variant_picture', 'picture_wrong']])
  for (const changed of [1, 0])
    expect(await bring(page, `${head}Cap,Size,S,CAP-S,99,-,-,-,-,-,-,-\n`)).toMatchObject({ bad: [], products: { new: 0, changed } })
  expect(await row('CAP-S')).toMatchObject({
    about: '',
    tags: '',
    limit: '',
    preorder_on: '',
    opens_at: '',
    closes_at: '',
    variant_picture: '',
  })
  expect((await row('CAP-M'))['sku']).toBe('CAP-M')
  // What must be there is not emptied.
  expect(named(await bring(page, 'title,sku,price,stock,tax_class\nDash,DASH,-,-,-\n'))).toEqual([
    [2, 'price', 'price_wrong'],
    [2, 'stock', 'stock_wrong'],
    [2, 'tax_class', 'tax_wrong'],
  ])
})
