/**
 * What was sold, played and booked in the demo world over three months. Everything goes through the entries that everyone uses, each at its moment, in the
 * order of time; the label's shop is here, the hall in sales-hall.ts.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomOf } from '../composer/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { JobContext } from '../foundation/jobs.ts'
import { later } from '../foundation/later.ts'
import { readSetting, writeSetting } from '../foundation/settings.ts'
import { showPicturesOf } from '../goods/index.ts'
import { storePicture } from '../media/index.ts'
import { linesOf, offersOf, recordPastOrder, settleDue } from '../shop/index.ts'
import { openStore } from '../storefront/index.ts'
import { acting, daysAgo, homeOf, sendParcel, type Happening, type Plan, type Step, type Tools } from './acting.ts'
import { listeners } from './people.ts'
import { saleSvg } from '../composer/index.ts'
import { hallHappenings } from './sales-hall.ts'
import { serviceHappenings } from './sales-services.ts'
import { demoProducts, demoZones, type Draw } from './sales-words.ts'
import { inBoth } from './shows-words.ts'
import type { WorldState } from './world.ts'

const sharp = later<typeof import('sharp').default>('sharp')

const label = 'label@demo.example'
/** The shop is this old. */
const opened = 90

const keyOf = ([scene, seed]: Draw): string => `${scene} ${seed}`

