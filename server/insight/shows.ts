/** Follow the money of a show: its tickets, fees, the pot and who got what was in it, and what refunds took back. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { insight } from '../../shared/insight.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { partyOf } from '../ledger/index.ts'
import { Drawing, nobody, receiverId } from './drawing.ts'
import { potOf, showFlow, showSeen, type ShowChoice } from './store-shows.ts'

type Entries = typeof insight.entries
type Key = 'GET /shows/:id/money'

const add = (sums: Map<string, bigint>, key: string, amount: bigint): void => void sums.set(key, (sums.get(key) ?? 0n) + amount)

/**
 * source (tickets, tickets sold on) → step → receiver or the show's pot → who got what was in it, and what is still there. What a refund took back later leaves by
 * the step it was settled by (`out:clawback`); who gave more than they got there (the planet, for a fee that does not come back) is a source of it.
 */
export async function getShowMoney(
  db: Read,
  viewer: Viewer | null,
  input: InputOf<Entries[Key]['input']>,
): Promise<Decoded<Entries[Key]['ok']>> {
  const currency = await showSeen(db, input.id, viewer?.id ?? null)
  if (currency === undefined) throw fault('not_found')
  const asset = input.asset ?? currency
  const rows = await showFlow(db, input.id, { ...input, asset })
  const pot = potOf(input.id)
  const drawing = new Drawing()
  const names = new Map(rows.map(row => [row.owner, row.name]))
  /** Amounts in minor units: given back by step; had by step and owner (less what was given back); had of the pot by owner. */
  const [back, parts, paid] = [new Map<string, bigint>(), new Map<string, Map<string, bigint>>(), new Map<string, bigint>()]
  let total = 0n
  let left = 0n
  for (const { kind, resold, step_group, owner, amount } of rows) {
    if (owner === pot) left += amount
    if (kind === 'show_paid' || kind === 'show_covered') {
      if (owner !== pot) add(paid, owner, amount)
      continue
    }
    const owners = parts.get(step_group) ?? new Map<string, bigint>()
    parts.set(step_group, owners)
    add(owners, owner, amount)
    if (kind === 'clawback') {
      drawing.node(`step:${step_group}`, 'step', step_group)
      add(back, step_group, -amount)
    } else {
      const source = resold === true ? drawing.node('sub:resale', 'source', 'resale') : drawing.node('sub:ticket', 'source', 'tickets')
      drawing.link(source, drawing.node(`step:${step_group}`, 'step', step_group), amount)
      total += amount
    }
  }
  const named = (owner: string) => {
    const party = partyOf(owner, names.get(owner) ?? null, nobody)
    return [party.kind, party.name || null] as const
  }
  /** An owner at the end of a way; or at its start, who put in more than they got. */
  const link = (at: string, owner: string, amount: bigint): void => {
    if (amount > 0n)
      drawing.link(
        at,
        owner === pot ? drawing.node('pot', 'receiver', 'show') : drawing.node(`to:${receiverId(owner)}`, 'receiver', ...named(owner)),
        amount,
      )
    if (amount < 0n) drawing.link(drawing.node(`from:${receiverId(owner)}`, 'source', ...named(owner)), at, -amount)
  }
  for (const [step, owners] of parts) for (const [owner, amount] of owners) link(`step:${step}`, owner, amount)
  for (const [step, amount] of back) if (amount > 0n) drawing.link(`step:${step}`, drawing.node('out:clawback', 'out', 'clawback'), amount)
  for (const [owner, amount] of paid) {
    if (amount !== 0n) drawing.node('pot', 'receiver', 'show')
    link('pot', owner, amount)
  }
  if (left > 0n) drawing.link(drawing.node('pot', 'receiver', 'show'), drawing.node('rest', 'rest', 'rest'), left)
  return drawing.done(asset, total, rows[0]?.transfers ?? 0)
}

const word = '[A-Za-z0-9_:.@/+=~-]{1,200}'
const nodeText = new RegExp(`^(?:(pot|rest|out:clawback)|(sub|step|to|from):(${word}))$`)

/** What a link of a show's flow picks out of its postings; `not_found` for one that no flow has. */
export function showChoiceOf(show: string, text: string): ShowChoice {
  const ends = text.split('>').map(end => nodeText.exec(end))
  const [first, second] = ends
  if (ends.length !== 2 || !first || !second) throw fault('not_found')
  const all = [first, second]
  const alone = (name: string): boolean => all.some(end => end[1] === name)
  const value = (name: string): string | undefined => all.find(end => end[2] === name)?.[3]
  const [sub, step, owner] = [value('sub'), value('step'), value('to') ?? value('from')]
  const pot = receiverId(potOf(show))
  if (step !== undefined) {
    if (sub !== undefined) return { from: 'lines', kind: 'settle', resold: sub === 'resale', step }
    if (alone('out:clawback')) return { from: 'lines', kind: 'clawback', step }
    return { from: 'lines', step, receiver: alone('pot') ? pot : owner }
  }
  if (!alone('pot')) throw fault('not_found')
  if (alone('rest')) return { from: 'all', receiver: pot }
  if (owner === undefined) throw fault('not_found')
  return { from: 'pot', receiver: owner }
}
