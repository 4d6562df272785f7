/** Where a listener's minutes went, for them alone; and what plays brought a musician, where nobody who listened can be told apart. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { splitByWeight, type Currency } from '../../shared/money.ts'
import type { royalties } from '../../shared/royalties.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { bookOwner } from '../ledger/index.ts'
import { openSharesOf, periodsOfListener, playIncomeOf, receiversOf, sharesOf, type MinuteRow, type ReceiverRow } from './store-reads.ts'

type Entries = typeof royalties.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Minutes = NonNullable<Ok<'GET /me/minutes'>['minutes']>
type Artist = Minutes['artists'][number]

/** So many listeners there must be before their number is told. */
export const fewestListeners = 5

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((total, item) => total + of(item), 0)
const sumBig = <T>(items: readonly T[], of: (item: T) => bigint): bigint => items.reduce((total, item) => total + of(item), 0n)

/** A listener's part of a track goes to who shares in it as all of that track's income does. */
function receivers(rows: readonly MinuteRow[], parts: Map<string, ReceiverRow[]>): Artist['receivers'] {
  const found = new Map<string, Artist['receivers'][number]>()
  for (const row of rows) {
    const those = (parts.get(row.track) ?? []).filter(part => part.amount > 0n)
    if (those.length === 0) continue
    const amounts = splitByWeight(
      row.amount,
      those.map(part => part.amount),
    )
    for (const [index, { party, name, kind, role }] of those.entries()) {
      const key = `${party} ${kind} ${role}`
      const before = found.get(key) ?? { id: party, name: name ?? '', kind, role, micro: 0n }
      found.set(key, { ...before, micro: before.micro + amounts[index]! })
    }
  }
  return [...found.values()].sort((a, b) => (a.micro === b.micro ? (a.id < b.id ? -1 : 1) : a.micro > b.micro ? -1 : 1))
}

export async function getMinutes(db: Read, viewer: Viewer, input: Input<'GET /me/minutes'>): Promise<Ok<'GET /me/minutes'>> {
  const all = await periodsOfListener(db, viewer.id)
  const periods = all.map(({ pool, name, state, poolName }) => ({ pool, name, state, poolName }))
  const asked = input.period !== undefined || input.pool !== undefined
  const chosen = asked
    ? all.find(one => (input.period ?? one.name) === one.name && (input.pool ?? one.pool) === one.pool)
    : (all.find(one => one.state === 'closed') ?? all[0])
  if (chosen === undefined) {
    if (asked) throw fault('not_found')
    return { periods, minutes: null }
  }
  const { pool, poolName, currency, name, starts, ends, state, listeners } = chosen
  const closed = state === 'closed'
  const rows = closed ? await sharesOf(db, pool, name, viewer.id) : await openSharesOf(db, viewer.id, starts, ends)
  const parts = closed
    ? Map.groupBy(
        await receiversOf(
          db,
          pool,
          name,
          rows.map(row => row.track),
        ),
        part => part.track,
      )
    : new Map<string, ReceiverRow[]>()
  const artists = [...Map.groupBy(rows, row => row.artist ?? '')].map(([id, those]): Artist => ({
    id,
    name: those[0]!.artistName ?? '',
    ms: sum(those, row => row.ms),
    micro: sumBig(those, row => row.amount),
    tracks: those.map(({ track, title, release, ms, plays, amount, held }) => ({
      id: track,
      title,
      release,
      ms,
      plays,
      micro: amount,
      held,
    })),
    receivers: receivers(those, parts),
  }))
  artists.sort((a, b) => b.ms - a.ms || (a.id < b.id ? -1 : 1))
  return {
    periods,
    minutes: {
      period: name,
      pool: { id: pool, name: poolName, currency: currency as Currency },
      state,
      ms: sum(rows, row => row.ms),
      plays: sum(rows, row => row.plays),
      micro: closed ? sumBig(rows, row => row.amount) : null,
      listeners: listeners !== null && listeners >= fewestListeners ? listeners : null,
      artists,
    },
  }
}

export async function getPlayIncome(db: Read, viewer: Viewer, input: Input<'GET /me/play-income'>): Promise<Ok<'GET /me/play-income'>> {
  const owner = await bookOwner(db, viewer, input.as)
  const rows = await playIncomeOf(db, owner, input.month ?? null)
  return {
    items: rows.map(row => ({
      period: row.period,
      pool: { id: row.pool, name: row.poolName, currency: row.currency as Currency },
      release: { id: row.release, title: row.title },
      micro: row.amount,
      ms: row.ms,
      plays: row.plays,
      listeners: row.listeners >= fewestListeners ? row.listeners : null,
      held: row.held,
    })),
  }
}
