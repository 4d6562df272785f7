/** The kinds `service`, `membership`, `voucher`: what the checkout asks of them. Pieces are counted under the lock of their product. */
import { Fault, fault } from '../../shared/faults.ts'
import { splitByWeight } from '../../shared/money.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import { enqueue } from '../foundation/jobs.ts'
import type { Kind, Priced, Progress, SoldLine, Wanted } from '../shop/index.ts'
import { newCode } from './codes.ts'
import { addMonths } from './months.ts'
import { after, afterEndDays, freeDays, heldDays } from './policy.ts'
import {
  amountsOf,
  insertSales,
  loadProducts,
  lockProducts,
  moveSales,
  salesOf,
  type ProductKind,
  type ProductRow,
  type Question,
} from './store.ts'
import { cancelJobs, insertJobs, jobsOfLines, type Answer } from './store-jobs.ts'
import { endMemberships, insertMemberships, lockMembers, membersAmong, membershipsOfLines, saveMembers } from './store-members.ts'
import { insertVouchers, voidVouchersOf, vouchersOfLines } from './store-vouchers.ts'

const most: Record<ProductKind, number> = { service: 1, membership: 24, voucher: 50 }
const idsOf = (lines: readonly SoldLine[]): string[] => lines.map(line => line.id)

/** The answers to what is asked for at ordering, in order; a Fault naming the first that is missing. */
export function briefOf(questions: readonly Question[], choice: Readonly<Record<string, unknown>> | null, index: number): Answer[] | Fault {
  const given = choice?.['brief']
  const answers: Answer[] = []
  for (const { id, label, kind, required, choices } of questions) {
    const raw = typeof given === 'object' && given !== null ? (given as Record<string, unknown>)[id] : undefined
    const answer = typeof raw === 'string' ? raw.trim().slice(0, 3000) : ''
    const wrong =
      (required && answer === '') ||
      (answer !== '' && kind === 'choice' && !choices.includes(answer)) ||
      (answer !== '' && kind === 'link' && !/^https?:\/\/\S+$/.test(answer))
    if (wrong) return fault('unprocessable', 'brief_missing', { fields: { [`lines.${index}.choice.brief.${id}`]: label } })
    if (answer !== '') answers.push({ label, answer })
  }
  return answers
}

async function price(tx: Tx, wanted: readonly Wanted[]): Promise<(Priced | Fault)[]> {
  const products = await loadProducts(
    tx,
    wanted.map(({ offer }) => offer.subject),
  )
  const closed = wanted.filter(({ offer }) => products.get(offer.subject)?.membersOnly)
  const members = await membersAmong(
    tx,
    closed.map(({ basket, offer }) => ({ person: basket.buyer, page: offer.page })),
    clock.now(),
  )
  return wanted.map(({ offer, quantity, choice, index, basket }): Priced | Fault => {
    const product = products.get(offer.subject)
    if (product === undefined || product.state !== 'open') return fault('conflict', 'offer_closed')
    if (product.membersOnly && !members.has(`${basket.buyer} ${offer.page}`)) return fault('forbidden', 'service_members_only')
    if (quantity > most[product.kind])
      return fault('invalid', 'invalid', { fields: { [`lines.${index}.quantity`]: String(most[product.kind]) } })
    if (product.kind !== 'service') return { unit: offer.amount, choice: null }
    const brief = briefOf(product.questions!, choice, index)
    return brief instanceof Fault ? brief : { unit: offer.amount, choice: { brief } }
  })
}

