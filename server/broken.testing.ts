/** For checks.test.ts: a small world in which all that moves money has happened, and for every check a way to break the data behind it. */
import { randomUUID } from 'node:crypto'
import { clock, newId } from './foundation/clock.ts'
import { until } from './foundation/testing.ts'
import { joinNow } from './groups/index.ts'
import { placeHold } from './ledger/index.ts'
import { cooledMethod, runBatch } from './payouts/payouts.testing.ts'
import { fundPast, giveBackPoints, grantPoints, openBudget, payOut, spendPoints, takeBackPoints } from './points/index.ts'
import { bank, bought, sellShared } from './refunds/refunds.testing.ts'
import type { Person, TestPlanet } from './testing.ts'

/** A group with a budget: points given, spent, given back, taken back, and a reward paid. */
async function makePoints(planet: TestPlanet, host: Person, fan: Person): Promise<void> {
  const group = newId('grp')
  await host.call('POST', '/groups', { id: group, name: 'Fans', handle: 'fans-of-checks' })
  await planet.db.transaction(async tx => {
    await joinNow(tx, { group, person: fan.id, how: 'open' })
    await openBudget(tx, { group, by: host.id })
    await fundPast(tx, { group, by: host.id, amount: 10_000n, at: clock.now() })
    const of = { group, person: fan.id }
    await grantPoints(
      tx,
      [1, 2, 3].map(n => ({ ...of, points: 100, key: `check:${n}`, cause: 'test:x' })),
    )
    for (const key of ['one', 'two', 'three']) await spendPoints(tx, { ...of, points: 40, key, cause: 'test:x' })
    await giveBackPoints(tx, { key: 'one', reason: 'sold out' })
    await payOut(tx, { group, key: 'two', cost: 25n, to: host.id })
    await takeBackPoints(tx, [{ key: 'check:2', reason: 'not heard' }])
  })
  const mission = newId('msn')
  await host.call('POST', '/missions', {
    id: mission,
    group,
    event: 'check_in',
    nameEn: 'Say hello',
    target: 1,
    points: 10,
    every: 'daily',
  })
  await host.call('POST', `/missions/${mission}/open`)
  await fan.call('POST', `/groups/${group}/check-in`)
}

/** Sold, refunded, disputed (open, won, lost), paid out (paid, on its way), put on hold, reconciled with differences (open, written off), proven. */
export async function makeWorld(planet: TestPlanet): Promise<void> {
  const [seller, second] = await Promise.all([planet.signUp('Seller'), planet.signUp('Second')])
  const [one, two] = [await planet.staff('finance'), await planet.staff('finance')]
  const { offer, page } = await sellShared(planet, seller, [
    [seller.id, 6000],
    [second.id, 4000],
  ])
  const buyer = async (): Promise<Person> => planet.signUp('Buyer')
  for (let n = 0; n < 3; n++) await bought(await buyer(), [[offer, 40_000n]])
  await cooledMethod(planet, seller)
  await seller.call('PUT', '/me/payout-schedule', { schedule: 'on_demand' })
  await seller.call('POST', '/me/payouts', { currency: 'CNY' })
  const paid = await runBatch(one, two)
  await one.call('POST', `/console/payout-batches/${paid.id}/confirm`, { reason: 'the bank says so' })
  await bought(await buyer(), [[offer, 40_000n]])
  await seller.call('POST', '/me/payouts', { currency: 'CNY' })
  await runBatch(one, two)
  await bought(await buyer(), [[offer, 40_000n]])
  const back = await buyer()
  const { line } = await bought(back, [[offer, 3800n]])
  const { id } = await back.call<{ id: string }>('POST', '/refunds', { line, reason: 'mistake', note: 'Please' })
  await seller.call('POST', `/refunds/${id}/approve`, {})
  for (const outcome of ['dispute_won', 'dispute_lost', null]) {
    const payer = await buyer()
    const { charge } = await bought(payer, [[offer, 5000n]])
    await bank(payer, charge, 'dispute')
    if (outcome) await bank(payer, charge, outcome)
  }
  const { pool } = planet.db
  const count = async (query: string): Promise<number> => Number((await pool.query<{ count: string }>(query)).rows[0]!.count)
  await until(async () => (await count(`select count(*) from payments.dispute where state <> 'open'`)) === 2, 'the disputes')
  await until(async () => (await count(`select count(*) from payments.dispute`)) === 3, 'the open dispute')
  await until(async () => (await count(`select count(*) from payments.refund where state = 'done'`)) >= 1, 'the refund')
  await planet.db.transaction(tx =>
    placeHold(tx, { owner: second.id, asset: 'CNY', cause: `staff:${one.id}`, reason: 'review', note: 'x', amount: 100n }),
  )
  await seller.call('POST', `/pages/${page}/follow`).catch(() => undefined)

  await makePoints(planet, seller, await planet.signUp('Fan'))
  const base = '/console/reconciliation'
  await one.call('POST', `${base}/reports`, {
    source: 'bank:main',
    name: 'b.csv',
    text: 'date,amount,ref\n2026-01-01,1.00,a1\n2026-01-02,2.00,a2\n2026-01-03,3.00,a3\n',
  })
  await one.call('POST', `${base}/fetch`, { source: 'provider:sandbox', day: new Date().toISOString().slice(0, 10) })
  await until(async () => (await count(`select count(*) from reconciliation.report`)) === 2, 'the report')
  const { items } = await one.call<{ items: { id: string }[] }>('GET', `${base}/exceptions?source=bank:main`)
  await one.call('POST', `${base}/exceptions/${items[0]!.id}/write-off`, { reason: 'interest' })
  await two.call('POST', `${base}/exceptions/${items[0]!.id}/confirm`, { reason: 'seen' })
  await one.call('POST', '/console/proof', {})
  await until(
    async () =>
      (await count(
        `select (select count(*) from graphile_worker.jobs where run_at <= now()) + (select count(*) from house.gathered) as count`,
      )) === 0,
    'all work',
  )
}

