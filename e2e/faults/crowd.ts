/**
 * A crowd that spends money while things break. Each operation has a key of its own; whoever sees no answer asks again with the same key, as often as it
 * takes. In the end each key must have had exactly one effect (docs/trials.md).
 */
import pg from 'pg'
import { expect } from 'vitest'
import { newId } from '../../server/foundation/clock.ts'
import { openDb } from '../../server/foundation/db.ts'
import { isAway } from '../../server/foundation/problems.ts'
import { until } from '../../server/foundation/testing.ts'
import { makeMoneyWorld, type MoneyWorld, type Sale } from '../../server/money.world.testing.ts'

/** `PLANET_TRIALS=10` makes every trial ten times as large. */
export const scale = Math.max(1, Number(process.env['PLANET_TRIALS'] ?? 1) || 1)

/** A run takes half a minute on a quiet machine; a busy one gets its time. */
export const limitMs = 400_000 * scale

export type Order = { id: string; state: string; payUrl: string | null; lines: { id: string }[]; total: { amount: string } }
export type Purchase = {
  order: string
  buyer: number
  sale: Sale
  amount: bigint
  pays: boolean
  twin: boolean
  line?: string
  /** Something was done about it later: see desk.ts. */
  touched?: boolean
}
type Answer = { status: number; location: string | null; body: unknown }

export type Crowd = {
  /** Answers seen, by status; `lost`: asked and no answer came; `away`: the sentence of the last 503. */
  seen: { answers: Map<number, number>; lost: number; done: number; away: string }
  /** Problems that a planet in trouble may not answer with: anything but its word for "away". */
  strange: string[]
  call: <T>(cookie: string, method: string, path: string, json?: unknown) => Promise<T>
  /** The same for who wants refusals too. */
  answer: (cookie: string, method: string, path: string, json?: unknown) => Promise<Answer>
  /** Someone new; someone who is there already. */
  join: (name: string) => Promise<{ email: string; cookie: string }>
  enter: (email: string) => Promise<string>
  /** What happens after a purchase was paid; its promises are awaited at the end of `buy`. */
  after: (purchase: Purchase, charge: string) => Promise<void>
  /** Buys until `count` more purchases are through, `abreast` at a time. */
  buy: (count: number, abreast?: number) => Promise<void>
  purchases: Purchase[]
  buyers: string[]
  world: MoneyWorld
}

