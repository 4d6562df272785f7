/** Follow the money: flows as nodes and links, and the postings behind each link. */
import { hash } from 'node:crypto'
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { FlowLink, FlowNode, insight } from '../../shared/insight.ts'
import { fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { bookOwner, partyOf } from '../ledger/index.ts'
import { earningsByMonth, mayLook, ownFlow, readPostings, releaseFlow, type Choice } from './store.ts'

type Entries = typeof insight.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Node = Decoded<typeof FlowNode>
type Link = Decoded<typeof FlowLink>

/** How a public flow names an owner: by a hash, not by the id of their account. */
export const receiverId = (owner: string): string => hash('sha256', owner).slice(0, 16)

/** Nodes and links by id; links with the same ends add up. */
class Drawing {
  readonly nodes = new Map<string, Node>()
  readonly links = new Map<string, Link>()
  node(id: string, kind: Node['kind'], code: string, label: string | null = null): string {
    if (!this.nodes.has(id)) this.nodes.set(id, { id, kind, code, label })
    return id
  }
  link(from: string, to: string, amount: bigint): void {
    const id = `${from}>${to}`
    const before = this.links.get(id)
    if (before === undefined) this.links.set(id, { id, from, to, amount })
    else before.amount += amount
  }
  done(asset: string, total: bigint, transfers: number): Ok<'GET /me/money'> {
    return { asset, total: { amount: total, currency: asset }, transfers, nodes: [...this.nodes.values()], links: [...this.links.values()] }
  }
}

const nobody: ReadonlySet<string> = new Set()

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
  const { release, as, link, cursor, limit, asset } = input
  const choice = choiceOf(link)
  let scope: { release: string } | { owner: string }
  if (release !== undefined) {
    if (!(await mayLook(db, release, viewer?.id ?? null))) throw fault('not_found')
    scope = { release }
  } else {
    if (viewer === null) throw fault('unauthenticated')
    scope = { owner: await bookOwner(db, viewer, as) }
    // In one's own flow a kind stands alone where there is no release behind it.
    if (choice.kind !== undefined && !choice.outgoing) choice.noSubject = true
  }
  const parts = fromCursor(cursor, [number, number, number])
  const after = parts === undefined ? undefined : { transfer: BigInt(parts[0]), account: BigInt(parts[1]), version: BigInt(parts[2]) }
  const rows = await readPostings(db, scope, choice, input, after, limit + 1)
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
