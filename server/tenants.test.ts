/** Every entry that names a thing, asked by someone else for a thing that is not theirs (traps 28, 34): never 200 unless everyone may see it, never a change. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pathNames } from '../shared/contract.ts'
import { mounted } from './app.ts'
import { addRelease } from './catalogue/index.ts'
import { newId } from './foundation/clock.ts'
import { openPage } from './people/index.ts'
import { openOffer } from './shop/index.ts'
import { startPlanet, type Person, type TestPlanet } from './testing.ts'

let planet: TestPlanet
let owner: Person
let other: Person
const things: Record<string, string> = {}
const secret: Record<string, string> = {}

beforeAll(async () => {
  planet = await startPlanet()
  owner = await planet.signUp('Owner')
  other = await planet.signUp('Other')
  const organisation = await owner.call<{ id: string }>('POST', '/organisations', { name: 'Owned', kind: 'label' })
  const page = await owner.call<{ id: string }>('POST', '/pages', { kind: 'artist', name: 'Owned Artist', handle: 'owned-artist' })
  const make = (visibility: 'public' | 'draft') =>
    planet.db.transaction(tx =>
      addRelease(tx, {
        page: page.id,
        title: `A ${visibility} release`,
        kind: 'single',
        artists: [page.id],
        visibility,
        tracks: [{ title: 'One', artists: [page.id], durationMs: 60_000 }],
      }),
    )
  const open = await make('public')
  const draft = await make('draft')
  const offer = await planet.db.transaction(tx =>
    openOffer(tx, { release: open.id, by: owner.id, pricing: 'fixed', price: { amount: 3800n, currency: 'CNY' }, at: new Date() }),
  )
  const buyer = await planet.signUp('Buyer')
  const order = await buyer.call<{ id: string; lines: { id: string }[] }>('POST', '/orders', { lines: [{ offer, quantity: 1 }] })
  const sheet = await owner.call<{ id: string; hash: string }>('POST', '/split-sheets', {
    subject: open.id,
    kind: 'master',
    parties: [{ party: owner.id, role: 'vocals', shareBp: 10_000 }],
  })
  const sessions = await owner.call<{ items: { id: string }[] }>('GET', '/me/sessions')
  const account = await owner.call<{ id: string }>('POST', '/me/payout-methods', {
    currency: 'CNY',
    account: '6222000012345678',
    holder: 'Owner',
    bank: 'Bank',
    country: 'CN',
  })
  const lists = { public: newId('pls'), private: newId('pls') }
  const lines: Record<string, string> = {}
  for (const [visibility, id] of Object.entries(lists)) {
    await owner.call('POST', '/playlists', { id, name: 'Owned', visibility, tracks: open.tracks })
    const { items } = await owner.call<{ items: { id: string }[] }>('GET', `/playlists/${id}/entries`)
    lines[visibility] = items[0]!.id
  }
  Object.assign(things, { pls: lists.public, ple: lines['public'] })
  Object.assign(secret, { pls: lists.private, ple: lines['private'] })
  Object.assign(things, { rel: open.id, trk: open.tracks[0], pag: page.id, off: offer, spl: sheet.id, hash: sheet.hash })
  Object.assign(secret, {
    rel: draft.id,
    trk: draft.tracks[0],
    org: organisation.id,
    ord: order.id,
    lin: order.lines[0]!.id,
    pym: account.id,
    ses: sessions.items[0]!.id,
    usr: owner.id,
    pgc: newId('pgc'),
    rfq: newId('rfq'),
    ctr: newId('ctr'),
    lyr: newId('lyr'),
  })
  // A group that anyone reads, and one that nobody finds, each with an event, a letter and somebody who waits at the door.
  for (const [into, visibility] of [
    [things, 'public'],
    [secret, 'invite'],
  ] as const) {
    Object.assign(into, { grp: newId('grp'), gev: newId('gev'), ltr: newId('ltr'), jrq: newId('jrq') })
    const joining = visibility === 'invite' ? 'invite' : 'open'
    await owner.call('POST', '/groups', { id: into['grp'], handle: `g-${into['grp']!.slice(-8)}`, name: 'Owned', visibility, joining })
    const [startsAt, endsAt] = [1, 2].map(hours => new Date(Date.now() + hours * 3_600_000).toISOString())
    const event = { event: into['gev'], kind: 'show', title: 'Owned', startsAt, endsAt, timeZone: 'UTC', attendance: true }
    await owner.call('POST', `/groups/${into['grp']}/schedule`, event)
    await planet.db.pool.query(
      `insert into groups.letter (id, group_id, person, day, text, at) values ($1, $2, $3, current_date, 'Dear you', now())`,
      [into['ltr'], into['grp'], buyer.id],
    )
    await planet.db.pool.query(`insert into groups.request (id, group_id, person, at) values ($1, $2, $3, now())`, [
      into['jrq'],
      into['grp'],
      buyer.id,
    ])
  }
  // A page nobody owns, which somebody claims: until it is announced that is theirs and the staff's.
  const orphan = await planet.db.transaction(tx => openPage(tx, { kind: 'artist', name: 'Nobody’s', owner: null }))
  const asked = { id: secret['pgc'], words: 'It is me, as everybody can see.', links: ['https://owned.example'] }
  await owner.call('POST', `/pages/${orphan}/claims`, asked)
  // Someone proposed other words for the draft, and says they are wrong: only they and the page see it.
  await planet.db.pool.query(
    `insert into lyrics.contribution (id, recording, track, person, kind, language, timing, lines, created_at, changed_at)
     select $1, recording, id, $3, 'main', 'en', 'none', '[{"startMs":0,"endMs":0,"text":"la"}]', now(), now() from catalogue.track where id = $2`,
    [secret['ctr'], draft.tracks[0], buyer.id],
  )
  await planet.db.pool.query(
    `insert into lyrics.report (id, recording, track, person, reason, at) select $1, recording, id, $3, 'wrong', now() from catalogue.track where id = $2`,
    [secret['lyr'], draft.tracks[0], buyer.id],
  )
  await planet.db.pool.query(
    `insert into refunds.request (id, line, "order", page, buyer, currency, asked, amount, side, by, reason, state, until, created_at)
     values ($1, $2, $3, $4, $5, 'CNY', 1, 1, 'buyer', $5, 'mistake', 'asked', now() + interval '1 day', now())`,
    [secret['rfq'], secret['lin'], secret['ord'], page.id, buyer.id],
  )
})
afterAll(() => planet.close())

/** Ids by the name and the room of the path: `/releases/:id` is a release. */
function kindOf(path: string, name: string): string | undefined {
  if (name === 'person') return 'usr'
  if (name === 'line') return 'lin'
  if (name === 'track') return 'trk'
  const noun = new RegExp(`/([a-z-]+)/:${name}`).exec(path)?.[1]
  return noun === undefined
    ? undefined
    : {
        releases: 'rel',
        tracks: 'trk',
        pages: 'pag',
        artists: 'pag',
        offers: 'off',
        favourites: 'trk',
        ratings: 'trk',
        playlists: 'pls',
        entries: 'ple',
        orders: 'ord',
        'split-sheets': 'spl',
        organisations: 'org',
        sessions: 'ses',
        refunds: 'rfq',
        contributions: 'ctr',
        reports: 'lyr',
        downloads: 'lin',
        'payout-methods': 'pym',
        groups: 'grp',
        schedule: 'gev',
        letters: 'ltr',
        'join-requests': 'jrq',
        'page-claims': 'pgc',
      }[noun]
}

