/** Follow the money: flows as nodes and links, and the postings behind each link. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { insight } from '../../shared/insight.ts'
import { fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { bookOwner, partyOf } from '../ledger/index.ts'
import { getPayout } from '../payouts/index.ts'
import { Drawing, nobody, receiverId } from './drawing.ts'
import { showChoiceOf } from './shows.ts'
import { readShowPostings, showSeen } from './store-shows.ts'
import {
  earningsByMonth,
  linesOfBuyer,
  mayLook,
  orderFlow,
  ownFlow,
  readPostings,
  releaseFlow,
  titlesOf,
  type Choice,
  type PartRow,
  type PostingRow,
} from './store.ts'

type Entries = typeof insight.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** source (kind of income) → step of the waterfall → receiver. */
export async function getReleaseMoney(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /releases/:id/money'>,
): Promise<Ok<'GET /releases/:id/money'>> {
  if (!(await mayLook(db, input.id, viewer?.id ?? null))) throw fault('not_found')
  const { rows, transfers } = await releaseFlow(db, input.id, input)
  const drawing = new Drawing()
  let total = 0n
  for (const { kind, step_group, owner, name, amount } of rows) {
    const party = partyOf(owner, name, nobody)
    const source = drawing.node(`kind:${kind}`, 'source', kind)
    const step = drawing.node(`step:${step_group}`, 'step', step_group)
    const receiver = drawing.node(`to:${receiverId(owner)}`, 'receiver', party.kind, party.name || null)
    drawing.link(source, step, amount)
    drawing.link(step, receiver, amount)
    total += amount
  }
  return drawing.done(input.asset, total, transfers)
}

/**
 * source (a line of the order) → step → receiver, as the settlements gave it and less what was given back since; beside it what went back to the buyer and what
 * still waits. The buyer sees what the release's public flow shows everyone: each receiver by name.
 */
export async function getOrderMoney(db: Read, viewer: Viewer, input: Input<'GET /orders/:id/money'>): Promise<Ok<'GET /orders/:id/money'>> {
  const lines = await linesOfBuyer(db, input.id, viewer.id)
  const currency = lines[0]?.currency
  if (currency === undefined) throw fault('not_found')
  const { escrows, parts, transfers } = await orderFlow(
    db,
    lines.map(line => line.id),
  )
  const drawing = new Drawing()
  let total = 0n
  for (const { id, title } of lines) {
    const here = escrows.filter(row => row.line === id)
    if (here.length === 0) continue
    const source = drawing.node(`sub:${id}`, 'source', 'pay', title)
    total += here.filter(row => row.kind === 'pay').reduce((sum, row) => sum + row.amount, 0n)
    for (const { owner, name, step_group, amount } of netted(parts.filter(row => row.line === id))) {
      const party = partyOf(owner, name, nobody)
      const step = drawing.node(`step:${step_group}`, 'step', step_group)
      const receiver = drawing.node(`to:${receiverId(owner)}`, 'receiver', party.kind, party.name || null)
      drawing.link(source, step, amount)
      drawing.link(step, receiver, amount)
    }
    // What a claw-back brings to the escrow leaves it again as a refund: only what left counts.
    for (const { kind, amount } of here)
      if (amount < 0n && kind !== 'settle') drawing.link(source, drawing.node(`out:${kind}`, 'out', kind), -amount)
    const waits = here.reduce((sum, row) => sum + row.amount, 0n)
    if (waits > 0n) drawing.link(source, drawing.node('rest', 'rest', 'escrow'), waits)
  }
  return drawing.done(currency, total, transfers)
}

/** The step a flow shows, as `ledger.public_posting` groups it: of a split its first two words, of others the first. */
const groupOf = (step: string): string =>
  step
    .split(':')
    .slice(0, step.startsWith('split:') ? 2 : 1)
    .join(':')

/** Pages of a payout's credits that a picture is made of: of a larger one the newest. */
const mostPages = 20

/** source (a release, or a kind of income) → step → the payout: the credits that it paid out. */
export async function getPayoutMoney(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /payouts/:id/money'>,
): Promise<Ok<'GET /payouts/:id/money'>> {
  let page = await getPayout(db, viewer, { id: input.id, cursor: undefined, limit: 500 })
  const { amount } = page
  const covers = [...page.covers]
  for (let pages = 1; page.next !== null && pages < mostPages; pages++) {
    page = await getPayout(db, viewer, { id: input.id, cursor: page.next, limit: 500 })
    covers.push(...page.covers)
  }
  const titles = await titlesOf(db, [...new Set(covers.flatMap(({ subject }) => subject ?? []))])
  const drawing = new Drawing()
  const out = drawing.node('out:payout', 'out', 'payout')
  for (const { kind, subject, step, covered } of covers) {
    const title = subject === null ? undefined : titles.get(subject)
    const source =
      title === undefined ? drawing.node(`kind:${kind}`, 'source', kind) : drawing.node(`sub:${subject}`, 'source', kind, title)
    if (step === null) drawing.link(source, out, covered.amount)
    else {
      const group = drawing.node(`step:${groupOf(step)}`, 'step', groupOf(step))
      drawing.link(source, group, covered.amount)
      drawing.link(group, out, covered.amount)
    }
  }
  return drawing.done(amount.currency, amount.amount, new Set(covers.map(({ transfer }) => transfer)).size)
}

