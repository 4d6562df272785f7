/**
 * A label opens a shop, brings five hundred products and sells; a fan pays once for things of four sellers, one line goes back, each seller's statement is right;
 * the door of the show goes on without a network.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { create } from 'qrcode'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../server/foundation/clock.ts'
import { until } from '../server/foundation/testing.ts'
import { sell } from '../server/shop/shop.testing.ts'
import { password, startPlanet, type Person, type TestPlanet } from '../server/testing.ts'
import { words } from '../shared/words/index.ts'
import { giveFiles, desktop, openBrowser, person, phone, type View } from './browser.ts'

const t = words.en
const folder = mkdtempSync(join(tmpdir(), 'planet-sale-'))
const day = 86_400_000
let planet: TestPlanet
let browser: Browser
let [label, venue, rooms, singer, fan]: Person[] = []
const pages: Record<string, string> = {}
const problems: string[] = []
const kept: { product?: string; order?: string } = {}

beforeAll(async () => {
  planet = await startPlanet({ web: true, work: true })
  ;[label, venue, rooms, singer, fan] = await Promise.all(['Lena', 'Vera', 'Kai', 'Ada', 'Fan'].map(name => planet.signUp(name)))
  const open = async (who: Person, name: string): Promise<string> =>
    (await who.call<{ id: string }>('POST', '/pages', { kind: 'business', name, handle: name.toLowerCase().replaceAll(' ', '-') })).id
  pages['label'] = await open(label!, 'Small Moon Records')
  pages['venue'] = await open(venue!, 'Pier Hall')
  pages['rooms'] = await open(rooms!, 'Sing Upstairs')
  browser = await openBrowser()
}, 300_000)
afterAll(async () => {
  clock.shift(0)
  await browser?.close()
  await planet?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function at(who: Person, view: View = desktop, by = browser): Promise<{ page: Page; context: BrowserContext }> {
  const one = await person(by, { url: planet.url, view })
  one.page.on('pageerror', error => problems.push(error.message))
  const answer = await one.page.request.post('/api/auth/sign-in/email', {
    data: { email: who.email, password },
    headers: { origin: planet.url },
  })
  expect(answer.ok()).toBe(true)
  return one
}
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).filter({ visible: true }).first()
const money = (fen: bigint): string => (Number(fen) / 100).toFixed(2)

/** Five hundred lines, seven of which nobody could sell. */
function table(): { text: string; bad: number[] } {
  const lines = ['product,title,option1_name,option1,sku,price,stock,weight_g,tags,state']
  const bad: number[] = []
  for (let n = 1; n <= 500; n++) {
    const wrong = n % 70 === 35 ? ['12,x', '', '-3', '0.001', 'free', '1e9', '?'][bad.length]! : null
    if (wrong !== null) bad.push(lines.length + 1)
    lines.push(
      `p${n},Record number ${n},,,SKU-${n},${wrong === null ? `${20 + (n % 80)}.00` : `"${wrong}"`},${5 + (n % 40)},${100 + n},Records,open`,
    )
  }
  return { text: lines.join('\n'), bad }
}

