/** people: accounts, sessions, organisations, pages, following. Signing up and in is better-auth's at /api/auth. */
import { z } from 'zod'
import { command, cursor, done, limit, line, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { day, time } from './time.ts'

export const locale = z.enum(['en', 'zh'])
export const staffRole = z.enum(['operator', 'finance', 'reviewer'])
/** owner: everything · manager: catalogue, shop, members below owner · finance: statements and payouts · door: check-in only. */
export const orgRole = z.enum(['owner', 'manager', 'finance', 'door'])
export const pageKind = z.enum(['person', 'artist', 'business'])
/** Latin letters, digits and dashes; the address of a page. */
export const handle = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9](?:[a-z0-9-]{1,38})[a-z0-9]$/)
export const person = id('usr')
/** Someone who can be owed money: a person or an organisation. */
export const party = z.string().regex(/^(usr|org)_[0-9a-hjkmnp-tv-z]{26}$/)

const address = z.string().trim().toLowerCase().max(200).pipe(z.email())

export const Organisation = z.object({
  id: id('org'),
  name: z.string(),
  kind: z.enum(['label', 'agency', 'venue', 'brand', 'studio', 'other']),
  /** The viewer's role in it; null for others. */
  role: orgRole.nullable(),
  members: z.number().int(),
})
export const Member = z.object({ person, name: z.string(), email: z.string(), role: orgRole, since: time })

export const PageLink = z.object({ label: line(60), url: z.url({ protocol: /^https?$/ }).max(500) })
export const Page = z.object({
  id: id('pag'),
  kind: pageKind,
  name: z.string(),
  handle: z.string(),
  city: z.string().nullable(),
  bio: z.object({ zh: z.string(), en: z.string() }),
  links: z.array(PageLink),
  picture: z.string().nullable(),
  verified: z.boolean(),
  demo: z.boolean(),
  followers: z.number().int(),
  /** True when the viewer follows it. */
  followed: z.boolean(),
  /** What the viewer may do here; buttons obey it. */
  can: z.object({ edit: z.boolean() }),
  owner: z.object({ id: party, name: z.string() }).nullable(),
})
export const PageCard = z.object({
  id: id('pag'),
  kind: pageKind,
  name: z.string(),
  handle: z.string(),
  picture: z.string().nullable(),
  followers: z.number().int(),
  verified: z.boolean(),
})

export const Me = z.object({
  id: person,
  name: z.string(),
  email: z.string(),
  /** Buys without an account: the address is what they gave. */
  guest: z.boolean(),
  locale,
  roles: z.array(staffRole),
  organisations: z.array(z.object({ id: id('org'), name: z.string(), role: orgRole })),
  /** Pages the viewer may edit: their own and those of their organisations. */
  pages: z.array(z.object({ id: id('pag'), name: z.string(), handle: z.string(), kind: pageKind, picture: z.string().nullable() })),
})
/** Null: not stated. */
export const Declared = z.object({ bornOn: day.nullable(), region: z.string().nullable() })
export const Session = z.object({
  id: id('ses'),
  current: z.boolean(),
  device: z.string(),
  address: z.string().nullable(),
  createdAt: time,
  lastSeenAt: time,
  expiresAt: time,
})

/** listen: look and play · library: favourites, ratings, playlists, queue · submit: say what was heard. */
export const appKeyScope = z.enum(['listen', 'library', 'submit'])
/** A key for one music app. Its secret is shown once, when it is made. */
export const AppKey = z.object({
  id: id('key'),
  name: z.string(),
  scopes: z.array(appKeyScope),
  createdAt: time,
  expiresAt: time.nullable(),
  /** Its time is over: it opens nothing. */
  over: z.boolean(),
  lastUsedAt: time.nullable(),
  /** What the app calls itself, and the network it was last used from: never a whole address. */
  lastClient: z.string().nullable(),
  lastNetwork: z.string().nullable(),
})

const pageFields = {
  name: line(80),
  city: line(80).nullable().optional(),
  bio: z.object({ zh: text(2000), en: text(2000) }).optional(),
  links: z.array(PageLink).max(12).optional(),
}