const transfer = (kind: string, cause: string, key = `broken:${randomUUID()}`, at = 'now()'): string =>
  `insert into ledger.transfer (id, key, kind, cause, at) select max(id) + 1, '${key}', '${kind}', '${cause}', ${at} from ledger.transfer`
const first = (table: string, where = 'true'): string => `ctid = (select ctid from ${table} where ${where} limit 1)`
const account = (owner: string, purpose: string, change: string): string =>
  `update ledger.account set ${change} where ctid = (select ctid from ledger.account where owner like '${owner}' and purpose = '${purpose}' and asset = 1 order by balance desc limit 1)`
const entry = (owner: string, purpose: string, kind = '%', change = 'amount = e.amount + 1'): string =>
  `update ledger.entry e set ${change} from ledger.account a, ledger.transfer t where a.id = e.account and t.id = e.transfer and a.owner like '${owner}' and a.purpose = '${purpose}' and t.kind like '${kind}'`

const shortfall = (rest: string): string =>
  `insert into refunds.shortfall (id, kind, cause, line, owner, currency, amount, state, reason, by, until, decided_at, created_at)
  values ('sht_00000000000000000000000000', 'refund', 'rfq_x', 'lin_x', 'usr_x', 'CNY', 5, ${rest}, now())`
const claim = `with p as (insert into settlement.proposal (id, kind, content, request, subject, reason, proposed_by, proposed_at)
    values ('prp_x', 'claim', '{}', repeat('0', 64), 'clm_x', 'because', 'usr_x', now()))
  insert into settlement.claim (id, kind, subject, name, share_bp, currency, taken, valid_from, state, proposal) values ('clm_x', 'recoupment', 'rel_x', 'x', 1, 'CNY', 5, now(), 'agreed', 'prp_x')`

/** A pool with one period that nothing stands behind. */
const pool = (state: string, closed: string): string =>
  `with made as (insert into royalties.pool (id, name, currency, monthly, every, grace_hours, starts, state, request)
      values ('pol_00000000000000000000000000', 'x', 'CNY', 5, 'month', 0, '2026-01-01', 'running', repeat('x', 64)) returning id)
   insert into royalties.period (pool, name, starts, ends, closes_at, amount, state, gathered_at, closed_at, shared)
   select id, '2026-01', '2026-01-01', '2026-02-01', '2026-02-01', 5, '${state}', ${closed} from made`
/** A post on the first page. */
const brokenPost = `insert into feed.place (id, last_at) select id, now() from people.page order by id limit 1;
    insert into feed.post (id, place, author, at, text, announced_at) select 'pst_x', l.id, p.id, now(), 'x', now() from feed.place l, people.person p order by p.id limit 1;`
/** A booking that is on; `taken`: what nobody else can have. */
const brokenBooking = (taken: string): string =>
  `insert into bookings.booking (id, resource, no, page, kind, person, state, starts_at, ends_at, taken, currency, amount, code, created_at, changed_at)
   values ('bkg_x', 'res_x', 999, 'pag_x', 'order', 'usr_x', 'confirmed', now(), now() + interval '1 hour', ${taken}, 'CNY', 5, 'ZZZZZZZZZZ', now(), now());`
/** A reward of the first group; `kind` and `stock` as told. */
const brokenReward = (taken: number, kind = 'experience'): string =>
  `insert into rewards.reward (id, group_id, kind, title, points, cost, stock, taken, created_by, terms_by, created_at, changed_at)
    select 'rwd_x', id, '${kind}', 'X', 1, 0, 9, ${taken}, founder, founder, now(), now() from groups.fan_group order by id limit 1;`
