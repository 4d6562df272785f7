/** Buyers of a flash sale: through seating's engine, and the plain way it is held against (lock the row, look, take). */
import pg from 'pg'
import { Fault } from '../shared/faults.ts'
import { clock, newId } from '../server/foundation/clock.ts'
import type { Db } from '../server/foundation/db.ts'
import { gather } from '../server/foundation/gather.ts'
import { bindHold, hold, sellHold, type Want } from '../server/seating/index.ts'

export type Answers = { sold: number; refused: number; ms: number[]; startedAt: number; endedAt: number }
/** Wall clock that processes share, in ms. */
const wall = (): number => performance.timeOrigin + performance.now()
const until = (): Date => new Date(clock.now().getTime() + 8 * 60_000)

async function all(buyers: number, one: (index: number) => Promise<boolean>): Promise<Answers> {
  const ms: number[] = []
  let sold = 0
  const startedAt = wall()
  await Promise.all(
    Array.from({ length: buyers }, async (_, index) => {
      if (await one(index)) sold++
      ms.push(wall() - startedAt)
    }),
  )
  return { sold, refused: buyers - sold, ms, startedAt, endedAt: wall() }
}

/** Everybody at once: hold what they want, and who got it buys it. */
export async function throughEngine(db: Db, hall: string, buyers: number, from: number, wants: (index: number) => Want): Promise<Answers> {
  const sell = gather<{ hold: string; tier: string; person: string; line: string }, boolean>(500, asks =>
    db.transaction(async tx => {
      const refused = await bindHold(
        tx,
        asks.map(ask => ({ ...ask, count: 1, until: until() })),
      )
      const sold = await sellHold(
        tx,
        asks.map(ask => ask.line),
      )
      return asks.map(ask => !refused.has(ask.line) && sold.has(ask.line))
    }),
  )
  return all(buyers, async index => {
    const person = `usr_${from + index}`
    const id = newId('sth')
    try {
      const held = await hold(db, { id, hall, person, wants: [wants(index)], until: until(), most: 4 })
      return await sell({ hold: id, tier: held.parts[0]!.tier, person, line: newId('lin') })
    } catch (error) {
      if (error instanceof Fault && (error.code === 'sold_out' || error.code === 'seat_taken')) return false
      throw error
    }
  })
}

/** The plain way: each buyer locks the row of the tier, looks, and takes one or not. */
export async function throughForUpdate(url: string, connections: number, buyers: number, from: number): Promise<Answers> {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  await Promise.all(Array.from({ length: connections }, () => pool.query('select 1')))
  const answers = await all(buyers, async index => {
    const client = await pool.connect()
    try {
      await client.query('begin')
      const { rows } = await client.query<{ free: number }>({ name: 'look', text: 'select free from plain.tier where id = 1 for update' })
      if (rows[0]!.free < 1) {
        await client.query('rollback')
        return false
      }
      await client.query({ name: 'take', text: 'update plain.tier set free = free - 1, sold = sold + 1 where id = 1' })
      await client.query({
        name: 'note',
        text: 'insert into plain.sale (id, person, at) values ($1, $2, now())',
        values: [newId('sth'), `usr_${from + index}`],
      })
      await client.query('commit')
      return true
    } finally {
      client.release()
    }
  })
  await pool.end()
  return answers
}
