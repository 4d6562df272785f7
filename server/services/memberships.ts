/** Memberships people have, and whose members a page has. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { Currency } from '../../shared/money.ts'
import type { services } from '../../shared/services.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { mayEditPage, pictureAddress } from '../people/index.ts'
import { kindOfLine, refundLine } from './refunding.ts'
import { readProducts } from './store.ts'
import {
  countMembers,
  listMembers,
  membersOfPerson,
  membershipsOf,
  readMembership,
  isMember as isMemberAt,
  memberOf,
} from './store-members.ts'
import { membership } from './kinds.ts'

type Entries = typeof services.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** For other rooms: whether somebody is a member of a page now. */
export const isMember = (db: Read | Tx, person: string | null, page: string): Promise<boolean> => isMemberAt(db, person, page, clock.now())
/** How many hours before others a member may buy at a sale of the page; 0 for everyone else. */
export async function earlyHours(db: Read | Tx, person: string | null, page: string): Promise<number> {
  const member = person === null ? undefined : await memberOf(db, person, page)
  return member !== undefined && member.until > clock.now() ? member.earlyHours : 0
}

export async function getMine(db: Read, viewer: Viewer): Promise<Ok<'GET /me/memberships'>> {
  const at = clock.now()
  const members = await membersOfPerson(db, viewer.id)
  const lines = Map.groupBy(await membershipsOf(db, viewer.id), row => row.page)
  const products = await readProducts(db, [...new Set([...lines.values()].flatMap(own => own.map(row => row.product)))])
  return {
    items: members.flatMap(({ page, since, until }) => {
      const own = lines.get(page) ?? []
      const last = own.find(row => row.endedAt === null) ?? own[0]
      const product = last === undefined ? undefined : products.get(last.product)
      if (product === undefined) return []
      return {
        page: { id: page, name: product.pageName, handle: product.handle, picture: pictureAddress(product.pagePicture) },
        since,
        until,
        active: until > at,
        perks: product.perks ?? [],
        renew: {
          product: product.id,
          offer: product.offer,
          title: product.title,
          price: { amount: product.amount, currency: product.currency as Currency },
        },
        lines: own.map(row => ({
          line: row.line,
          title: products.get(row.product)?.title ?? '',
          startsAt: row.startsAt,
          endsAt: row.endsAt,
          freeUntil: row.freeUntil,
          ended: row.endedAt !== null,
          canReturn: row.endedAt === null && row.freeUntil > at,
        })),
      }
    }),
  }
}

/** In the first days all of it goes back, whatever was used: that is the promise at buying. */
export async function giveBack(tx: Tx, viewer: Viewer, { line }: Input<'POST /memberships/:line/return'>): Promise<{ ok: true }> {
  const row = await readMembership(tx, line)
  if (row === undefined || row.person !== viewer.id) throw fault('not_found')
  if (row.endedAt !== null) return { ok: true }
  if (row.freeUntil <= clock.now()) throw fault('conflict', 'return_over')
  await refundLine(tx, { line, key: `membership:${line}`, amount: null, by: viewer.id, reason: 'mistake', note: null })
  // One that cost nothing has nothing to refund.
  await membership.cancel(tx, [await kindOfLine(tx, line)])
  return { ok: true }
}

export async function getMembers(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /pages/:page/members'>,
): Promise<Ok<'GET /pages/:page/members'>> {
  if (!(await mayEditPage(db, viewer, input.page))) throw fault('not_found')
  const at = clock.now()
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listMembers(db, input.page, at, after, input.limit + 1)
  const { items, next } = pageOf(
    rows,
    input.limit,
    row => row,
    row => toCursor(row.until, row.id),
  )
  return { items, next, active: await countMembers(db, input.page, at) }
}