const brokenExchange = (cause: string, state: string): string =>
  `insert into rewards.exchange (id, reward, group_id, person, cause, raffle, quantity, points, cost, request, state, at, changed_at)
    select 'xch_x', 'rwd_x', id, founder, '${cause}', ${cause === 'raffle' ? `'raf_x'` : 'null'}, 1, ${cause === 'raffle' ? 0 : 5}, 0, repeat('0', 64), '${state}', now(), now() from groups.fan_group order by id limit 1;`
/** A raffle of the first group; published, with what is told set. */
const brokenRaffle = (change: string): string =>
  `insert into raffles.raffle (id, group_id, title, opens_at, closes_at, draw_by, points, created_by, created_at, changed_at)
    select 'raf_x', id, 'X', now() - interval '3 hours', now() + interval '1 hour', now() + interval '2 hours', 5, founder, now(), now() from groups.fan_group order by id limit 1;
    update raffles.raffle set state = 'open', commitment = repeat('0', 64), rules = 'x', rules_digest = encode(sha256(convert_to('x', 'UTF8')), 'hex'), published_by = created_by, published_at = now(), ${change} where id = 'raf_x';`
const brokenEntry = `insert into raffles.entrant (raffle, person, tag, salt, tickets) select 'raf_x', founder, repeat('0', 24), repeat('0', 32), 1 from groups.fan_group order by id limit 1;
    insert into raffles.entry (id, raffle, person, first, tickets, points, at) select 'rtk_x', 'raf_x', founder, 1, 1, 5, now() from groups.fan_group order by id limit 1;`
const brokenParcel = (state: string): string =>
  `insert into shipping.parcel (id, purpose, subject, sender, person, title, quantity, address, state, carrier, sent_at, created_at, changed_at)
    select 'pcl_x', 'order', 'lin_x', 'usr_x', id, 'X', 1, '{}', '${state}', 'X', now() - interval '40 days', now(), now() from people.person order by id limit 1`
const brokenVariant = (stock: number, reserved: number): string =>
  `insert into goods.variant (id, product, page, price, stock, reserved) values ('var_x', 'prd_x', 'pag_x', 1, ${stock}, ${reserved})`
const brokenSold = `insert into goods.sold (line, "order", page, product, variant, buyer, quantity, physical, open, at)
    values ('lin_x', 'ord_x', 'pag_x', 'prd_x', 'var_x', 'usr_x', 1, true, 1, now())`
/** A ticket as told, with or without the steps that made it. */
const brokenTicket = (state: string, more = '', extra = ''): string =>
  `insert into tickets.ticket (id, show, tier, tier_name, face_value, paid, currency, code, state, issued_at, changed_at${more === '' ? '' : `, ${more}`}) values ('tkt_x', 'sho_x', 'tir_x', 'X', 5, 5, 'CNY', 'AAAAAAAAAA', '${state}', now(), now()${extra})`
const brokenScan = (id: string, at: string, verdict: string): string =>
  `insert into door.scan (id, show, device, kind, subject, how, said_at, at, received_at, verdict) values ('${id}', 'sho_x', 'dev_x', 'admit', 'tkt_x', 'camera', now(), ${at}, now(), '${verdict}')`
const brokenAdmission = `insert into door.admission (scan, show, subject, slot, device, at, seq) values ('scn_x', 'sho_x', 'tkt_x', 0, 'dev_x', now(), 7)`
/** A claim of the first page that nobody owns (made here), as told. */
const brokenClaim = (id: string, rest: string, n = 'x'): string =>
  `insert into people.page (id, kind, name, handle) values ('pag_broken', 'artist', 'X', 'broken-x') on conflict do nothing;
    insert into claiming.claim (id, page, person, words, code, request, at, state, announced_by, announced_at, ends_at, contested_at, contested_why, decided_by, closed_at)
    select '${id}', 'pag_broken', ${n === 'x' ? 'min(id)' : '(array_agg(id order by id))[3]'}, repeat('x', 20), 'planet-0000-${n.toUpperCase().repeat(4)}', repeat('0', 64), now() - interval '30 days', ${rest} from people.person;`