// A body that would be right, so that only the right to do it decides.
const bodies: Record<string, unknown> = {
  'PATCH /playlists/:id': { name: 'Taken over' },
  'POST /playlists/:id/copy': () => ({ as: newId('pls') }),
  'POST /playlists/:id/entries': () => ({ tracks: [things['trk']], duplicates: 'allow' }),
  'POST /playlists/:id/entries/move': () => ({ entries: [secret['ple']], after: null }),
  'POST /playlists/:id/entries/remove': () => ({ entries: [secret['ple']] }),
  'POST /playlists/:id/entries/restore': () => ({ entries: [secret['ple']] }),
  'PUT /playlists/:id/entries/:entry/track': () => ({ track: things['trk'] }),
  'POST /playlists/:id/collaborators': { page: 'owned-artist' },
  'POST /playlists/:id/join': { invite: 'x'.repeat(24) },
  'PUT /me/ratings/:id': { stars: 3 },
  'PATCH /releases/:id': { title: 'Taken over' },
  'PATCH /tracks/:id': { title: 'Taken over' },
  'PUT /tracks/:id/credits': { credits: [] },
  'PUT /tracks/:id/lyrics': { language: 'en', text: 'mine now' },
  'PUT /tracks/:id/lyrics/parts': { kind: 'main', language: 'en', lines: [{ startMs: 0, endMs: 0, text: 'mine now' }], base: null },
  'POST /tracks/:id/lyrics/restore': () => ({ version: newId('lyr') }),
  'PUT /tracks/:id/lyrics/lock': { locked: true },
  'POST /tracks/:id/lyrics/contributions': {
    kind: 'main',
    language: 'en',
    lines: [{ startMs: 0, endMs: 0, text: 'proposed' }],
    base: null,
  },
  'POST /tracks/:id/lyrics/reports': { reason: 'wrong' },
  'PUT /lyrics/contributions/:id': { lines: [{ startMs: 0, endMs: 0, text: 'mine now' }], base: null },
  'POST /lyrics/contributions/:id/accept': { base: null },
  'POST /lyrics/contributions/:id/refuse': { reason: 'mine now' },
  'POST /lyrics/contributions/:id/ask': { question: 'mine now' },
  'POST /lyrics/reports/:id/settle': { answer: 'mine now' },
  'PATCH /pages/:id': { name: 'Taken over' },
  'POST /pages/:page/claims': () => ({ id: newId('pgc'), words: 'This page is mine, I say.' }),
  'POST /page-claims/:id/look': { link: 'https://owned.example' },
  'POST /page-claims/:id/objections': () => ({ objection: newId('obj'), words: 'No, it is not theirs at all.' }),
  'PATCH /offers/:id': { state: 'closed' },
  'POST /split-sheets/:id/sign': () => ({ hash: things['hash'] }),
  'POST /split-sheets/:id/decline': {},
  'PATCH /organisations/:id': { name: 'Taken over' },
  'POST /orders/:id/pay': { provider: 'sandbox' },
  'PUT /orders/:id/invoice-to': { company: 'Taken over' },
  'POST /orders/:id/refund': () => ({ reason: 'mistake', lines: [{ id: newId('rfq'), line: secret['lin'] }] }),
  'POST /lines/:line/refund': { reason: 'mistake', note: 'mine now' },
  'POST /refunds/:id/decline': { answer: 'No' },
  'POST /refunds/:id/escalate': { reason: 'It is mine' },
  'POST /organisations/:id/members': () => ({ email: other.email, role: 'owner' }),
  'PATCH /organisations/:id/members/:person': { role: 'door' },
  'PATCH /groups/:id': { name: 'Taken over' },
  'POST /groups/:id/charter': { text: 'Mine now' },
  'POST /groups/:id/charter/accept': { version: 1 },
  'POST /groups/:id/agency': { page: 'owned-artist' },
  'POST /groups/:id/agency/confirm': () => ({ organisation: secret['org'] }),
  'POST /groups/:id/join': {},
  'PATCH /groups/:id/members/:person': { role: 'member' },
  'POST /groups/:id/members/:person/remove': {},
  'POST /groups/:id/invites': {},
  'POST /groups/:id/schedule': () => ({
    event: newId('gev'),
    kind: 'show',
    title: 'Mine',
    startsAt: new Date(Date.now() + 40 * 86_400_000).toISOString(),
    endsAt: new Date(Date.now() + 41 * 86_400_000).toISOString(),
    timeZone: 'UTC',
  }),
  'PATCH /schedule/:id': { title: 'Taken over' },
  'POST /schedule/:id/attend': { code: '123456' },
  'POST /schedule/:id/attendance': () => ({ person: owner.id }),
  'POST /groups/:id/letters': () => ({ letter: newId('ltr'), text: 'Dear you' }),
  'PATCH /letters/:id': { mayShow: true },
  'POST /letters/:id/answer': { text: 'Mine' },
  'POST /letters/:id/show': { shown: true },
  'POST /join-requests/:id': { accept: true },
  'PUT /groups/:id/points': { perUnit: 100, mostPerDay: 100, lotDays: 365 },
  'POST /groups/:id/points/fundings': { amount: '1000' },
  'POST /groups/:id/points/taken-out': () => ({ as: other.id, amount: '100', reason: 'Mine' }),
  'POST /groups/:id/points/grants': () => ({ person: other.id, points: 5, note: 'Mine' }),
  'POST /groups/:group/enrolments': () => ({ id: newId('enr'), file: 'x.csv', csv: 'email\nx@test.example' }),
  'POST /groups/:id/partners': () => ({ partner: newId('ptn'), name: 'Mine' }),
  'GET /groups/:group/posts/search': { q: 'tide' },
  'POST /pages/:page/goods/table': { table: 'title,sku,price\nMine,1,1', apply: true },
  'PUT /pages/:page/shipping': { handlingDays: 1, returnDays: 1, returnPaidBy: 'buyer', returnAddress: null, lowAt: 1 },
  'GET /pages/:page/carriages': () => ({ variant: newId('var'), country: 'CN' }),
  'POST /pages/:page/check-in': { code: '0000000000' },
  'POST /jobs/:line/words': () => ({ id: newId('evt'), what: 'message', text: 'Mine now' }),
  'POST /jobs/:line/extend': () => ({ id: newId('evt'), days: 3 }),
  'POST /jobs/:line/cancel': { reason: 'mine now' },
}
const mayFollow = new Set([
  'POST /pages/:id/follow',
  // A page with an owner cannot be claimed by anybody; it is there to be seen.
  'POST /pages/:page/claims',
  // Anyone may propose and report; it changes nothing that is shown.
  'POST /tracks/:id/lyrics/contributions',
  'POST /tracks/:id/lyrics/reports',
  'DELETE /pages/:id/follow',
  'PUT /me/favourites/:id',
  'DELETE /me/favourites/:id',
  'PUT /me/ratings/:id',
  'POST /playlists/:id/follow',
  'DELETE /playlists/:id/follow',
  'POST /playlists/:id/copy',
  // Who reads a group may join it; taking back what one does not have changes nothing.
  'POST /groups/:id/join',
  'DELETE /groups/:id/join',
  'DELETE /groups/:id/membership',
  'DELETE /schedule/:id/going',
])
/** Answered alike for anything: that one has no favourite says nothing of the thing. */
const says = new Set(['GET /me/favourites/:id', 'DELETE /me/favourites/:id'])

