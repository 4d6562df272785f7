/** seating: venues, maps of their seats in versions, and halls: the capacity of one show, and who has which of it. */
import { z } from 'zod'
import { command, cursor, done, flag, limit, line, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { Plan } from './seating-shapes.ts'
import { time } from './time.ts'

export * from './seating-shapes.ts'

const count = z.number().int().min(0)
const zone = z.string().min(2).max(60)
/** Looked up, never parsed: an unknown one is answered as kept. */
const seatKey = z.string().min(5).max(20)

export const VenueCard = z.object({
  id: id('ven'),
  page: z.object({ id: id('pag'), name: z.string(), handle: z.string() }),
  name: z.string(),
  city: z.string(),
  country: z.string(),
  zone: z.string(),
  capacity: count,
  picture: z.string().nullable(),
})
export const MapCard = z.object({
  id: id('map'),
  name: z.string(),
  /** The newest one that shows can use; null before the first. */
  version: z.number().int().nullable(),
  seats: count,
  standing: count,
  /** The draft differs from that version. */
  changed: z.boolean(),
  changedAt: time,
})
export const Venue = VenueCard.extend({
  region: z.string(),
  address: z.string(),
  postcode: z.string(),
  /** Degrees; null: not known. */
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  about: z.string(),
  /** How people get in who use a wheelchair, where they park, lifts. */
  access: z.string(),
  site: z.string(),
  pictures: z.array(z.object({ asset: id('ast'), url: z.string() })),
  /** Others may hold their shows here, too. */
  shared: z.boolean(),
  state: z.enum(['open', 'archived']),
  maps: z.array(MapCard),
  can: z.object({ edit: z.boolean() }),
})
export const SeatMap = MapCard.extend({
  venue: z.object({ id: id('ven'), name: z.string() }),
  /** Rises with each saving; saving says which it stands on. */
  revision: z.number().int(),
  draft: Plan,
  versions: z.array(z.object({ version: z.number().int(), seats: count, standing: count, at: time })),
})
export const HallTier = z.object({ tier: z.string(), capacity: count, free: count, seated: z.boolean() })
export const Hall = z.object({
  id: id('hal'),
  orphans: z.boolean(),
  map: z.object({ id: id('map'), version: z.number().int(), plan: Plan }).nullable(),
  tiers: z.array(HallTier),
  /** One sign a seat, in the order of `seatsOf(plan)`: place of its tier in `tiers` in base 36, `-` not sold. Empty without a map. */
  tierAt: z.string(),
  can: z.object({ desk: z.boolean() }),
})
/** One sign a seat: f free, h held, m held by oneself, s sold, y one’s own, b blocked, - not sold here. */
export const SeatStates = z.object({ at: time, tiers: z.array(HallTier), seats: z.string() })

const givenVenue = {
  name: line(120),
  country: z.string().regex(/^[A-Z]{2}$/),
  region: text(80).default(''),
  city: line(80),
  address: text(300).default(''),
  postcode: text(16).default(''),
  zone,
  latitude: z.number().min(-90).max(90).nullable().default(null),
  longitude: z.number().min(-180).max(180).nullable().default(null),
  capacity: count.max(1_000_000),
  about: text(5000).default(''),
  access: text(2000).default(''),
  site: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(300)]).default(''),
  shared: z.boolean().default(false),
}