type Take = { line: string; product: string; page: string; buyer: string; quantity: number }
/** First come, first served, as long as there are pieces; gives what was not to be had. */
function serve(products: ReadonlyMap<string, ProductRow>, takes: readonly Take[]): { got: Take[]; none: Take[] } {
  const left = new Map([...products].map(([id, { most: all, taken }]) => [id, all === null ? Infinity : all - taken]))
  const got: Take[] = []
  const none: Take[] = []
  for (const take of takes) {
    const there = left.get(take.product) ?? 0
    if (there < take.quantity) none.push(take)
    else {
      left.set(take.product, there - take.quantity)
      got.push(take)
    }
  }
  return { got, none }
}
async function reserve(tx: Tx, wanted: readonly Wanted[]): Promise<Map<string, Fault>> {
  const takes = wanted.map(({ line, offer, basket, quantity }): Take => ({
    line,
    product: offer.subject,
    page: offer.page,
    buyer: basket.buyer,
    quantity,
  }))
  const products = await lockProducts(tx, [...new Set(takes.map(take => take.product))])
  const { got, none } = serve(products, takes)
  await insertSales(tx, got, clock.now())
  return new Map(none.map(({ line }) => [line, fault('conflict', 'sold_out')]))
}
async function reserveAgain(tx: Tx, lines: readonly SoldLine[]): Promise<boolean> {
  const products = await lockProducts(tx, [...new Set(lines.map(line => line.subject))])
  if ([...products.values()].some(({ state }) => state !== 'open')) return false
  const takes = (await salesOf(tx, idsOf(lines))).filter(sale => sale.state === 'free')
  if (serve(products, takes).none.length > 0) return false
  await moveSales(tx, idsOf(lines), ['free'], 'reserved')
  return true
}
const release = async (tx: Tx, lines: readonly SoldLine[]): Promise<void> => void (await moveSales(tx, idsOf(lines), ['reserved'], 'free'))

/** Those whose pieces were still set aside; the others cannot be had. */
async function handed(tx: Tx, lines: readonly SoldLine[]): Promise<{ good: SoldLine[]; answers: Map<string, Date | 'refused'> }> {
  const moved = new Set((await moveSales(tx, idsOf(lines), ['reserved'], 'handed')).map(sale => sale.line))
  return {
    good: lines.filter(line => moved.has(line.id)),
    answers: new Map(lines.filter(line => !moved.has(line.id)).map(line => [line.id, 'refused'])),
  }
}
const basics = { price, reserve, reserveAgain, release }

export const service: Kind = {
  kind: 'service',
  ...basics,
  async fulfil(tx, lines, at) {
    const { good, answers } = await handed(tx, lines)
    if (good.length === 0) return answers
    const products = await loadProducts(tx, [...new Set(good.map(line => line.subject))])
    const amounts = await amountsOf(tx, idsOf(good))
    await insertJobs(
      tx,
      good.map(line => {
        const { title, days, revisions, acceptDays, currency } = products.get(line.subject)!
        return {
          line: line.id,
          product: line.subject,
          page: line.page,
          buyer: line.buyer,
          title,
          amount: amounts.get(line.id)?.amount ?? 0n,
          currency,
          brief: (line.choice?.['brief'] as Answer[] | undefined) ?? [],
          dueAt: after(at, days!),
          revisions: revisions!,
          acceptDays: acceptDays!,
          at,
        }
      }),
    )
    for (const line of good) answers.set(line.id, after(at, heldDays))
    await tellAll(
      tx,
      good.map(line => ({ type: 'job_changed', line: line.id, what: 'ordered', by: line.buyer })),
    )
    return answers
  },
  async cancel(tx, lines) {
    await moveSales(tx, idsOf(lines), ['reserved', 'handed'], 'free')
    await cancelJobs(tx, idsOf(lines), clock.now())
  },
  async follow(db, lines) {
    const codes = { working: 'job_due', delivered: 'job_delivered', accepted: 'job_accepted', cancelled: 'job_cancelled' } as const
    return each(await jobsOfLines(db, idsOf(lines)), job => ({
      code: codes[job.state],
      at: job.state === 'working' ? job.dueAt : job.state === 'delivered' ? job.acceptAt : job.closedAt,
      url: `/services/jobs/${job.line}`,
      text: null,
    }))
  },
}