const entries = mounted
  .flatMap(({ room }) => Object.entries(room.entries))
  .filter(([address, entry]) => {
    const path = address.split(' ')[1]!
    const names = pathNames(path)
    return names.length > 0 && ['anyone', 'member'].includes(entry.access) && names.every(name => kindOf(path, name) !== undefined)
  })

const ask = async (address: string, ids: Record<string, string>): Promise<{ status: number; body: string } | undefined> => {
  const [method = '', path = ''] = address.split(' ')
  const kinds = pathNames(path).map(name => kindOf(path, name)!)
  if (kinds.some(kind => ids[kind] === undefined)) return undefined
  let filled = path
  for (const [index, name] of pathNames(path).entries()) filled = filled.replace(`:${name}`, ids[kinds[index]!]!)
  const body = bodies[address]
  const given = typeof body === 'function' ? (body as () => unknown)() : (body ?? {})
  const inQuery = method === 'GET' || method === 'DELETE'
  if (inQuery) filled += `?${new URLSearchParams(given as Record<string, string>).toString()}`
  const answer = await other.fetch(`/api/v1${filled}`, { method, ...(inQuery ? {} : { json: given }) })
  return { status: answer.status, body: await answer.text() }
}

const tables = [
  'claiming.claim',
  'claiming.link',
  'claiming.objection',
  'catalogue.release',
  'catalogue.track',
  'catalogue.lyrics',
  'lyrics.version',
  'lyrics.contribution',
  'lyrics.report',
  'lyrics.locked',
  'payouts.method',
  'groups.fan_group',
  'groups.member',
  'groups.request',
  'groups.event',
  'groups.attendance',
  'groups.letter',
  'people.page',
  'people.member',
  'people.organisation',
  'playlists.playlist',
  'playlists.entry',
  'playlists.collaborator',
  'refunds.request',
  'rights.sheet',
  'rights.signature',
  'shop.offer',
  'shop."order"',
  'shop.line',
]
const state = async (): Promise<string> =>
  (
    await planet.db.pool.query<{ h: string }>(
      `select ${tables.map(table => `(select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from ${table} t)`).join(" || '-' || ")} as h`,
    )
  ).rows[0]!.h