/** People who buy at these addresses, and what there is to buy. `database` leads to PostgreSQL itself. */
export async function makeCrowd(urls: readonly string[], database: string, people = 16 * scale, tag = 'trial'): Promise<Crowd> {
  // A trial before this one may have left it starting over.
  await rows(database, 'select 1')
  const db = openDb({ url: database, max: 2 })
  const world = await makeMoneyWorld(db, 24, tag)
  await db.close()
  const seen: Crowd['seen'] = { answers: new Map(), lost: 0, done: 0, away: '' }
  const strange: string[] = []
  const buyers: string[] = []

  const ask = async (cookie: string, method: string, path: string, json?: unknown, to = urls[0]!): Promise<Answer> => {
    const answer = await fetch(to + path, {
      method,
      headers: { cookie, origin: to, ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      redirect: 'manual',
      signal: AbortSignal.timeout(20_000),
    })
    const text = await answer.text()
    seen.answers.set(answer.status, (seen.answers.get(answer.status) ?? 0) + 1)
    if (answer.status >= 500 && answer.status !== 503) strange.push(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`)
    if (answer.status === 503) seen.away = (JSON.parse(text) as { title: string }).title
    if (path.startsWith('/api/auth/')) return { status: answer.status, location: answer.headers.getSetCookie().join('\n'), body: null }
    return { status: answer.status, location: answer.headers.get('location'), body: text.startsWith('{') ? JSON.parse(text) : text }
  }
  let turn = 0
  /** Asks until there is an answer other than "not now". The same again at another address may come first: each has the same key. */
  const surely = (cookie: string, method: string, path: string, json?: unknown): Promise<Answer> =>
    until(
      async () => {
        const to = urls[turn++ % urls.length]!
        // Every third is asked twice at once.
        const asks = Array.from({ length: turn % 3 === 0 ? 2 : 1 }, (_, n) =>
          ask(cookie, method, path, json, urls[(turn + n) % urls.length] ?? to),
        )
        const answers = await Promise.allSettled(asks)
        seen.lost += answers.filter(one => one.status === 'rejected').length
        const good = answers.flatMap(one => (one.status === 'fulfilled' && one.value.status < 500 ? [one.value] : []))
        // "Not enough there" says nothing of the same a moment later, when more came in: only one of the two may have had its effect.
        const isShort = (one: Answer): boolean =>
          one.status === 409 && ['insufficient', 'sold_out'].includes((one.body as { code?: string } | null)?.code ?? '')
        if (good.length === 2 && good.some(isShort) && good.some(one => one.status === 200)) return good.find(one => one.status === 200)
        // The one whose answer was lost may have had it.
        if (answers.length === 2 && good.length === 1 && isShort(good[0]!)) return undefined
        if (good.length === 2 && good[0]!.status !== good[1]!.status)
          strange.push(`${method} ${path}: ${good[0]!.status} and ${good[1]!.status} at once`)
        return good[0]
      },
      `an answer to ${method} ${path}`,
      120_000,
    )
  const call = async <T>(cookie: string, method: string, path: string, json?: unknown): Promise<T> => {
    const { status, body, location } = await surely(cookie, method, path, json)
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(body)}`)
    return (status >= 300 ? location : body) as T
  }

  const cookieOf = (lines: string): string =>
    lines
      .split('\n')
      .map(line => line.split(';')[0])
      .join('; ')
  const enter = async (email: string, name?: string): Promise<string> => {
    const path = `/api/auth/${name === undefined ? 'sign-in' : 'sign-up'}/email`
    const { status, location } = await ask('', 'POST', path, {
      ...(name === undefined ? {} : { name }),
      email,
      password: 'a-long-test-password',
    })
    expect(status).toBe(200)
    return cookieOf(location!)
  }
  let joined = 0
  const join: Crowd['join'] = async name => {
    const email = `${tag}-${name}-${joined++}@test.example`
    return { email, cookie: await enter(email, name) }
  }
  for (let n = 0; n < people; n++) buyers.push((await join('buyer')).cookie)

  const purchases: Purchase[] = []
  async function purchase(one: Purchase): Promise<void> {
    const cookie = buyers[one.buyer]!
    const price = { amount: one.amount.toString(), currency: one.sale.currency }
    const lines = [{ offer: one.sale.offer, quantity: 1, price }]
    const answer = await surely(cookie, 'POST', '/api/v1/orders', { id: one.order, lines })
    // The twin was quicker: it is owned already, and nothing was ordered.
    if (answer.status === 409 && one.twin) return void (one.pays = false)
    if (answer.status >= 400) throw new Error(`order ${one.order}: ${answer.status} ${JSON.stringify(answer.body)}`)
    const order = answer.body as Order
    expect(order.id).toBe(one.order)
    one.line = order.lines[0]!.id
    if (order.payUrl === null) return
    const page = await call<string>(cookie, 'GET', new URL(order.payUrl, urls[0]).pathname)
    if (!one.pays) return
    const charge = page.split('/').at(-1)!
    await call(cookie, 'POST', `/sandbox/api/charges/${charge}`, { outcome: 'pay' })
    afters.push(crowd.after(one, charge).catch((error: unknown) => void failures.push(error as Error)))
  }
  const afters: Promise<void>[] = []
  const failures: Error[] = []
  let next = 0
  async function buy(count: number, abreast = 24): Promise<void> {
    const wanted: Purchase[][] = []
    for (let n = 0; n < count; n++) {
      const at = next++
      const buyer = at % buyers.length
      const sale = world.sales[Math.floor(at / buyers.length) % world.sales.length]!
      const one = { buyer, sale, amount: BigInt(1 + ((at * 7919) % 200_000)), pays: at % 5 !== 4, twin: at % 7 === 3 }
      // Amounts ending in 13 cannot be refunded at the sandbox: for another story.
      if (one.amount % 100n === 13n) one.amount += 1n
      // Twins: two orders of one person for one thing, paid at once. One is kept, the other goes back by itself.
      wanted.push(Array.from({ length: one.twin ? 2 : 1 }, () => ({ ...one, order: newId('ord') })))
    }
    let index = 0
    await Promise.all(
      Array.from({ length: abreast }, async () => {
        for (let n = index++; n < wanted.length; n = index++) {
          purchases.push(...wanted[n]!)
          await Promise.all(wanted[n]!.map(purchase))
          seen.done += 1
        }
      }),
    )
    for (let n = 0; n < afters.length; n++) await afters[n]
    expect(failures).toEqual([])
  }
  const crowd: Crowd = {
    seen,
    strange,
    call,
    answer: surely,
    join,
    enter,
    buy,
    purchases,
    buyers,
    world,
    after: () => Promise.resolve(),
  }
  return crowd
}

type Row = Record<string, string>
/** Reads the database itself; waits while it starts over. What is written must be the same twice. */
export async function rows(database: string, text: string, values: unknown[] = []): Promise<Row[]> {
  for (let tries = 0; ; tries++) {
    try {
      return await rowsNow(database, text, values)
    } catch (error) {
      if (!isAway(error) || tries > 300) throw error
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }
}

/** Reads the database itself, once: fails while it is away. */
export async function rowsNow(database: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Row>(text, values)).rows
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Waits until nothing is under way: every payment taken, every line settled or sent back, every refund through. */
export const quiet = (database: string): Promise<unknown> =>
  until(
    async () => {
      const [open] = await rows(
        database,
        `select (select count(*) from payments.sandbox_notification where delivered_at is null) + (select count(*) from payments.sandbox_charge c join payments.payment p on p.id = c.reference where c.state = 'paid' and p.state <> 'paid')
          + (select count(*) from shop.line where state = 'held' and not frozen) + (select count(*) from payments.refund where state <> 'done') as many`,
      ).catch(() => [{ many: 'away' }])
      return open!['many'] === '0'
    },
    'everything under way to be through',
    120_000,
  )

/** Each key had one effect: what was paid is in the books once and reached its end once, what was not paid left nothing. */
export async function provePurchases(crowd: Crowd, database: string): Promise<{ settled: number; refunded: number; unpaid: number }> {
  const found = await rows(
    database,
    `select o.id, o.state, o.total::text, (select count(*) from ledger.transfer t where t.kind = 'pay' and t.cause = 'order:' || o.id)::text as pays,
      (select count(*) from ledger.transfer t join shop.line l on t.cause = 'line:' || l.id where t.kind = 'settle' and l."order" = o.id)::text as settles,
      (select count(*) from payments.refund r join shop.line l on l.id = r.subject where l."order" = o.id)::text as refunds,
      (select count(*) from ledger.transfer t join payments.refund r on t.cause = 'refund:' || r.id join shop.line l on l.id = r.subject where t.kind = 'refund_sent' and l."order" = o.id)::text as sent,
      (select count(*) from payments.sandbox_charge c where c.reference = o.payment and c.state = 'paid')::text as charged,
      (select count(*) from shop.ownership w join shop.line l on l.id = w.line where l."order" = o.id)::text as owned
    from shop."order" o where o.id = any($1)`,
    [crowd.purchases.map(one => one.order)],
  )
  const byId = new Map(found.map(row => [row['id']!, row]))
  const tally = { settled: 0, refunded: 0, unpaid: 0 }
  const wrong: string[] = []
  for (const one of crowd.purchases) {
    const row = byId.get(one.order)
    if (row === undefined) {
      if (!one.twin) wrong.push(`${one.order} was answered and is not there`)
      continue
    }
    const { state, pays, settles, refunds, sent, charged, owned } = row
    if (one.touched) {
      if (`${pays} ${settles} ${charged}` !== '1 1 1')
        wrong.push(`${one.order} ${state}: pay ${pays}, settle ${settles}, charged ${charged}`)
      continue
    }
    const text = `${state}: charged ${charged}, pay ${pays}, settle ${settles}, refund ${refunds} (${sent} sent), owned ${owned}`
    const wanted = { settled: 'charged 1, pay 1, settle 1, refund 0 (0 sent), owned 1', refunded: 'charged 1, pay 1, settle 0, refund 1 (1 sent), owned 0', placed: 'charged 0, pay 0, settle 0, refund 0 (0 sent), owned 0' } // prettier-ignore
    if (text !== `${state}: ${wanted[state as 'settled']}` || (one.pays && state === 'placed') || (state === 'refunded' && !one.twin))
      wrong.push(`${one.order} (${one.pays ? 'paid' : 'not paid'}${one.twin ? ', twin' : ''}) ${text}`)
    if (row['total'] !== one.amount.toString()) wrong.push(`${one.order}: total ${row['total']}, asked ${one.amount}`)
    tally[state === 'settled' ? 'settled' : state === 'refunded' ? 'refunded' : 'unpaid'] += 1
  }
  expect(wrong).toEqual([])
  return tally
}

/** `planet audit --all` finds nothing. */
export async function proveBooks(run: (...args: string[]) => Promise<{ code: number; out: string; err: string }>): Promise<void> {
  const audit = await run('audit', '--all')
  expect(audit.err).toBe('')
  expect(audit.code).toBe(0)
  expect(audit.out).toContain('The books are whole')
}