test(
  'a label opens a shop, brings 500 products of which seven lines are bad, and sells within five minutes',
  { timeout: 300_000 },
  async () => {
    const begun = performance.now()
    const { page } = await at(label!)
    await page.goto(`/studio/shop/${pages['label']}`)
    // The planet's commission is read before anything is listed.
    await page.getByText(t.shopkeeping.shop.step1).first().waitFor()
    await page.getByText(/5\s?%/).first().waitFor()
    await page.getByLabel(t.shopkeeping.shop.agree).check()
    await button(page, t.shopkeeping.shop.openFree).click()
    await until(
      async () => (await planet.db.pool.query('select from storefront.store where page = $1', [pages['label']])).rowCount === 1,
      'the shop',
    )

    // Without a way to send them, products that are sent would stay drafts.
    await label!.call('PUT', `/zones/${newId('zon')}`, {
      page: pages['label'],
      name: 'Everywhere',
      countries: [],
      rates: [{ id: newId('rat'), name: 'Post', way: 'flat', base: '800', minDays: 2, maxDays: 5 }],
    })
    const { text, bad } = table()
    expect(bad).toHaveLength(7)
    writeFileSync(join(folder, 'products.csv'), text)
    await page.goto(`/studio/goods?page=${pages['label']}&part=table`)
    await giveFiles(page, 'input[type=file]', join(folder, 'products.csv'))
    await page.getByText(t.dispatch.badLines('7')).first().waitFor({ timeout: 60_000 })
    for (const line of bad)
      await page
        .getByRole('row')
        .filter({ has: page.getByRole('cell', { name: String(line), exact: true }) })
        .getByText(t.dispatch.wrong.price_wrong)
        .first()
        .waitFor()
    await button(page, t.dispatch.apply('493')).click()
    await page.getByText(t.dispatch.applied).first().waitFor({ timeout: 60_000 })

    // Someone finds one, and buys it.
    const { rows } = await planet.db.pool.query<{ id: string }>(
      `select p.id from goods.product p where p.page = $1 and p.title = 'Record number 7'`,
      [pages['label']],
    )
    kept.product = rows[0]!.id
    const shopper = await at(fan!, phone)
    await shopper.page.goto(`/products/${kept.product}`)
    await button(shopper.page, t.storefront.buyNow).click()
    await shopper.page.waitForURL(/\/cart/)
    await checkOut(shopper.page, true)
    await pay(shopper.page)
    expect(performance.now() - begun).toBeLessThan(300_000)
    // What is bought is out of the cart here at once, on the planet a moment later: left before, it would lie in the next basket of this fan.
    await until(async () => (await fan!.call<{ lines: unknown[] }>('GET', '/me/cart')).lines.length === 0, 'the cart to be empty')
    await shopper.context.close()
  },
)