/** Receivers with what they still have of a line; what they gave back from a hold has no step and is taken off their largest parts. */
function netted(parts: readonly PartRow[]): { owner: string; name: string | null; step_group: string; amount: bigint }[] {
  const out = parts.flatMap(part => (part.step_group !== null && part.amount > 0n ? [{ ...part, step_group: part.step_group }] : []))
  for (const { owner, step_group, amount } of parts) {
    if (step_group !== null || amount >= 0n) continue
    let back = -amount
    for (const part of out.filter(one => one.owner === owner).toSorted((a, b) => (a.amount > b.amount ? -1 : 1))) {
      const taken = back < part.amount ? back : part.amount
      part.amount -= taken
      back -= taken
    }
  }
  return out.filter(part => part.amount > 0n)
}

/** source (a release, or a kind of income) → step → oneself → what went out, and what is left. */
export async function getMyMoney(db: Read, viewer: Viewer, input: Input<'GET /me/money'>): Promise<Ok<'GET /me/money'>> {
  const owner = await bookOwner(db, viewer, input.as)
  const { rows, transfers } = await ownFlow(db, owner, input)
  const drawing = new Drawing()
  let came = 0n
  let went = 0n
  for (const { incoming, kind, subject, title, step_group, amount } of rows) {
    const me = drawing.node('me', 'receiver', 'you')
    if (!incoming) {
      drawing.link(me, drawing.node(`out:${kind}`, 'out', kind), amount)
      went += amount
      continue
    }
    const source = subject === null ? drawing.node(`kind:${kind}`, 'source', kind) : drawing.node(`sub:${subject}`, 'source', kind, title)
    if (step_group === null) drawing.link(source, me, amount)
    else {
      const step = drawing.node(`step:${step_group}`, 'step', step_group)
      drawing.link(source, step, amount)
      drawing.link(step, me, amount)
    }
    came += amount
  }
  if (came > went) drawing.link('me', drawing.node('rest', 'rest', 'available'), came - went)
  return drawing.done(input.asset, came, transfers)
}

const word = '[A-Za-z0-9_:.@/+=~-]{1,200}'
const nodeText = new RegExp(`^(?:me|rest|(kind|sub|step|to|out):(${word}))$`)

/** What a link picks out of the postings; `not_found` for one that no flow has. */
export function choiceOf(link: string): Choice {
  const ends = link.split('>').map(end => nodeText.exec(end))
  const [from, to] = ends
  if (ends.length !== 2 || !from || !to) throw fault('not_found')
  const choice: Choice = {}
  for (const [, name, value] of [from, to]) {
    if (name === 'kind') choice.kind = value
    if (name === 'sub') choice.subject = value
    if (name === 'step') choice.step = value
    if (name === 'to') choice.receiver = value
    if (name === 'out') {
      choice.kind = value
      choice.outgoing = true
    }
  }
  return choice
}

const number = z.string().regex(/^\d{1,18}$/)

export async function getPostings(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /money/postings'>,
): Promise<Ok<'GET /money/postings'>> {
  const { release, show, order, as, link, cursor, limit, asset } = input
  const parts = fromCursor(cursor, [number, number, number])
  const after = parts === undefined ? undefined : { transfer: BigInt(parts[0]), account: BigInt(parts[1]), version: BigInt(parts[2]) }
  if (show !== undefined) {
    if ((await showSeen(db, show, viewer?.id ?? null)) === undefined) throw fault('not_found')
    return postingsPage(await readShowPostings(db, show, showChoiceOf(show, link), input, after, limit + 1), limit, asset)
  }
  const choice = choiceOf(link)
  let scope: { release: string } | { owner: string } | { lines: string[] }
  if (release !== undefined) {
    if (!(await mayLook(db, release, viewer?.id ?? null))) throw fault('not_found')
    scope = { release }
  } else if (order !== undefined) {
    if (viewer === null) throw fault('unauthenticated')
    const lines = (await linesOfBuyer(db, order, viewer.id)).map(line => line.id)
    if (lines.length === 0) throw fault('not_found')
    // A source is a line of the order; its transfers have the release as their subject.
    scope = { lines: choice.subject === undefined ? lines : lines.filter(line => line === choice.subject) }
    delete choice.subject
    delete choice.outgoing
  } else {
    if (viewer === null) throw fault('unauthenticated')
    scope = { owner: await bookOwner(db, viewer, as) }
    // In one's own flow a kind stands alone where there is no release behind it.
    if (choice.kind !== undefined && !choice.outgoing) choice.noSubject = true
  }
  return postingsPage(await readPostings(db, scope, choice, input, after, limit + 1), limit, asset)
}

function postingsPage(rows: readonly PostingRow[], limit: number, asset: string): Ok<'GET /money/postings'> {
  return pageOf(
    rows,
    limit,
    row => {
      const party = partyOf(row.owner, row.name, nobody)
      return {
        transfer: String(row.transfer),
        at: row.at,
        kind: row.kind,
        note: row.note,
        step: row.step,
        shareBp: row.share,
        receiver: party.name || party.kind,
        amount: { amount: row.amount, currency: asset },
      }
    },
    row => toCursor(row.transfer, row.account, row.version),
  )
}

export async function getEarnings(db: Read, viewer: Viewer, input: Input<'GET /me/earnings'>): Promise<Ok<'GET /me/earnings'>> {
  const rows = await earningsByMonth(db, await bookOwner(db, viewer, input.as), input)
  return {
    asset: input.asset,
    items: rows.map(({ month, kind, subject, title, amount }) => ({
      month,
      code: kind,
      subject,
      label: title,
      amount: { amount, currency: input.asset },
    })),
  }
}
