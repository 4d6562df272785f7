/** What is done to order, whose members people are, vouchers, gift cards, what comes back: the rest of the demo world's three months. */
import { clock } from '../foundation/clock.ts'
import { makeReady, openGiftSale } from '../coupons/index.ts'
import { refundPast } from '../payments/index.ts'
import { openPage } from '../people/index.ts'
import { dressService } from '../services/index.ts'
import { linesOf, offersOf, recordPastOrder, settleDue } from '../shop/index.ts'
import { daysAgo, homeOf, sendParcel, type Step, type Tools } from './acting.ts'
import { listeners } from './people.ts'
import { inBoth } from './shows-words.ts'
import { demoJobs, demoReturns, demoServices, type DemoJob, type DemoReturn } from './sales-words.ts'
import { paymentOf } from './store.ts'

const [fan, label, artist, venue, operator] = [
  'fan@demo.example',
  'label@demo.example',
  'artist@demo.example',
  'venue@demo.example',
  'operator@demo.example',
] as const
const heard = (n: number): string => listeners[n]!.email
type Bought = Parameters<typeof recordPastOrder>[1]

export function serviceHappenings(tools: Tools): void {
  const { world, plan, add, id, picture } = tools
  for (const one of demoServices) picture(one.picture)
  add(88, 2, async ({ tx, act }) => {
    for (const one of demoServices) {
      const product = id(one.id, `service ${one.key}`)
      const price = { amount: String(one.price), currency: 'CNY' }
      await act(one.by, 'PUT /services/:id', {
        id: product,
        page: world.pages[one.page]!,
        price,
        state: 'open',
        ...one.given,
        about: inBoth(one.key, String(one.given['about'])),
      })
      await dressService(tx, product, plan.pictures[one.picture.join(' ')]!, world.people[one.by]!)
    }
  })
  for (const job of demoJobs) work(tools, job)
  members(tools)
  vouchers(tools)
  giftCards(tools)
  coupons(tools)
  for (const [n, one] of demoReturns.entries()) comesBack(tools, one, n)
}

/** Somebody buys one of these, as of the step. */
async function buy(
  { world, plan }: Tools,
  { tx, at }: Step,
  email: string,
  order: string,
  service: string,
  more: Partial<Pick<Bought, 'cards'>> & { quantity?: number; choice?: Record<string, unknown> } = {},
): Promise<string[]> {
  const { cards, ...line } = more
  const { id: prefix } = demoServices.find(one => one.key === service)!
  const kind = { svc: 'service', mbs: 'membership', vou: 'voucher' }[prefix]
  const product = plan.ids[`service ${service}`]!
  const offer = (await offersOf(tx, kind, [product])).get(product)!
  const lines = [{ offer: offer.id, ...line }]
  await recordPastOrder(tx, { id: order, buyer: world.people[email]!, lines, at, ...(cards === undefined ? {} : { cards }) })
  return linesOf(tx, order)
}

/** What follows an order stands in one transaction where jobs of its own would find it overdue by the real clock. */
function work(tools: Tools, { key, service, by, ago, brief, words, accepted }: DemoJob): void {
  const { now, add, id } = tools
  const seller = demoServices.find(one => one.key === service)!.by
  const order = id('ord', `work ${key}`)
  add(ago, 6, step => buy(tools, step, by, order, service, { choice: { brief } }))
  const last = accepted?.ago ?? words.at(-1)?.ago
  if (last === undefined) return
  add(last, 9, async ({ tx, act, at }) => {
    const [line] = await linesOf(tx, order)
    for (const [n, word] of words.entries())
      await clock.asOf(daysAgo(now, word.ago, 8), () =>
        act(word.seller ? seller : by, 'POST /jobs/:line/words', { line, id: `demo-${key}-${n}`, what: word.what, text: word.text }),
      )
    if (accepted === undefined) return
    await act(by, 'POST /jobs/:line/accept', { line })
    await settleDue(tx, at, 100, [line!])
    const { stars, text } = accepted
    if (stars !== undefined) await act(by, 'POST /reviews', { id: id('rev', `review of work ${key}`), line, stars, text })
  })
}

function members(tools: Tools): void {
  const { add, id } = tools
  const joins: readonly (readonly [email: string, ago: number, months: number])[] = [
    // The fan went on in time: one unbroken membership.
    [fan, 48, 1],
    [fan, 19, 2],
    ...[0, 2, 3, 6, 9, 12, 17, 21].map((n, k): [string, number, number] => [heard(n), 82 - k * 9, k % 3 === 0 ? 12 : k % 3 === 1 ? 1 : 3]),
  ]
  for (const [n, [email, ago, quantity]] of joins.entries()) {
    const order = id('ord', `member ${n}`)
    add(ago, 12, step => buy(tools, step, email, order, 'woods', { quantity }), n)
    // Its first days, in which all goes back, are over.
    if (ago > 8) add(ago - 8, 12, async ({ tx, at }) => settleDue(tx, at, 100, await linesOf(tx, order)), n)
  }
}