/** From the cart to the sandbox's page. `address`: someone's first order of things that are sent. */
async function checkOut(page: Page, address: boolean): Promise<void> {
  await page
    .getByRole('link', { name: /Checkout/ })
    .filter({ visible: true })
    .first()
    .click()
  await page.waitForURL(/\/checkout/)
  if (address) {
    await page
      .getByLabel(new RegExp(`^${t.shipping.name}`))
      .first()
      .fill('Fan of Records')
    await page
      .getByLabel(new RegExp(`^${t.shipping.phone}`))
      .first()
      .fill('13800000000')
    await page
      .getByLabel(new RegExp(`^${t.shipping.region}`))
      .first()
      .fill('Fujian')
    await page
      .getByLabel(new RegExp(`^${t.shipping.city}`))
      .first()
      .fill('Xiamen')
    await page
      .getByLabel(new RegExp(`^${t.shipping.line}`))
      .first()
      .fill('Seaside Road 8')
    await page.getByLabel(t.shipping.postcode).fill('361000')
    await button(page, t.shipping.save).click()
  }
  const place = page.getByRole('button', { name: t.shop.checkout }).filter({ visible: true }).first()
  await place.click()
  await page.waitForURL(/\/sandbox\/pay\//)
}
async function pay(page: Page): Promise<string> {
  await page.locator('button[name=outcome][value=pay]').click()
  await page.waitForURL(/\/orders\/ord_/)
  return new URL(page.url()).pathname.split('/').at(-1)!
}

test(
  'a T-shirt, two seats, a KTV room and an album of four sellers: one payment, one line refunded, each statement right',
  { timeout: 300_000 },
  async () => {
    const show = await makeShow()
    const room = await makeRoom()
    const album = await sell(planet, singer!, { title: 'Low Tide', price: 3800n })
    const { page, context } = await at(fan!)
    await page.goto(`/products/${kept.product}`)
    await button(page, t.storefront.addToCart).click()
    await page.getByText(t.storefront.added('Record number 7')).first().waitFor()

    await page.goto(`/releases/${album.release}`)
    await page
      .getByRole('main')
      .getByRole('button', { name: /38\.00/ })
      .first()
      .click()
    await page.getByRole('main').getByRole('link', { name: t.shop.inCart }).first().waitFor()

    await page.goto(`/book/${room}`)
    await page.getByRole('region', { name: t.bookings.choose }).getByRole('listitem').nth(2).getByRole('button').click()
    await page.getByRole('button', { name: /^20:00/ }).click()
    await button(page, new RegExp(`^${t.bookings.book}`)).click()
    await page.waitForURL(/\/cart/)

    // The places are held from the moment they are chosen: a clock runs.
    await page.goto(`/shows/${show}/buy`)
    await button(page, t.seating.pick.find).click()
    await page.getByRole('region', { name: t.seating.pick.chosen }).getByRole('listitem').nth(1).waitFor()
    await button(page, t.shows.pick.hold).click()
    await page.waitForURL(/\/seats\/sth_/)
    await page
      .getByText(/0?7:\d\d/)
      .first()
      .waitFor()
    await button(page, t.shows.held.pay).click()
    await page.waitForURL(/\/(cart|checkout)/)
    if (/checkout/.test(page.url())) await page.goto('/cart')
    await checkOut(page, false)
    const order = (kept.order = await pay(page))
    await page.getByText(t.checkout.thanks).first().waitFor()
    await context.close()

    type Line = { id: string; kind: string; state: string; amount: { amount: string }; seller: { id: string } }
    const seen = await until(async () => {
      const found = await fan!.call<{ lines: Line[] }>('GET', `/orders/${order}`)
      return found.lines.every(line => line.state !== 'waiting') && found.lines.find(line => line.kind === 'digital')!.state === 'settled'
        ? found
        : undefined
    }, 'everything to be handed over')
    const of = (kind: string): Line => seen.lines.find(line => line.kind === kind)!
    expect(seen.lines.map(line => [line.kind, line.amount.amount]).sort()).toEqual([
      ['booking', '8800'],
      ['digital', '3800'],
      ['merch', '2700'],
      ['shipping', '800'],
      ['ticket', '40000'],
    ])

    // The shirt goes back; the rest stays.
    await label!.call('POST', `/lines/${of('merch').id}/refund`, { id: newId('rfq'), reason: 'goodwill' })
    // What waits settles when its time has come: the room is left, the show is over.
    clock.shift(22 * day)
    try {
      const { settleAll } = await import('../server/shop/settle.ts')
      const { makeLog } = await import('../server/foundation/log.ts')
      await settleAll(planet.db.transaction, makeLog('fatal'))
      const settled = await until(async () => {
        const found = await fan!.call<{ lines: Line[] }>('GET', `/orders/${order}`)
        return found.lines.every(line => line.state === 'settled' || line.state === 'refunded') ? found : undefined
      }, 'all of it to be settled')
      expect(settled.lines.find(line => line.kind === 'merch')!.state).toBe('refunded')
    } finally {
      clock.shift(0)
    }
    // 0.60 % to the provider, 5 % of what is left to the planet, to the fen; the takings of a show wait in its own pot.
    const net = (amount: bigint): bigint => {
      const fee = (amount * 60n + 5000n) / 10_000n
      const left = amount - fee
      return left - (left * 500n + 5000n) / 10_000n
    }
    const owner = async (name: string): Promise<bigint> =>
      BigInt(
        (
          await planet.db.pool.query<{ balance: string }>(
            `select coalesce(sum(balance), 0)::text as balance from ledger.account where owner = $1 and purpose = 'available' and asset = (select id from ledger.asset where code = 'CNY')`,
            [name],
          )
        ).rows[0]!.balance,
      )
    const near = (found: bigint, wanted: bigint): void =>
      expect(found - wanted >= -1n && found - wanted <= 1n, `${money(found)} for ${money(wanted)}`).toBe(true)
    near(await owner(singer!.id), net(3800n))
    near(await owner(rooms!.id), net(8800n))
    near(await owner(`show:${show}`), net(40_000n))
    const statement = await singer!.call<{ items: { amount: { amount: string } }[] }>('GET', '/me/statement')
    expect(BigInt(statement.items[0]!.amount.amount)).toBe(await owner(singer!.id))
    expect(problems).toEqual([])
  },
)

async function makeShow(): Promise<string> {
  const [ven, map, show, tier] = [newId('ven'), newId('map'), newId('sho'), newId('tir')]
  await venue!.call('PUT', `/pages/${pages['venue']}/venues/${ven}`, {
    name: 'Pier Hall',
    country: 'CN',
    city: 'Xiamen',
    zone: 'Asia/Shanghai',
    capacity: 60,
  })
  const { revision } = await venue!.call<{ revision: number }>('PUT', `/venues/${ven}/maps/${map}`, { name: 'Seats' })
  const rows = { id: 'a', kind: 'rows', x: 600, y: 400, turn: 0, name: 'Stalls', category: 'seats', rows: Array.from({ length: 6 }, () => ({ seats: 10 })), seatGap: 60, rowGap: 90, curve: 0, rowNames: { style: 'letters', from: 1, backwards: false, skip: true }, seatNames: { style: 'plain', from: 1, backwards: false }, marks: {} } // prettier-ignore
  const plan = { form: 1, width: 1200, height: 1200, focus: { x: 600, y: 150 }, categories: [{ key: 'seats', name: 'Seats', colour: 0 }], items: [{ id: 'stage', kind: 'stage', x: 600, y: 120, turn: 0, name: 'Stage', shape: 'rect', width: 600, height: 120 }, rows] } // prettier-ignore
  const saved = await venue!.call<{ revision: number }>('PUT', `/maps/${map}/draft`, { revision, plan })
  await venue!.call('POST', `/maps/${map}/publish`, { revision: saved.revision })
  const starts = clock.now().getTime() + 20 * day
  await venue!.call('PUT', `/shows/${show}`, { page: pages['venue'], title: 'Low Tide, live', venue: ven, map, place: 'Pier Hall', city: 'Xiamen', country: 'CN', zone: 'Asia/Shanghai', startsAt: new Date(starts).toISOString(), endsAt: new Date(starts + 7_200_000).toISOString(), doorsAt: new Date(starts - 3_600_000).toISOString() }) // prettier-ignore
  await venue!.call('PUT', `/shows/${show}/tiers`, { tiers: [{ id: tier, name: 'Stalls', price: '20000', sections: ['seats'] }] })
  for (const state of ['announced', 'on_sale']) await venue!.call('PUT', `/shows/${show}/state`, { state })
  return show
}
async function makeRoom(): Promise<string> {
  const res = newId('res')
  const week = [1, 2, 3, 4, 5, 6, 7]
  await rooms!.call('PUT', `/pages/${pages['rooms']}/resources/${res}`, {
    kind: 'ktv',
    title: 'Room Lighthouse',
    city: 'Xiamen',
    zone: 'Asia/Shanghai',
    capacity: 8,
    hours: week.map(weekday => ({ weekday, opens: 720, closes: 1440 })),
    bands: [
      {
        title: 'All day',
        priority: 0,
        weekdays: week,
        holidays: 'same',
        opens: 0,
        closes: 1440,
        fromDay: null,
        toDay: null,
        unit: 60,
        amount: '8800',
      },
    ],
  })
  await rooms!.call('PUT', `/resources/${res}/state`, { state: 'open' })
  return res
}

test('the door goes on without a network: it lets in, and when it is back the other door knows', { timeout: 300_000 }, async () => {
  const { rows } = await planet.db.pool.query<{ show: string }>('select distinct show from tickets.ticket')
  const show = rows[0]!.show
  const tickets = (await fan!.call<{ items: { id: string; code: string }[] }>('GET', '/me/tickets')).items
  expect(tickets).toHaveLength(2)
  const doors = [await at(venue!, phone), await at(venue!, phone)]
  for (const { page } of doors) {
    await page.goto(`/door?show=${show}`)
    await page.getByRole('listitem').getByRole('button', { name: t.tickets.door.enter }).click()
    await page.getByLabel(t.tickets.door.typed).waitFor()
  }
  const [first, second] = doors as [(typeof doors)[0], (typeof doors)[0]]
  const check = async (page: Page, code: string): Promise<void> => {
    await page.getByLabel(t.tickets.door.typed).fill(code)
    await button(page, t.tickets.door.check).click()
  }
  // Installed: from now on the page stands by itself.
  await first.page.evaluate('navigator.serviceWorker.ready.then(() => true)')
  await first.context.setOffline(true)
  await first.page.getByText(t.tickets.door.offline).first().waitFor({ timeout: 60_000 })
  await check(first.page, tickets[0]!.code)
  await first.page.getByText(t.tickets.door.admitted).first().waitFor()
  // Read again from what the device kept: the page stands without the planet.
  await first.page.reload()
  await first.page.getByLabel(t.tickets.door.typed).waitFor()
  await first.page.getByText(t.tickets.door.waiting(1)).first().waitFor()
  await first.context.setOffline(false)
  await until(
    async () => (await planet.db.pool.query(`select from door.admission where subject = $1`, [tickets[0]!.id])).rowCount === 1,
    'the scan to arrive',
  )
  // The other door hears of it, and stops the same code with the time of the first.
  await button(second.page, t.tickets.door.tabs.counts).click()
  await second.page.getByText(t.tickets.door.ofAll('1', '2')).first().waitFor({ timeout: 60_000 })
  await button(second.page, t.tickets.door.tabs.scan).click()
  await check(second.page, tickets[0]!.code)
  await second.page.getByText(t.tickets.door.double).first().waitFor()
  expect(problems).toEqual([])
})

/** What a camera sees that looks at this code: a moment of film, 640 × 480, black on white. */
function film(text: string): Buffer {
  const [width, height] = [640, 480]
  const { size, data } = create(text, { errorCorrectionLevel: 'M' }).modules
  const scale = Math.floor((height * 0.9) / (size + 8))
  const [left, top] = [(width - size * scale) >> 1, (height - size * scale) >> 1]
  const light = Buffer.alloc(width * height, 235)
  for (let y = 0; y < size * scale; y++)
    for (let x = 0; x < size * scale; x++)
      if (data[Math.floor(y / scale) * size + Math.floor(x / scale)]) light[(top + y) * width + left + x] = 16
  const frame = Buffer.concat([Buffer.from('FRAME\n'), light, Buffer.alloc((width * height) / 2, 128)])
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), frame, frame])
}

test('the camera of a door reads the code of a ticket', { timeout: 300_000 }, async () => {
  const { items } = await fan!.call<{ items: { state: string; show: { id: string }; payload: string | null }[] }>('GET', '/me/tickets')
  const left = items.find(ticket => ticket.state === 'issued')!
  const file = join(folder, 'ticket.y4m')
  writeFileSync(file, film(left.payload!))
  const seeing = await openBrowser([
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${file}`,
  ])
  try {
    const { page } = await at(venue!, phone, seeing)
    await page.goto(`/door?show=${left.show.id}`)
    await page.getByRole('listitem').getByRole('button', { name: t.tickets.door.enter }).click()
    await button(page, t.tickets.door.camera).click()
    await page.getByText(t.tickets.door.admitted).first().waitFor()
    expect(problems).toEqual([])
  } finally {
    await seeing.close()
  }
})