async function pictureOf({ db, config }: JobContext, drawn: Draw): Promise<string> {
  const folder = join(config.home, 'demo')
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${drawn[0]}-${drawn[1]}.png`)
  await writeFile(
    path,
    await sharp()(Buffer.from(saleSvg(drawn[0], drawn[1])))
      .png()
      .toBuffer(),
  )
  const { asset } = await storePicture(db.transaction, path, `${drawn[0]}.png`)
  await rm(path, { force: true })
  return asset
}

/** Once the groups are there. Goes on where it was. */
export async function makeSales(context: JobContext, world: WorldState): Promise<void> {
  const { db } = context
  const plan: Plan = (await readSetting<Plan>(db.read, 'demo.sales')) ?? { now: clock.now().toISOString(), ids: {}, pictures: {}, done: 0 }
  if (plan.done < 0) return
  const drawn = new Map<string, Draw>()
  const all: Happening[] = []
  const now = Date.parse(plan.now)
  const tools: Tools = {
    world,
    config: context.config,
    plan,
    now,
    random: randomOf('sales'),
    id: (kind, key) => (plan.ids[key] ??= newId(kind)),
    add: (ago, hour, run, minutes = 0) =>
      void all.push({ at: Math.min(daysAgo(now, ago, hour).getTime() + minutes * 60_000, now - 1000), run }),
    picture: drawing => {
      drawn.set(keyOf(drawing), drawing)
      return keyOf(drawing)
    },
  }
  // Pictures are drawn first; what happens names them by their key.
  tools.picture(['hall', 2])
  shopHappenings(tools)
  hallHappenings(tools)
  serviceHappenings(tools)
  for (const [key, drawing] of drawn) plan.pictures[key] ??= await pictureOf(context, drawing)
  await db.transaction(tx => writeSetting(tx, 'demo.sales', plan))
  all.sort((a, b) => a.at - b.at)
  for (let done = plan.done; done < all.length; done++) {
    const { at, run } = all[done]!
    await db.transaction(async tx => {
      const when = new Date(at)
      await clock.asOf(when, () => run({ tx, act: acting(tx, world, context.config), at: when }))
      await writeSetting(tx, 'demo.sales', { ...plan, done: done + 1 })
    })
  }
  await db.transaction(tx => writeSetting(tx, 'demo.sales', { ...plan, done: -1 }))
}

function shopHappenings({ world, plan, now, random, add, id, picture }: Tools): void {
  const page = world.pages['label']!
  const assets = (draws: readonly Draw[]): string[] => draws.map(one => plan.pictures[keyOf(one)]!)
  for (const product of demoProducts) for (const drawing of product.pictures) picture(drawing)
  add(opened, 2, async ({ tx, act }) => {
    await openStore(tx, {
      page,
      owner: world.organisations['label']!,
      name: '低轨小卖部',
      about: inBoth('label', '唱片是我们压的，衣服是我们穿的。每周二、周五发货。'),
      by: world.people[label]!,
    })
    await act(label, 'PATCH /shops/:id', {
      id: page,
      notice: '满 299 元包邮（中国大陆）。',
      shipping: '每周二、周五寄出；预售的到货就寄。海报卷筒寄，不折。',
      returns: '收到三十天内可以退，没穿过、没拆封就行。唱片有瑕疵我们付来回运费。',
    })
    await act(label, 'PUT /pages/:page/shipping', {
      page,
      handlingDays: 3,
      returnDays: 30,
      returnPaidBy: 'seller',
      returnAddress: homeOf(label, '低轨唱片 库房'),
      lowAt: 5,
    })
    for (const zone of demoZones)
      await act(label, 'PUT /zones/:id', {
        id: id('zon', `zone ${zone.key}`),
        page,
        name: zone.name,
        countries: [...zone.countries],
        rates: zone.rates.map(({ key, base, ...rate }) => ({
          id: id('rat', `rate ${key}`),
          ...rate,
          base: String(base),
          ...('step' in rate ? { step: String(rate.step) } : {}),
          ...('freeFrom' in rate ? { freeFrom: String(rate.freeFrom) } : {}),
        })),
      })
  })
  const variantOf = (sku: string): string => id('var', `variant ${sku}`)
  for (const [n, product] of demoProducts.entries())
    add(opened - 1, 3 + n, async ({ tx, act }) => {
      const prd = id('prd', `product ${product.key}`)
      await act(label, 'PUT /goods/:id', {
        id: prd,
        page,
        title: product.title,
        about: inBoth(product.key, product.about),
        tags: product.tags,
        pricing: product.pricing ?? 'fixed',
        mostEach: product.mostEach ?? null,
        preorderOn: product.preorderIn === undefined ? null : new Date(now + product.preorderIn * 86_400_000).toISOString().slice(0, 10),
        options: product.options ?? [],
        variants: product.variants.map(one => ({
          id: variantOf(one.sku),
          options: one.of,
          sku: one.sku,
          price: String(one.price),
          weightG: one.weightG,
          // What was sold before today comes on top: the shelf holds what the words say.
          ...(one.parts === undefined ? { stock: one.stock === undefined || one.stock === null ? null : one.stock + 40 } : {}),
          parts: (one.parts ?? []).map(([sku, quantity]) => ({ variant: variantOf(sku), quantity })),
        })),
      })
      await showPicturesOf(tx, prd, assets(product.pictures), world.people[label]!)
      await act(label, 'PUT /goods/:id/state', { id: prd, state: 'open' })
    })
  add(opened - 2, 4, async ({ act }) => {
    await act(label, 'PUT /coupons/:id', {
      id: id('cpn', 'hello'),
      page,
      name: '第一次来',
      code: 'HELLO',
      percentBp: 1000,
      firstOnly: true,
    })
    await act(label, 'PUT /shops/:id/sections', {
      id: page,
      version: (await act<{ version: number }>(label, 'GET /shops/:id/desk', { id: page })).version,
      sections: [
        {
          key: 'pinned',
          kind: 'pinned',
          title: '这周在寄',
          layout: 'large',
          things: ['box', 'lp', 'tee'].map(key => id('prd', `product ${key}`)),
        },
        { key: 'new', kind: 'tag', title: '新到', tag: '新到', layout: 'strip' },
        { key: 'records', kind: 'tag', title: '唱片', tag: '唱片', layout: 'grid' },
        { key: 'objects', kind: 'tag', title: '物件', tag: '物件', layout: 'grid' },
        { key: 'digital', kind: 'digital', title: '数字专辑', layout: 'grid' },
      ],
    })
  })
  // Orders of two and a half months: most arrived long ago, the last ones wait to be packed.
  const buyers = ['fan@demo.example', ...listeners.slice(0, 24).map(one => one.email)]
  const wishes = [
    ['TEE-NV-M'],
    ['LP-SLOWSTAR'],
    ['PIN', 'TOTE-N'],
    ['TAPE-3'],
    ['CAP'],
    ['POS-N'],
    ['TEE-CR-S', 'PIN'],
    ['LP-SLOWSTAR', 'POS-D'],
    ['ZINE'],
    ['TEE-GR-L'],
    ['BOX-M'],
  ]
  for (let n = 0; n < 34; n++) {
    const ago = 76 - Math.floor((n * 76) / 34)
    const email = n % 9 === 8 || n === 33 ? buyers[0]! : buyers[1 + (n % (buyers.length - 1))]!
    const skus = wishes[Math.floor(random() * wishes.length)]!
    const order = id('ord', `order ${n}`)
    add(ago, 5 + (n % 9), async ({ tx, at }) => {
      const goods = await offersOf(tx, 'merch', skus.map(variantOf))
      const ways = await offersOf(tx, 'shipping', [plan.ids['rate post']!])
      await recordPastOrder(tx, {
        id: order,
        buyer: world.people[email]!,
        lines: [...goods.values(), ...ways.values()].map(offer => ({ offer: offer.id })),
        address: homeOf(email, email.split('@')[0]!),
        at,
      })
    })
    const send = (step: Step): Promise<void> => sendParcel(step, page, order, n)
    // Packed two days later, there in four more. In one transaction: what settles by itself goes by the real clock, and would find it long due.
    if (ago > 7)
      add(ago - 6, 12, async step => {
        await clock.asOf(daysAgo(now, ago - 2, 8), () => send(step))
        const { lines } = await step.act<{ lines: { id: string; kind: string }[] }>(email, 'GET /orders/:id', { id: order })
        for (const line of lines.filter(one => one.kind === 'merch')) await step.act(email, 'POST /lines/:line/received', { line: line.id })
        await settleDue(step.tx, step.at, 100, await linesOf(step.tx, order))
        const words = reviews[n % reviews.length]!
        if (n % 3 !== 2)
          await step.act(email, 'POST /reviews', { id: id('rev', `review ${n}`), line: lines[0]!.id, stars: words[0], text: words[1] })
      })
    else if (ago > 3) add(ago - 2, 8, send)
  }
}

const reviews: readonly (readonly [stars: number, text: string])[] = [
  [5, '比图上还好看，布料厚实，洗了两次没变形。'],
  [5, '压得很安静，没有炒豆。歌词折页纸好。'],
  [4, '东西没得挑，就是等了四天。'],
  [5, '库管手写的卡片，谢谢。'],
  [3, '颜色比照片深一点，可以接受。'],
  [5, '送朋友的，他当场哭了。'],
]