function vouchers(tools: Tools): void {
  const { add, id } = tools
  const uses: readonly (readonly [email: string, service: string, ago: number, used: readonly (readonly [ago: number, amount: number, note: string])[]])[] =
    [
      [fan, 'wine', 18, [[16, 1, '白鹭电台：涨潮，中场']]],
      [fan, 'wine', 4, []],
      [heard(5), 'evening', 40, [[33, 12_800, '小房间两小时'], [12, 7200, '排练室一小时多']]],
      [heard(13), 'evening', 22, [[8, 9800, '中房间']]],
      [heard(20), 'wine', 17, []],
    ] // prettier-ignore
  for (const [n, [email, service, ago, used]] of uses.entries()) {
    const order = id('ord', `voucher ${n}`)
    add(ago, 7, step => buy(tools, step, email, order, service), n)
    for (const [at, amount, note] of used)
      add(at, 13, step => redeem(step, tools, { email, service, key: `demo-redeem-${n}-${at}`, amount, note }), n)
  }
}
/** At the hall's counter: the oldest of theirs that is good. */
async function redeem(
  { act, at }: Step,
  tools: Tools,
  { email, service, key, amount, note }: { email: string; service: string; key: string; amount: number; note: string },
): Promise<void> {
  const product = tools.plan.ids[`service ${service}`]!
  const { items } = await act<{ items: { product: string; code: string; state: string; until: Date }[] }>(email, 'GET /me/vouchers')
  const found = items.findLast(one => one.product === product && one.state === 'good')
  if (found === undefined) throw new Error(`${email} has no ${service} to redeem at ${at.toISOString()}`)
  const page = tools.world.pages['venue']!
  await act(venue, 'POST /pages/:page/vouchers/:code/redeem', { page, code: found.code, id: key, amount: String(amount), note })
}

/** Gift cards are the planet's: one that the fan got and spent some of, one to give away, others. */
function giftCards(tools: Tools): void {
  const { world, add, id } = tools
  add(70, 2, async ({ tx }) => {
    const by = world.people[operator]!
    const page = await openPage(tx, {
      id: id('pag', 'planet'),
      kind: 'business',
      name: 'Planet 礼品卡',
      handle: 'planet-gifts',
      bio: { zh: '在这里买的礼品卡，整个 Planet 都能用，不过期。', en: 'Gift cards that pay for anything on Planet. They do not run out.' },
      owner: by,
      demo: true,
      verified: true,
    })
    await openGiftSale(tx, { page, amounts: [5000n, 10_000n, 20_000n, 50_000n], least: 1000n, most: 100_000n, open: true, by })
  })
  const give = (email: string, ago: number, amount: number, choice: Record<string, unknown>, then?: (step: Step, card: string) => Promise<unknown>) =>
    add(ago, 10, async step => {
      const { tx, act, at } = step
      const offer = (await offersOf(tx, 'gift_card', ['gift_card'])).get('gift_card')!
      const order = id('ord', `gift ${email} ${ago}`)
      const lines = [{ offer: offer.id, price: { amount: BigInt(amount), currency: 'CNY' as const }, choice }]
      await recordPastOrder(tx, { id: order, buyer: world.people[email]!, lines, at })
      await clock.asOf(new Date(at.getTime() + 120_000), async () => {
        await makeReady(tx, await linesOf(tx, order))
        const { items } = await act<{ items: { id: string }[] }>(email, 'GET /me/gift-cards')
        await then?.(step, items[0]!.id)
      })
    }) // prettier-ignore
  const taken =
    (by: string, to: string) =>
    async ({ act }: Step, card: string): Promise<void> => {
      const { code } = await act<{ code: string }>(by, 'POST /gift-cards/:id/code', { id: card })
      await act(to, 'POST /redeem', { code })
    }
  const friend = heard(2)
  give(friend, 26, 20_000, { design: 'comet', toName: '小满', fromName: '阿冬', message: '生日快乐！楼上那间「潮间带」我订不到，你自己挑一晚。' }, async (step, card) => {
    await taken(friend, fan)(step, card)
    tools.plan.ids['gift fan'] = card
  }) // prettier-ignore
  give(fan, 8, 10_000, { design: 'garden', toName: '阿冬', fromName: '小满', message: '到你了。别又全买磁带。' })
  give(fan, 13, 5000, { design: 'moon', toName: '南乔', fromName: '小满', message: '谢谢你帮我占的前排。' }, taken(fan, heard(1)))
  give(heard(8), 30, 50_000, { design: 'festival', toName: '妈妈', fromName: '云朵', message: '想听什么自己买。' }, ({ act }, card) =>
    act(heard(8), 'POST /gift-cards/:id/keep', { id: card }),
  )
  const order = id('ord', 'evening by card')
  add(20, 9, step => buy(tools, step, fan, order, 'evening', { cards: [tools.plan.ids['gift fan']!] }))
  add(11, 14, step =>
    redeem(step, tools, { email: fan, service: 'evening', key: 'demo-redeem-card', amount: 12_800, note: '小房间两小时' }),
  )
}

