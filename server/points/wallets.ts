/** What people see of their points: what they have, what ends when, and each entry with its cause. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import type { points } from '../../shared/points.ts'
import { clock } from '../foundation/clock.ts'
import { fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { findGroup } from '../groups/index.ts'
import { pictureAddress } from '../people/index.ts'
import { policyOf } from '../policy/index.ts'
import { assetOf } from './accounts.ts'
import { today } from './posting.ts'
import { readBudgets } from './store-budgets.ts'
import { givenOn, nameOf, readBalance, readEntries, readLots, readWallets } from './store-reads.ts'

type Entries = typeof points.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

export async function getWallets(db: Read, viewer: Viewer): Promise<Ok<'GET /me/points'>> {
  const rows = await readWallets(db, viewer.id, clock.now())
  return {
    items: rows.map(({ id, handle, name, picture, balance, debt, ending, endingPoints }) => ({
      group: { id, handle, name, picture: pictureAddress(picture) },
      balance: Number(balance),
      debt: Number(debt),
      ending: ending === null ? null : { points: Number(endingPoints), at: ending },
    })),
  }
}

export async function getWallet(db: Read, viewer: Viewer, input: Input<'GET /me/points/:group'>): Promise<Ok<'GET /me/points/:group'>> {
  const { group } = await findGroup(db, viewer, input.group)
  const now = clock.now()
  const budget = (await readBudgets(db, [group.id])).get(group.id)
  const policy = await policyOf(db)
  return {
    group: { id: group.id, handle: group.handle, name: group.name, picture: pictureAddress(group.picture) },
    ...(await readBalance(db, viewer.id, group.id, now)),
    lots: (await readLots(db, viewer.id, group.id, now)).slice(0, 2000),
    today: {
      given: await givenOn(db, viewer.id, group.id, today(budget?.zone ?? 'UTC')),
      most: Math.min(policy.pointsMostPerDay, budget?.mostPerDay ?? policy.pointsMostPerDay),
    },
    lotDays: Math.min(policy.lotDays, budget?.lotDays ?? policy.lotDays),
    funded: budget !== undefined,
  }
}

export async function getEntries(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /me/points/:group/entries'>,
): Promise<Ok<'GET /me/points/:group/entries'>> {
  const { group } = await findGroup(db, viewer, input.group)
  const after = fromCursor(input.cursor, [z.string().regex(/^\d{1,18}$/)])
  const rows = await readEntries(db, viewer.id, assetOf(group.id), after === undefined ? undefined : BigInt(after[0]), input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    ({ version, at, kind, amount, balanceAfter, cause, note, ...row }) => ({
      n: Number(version),
      at,
      kind,
      points: Number(amount),
      balanceAfter: Number(balanceAfter),
      cause,
      about: nameOf(row),
      note,
    }),
    row => toCursor(row.version),
  )
}
