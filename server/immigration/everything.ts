/** What an export holds: what a person gets from the API about themselves, page by page. A room that keeps something of a person adds a line. */
import { z } from 'zod'
import type { Entry } from '../../shared/contract.ts'
import type { Mounted } from '../foundation/http.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import * as bookings from '../bookings/index.ts'
import * as catalogue from '../catalogue/index.ts'
import * as claiming from '../claiming/index.ts'
import * as coupons from '../coupons/index.ts'
import * as feed from '../feed/index.ts'
import * as goods from '../goods/index.ts'
import * as groups from '../groups/index.ts'
import * as ledger from '../ledger/index.ts'
import * as invoices from '../invoices/index.ts'
import * as listening from '../listening/index.ts'
import * as lyrics from '../lyrics/index.ts'
import * as moderation from '../moderation/index.ts'
import * as notices from '../notices/index.ts'
import * as people from '../people/index.ts'
import * as playlists from '../playlists/index.ts'
import * as points from '../points/index.ts'
import * as rewards from '../rewards/index.ts'
import * as rights from '../rights/index.ts'
import * as services from '../services/index.ts'
import * as settlement from '../settlement/index.ts'
import * as shipping from '../shipping/index.ts'
import * as shop from '../shop/index.ts'
import * as storefront from '../storefront/index.ts'
import * as tickets from '../tickets/index.ts'

export type Part = { file: string; room: Mounted; address: string; input?: Record<string, unknown> }

/** One file each. Lists are JSON Lines (an item a line), single answers JSON. */
export const parts: readonly Part[] = [
  { file: 'account/account.json', room: people.routes, address: 'GET /me' },
  { file: 'account/organisations.jsonl', room: people.routes, address: 'GET /me/organisations' },
  { file: 'account/app-keys.jsonl', room: people.routes, address: 'GET /me/app-keys' },
  { file: 'library/follows.jsonl', room: people.routes, address: 'GET /me/follows' },
  { file: 'library/favourite-tracks.jsonl', room: playlists.routes, address: 'GET /me/favourites' },
  { file: 'library/favourite-releases.jsonl', room: playlists.routes, address: 'GET /me/favourites/releases' },
  { file: 'library/favourite-artists.jsonl', room: playlists.routes, address: 'GET /me/favourites/artists' },
  { file: 'library/ratings.jsonl', room: playlists.routes, address: 'GET /me/ratings' },
  { file: 'library/queue.json', room: listening.routes, address: 'GET /me/queue' },
  { file: 'groups/groups.jsonl', room: groups.routes, address: 'GET /me/groups' },
  { file: 'groups/posts.jsonl', room: feed.routes, address: 'GET /me/posts' },
  { file: 'groups/points.jsonl', room: points.routes, address: 'GET /me/points' },
  { file: 'groups/rewards.jsonl', room: rewards.routes, address: 'GET /me/exchanges' },
  { file: 'account/addresses.jsonl', room: shipping.routes, address: 'GET /me/addresses' },
  { file: 'account/decisions.jsonl', room: moderation.routes, address: 'GET /me/decisions' },
  { file: 'account/page-claims.jsonl', room: claiming.routes, address: 'GET /me/page-claims' },
  { file: 'account/page-objections.jsonl', room: claiming.routes, address: 'GET /me/page-claims', input: { as: 'objector' } },
  { file: 'account/reports.jsonl', room: moderation.routes, address: 'GET /me/reports' },
  { file: 'account/declared.json', room: people.routes, address: 'GET /me/declared' },
  { file: 'account/notice-settings.json', room: notices.routes, address: 'GET /me/notices/settings' },
  { file: 'money/orders.jsonl', room: shop.routes, address: 'GET /me/orders' },
  { file: 'money/purchases.jsonl', room: shop.routes, address: 'GET /me/purchases' },
  { file: 'money/invoices.jsonl', room: invoices.routes, address: 'GET /me/invoices' },
  { file: 'money/tickets-to-come.jsonl', room: tickets.routes, address: 'GET /me/tickets', input: { when: 'coming' } },
  { file: 'money/tickets-past.jsonl', room: tickets.routes, address: 'GET /me/tickets', input: { when: 'past' } },
  { file: 'money/bookings-to-come.jsonl', room: bookings.routes, address: 'GET /me/bookings', input: { when: 'coming' } },
  { file: 'money/bookings-past.jsonl', room: bookings.routes, address: 'GET /me/bookings', input: { when: 'past' } },
  { file: 'money/gift-cards.jsonl', room: coupons.routes, address: 'GET /me/gift-cards' },
  { file: 'money/vouchers.jsonl', room: services.routes, address: 'GET /me/vouchers' },
  { file: 'money/memberships.jsonl', room: services.routes, address: 'GET /me/memberships' },
  { file: 'money/work-ordered.jsonl', room: services.routes, address: 'GET /me/jobs' },
  { file: 'money/returns.jsonl', room: goods.routes, address: 'GET /me/returns' },
  { file: 'money/reviews.jsonl', room: storefront.routes, address: 'GET /me/reviews' },
  { file: 'money/balances.jsonl', room: ledger.routes, address: 'GET /me/balances' },
  { file: 'money/claims.jsonl', room: settlement.routes, address: 'GET /me/claims' },
  { file: 'music/lyrics-proposed.jsonl', room: lyrics.routes, address: 'GET /me/lyrics-contributions' },
  { file: 'music/split-sheets.jsonl', room: rights.routes, address: 'GET /me/split-sheets' },
  { file: 'music/releases.jsonl', room: catalogue.routes, address: 'GET /me/releases' },
]

type Door = { read: Read; viewer: Viewer }

/** One answer, checked and as on the wire. */
export async function answer({ read, viewer }: Door, { room, address, input = {} }: Omit<Part, 'file'>): Promise<unknown> {
  const entry = room.room.entries[address] as Entry | undefined
  const handler = room.handlers[address] as ((read: Read, viewer: Viewer, input: unknown) => unknown) | undefined
  if (entry?.kind !== 'query' || !handler) throw new Error(`no such question: ${address}`)
  const checked = z.object(entry.input as unknown as z.core.$ZodLooseShape).parse(input)
  return z.encode(entry.ok as unknown as z.ZodType, await handler(read, viewer, checked))
}

/** All items of a list, page after page; the one answer of what is no list. */
export async function* items(door: Door, part: Omit<Part, 'file'>): AsyncGenerator<unknown> {
  const entry = part.room.room.entries[part.address] as Entry
  const paged = 'cursor' in entry.input
  const most = paged ? [100, 50, 24].find(limit => (entry.input['limit'] as unknown as z.ZodType).safeParse(limit).success) : undefined
  for (let cursor: string | null = null; ;) {
    const found = (await answer(door, {
      ...part,
      input: { ...part.input, ...(most === undefined ? {} : { limit: most }), ...(cursor === null ? {} : { cursor }) },
    })) as { items?: unknown[]; next?: string | null }
    if (!Array.isArray(found.items)) {
      yield found
      return
    }
    yield* found.items
    cursor = paged ? (found.next ?? null) : null
    if (cursor === null) return
  }
}

/** A part as the text of its file, a piece at a time. */
export async function* asText(door: Door, part: Part): AsyncGenerator<string> {
  const lines = part.file.endsWith('.jsonl')
  for await (const item of items(door, part)) yield lines ? `${JSON.stringify(item)}\n` : `${JSON.stringify(item, null, 2)}\n`
}