/** By check: SQL that makes its statement untrue, run with all triggers off. */
export const breaks: Record<string, string> = {
  'people.followers': `update people.page set followers = followers + 1`,
  'people.owners': `insert into people.organisation (id, name, kind, created_at) values ('org_00000000000000000000000000', 'Nobody’s', 'label', now())`,
  'ledger.transfers_balance': entry('usr%', 'available'),
  'ledger.entries_belong': `delete from ledger.transfer where ${first('ledger.transfer')}`,
  'ledger.balances': account('usr%', 'available', 'balance = balance + 1'),
  'ledger.versions': account('usr%', 'available', 'version = version + 1'),
  'ledger.assets_sum_to_zero': account('usr%', 'available', 'balance = balance + 1'),
  'ledger.holds': account('usr%', 'held', 'balance = 0'),
  'ledger.hold_parts': `update ledger.hold set released = 1 where captured + released < amount`,
  'ledger.chain': `update ledger.batch set hash = sha256('x') where place = 2`,
  'ledger.sealed': `insert into ledger.batch (id, count, digest, at) values (0, 1, sha256('x'), now() - interval '2 hours')`,
  'ledger.content': `update ledger.transfer set note = 'Another song' where ${first('ledger.transfer', "kind = 'settle'")}`,
  'ledger.content_all': `update ledger.transfer set note = 'Another song' where ${first('ledger.transfer', "kind = 'settle'")}`,
  'ledger.checkpoints': `with k as (insert into ledger.signing_key (id, public) values ('0000000000000000', sha256('k')))
    insert into ledger.checkpoint (place, hash, at, key, signature) select 1, sha256('x'), now(), '0000000000000000', sha256('a') || sha256('b')`,
  'payments.refunded': `update payments.payment set refunded = refunded + 1 where state = 'paid' and refunded + disputed < amount`,
  'payments.reported': `delete from payments.event where outcome = 'paid'`,
  'payments.refunds_sent': `update payments.refund set state = 'asked', done_at = null, created_at = now() - interval '2 days'`,
  'payments.sandbox': `update payments.sandbox_charge set fee = fee + 1 where state = 'paid'`,
  'payments.disputed': `update payments.dispute set state = 'open', closed_at = null`,
  'payments.refunding': `update payments.refund set state = 'asked', done_at = null`,
  'payouts.paying': `update payouts.payout set state = 'paid', paid_at = now(), ended_at = now() where state = 'paying'`,
  'payouts.paid': `update payouts.payout set state = 'paid', paid_at = now(), ended_at = now() where state = 'paying'`,
  'payouts.causes': `update payouts.payout set state = 'returned', reason = 'closed', ended_at = now() where state = 'paying'`,
  'payouts.four_eyes': `update payouts.batch set state = 'submitted', approved_by = null, approved_at = null, done_at = null where state = 'done'`,
  'payouts.threshold': `update payouts.method set usable_from = now() + interval '9 days'`,
  'payouts.batches': `update payouts.batch set state = 'approved', done_at = null where state = 'done'`,
  'payouts.sent': `update payouts.payout set route = 'sandbox', approved_at = now() - interval '3 days' where state = 'paying'`,
  'payouts.withheld': `update payouts.payout set withheld = 1, tax_code = 'wht' where state in ('paying', 'paid')`,
  'payouts.months': `insert into payouts.period (month, proposed_by, proposed_at, closed_by, closed_at) select to_char(now(), 'YYYY-MM'), 'a', now(), 'b', now()`,
  'invoices.numbers': `update invoices.series set last = last + 1`,
  'invoices.sums': `insert into invoices.line (invoice, position, line, title, quantity, unit, discount, amount) select id, 90, 'lin_00000000000000000000000000', 'x', 1, 1, 0, 1 from invoices.invoice limit 1`,
  'invoices.credited': `update invoices.line set amount = amount + 1`,
  'refunds.lines': `update refunds.request set amount = amount - 1 where state = 'done'`,
  'refunds.sent': `update refunds.request set amount = amount - 1 where state = 'done'`,
  'refunds.clawbacks': `update refunds.give set amount = amount + 1 where state = 'given'`,
  'refunds.shares': `update refunds.give set amount = amount + 1 where state = 'given'`,
  'refunds.receivables': shortfall(`'receivable', 'r', 'usr_y', null, now()`),
  'refunds.shortfalls': shortfall(`'open', null, null, now() + interval '1 day', null`),
  'refunds.frozen': `update shop.line set frozen = true where state = 'settled'`,
  'refunds.disputes': `delete from refunds.dispute where state = 'open'`,
  'refunds.holds': `update refunds.aside set cause = 'rfq_00000000000000000000000000' where hold is not null`,
  'refunds.reserve': `insert into refunds.tranche (party, currency, version, income, amount, release_at, created_at) values ('usr_x', 'CNY', 1, 10, 1, now(), now())`,
  'refunds.in_time': shortfall(`'open', null, null, now() - interval '2 days', null`),
  'settlement.claims_taken': claim,
  'settlement.caps': claim,
  'settlement.versions': `delete from settlement.waterfall_step where step = 'split'`,
  'settlement.four_eyes': claim,
  'settlement.followed': entry('usr%', 'available', 'settle'),
  'settlement.accruals': `update ledger.account set owner = 'pool:accruals' where ${first('ledger.account', "owner like 'usr%' and purpose = 'available'")}`,
  'shop.totals': `update shop."order" set total = total + 1`,
  'shop.states': `update shop.line set state = 'waiting', paid_at = null, settled_at = null, plan = null where ${first('shop.line', "state = 'settled'")}`,
  'shop.paid': `update shop."order" set paid_at = null, state = 'placed' where state = 'settled'`,
  'shop.escrow': entry('escrow:%', 'escrow', 'pay'),
  'shop.causes': `update ledger.transfer set cause = 'line:lin_00000000000000000000000000' where kind = 'settle'`,
  'shop.owned': `delete from shop.ownership`,
  'shop.settled': `update shop.line set state = 'held', due_at = now() - interval '2 hours', settled_at = null, plan = null where ${first('shop.line', "state = 'settled'")}`,
  'listening.counts': `insert into listening.track_day (track, day, plays) values ('trk_x', current_date, 3)`,
  'listening.plays': `insert into listening.track_count (track, plays, plays30d) values ('trk_x', 3, 3)`,
  'lyrics.flags': `update catalogue.recording set has_lyrics = true`,
  'lyrics.hands': `with v as (insert into lyrics.version (id, recording, kind, language, timing, lines, source, created_at)
      select 'lyr_x', recording, 'main', 'en', 'none', '[{"text":"la"}]', 'community', now() from catalogue.track limit 1 returning id)
    insert into lyrics.contribution (id, recording, track, person, kind, language, timing, lines, state, reviewer, version, created_at, changed_at, decided_at)
    select 'ctr_x', t.recording, t.id, p.ids[1], 'main', 'en', 'none', '[{"text":"la"}]', 'accepted', p.ids[2], v.id, now(), now(), now()
    from v, (select array_agg(id) as ids from people.person) p, (select id, recording from catalogue.track limit 1) t`,
  'groups.members': `insert into groups.fan_group (id, handle, name, kind, founder, members, charter, created_at, changed_at) select 'grp_x', 'broken-x', 'X', 'fans', id, 3, 0, now(), now() from people.person limit 1`,
  'groups.owners': `insert into groups.fan_group (id, handle, name, kind, founder, members, charter, created_at, changed_at) select 'grp_x', 'broken-x', 'X', 'fans', id, 0, 0, now(), now() from people.person limit 1`,
  'groups.charters': `insert into groups.fan_group (id, handle, name, kind, founder, members, charter, created_at, changed_at) select 'grp_x', 'broken-x', 'X', 'fans', id, 0, 2, now(), now() from people.person limit 1`,
  'groups.activity': `with g as (insert into groups.fan_group (id, handle, name, kind, founder, members, charter, created_at, changed_at) select 'grp_x', 'broken-x', 'X', 'fans', id, 1, 0, now(), now() from people.person limit 1 returning id, founder)
    insert into groups.member (group_id, person, role, since, active_at, activity) select id, founder, 'owner', now(), now(), 7 from g`,
  'groups.events': `with g as (insert into groups.fan_group (id, handle, name, kind, founder, members, charter, created_at, changed_at) select 'grp_x', 'broken-x', 'X', 'fans', id, 0, 0, now(), now() from people.person limit 1 returning id)
    insert into groups.event (id, group_id, kind, title, starts_at, ends_at, time_zone, attend_secret, going, created_at, changed_at)
    select 'gev_x', id, 'show', 'X', now(), now(), 'UTC', repeat('x', 20), 3, now(), now() from g`,
  'shipping.steps': brokenParcel('to_pack'),
  'shipping.late': brokenParcel('sent'),
  'goods.reserved': brokenVariant(5, 2),
  'goods.stock': brokenVariant(5, 0),
  'goods.lines': brokenSold,
  'goods.parcels': `insert into goods.sending (id, "order", page, buyer, created_at) values ('snd_x', 'ord_x', 'pag_x', 'usr_x', now())`,
  'seating.pools': `insert into seating.pool (hall, tier, seated, capacity, sold, free) values ('hal_x', 'a', false, 2, 1, 1)`,
  'seating.seats': `insert into seating.pool (hall, tier, seated, capacity, free) values ('hal_x', 'a', true, 2, 2)`,
  'coupons.used': `insert into coupons.coupon (id, page, name, code, amount, currency, used, created_by, created_at, changed_at) select 'cpn_x', 'pag_x', 'X', 'XXX', 1, 'CNY', 3, id, now(), now() from people.person limit 1`,
  'coupons.taken_off': `insert into coupons.use ("order", coupon, code, person, amount, at) select id, 'cpn_x', 'XXX', buyer, 5, now() from shop."order" limit 1`,
  'coupons.gift_cards': `insert into coupons.gift_card (id, line, place, buyer, amount, currency, design, state, created_at, changed_at) values ('gft_x', 'lin_x', 0, 'usr_x', 5, 'CNY', 'moon', 'active', now(), now())`,
  'coupons.release_codes': `insert into coupons.release_series (id, release, page, name, made, created_by, created_at) select 'rdc_x', 'rel_x', 'pag_x', 'X', 2, id, now() from people.person limit 1`,
  'services.taken': `insert into services.product (id, page, title, amount, currency, taken, valid_days, created_by, created_at, changed_at) select 'vou_x', 'pag_x', 'X', 5, 'CNY', 1, 9, id, now(), now() from people.person limit 1`,
  'services.jobs': `insert into services.job (line, product, page, buyer, title, amount, currency, brief, due_at, revisions, accept_days, at, changed_at) values ('lin_x', 'svc_x', 'pag_x', 'usr_x', 'X', 5, 'CNY', '[]', now(), 1, 1, now(), now())`,
  'services.members': `insert into services.member (person, page, since, months, until) values ('usr_x', 'pag_x', now(), 3, now())`,
  'services.vouchers': `insert into services.voucher (id, line, product, page, person, code, worth, used, paid, currency, until, at) values ('vch_x', 'lin_x', 'vou_x', 'pag_x', 'usr_x', 'X', 2, 1, 5, 'CNY', now(), now())`,
  'storefront.ratings': `insert into storefront.rating (subject, count, stars, by_stars) values ('rel_x', 2, 7, '{0,0,1,1,0}')`,
  'storefront.reviews': `insert into storefront.review (id, line, subject, page, kind, title, person, stars, text, request, at, changed_at)
    values ('rev_x', 'lin_x', 'rel_x', 'pag_x', 'digital', 'X', 'usr_x', 5, '', repeat('0', 64), now(), now())`,
  'shows.places': `insert into shows.reservation (line, "order", show, tier, hold, buyer, quantity, unit, state, at, sold_at)
    values ('lin_x', 'ord_x', 'sho_x', 'tir_x', 'sth_x', 'usr_x', 1, 5, 'sold', now(), now())`,
  'shows.limits': `insert into shows.buyer (show, person, tickets) values ('sho_x', 'usr_x', 3)`,
  'shows.offers': `insert into shows.waiting (id, show, tier, person, count, state, rank, hold, offered, until, at, changed_at)
    values ('wtl_x', 'sho_x', 'tir_x', 'usr_x', 1, 'offered', 1, 'sth_x', 1, now() + interval '1 hour', now(), now())`,
  'shows.cancelled': `with s as (insert into shows.show (id, page, title, place, city, country, zone, starts_at, ends_at, state, reason, created_at, changed_at)
      values ('sho_x', 'pag_x', 'X', 'X', 'X', 'CN', 'UTC', now(), now() + interval '1 hour', 'cancelled', 'gone', now(), now() - interval '2 hours') returning id)
    insert into tickets.ticket (id, show, tier, tier_name, face_value, paid, currency, code, issued_at, changed_at)
    select 'tkt_x', s.id, 'tir_x', 'X', 5, 5, 'CNY', 'AAAAAAAAAA', now(), now() from s`,
  'shows.lottery': `insert into shows.lottery (show, opens_at, closes_at, state, places, commitment, rules, rules_digest)
    values ('sho_x', now() - interval '3 days', now() - interval '2 days', 'open', 1, repeat('a', 64), 'x', encode(sha256('x'), 'hex'))`,
  'tickets.turns': brokenTicket('issued', 'turn', ', 3'),
  'tickets.lines': `with l as (update shop.line set state = 'waiting', paid_at = null, settled_at = null, plan = null where ${first('shop.line', "state = 'settled' and amount > 0")} returning id)
    insert into tickets.ticket (id, show, tier, tier_name, line, origin, face_value, paid, currency, code, issued_at, changed_at)
    select 'tkt_x', 'sho_x', 'tir_x', 'X', id, id, 5, 5, 'CNY', 'AAAAAAAAAA', now(), now() from l`,
  'tickets.offered': brokenTicket('offered'),
  'door.used': brokenTicket('used', 'used_at', ', now()'),
  'door.earliest': `${brokenScan('scn_x', 'now()', 'admitted')}; ${brokenScan('scn_y', `now() - interval '1 hour'`, 'double')};
    insert into door.conflict (show, subject, won, lost, seq, at) values ('sho_x', 'tkt_x', 'scn_x', 'scn_y', 1, now())`,
  'door.counted': brokenAdmission,
  'deals.pots': `insert into deals.payment (id, show, kind, amount, currency, parts, at) values ('dea_x', 'sho_x', 'rest', 5, 'CNY', '[{"party":"usr_x","side":"organiser","amount":"5"}]', now())`,
  'deals.signed': `insert into deals.deal (id, show, kind, version, organiser, artist, currency, body, text, hash, state, created_by, created_at, closed_at)
    values ('dea_x', 'sho_x', 'terms', 1, 'usr_x', 'usr_y', 'CNY', '{}', 'x', repeat('0', 64), 'signed', 'usr_x', now(), now())`,
  'bookings.taken': brokenBooking(`tstzrange(now(), now() + interval '1 minute')`),
  'bookings.paid': `${brokenBooking(`tstzrange(now(), now() + interval '1 hour')`)}
    insert into bookings.charge (line, booking, purpose, amount, at) select id, 'bkg_x', 'first', 5, now() from shop.line where state = 'settled' limit 1`,
  'rewards.stock': brokenReward(3),
  'rewards.points': `${brokenReward(1)} ${brokenExchange('points', 'waiting')}`,
  'rewards.handed': `${brokenReward(1, 'goods')} ${brokenExchange('raffle', 'waiting')}`,
  'raffles.tickets': brokenRaffle('tickets = 3, people = 1'),
  'raffles.digest': `${brokenRaffle(`about = 'X'`)} update raffles.raffle set state = 'closed', digest = repeat('0', 64) where id = 'raf_x'`,
  'raffles.points': `${brokenRaffle('tickets = 1, people = 1')} ${brokenEntry}`,
  'raffles.drawn': brokenRaffle(`closes_at = now() - interval '2 hours', draw_by = now() - interval '90 minutes'`),
  'raffles.passed': `insert into raffles.win (raffle, place, prize, ticket, person, exchange, at, instead) values ('raf_x', 2, 1, 1, 'usr_x', 'xch_x', now(), 1)`,
  'playlists.entries': `insert into playlists.playlist (id, owner, name, entries, created_at, changed_at) select 'pls_x', id, 'X', 3, now(), now() from people.person limit 1`,
  'playlists.followers': `insert into playlists.playlist (id, owner, name, followers, created_at, changed_at) select 'pls_x', id, 'X', 3, now(), now() from people.person limit 1`,
  'feed.comments': `${brokenPost} insert into feed.post_tally (post, comments) values ('pst_x', 3)`,
  'feed.reactions': `${brokenPost} insert into feed.post_tally (post, heart) values ('pst_x', 3)`,
  'feed.votes': `${brokenPost} insert into feed.poll (id, post, question, choices, ends_at, voters) values ('pll_x', 'pst_x', '', 1, now(), 3)`,
  'feed.replies': `${brokenPost} insert into feed.comment (id, post, parent, author, at, text, announced_at)
    select 'cmt_' || n, 'pst_x', case n when 1 then null else 'cmt_' || n - 1 end, author, now(), 'x', now() from feed.post, generate_series(1, 3) n where id = 'pst_x';
    insert into feed.post_tally (post, comments) values ('pst_x', 3)`,
  'moderation.reports': `insert into moderation.flag (id, kind, subject, level, reports, opened_at) values ('flg_x', 'post', 'pst_x', 'planet', 3, now())`,
  'moderation.decisions': `insert into moderation.flag (id, kind, subject, level, state, opened_at, decided_at) values ('flg_x', 'post', 'pst_x', 'planet', 'decided', now(), now())`,
  'moderation.locks': `update people.person set banned_at = now()`,
  'moderation.reversed': `insert into moderation.ban (id, person, scope, reason, words, proposed_by, proposed_at, from_at, decision)
      values ('ban_x', 'usr_x', 'grp_x', 'spam', 'x', 'usr_y', now(), now(), 'dcn_x');
    insert into moderation.appeal (id, decision, first_by, second_by, person, words, state, at, decided_by, answer, decided_at)
      values ('ape_x', 'dcn_x', 'usr_y', '', 'usr_x', 'x', 'reversed', now(), 'usr_z', 'x', now())`,
  'claiming.given': brokenClaim(
    'pgc_x',
    `'granted', max(id), now() - interval '20 days', now() - interval '6 days', null, null, null, now()`,
  ),
  'claiming.announced': `drop index claiming.claim_public; ${['x', 'y'].map(n => brokenClaim(`pgc_${n}`, `'announced', max(id), now() - interval '1 day', now() + interval '2 days', null, null, null, null`, n)).join(' ')}`,
  'claiming.four_eyes': `${brokenClaim('pgc_x', `'granted', (array_agg(id order by id))[2], now() - interval '20 days', now() - interval '6 days', now(), 'objection', max(id), now()`)}
    insert into claiming.objection (id, claim, person, words, at) select 'obj_x', 'pgc_x', max(id), repeat('x', 20), now() from people.person`,
  'claiming.open': `${brokenClaim('pgc_x', `'granted', max(id), now() - interval '20 days', now() - interval '6 days', null, null, null, now()`)}
    insert into claiming.claim (id, page, person, words, code, request, at, state) select 'pgc_y', 'pag_broken', max(id), repeat('x', 20), 'planet-0000-YYYY', repeat('0', 64), now(), 'review' from people.person`,
  'claiming.in_time': brokenClaim(
    'pgc_x',
    `'announced', max(id), now() - interval '20 days', now() - interval '6 days', null, null, null, null`,
  ),
  'notices.people': `insert into notices.notice (id, person, kind, what, cause, bundle, link, people, shown, mail_how, made_at, at)
    select 'ntf_x', id, 'reactions', 'reacted', 'x', 'x', '/x', 3, true, 'no', now(), now() from people.person limit 1`,
  'notices.mails': `insert into notices.mail (id, person, kind, key, made_at) select 'eml_x', min(id), 'digest', 'x', now() from people.person;
    insert into notices.notice (id, person, kind, what, cause, link, mail, shown, mail_how, made_at, at)
    select 'ntf_x', max(id), 'releases', 'release_out', 'x', '/x', 'eml_x', true, 'digest', now(), now() from people.person`,
  'royalties.pools': pool('open', 'null, null, null'),
  'royalties.shares': pool('closed', 'now(), now(), 5'),
  'royalties.plays': `insert into royalties.play (pool, period, play, at, person, track, ms) values ('pol_x', '2026-01', 'ply_x', now(), 'usr_x', 'trk_x', 1000)`,
  'policy.four_eyes': `insert into policy.change (id, values, reason, proposed_by, proposed_at, state, decided_by, decided_at, decision, version)
    values ('prp_00000000000000000000000000', '{"pointsPurchase":"never","pointsTransfer":"never","spendingRanks":"never"}', 'why not', 'a', now(), 'confirmed', 'b', now(), 'so be it', 7)`,
  'missions.windows': `update missions.progress set amount = amount + 1`,
  'missions.completions': `update missions.progress set rounds = rounds + 1`,
  'missions.points': `update missions.completion set granted = granted - 1 where granted > 0`,
  'points.lots': `update points.wallet set balance = balance + 1 where balance > 0`,
  'points.funded': account('grp%', 'reward_budget', 'balance = balance - 100'),
  'points.spent': `update points.spent set state = 'settled', ended_at = now() where state = 'open'`,
  'points.used': `update points.granted set used = used + 1, remaining = remaining - 1 where remaining > 0`,
  'points.granted': `update points.granted set points = points + 1, asked = asked + 1, ended = ended + 1`,
  'points.moved': `update points.granted set ended = ended + 1, remaining = remaining - 1 where remaining > 0`,
  'points.money': `update points.funding set amount = amount + 1 where state = 'paid'`,
  'points.ended': `update points.granted set at = now() - interval '9 days', ends_at = now() - interval '3 days' where remaining > 0`,
  'reconciliation.facts': `delete from reconciliation.fact where ${first('reconciliation.fact')}`,
  'reconciliation.one_to_one': `update reconciliation.line set state = 'open' where state = 'matched'`,
  'reconciliation.listed': `update reconciliation.exception set state = 'matched', closed_at = now() where state = 'open'`,
  'reconciliation.booked': `update reconciliation.exception set effect = effect + 1 where state = 'booked'`,
  'reconciliation.four_eyes': `update reconciliation.decision d set by = e.proposed_by from reconciliation.exception e where e.id = d.exception and d.action = 'confirm'`,
  'reconciliation.proof': `update reconciliation.proof set state = 'red'`,
  'rooms.custody': account('planet', 'commission', 'balance = balance - 10000000, floor = null'),
  'rooms.owners': `update ledger.account set owner = 'usr_00000000000000000000000000' where ${first('ledger.account', "owner like 'usr%' and purpose = 'available'")}`,
  'rooms.purposes': account('usr%', 'available', `purpose = 'pocket'`),
  'rooms.receivables': account('usr%', 'available', `purpose = 'receivable', floor = null`),
  'rooms.kinds': transfer('gift_of_god', 'test:x'),
  'rooms.causes': transfer('adjustment', 'order:ord_00000000000000000000000000'),
  'rooms.time': transfer('adjustment', 'test:x', 'broken:time', `now() + interval '1 day'`),
  'rooms.paid_posted': `delete from ledger.transfer where kind = 'pay'`,
  'rooms.posted_paid': `update payments.payment set state = 'closed', paid_at = null where refunded = 0`,
  'rooms.paid_orders': `update shop.line set currency = 'USD' where ${first('shop.line')}`,
  'rooms.settled_once': `delete from ledger.transfer where kind = 'settle'`,
  'rooms.escrow': account('escrow:%', 'escrow', 'balance = 1'),
  'rooms.refunds_posted': `update payments.refund set state = 'asked', done_at = null`,
  'rooms.refunds_within': `update payments.payment set amount = 1, refunded = 0, disputed = 0, fee = 0 where refunded > 0 or disputed > 0`,
  'rooms.disputes_posted': `update payments.dispute set state = 'open', closed_at = null`,
  'rooms.orphans': `update shop."order" set buyer = 'usr_00000000000000000000000000'`,
  'rooms.work': `select graphile_worker.permanently_fail_jobs(array[(graphile_worker.add_job('shop.settle', job_key => 'broken')).id], 'no such planet')`,
  'rooms.audited': `update console.audit_run set at = now() - interval '3 days'`,
}