export const membership: Kind = {
  kind: 'membership',
  ...basics,
  async fulfil(tx, lines, at) {
    const { good, answers } = await handed(tx, lines)
    if (good.length === 0) return answers
    const products = await loadProducts(tx, [...new Set(good.map(line => line.subject))])
    const members = await lockMembers(
      tx,
      good.map(line => ({ person: line.buyer, page: line.page })),
      at,
    )
    const freeUntil = after(at, freeDays)
    const rows = good.map(line => {
      const { period, earlyHours } = products.get(line.subject)!
      const months = line.quantity * (period === 'year' ? 12 : 1)
      const member = members.get(`${line.buyer} ${line.page}`)!
      // Whoever renews in time goes on without a gap, counted from the first day.
      const active = member.until > at && member.months > 0
      const since = active ? member.since : at
      const before = active ? member.months : 0
      const startsAt = active ? member.until : at
      const until = addMonths(since, before + months)
      const early = active ? Math.max(member.earlyHours, earlyHours!) : earlyHours!
      members.set(`${line.buyer} ${line.page}`, { ...member, since, months: before + months, until, earlyHours: early })
      answers.set(line.id, freeUntil)
      return {
        line: line.id,
        product: line.subject,
        person: line.buyer,
        page: line.page,
        months,
        since,
        startsAt,
        endsAt: until,
        freeUntil,
      }
    })
    await insertMemberships(tx, rows)
    await saveMembers(tx, [...members.values()])
    return answers
  },
  async cancel(tx, lines) {
    const at = clock.now()
    await moveSales(tx, idsOf(lines), ['reserved', 'handed'], 'free')
    const ended = await endMemberships(tx, idsOf(lines), at)
    if (ended.length === 0) return
    const members = await lockMembers(tx, ended, at)
    for (const { person, page, months, since } of ended) {
      const member = members.get(`${person} ${page}`)!
      // A time that was over before is left as it was.
      if (member.since.getTime() !== since.getTime()) continue
      const left = member.months - months
      members.set(`${person} ${page}`, {
        ...member,
        months: left,
        until: left === 0 ? since : addMonths(since, left),
        earlyHours: left === 0 ? 0 : member.earlyHours,
      })
    }
    await saveMembers(tx, [...members.values()])
  },
  async follow(db, lines) {
    return each(await membershipsOfLines(db, idsOf(lines)), row => ({
      code: row.endedAt === null ? 'member_until' : 'member_ended',
      at: row.endedAt ?? row.endsAt,
      url: '/memberships',
      text: null,
    }))
  },
}

export const voucher: Kind = {
  kind: 'voucher',
  ...basics,
  async fulfil(tx, lines, at) {
    const { good, answers } = await handed(tx, lines)
    if (good.length === 0) return answers
    const products = await loadProducts(tx, [...new Set(good.map(line => line.subject))])
    const amounts = await amountsOf(tx, idsOf(good))
    const rows = good.flatMap(line => {
      const { worth, validDays, currency } = products.get(line.subject)!
      const until = after(at, validDays!)
      answers.set(line.id, after(until, afterEndDays))
      const paid = splitByWeight(
        amounts.get(line.id)?.amount ?? 0n,
        Array.from({ length: line.quantity }, () => 1n),
      )
      return paid.map(one => ({
        id: newId('vch', at),
        line: line.id,
        product: line.subject,
        page: line.page,
        person: line.buyer,
        code: newCode(),
        worth: worth ?? 1n,
        paid: one,
        currency,
        until,
        at,
      }))
    })
    await insertVouchers(tx, rows)
    return answers
  },
  async cancel(tx, lines) {
    await moveSales(tx, idsOf(lines), ['reserved', 'handed'], 'free')
    await voidVouchersOf(tx, idsOf(lines))
  },
  async follow(db, lines) {
    const vouchers = await vouchersOfLines(db, idsOf(lines))
    return each(vouchers, row => ({ code: `voucher_${row.state}`, at: row.until, url: `/services/vouchers/${row.id}`, text: row.code }))
  },
}

function each<T extends { line: string }>(rows: readonly T[], progress: (row: T) => Progress): Map<string, Progress[]> {
  return new Map([...Map.groupBy(rows, row => row.line)].map(([line, own]) => [line, own.map(progress)]))
}
/** The money of a voucher's line is due when none of its vouchers can be used any more. */
export async function settleWhenDone(tx: Tx, line: string): Promise<void> {
  await enqueue(tx, 'services.settle', { line })
}