function coupons(tools: Tools): void {
  const { world, add, id } = tools
  const page = world.pages['label']!
  add(60, 4, async ({ act }) => {
    const coupon = { page, name: '秋天的第一张唱片', code: 'AUTUMN20', amount: '2000', least: '15000', usesMost: 200, eachMost: 1 }
    await act(label, 'PUT /coupons/:id', { id: id('cpn', 'autumn'), ...coupon })
    const hall = { page: world.pages['venue']!, name: '散场后的朋友', percentBp: 1500, kinds: ['booking'] }
    await act(venue, 'PUT /coupons/:id', { id: id('cpn', 'after'), ...hall })
    await act(venue, 'POST /coupons/:id/codes', { id: id('cpn', 'after'), total: 40, prefix: 'AFTER' })
    const release = { release: world.releases['slow-star']!, name: '《慢星》黑胶内页', total: 60 }
    await act(artist, 'PUT /release-codes/:id', { id: id('rdc', 'lp'), ...release })
  })
  for (const [n, [email, ago]] of (
    [
      [heard(10), 52],
      [fan, 37],
      [heard(14), 25],
      [heard(22), 10],
    ] as const
  ).entries())
    // prettier-ignore
    goods(tools, { key: `autumn ${n}`, email, sku: 'LP-SLOWSTAR', ago, n: 60 + n, codes: ['AUTUMN20'], there: true })
}

/** Something of the label's shop: ordered, two days later on its way, and (where it is `there`) received in four more. */
function goods(
  tools: Tools,
  {
    key,
    email,
    sku,
    ago,
    n,
    codes,
    there,
  }: { key: string; email: string; sku: string; ago: number; n: number; codes?: string[]; there: boolean },
): string {
  const { world, plan, add, id } = tools
  const order = id('ord', key)
  add(ago, 11, async ({ tx, at }) => {
    const merch = await offersOf(tx, 'merch', [plan.ids[`variant ${sku}`]!])
    const ways = await offersOf(tx, 'shipping', [plan.ids['rate post']!])
    const lines = [...merch.values(), ...ways.values()].map(offer => ({ offer: offer.id }))
    const address = homeOf(email, email === fan ? '小满' : email.split('@')[0]!)
    await recordPastOrder(tx, { id: order, buyer: world.people[email]!, lines, address, at, ...(codes === undefined ? {} : { codes }) })
  })
  if (there)
    add(ago - 6, 13, async step => {
      await arrive(tools, step, { email, order, ago, n })
      await settleDue(step.tx, step.at, 100, await linesOf(step.tx, order))
    })
  return order
}
async function arrive({ world, now }: Tools, step: Step, of: { email: string; order: string; ago: number; n: number }): Promise<string> {
  await clock.asOf(daysAgo(now, of.ago - 2, 8), () => sendParcel(step, world.pages['label']!, of.order, of.n))
  const [line] = await linesOf(step.tx, of.order)
  await clock.asOf(daysAgo(now, of.ago - 6, 13), () => step.act(of.email, 'POST /lines/:line/received', { line }))
  return line!
}

function comesBack(tools: Tools, one: DemoReturn, n: number): void {
  const { now, add, id } = tools
  const { key, by, sku, bought, reason, words, asked, accepted, declined, sent, received } = one
  const order = goods(tools, { key: `return ${key}`, email: by, sku, ago: bought, n: 80 + n, there: false })
  const ret = id('ret', `back ${key}`)
  const last = received?.ago ?? sent ?? declined?.ago ?? accepted?.ago ?? asked
  add(last, 15, async step => {
    const { tx, act, at } = step
    const then = (ago: number, hour: number, run: () => Promise<unknown>) => clock.asOf(daysAgo(now, ago, hour), run)
    const line = await arrive(tools, step, { email: by, order, ago: bought, n: 80 + n })
    await then(asked, 9, () => act(by, 'POST /returns', { id: ret, line, quantity: 1, reason, words }))
    if (accepted) await then(accepted.ago, 10, () => act(label, 'POST /returns/:id/accept', { id: ret, answer: accepted.answer }))
    if (declined) await then(declined.ago, 10, () => act(label, 'POST /returns/:id/decline', { id: ret, answer: declined.answer }))
    if (sent !== undefined) await then(sent, 11, () => act(by, 'POST /returns/:id/sent', { id: ret, carrier: '顺丰速运', tracking: `SF13${String(40_000_000 + n * 7919)}` })) // prettier-ignore
    if (received === undefined) return
    await act(label, 'POST /returns/:id/received', { id: ret, restock: 1, answer: received.answer })
    await refundPast(tx, { payment: (await paymentOf(tx, line))!, at })
    await settleDue(tx, at, 100, await linesOf(tx, order))
  })
}