test.each(entries.map(([address, entry]) => ({ address, entry })))('$address by someone else', async ({ address, entry }) => {
  const before = await state()
  const method = address.split(' ')[0]
  const hidden = await ask(address, { ...secret, spl: things['spl']! })
  // What one cannot see is not there; a split sheet shows itself to its parties only.
  if (hidden !== undefined && !says.has(address)) expect(`${hidden.status} ${hidden.body}`).toMatch(/^404 /)
  const seen = await ask(address, things)
  if (seen !== undefined && !mayFollow.has(address)) {
    if (method === 'GET' && entry.access === 'anyone') expect([200, 302, 404, 409, 503]).toContain(seen.status)
    // The desk of a group that anyone reads: one sees the group, not its desk.
    else if (method === 'GET') expect(/^GET \/(?:groups|schedule)\//.test(address) ? [200, 403, 404] : [200, 404]).toContain(seen.status)
    else expect([403, 404]).toContain(seen.status)
  }
  if (!mayFollow.has(address)) expect(await state()).toBe(before)
})

test('one cannot order, download or pay through another person’s things', async () => {
  const answer = await other.fetch(`/api/v1/downloads/${secret['lin']}/zip`)
  expect(answer.status).toBe(404)
  const again = await other.fetch('/api/v1/orders', {
    method: 'POST',
    json: { id: secret['ord'], lines: [{ offer: things['off'], quantity: 1 }] },
  })
  expect([404, 409]).toContain(again.status)
})