export const seating = room('seating', {
  'GET /venues': query({
    access: 'anyone',
    summary: 'Venues that others may hold shows in, by name; or by what is searched for in name, city and address.',
    input: { search: z.string().trim().max(80).optional(), city: z.string().trim().max(80).optional(), cursor: cursor(), limit: limit() },
    ok: page(VenueCard),
  }),
  'GET /pages/:page/venues': query({
    access: 'member',
    summary: 'All venues of a page, for who edits it; with `usable` those of others that may be used, too.',
    input: { page: id('pag'), usable: flag() },
    ok: z.object({
      items: z.array(VenueCard.extend({ state: z.enum(['open', 'archived']), shared: z.boolean(), maps: z.array(MapCard) })),
    }),
    faults: ['not_found'],
  }),
  'GET /venues/:id': query({ access: 'anyone', summary: 'A venue.', input: { id: id('ven') }, ok: Venue, faults: ['not_found'] }),
  'PUT /pages/:page/venues/:id': command({
    access: 'member',
    summary: 'Makes or changes a venue of a page under an id the client made.',
    input: { page: id('pag'), id: id('ven'), ...givenVenue },
    ok: Venue,
    faults: ['not_found', 'key_reused', 'zone_unknown', 'too_many_venues'],
  }),
  'PUT /venues/:id/state': command({
    access: 'member',
    summary: 'Puts a venue away, or takes it out again. Shows that use it stay.',
    input: { id: id('ven'), state: z.enum(['open', 'archived']) },
    ok: Venue,
    faults: ['not_found'],
  }),
  'PUT /venues/:id/pictures': stream({
    access: 'member',
    summary: 'Adds an upload to the pictures of a venue; everything but the picture is taken off.',
    input: { id: id('ven'), upload: id('upl') },
    ok: done,
    faults: ['not_found', 'not_ready', 'picture_refused', 'too_many_pictures'],
    perMinute: 30,
  }),
  'PUT /venues/:id/picture-order': command({
    access: 'member',
    summary: 'Which pictures stay, and in which order; the first is the venue’s face.',
    input: { id: id('ven'), pictures: z.array(id('ast')).max(20) },
    ok: Venue,
    faults: ['not_found'],
  }),
  'PUT /venues/:venue/maps/:id': command({
    access: 'member',
    summary: 'Makes a map of seats under an id the client made, empty or like another one, or renames it.',
    input: { venue: id('ven'), id: id('map'), name: line(80), like: id('map').optional() },
    ok: SeatMap,
    faults: ['not_found', 'key_reused', 'too_many_maps'],
  }),
  'GET /maps/:id': query({
    access: 'member',
    summary: 'A map with its draft, for who edits the venue’s page.',
    input: { id: id('map') },
    ok: SeatMap,
    faults: ['not_found'],
  }),
  'GET /maps/:id/versions/:version': query({
    access: 'member',
    summary: 'A version of a map, for who may hold a show there. It never changes.',
    input: { id: id('map'), version: z.coerce.number().int().min(1) },
    ok: z.object({ id: id('map'), version: z.number().int(), venue: id('ven'), plan: Plan }),
    faults: ['not_found'],
  }),
  'PUT /maps/:id/draft': command({
    access: 'member',
    summary: 'Saves the draft; `revision` is the one it was made from. Somebody else saved meanwhile: map_changed.',
    input: { id: id('map'), revision: z.number().int().min(0), plan: Plan },
    ok: z.object({ revision: z.number().int(), changed: z.boolean() }),
    faults: ['not_found', 'map_changed', 'map_too_large'],
    bodyLimit: 4 * 1024 * 1024,
  }),
  'POST /maps/:id/publish': command({
    access: 'member',
    summary: 'Makes the draft the newest version that shows can use. Shows on sale keep theirs. The same draft again is the same version.',
    input: { id: id('map'), revision: z.number().int().min(0) },
    ok: SeatMap,
    faults: ['not_found', 'map_changed', 'map_broken'],
  }),
  'DELETE /maps/:id': command({
    access: 'member',
    summary: 'Takes a map away from its venue. Shows that use it stay.',
    input: { id: id('map') },
    ok: done,
    faults: ['not_found'],
  }),
  'GET /halls/:id': query({
    access: 'anyone',
    summary: 'What a show has to give: its map, tiers and which seat is of which. Seen by whom the show is seen by.',
    input: { id: id('hal') },
    ok: Hall,
    faults: ['not_found'],
  }),
  'GET /halls/:id/seats': query({
    access: 'anyone',
    summary: 'Who has which seat, at this moment: one sign a seat. Read anew when the topic `hall:<id>` speaks.',
    input: { id: id('hal') },
    ok: SeatStates,
    faults: ['not_found'],
    perMinute: 600,
  }),
  'PUT /halls/:id/blocks': command({
    access: 'member',
    summary: 'Takes free seats out of the sale, or puts them back; those that are held or sold stay as they are and are named.',
    input: { id: id('hal'), seats: z.array(seatKey).min(1).max(2000), blocked: z.boolean() },
    ok: z.object({ done: z.array(z.string()), kept: z.array(z.string()) }),
    faults: ['not_found'],
  }),
})