export const people = room('people', {
  'GET /me': query({ access: 'anyone', summary: 'The signed-in person, or null.', ok: z.object({ me: Me.nullable() }) }),
  'PATCH /me': command({
    access: 'member',
    summary: 'Changes the name or the language.',
    input: { name: line(80).optional(), locale: locale.optional() },
    ok: Me,
  }),
  'GET /me/declared': query({
    access: 'member',
    summary: 'What one said of oneself for rules of age and region; shown to nobody else.',
    ok: Declared,
  }),
  'PUT /me/declared': command({
    access: 'member',
    summary: 'States one’s date of birth, once, and the region one lives in (two letters, ISO 3166).',
    input: {
      bornOn: day.optional(),
      region: z
        .string()
        .regex(/^[A-Z]{2}$/)
        .nullable()
        .optional(),
    },
    ok: Declared,
    faults: ['born_on_fixed', 'invalid'],
    perMinute: 20,
  }),
  'GET /me/sessions': query({ access: 'member', summary: 'Where one is signed in.', ok: z.object({ items: z.array(Session) }) }),
  'DELETE /me/sessions/:id': command({
    access: 'member',
    summary: 'Signs one device out, now.',
    input: { id: id('ses') },
    ok: done,
    faults: ['not_found'],
  }),
  'DELETE /me/sessions': command({ access: 'member', summary: 'Signs every other device out.', ok: z.object({ ended: z.number().int() }) }),

  'GET /me/app-keys': query({
    access: 'member',
    summary: 'Keys of one’s music apps, newest first.',
    ok: z.object({ items: z.array(AppKey) }),
  }),
  'POST /me/app-keys': stream({
    access: 'member',
    summary: 'Makes a key for a music app. `secret` is shown this once.',
    input: { id: id('key').optional(), name: line(60), scopes: z.array(appKeyScope).min(1).max(3), expiresAt: time.nullable().optional() },
    ok: z.object({ key: AppKey, secret: z.string() }),
    faults: ['too_many_keys', 'key_reused'],
    perMinute: 30,
  }),
  'DELETE /me/app-keys/:id': command({
    access: 'member',
    summary: 'Revokes a key: the app is out at once, also while it plays.',
    input: { id: id('key') },
    ok: done,
    faults: ['not_found'],
  }),

  'GET /me/organisations': query({
    access: 'member',
    summary: 'Organisations one belongs to.',
    ok: z.object({ items: z.array(Organisation) }),
  }),
  'POST /organisations': command({
    access: 'member',
    summary: 'Opens an organisation; one becomes its owner.',
    input: { id: id('org').optional(), name: line(80), kind: Organisation.shape.kind },
    ok: Organisation,
    faults: ['key_reused'],
  }),
  'GET /organisations/:id': query({
    access: 'member',
    summary: 'An organisation one belongs to.',
    input: { id: id('org') },
    ok: Organisation,
    faults: ['not_found'],
  }),
  'PATCH /organisations/:id': command({
    access: 'member',
    summary: 'Renames it (owner, manager).',
    input: { id: id('org'), name: line(80) },
    ok: Organisation,
    faults: ['not_found', 'forbidden'],
  }),
  'GET /organisations/:id/members': query({
    access: 'member',
    summary: 'Its members, for members.',
    input: { id: id('org') },
    ok: z.object({ items: z.array(Member) }),
    faults: ['not_found'],
  }),
  'POST /organisations/:id/members': command({
    access: 'member',
    summary: 'Adds a person by e-mail (owner; manager for roles below).',
    input: { id: id('org'), email: z.email().max(200), role: orgRole },
    ok: Member,
    faults: ['not_found', 'forbidden', 'no_such_person', 'already_member'],
    perMinute: 30,
  }),
  'PATCH /organisations/:id/members/:person': command({
    access: 'member',
    summary: 'Changes a role.',
    input: { id: id('org'), person, role: orgRole },
    ok: Member,
    faults: ['not_found', 'forbidden', 'last_owner'],
  }),
  'DELETE /organisations/:id/members/:person': command({
    access: 'member',
    summary: 'Removes a member, or oneself.',
    input: { id: id('org'), person },
    ok: done,
    faults: ['not_found', 'forbidden', 'last_owner'],
  }),

  'GET /pages': query({
    access: 'anyone',
    summary: 'Pages, most followed first.',
    input: { kind: pageKind.optional(), cursor: cursor(), limit: limit() },
    ok: page(PageCard),
  }),
  'POST /pages': command({
    access: 'member',
    summary: 'Opens a page, for oneself or for an organisation (owner, manager).',
    input: { id: id('pag').optional(), kind: pageKind, handle, organisation: id('org').optional(), ...pageFields },
    ok: Page,
    faults: ['name_taken', 'key_reused', 'not_found', 'forbidden'],
  }),
  'GET /pages/:id': query({
    access: 'anyone',
    summary: 'A page by id or handle.',
    input: { id: z.string().min(3).max(60) },
    ok: Page,
    faults: ['not_found'],
  }),
  'PATCH /pages/:id': command({
    access: 'member',
    summary: 'Changes a page one may edit.',
    input: { id: id('pag'), ...pageFields, name: line(80).optional(), picture: id('ast').nullable().optional() },
    ok: Page,
    faults: ['not_found', 'own_page_only'],
  }),
  'POST /pages/:id/follow': command({
    access: 'member',
    summary: 'Follows a page; twice is once.',
    input: { id: id('pag') },
    ok: Page,
    faults: ['not_found'],
  }),
  'DELETE /pages/:id/follow': command({
    access: 'member',
    summary: 'Stops following.',
    input: { id: id('pag') },
    ok: Page,
    faults: ['not_found'],
  }),
  'GET /me/follows': query({
    access: 'member',
    summary: 'Pages one follows, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(PageCard),
  }),

  'POST /checkout/guest': stream({
    access: 'anyone',
    summary: 'Begins buying without an account: a session for whoever gives an address for the receipt. A member stays who they are.',
    input: { email: address, name: line(80).optional() },
    ok: z.object({ guest: z.boolean(), contact: z.string() }),
    perMinute: 20,
  }),
  'POST /checkout/open': stream({
    access: 'anyone',
    summary:
      'Opens a guest’s things on this device with the link of a mail. member: they have a password by now; other: someone else is signed in here (`leave` signs them out).',
    input: { token: z.string().max(300), leave: z.boolean().default(false) },
    ok: z.object({ state: z.enum(['open', 'member', 'other']) }),
    faults: ['link_over'],
    perMinute: 30,
  }),
  'POST /checkout/keep': stream({
    access: 'anyone',
    summary: 'Makes a guest a member: the link of a mail proves the address, a password is chosen. Their other sessions end.',
    input: { token: z.string().max(300), password: z.string().min(8).max(128), name: line(80).optional() },
    ok: done,
    faults: ['link_over', 'email_taken'],
    perMinute: 10,
  }),
  'POST /checkout/link': command({
    access: 'anyone',
    summary: 'Sends the links to what was bought without an account to this address, if there is any.',
    input: { email: address },
    ok: done,
    perMinute: 6,
  }),
})
