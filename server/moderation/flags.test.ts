import { beforeEach, describe, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { addGroup, events, join } from '../groups/groups.testing.ts'
import type { Person } from '../testing.ts'
import {
  addPage,
  audit,
  code,
  decide,
  flagOf,
  flags,
  host,
  members,
  newGroup,
  notes,
  old,
  operator,
  owner,
  planet,
  report,
  reviewer,
  setUp,
  stranger,
  write,
  type Flag,
  type List,
  type Statement,
} from './moderation.testing.ts'

setUp()
let [ana, ben, cat, dan, eve]: Person[] = []
let place: string
beforeEach(async () => {
  ;[ana, ben, cat, dan, eve] = members
  place = await newGroup()
  await planet.db.pool.query('delete from moderation.pace')
})
const note = async (who: Person, text = 'a note', where: string | null = place): Promise<string> =>
  (await write(who, text, { group: where })).id
const desk = (): string => `group=${place}`
const statements = async (who: Person): Promise<Statement[]> => (await who.call<List<Statement>>('GET', '/me/decisions')).items
const mine = async (who: Person): Promise<{ subject: string; outcome: string; url: string | null }[]> =>
  (await who.call<List<{ subject: string; outcome: string; url: string | null }>>('GET', '/me/reports')).items

describe('reports', () => {
  test('one person reports one thing once; nobody their own, nothing hidden, nothing one does not see', async () => {
    const id = await note(ana!)
    expect(await report(ben!, id)).toMatchObject({ again: false })
    expect(await report(ben!, id, 'hate')).toMatchObject({ again: true })
    const twice = await Promise.all([report(cat!, id), report(cat!, id), report(cat!, id)])
    expect(twice.filter(one => !one.again)).toHaveLength(1)
    expect((await flagOf(host, id, desk())).reports).toBe(2)
    expect(await code(report(ana!, id))).toBe('own_report')
    expect(await code(report(ben!, newId('pst')))).toBe('not_found')
    expect(await code(report(ben!, id, 'spam', 'nothing_such'))).toBe('not_found')
    expect(await code(planet.stranger.call('POST', '/moderation/reports', { kind: 'note', subject: id, reason: 'spam' }))).toBe(
      'unauthenticated',
    )
    const closed = await addGroup(owner, { visibility: 'members' })
    const inside = await note(owner, 'for members', closed)
    expect(await code(report(ben!, inside))).toBe('not_found')
    await join(ben!, closed)
    expect(await code(report(ben!, inside))).toBe('taken')
  })
  test('three whose word counts hide it; new accounts and idle reporters do not', async () => {
    const id = await note(ana!)
    const fresh: Person[] = []
    for (let i = 0; i < 3; i++) fresh.push(await planet.signUp('Fresh'))
    for (const one of fresh) await report(one, id)
    for (const one of [ben!, cat!]) await report(one, id)
    expect(notes.get(id)!.hidden).toBe(false)
    await report(dan!, id, 'hate')
    expect(notes.get(id)!.hidden).toBe(true)
    const flag = await flagOf(host, id, desk())
    expect(flag).toMatchObject({ hold: 'reports', reports: 6, level: 'group' })
    expect(flag.reasons).toEqual([
      { reason: 'spam', count: 5 },
      { reason: 'hate', count: 1 },
    ])
    // Whoever reported a lot that came to nothing is heard, and does not count.
    const idle = await planet.signUp('Idle')
    await old(idle)
    for (let i = 0; i < 5; i++) {
      await planet.db.pool.query('delete from moderation.pace')
      const other = await note(ana!, `fine ${i}`)
      await report(idle, other)
      await decide(host, (await flagOf(host, other, desk())).id, 'keep')
    }
    const last = await note(ana!, 'fine again')
    for (const one of [idle, ben!, cat!]) await report(one, last)
    expect(notes.get(last)!.hidden).toBe(false)
    expect(await audit()).toEqual([])
  })
  test('what hosts say is not hidden by a crowd, and is judged by the planet', async () => {
    const id = await note(host, 'please be kind')
    for (const one of [ana!, ben!, cat!, dan!, eve!]) await report(one, id)
    expect(notes.get(id)!.hidden).toBe(false)
    expect(await flags(owner, desk())).toEqual([])
    expect(await flagOf(reviewer, id, '')).toMatchObject({ level: 'planet', reports: 5 })
  })
  test('what endangers somebody goes to the planet at once; hosts hand on what they like', async () => {
    const [urgent, hard] = [await note(ana!, 'one'), await note(ana!, 'two')]
    await report(ben!, urgent, 'minors')
    await report(ben!, hard)
    const flag = await flagOf(host, hard, desk())
    expect((await flags(host, desk())).map(one => one.subject)).toEqual([hard])
    expect(await flagOf(reviewer, urgent, '')).toMatchObject({ level: 'planet' })
    await host.call('POST', `/moderation/flags/${flag.id}/escalate`, { note: 'Is this legal?' })
    expect(await flags(host, desk())).toEqual([])
    const seen = await reviewer.call<Flag & { escalated: { by: string; note: string } }>('GET', `/moderation/flags/${flag.id}`)
    expect(seen.escalated).toEqual({ by: 'Host', note: 'Is this legal?' })
    expect(await code(decide(host, flag.id, 'keep'))).toBe('not_found')
  })
  test('what a group leaves lying for two days is seen by the planet’s staff too', async () => {
    const id = await note(ana!)
    await report(ben!, id)
    const waits = async (): Promise<boolean> => (await flags(reviewer, '')).some(one => one.subject === id)
    expect(await waits()).toBe(false)
    clock.shift(49 * 3_600_000)
    try {
      expect(await waits()).toBe(true)
    } finally {
      clock.shift(0)
    }
  })
  test('pages and people can be reported; they are spoken about, not hidden', async () => {
    const page = await addPage(ana!)
    await report(ben!, page, 'impersonation', 'page')
    await report(ben!, ana!.id, 'harassment', 'person')
    for (const subject of [page, ana!.id]) {
      const flag = await flagOf(operator, subject, '')
      expect(flag).toMatchObject({ level: 'planet', hides: false, author: { id: ana!.id } })
      expect(await code(decide(operator, flag.id, 'hide'))).toBe('cannot_hide')
      await decide(operator, flag.id, 'warn', { reason: 'impersonation', words: 'Say that it is a fan page' })
    }
    expect((await statements(ana!)).slice(0, 2).map(one => [one.action, one.reason])).toEqual([
      ['warn', 'impersonation'],
      ['warn', 'impersonation'],
    ])
  })
  test('not more than thirty in one day', async () => {
    const busy = await planet.signUp('Busy')
    await planet.db.pool.query(
      `with f as (insert into moderation.flag (id, kind, subject, level, opened_at) select 'flg_x' || n, 'note', 'x' || n, 'planet', now() from generate_series(1, 30) n returning id, subject)
       insert into moderation.report (kind, subject, person, flag, reason, weighty, at) select 'note', subject, $1, id, 'spam', false, now() from f`,
      [busy.id],
    )
    await planet.db.pool.query(`update moderation.flag set reports = 1 where id like 'flg\\_x%'`)
    expect(await code(report(busy, await note(ana!)))).toBe('too_many_reports')
    await planet.db.pool.query(`delete from moderation.report where person = $1`, [busy.id])
    await planet.db.pool.query(`delete from moderation.flag where id like 'flg\\_x%'`)
  })
})

describe('decisions', () => {
  test('hosts of the group and the planet’s staff see the queue; members, other hosts and whom it is about do not', async () => {
    const id = await note(ana!)
    await report(ben!, id, 'spam', 'note', 'The third line')
    const flag = await flagOf(host, id, desk())
    for (const who of [ana!, ben!, stranger]) {
      expect(await code(who.call('GET', `/moderation/flags?${desk()}`))).toBe('not_found')
      expect(await code(who.call('GET', `/moderation/flags/${flag.id}`))).toBe('not_found')
      expect(await code(decide(who, flag.id, 'hide'))).toBe('not_found')
    }
    const other = await addGroup(stranger)
    expect(await code(stranger.call('GET', `/moderation/flags/${flag.id}`))).toBe('not_found')
    expect(await flags(stranger, `group=${other}`)).toEqual([])
    // Who reported is told to the planet's staff alone.
    expect((await host.call<Flag>('GET', `/moderation/flags/${flag.id}`)).said).toMatchObject([{ by: null, words: 'The third line' }])
    expect((await reviewer.call<Flag>('GET', `/moderation/flags/${flag.id}`)).said).toMatchObject([{ by: 'Ben' }])
    // A member who is made host later does not judge what is said about them.
    await owner.call('PATCH', `/groups/${place}/members/${ana!.id}`, { role: 'host' })
    expect(await flags(ana!, desk())).toEqual([])
    expect(await code(decide(ana!, flag.id, 'keep'))).toBe('not_found')
  })
  test('two at once: one decides, the other is told; the same again is the same', async () => {
    for (let round = 0; round < 5; round++) {
      const id = await note(ana!, `race ${round}`)
      await report(ben!, id)
      const flag = await flagOf(host, id, desk())
      const said = await Promise.all([
        code(decide(host, flag.id, 'hide')),
        code(decide(owner, flag.id, 'keep')),
        code(decide(reviewer, flag.id, 'warn')),
      ])
      expect(said.sort()).toEqual(['already_decided', 'already_decided', 'taken'])
      const { rows } = await planet.db.pool.query('select action from moderation.decision where flag = $1', [flag.id])
      expect(rows).toHaveLength(1)
      expect(notes.get(id)!.hidden).toBe((rows as { action: string }[])[0]!.action === 'hide')
    }
    const id = await note(ana!)
    await report(ben!, id)
    const flag = await flagOf(host, id, desk())
    const decision = newId('dcn')
    const once = await Promise.all([1, 2, 3].map(async () => code(decide(host, flag.id, 'hide', { decision }))))
    expect(once).toEqual(['taken', 'taken', 'taken'])
    expect(await code(decide(host, flag.id, 'keep', { decision }))).toBe('key_reused')
    expect((await events(planet, 'decision_made')).filter(one => one['decision'] === decision)).toHaveLength(1)
  })
  test('its author reads the reasons, and nobody else; whoever reported learns what came of it', async () => {
    const id = await note(ana!, 'Buy my tickets')
    await report(ben!, id)
    await report(cat!, id)
    const flag = await flagOf(host, id, desk())
    expect(await code(decide(host, flag.id, 'hide', { words: '' }))).toBe('words_needed')
    expect((await mine(ben!))[0]).toMatchObject({ subject: id, outcome: 'waiting', url: `/notes/${id}` })
    await decide(host, flag.id, 'hide', { reason: 'fraud', words: 'Tickets are not resold here.' })
    const [found] = await statements(ana!)
    expect(found).toMatchObject({
      action: 'hide',
      reason: 'fraud',
      words: 'Tickets are not resold here.',
      facts: { text: 'Buy my tickets', reports: 2 },
      can: { appeal: true },
    })
    expect(JSON.stringify(found)).not.toContain(host.id)
    expect(await code(ben!.call('GET', `/decisions/${found!.id}`))).toBe('not_found')
    expect((await mine(ben!))[0]).toMatchObject({ outcome: 'acted', url: null })
    expect(await code(report(dan!, id))).toBe('not_found')
    // What stays without having been held is told to nobody but who reported it.
    const fine = await note(ana!, 'fine')
    await report(ben!, fine)
    await decide(host, (await flagOf(host, fine, desk())).id, 'keep', { words: '' })
    expect((await statements(ana!))[0]!.id).toBe(found!.id)
    expect((await mine(ben!))[0]).toMatchObject({ outcome: 'kept' })
    expect((await events(planet, 'decision_made')).filter(one => one['person'] === ana!.id).at(-1)).toEqual({
      decision: found!.id,
      person: ana!.id,
    })
  })
  test('decided once, it may be reported again by somebody else; earlier decisions stand beside it', async () => {
    const id = await note(ana!)
    await report(ben!, id)
    const first = await flagOf(host, id, desk())
    await decide(host, first.id, 'warn')
    await report(cat!, id)
    const again = await flagOf(host, id, desk())
    expect(again.id).not.toBe(first.id)
    const opened = await host.call<Flag>('GET', `/moderation/flags/${again.id}`)
    expect(opened.before.length).toBeGreaterThan(0)
    await decide(host, again.id, 'keep')
    const decided = await flags(host, `${desk()}&state=decided&limit=1`)
    expect(decided[0]!.id).toBe(again.id)
    expect(await code(host.call('GET', `/moderation/flags?${desk()}&cursor=nonsense`))).toBe('invalid')
  })
})

describe('appeals', () => {
  const hidden = async (by: Person = host): Promise<{ id: string; statement: string }> => {
    await planet.db.pool.query('delete from moderation.pace')
    const id = await note(ana!, 'I meant well')
    await report(ben!, id)
    await decide(by, (await flagOf(by, id, desk())).id, 'hide')
    return { id, statement: (await statements(ana!))[0]!.id }
  }
  const ask = (statement: string, words = 'Please look again', appeal = newId('ape')): Promise<Statement> =>
    ana!.call('POST', `/decisions/${statement}/appeal`, { appeal, words })
  const answer = (who: Person, appeal: string, outcome: string, words = 'We looked again'): Promise<unknown> =>
    who.call('POST', `/moderation/appeals/${appeal}/decide`, { outcome, answer: words })

  test('once, by its author, within thirty days', async () => {
    const { statement } = await hidden()
    expect(await code(ben!.call('POST', `/decisions/${statement}/appeal`, { appeal: newId('ape'), words: 'x' }))).toBe('not_found')
    const appeal = newId('ape')
    const said = await Promise.all([ask(statement, 'Why?', appeal), ask(statement, 'Why?', appeal)])
    expect(said.map(one => one.appeal?.id)).toEqual([appeal, appeal])
    expect(await code(ask(statement, 'Once more'))).toBe('appeal_once')
    const late = await hidden()
    await planet.db.pool.query(`update people.session set expires_at = now() + interval '90 days' where person = $1`, [ana!.id])
    clock.shift(30 * 86_400_000 + 1000)
    try {
      expect(await code(ask(late.statement))).toBe('appeal_over')
      expect((await statements(ana!))[0]!.can.appeal).toBe(false)
    } finally {
      clock.shift(0)
    }
    // Two different ones at once: one.
    const raced = await hidden()
    expect((await Promise.all([code(ask(raced.statement, 'a')), code(ask(raced.statement, 'b'))])).sort()).toEqual(['appeal_once', 'taken'])
  })
  test('another person decides it: who decided first is refused, by the database too', async () => {
    const { id, statement } = await hidden()
    const appeal = (await ask(statement)).appeal!.id
    expect(await code(answer(host, appeal, 'upheld'))).toBe('another_person')
    for (const who of [ana!, ben!, stranger]) expect(await code(answer(who, appeal, 'reversed'))).toBe('not_found')
    const force = (by: string): Promise<unknown> =>
      planet.db.pool.query(
        `update moderation.appeal set state = 'upheld', decided_by = $1, answer = 'x', decided_at = now() where id = $2`,
        [by, appeal],
      )
    await expect(force(host.id)).rejects.toThrow('appeal_by_another')
    await expect(force(ana!.id)).rejects.toThrow('appeal_by_another')
    // Nor is it got around by naming somebody else as who decided first.
    await expect(planet.db.pool.query(`update moderation.appeal set first_by = $1 where id = $2`, [owner.id, appeal])).rejects.toThrow(
      'foreign key',
    )
    await expect(
      planet.db.pool.query(`update moderation.decision set decided_by = $1 where id = $2`, [owner.id, statement]),
    ).rejects.toThrow('never changed')
    const waits = (await owner.call<List<{ id: string; can: { decide: boolean } }>>('GET', `/moderation/appeals?${desk()}`)).items
    expect(waits).toMatchObject([{ id: appeal, can: { decide: true } }])
    expect((await host.call<List<{ can: { decide: boolean } }>>('GET', `/moderation/appeals?${desk()}`)).items[0]!.can.decide).toBe(false)
    await answer(owner, appeal, 'reversed', 'You were right')
    expect(notes.get(id)!.hidden).toBe(false)
    expect((await statements(ana!))[0]!.appeal).toMatchObject({ state: 'reversed', answer: 'You were right' })
    expect(await code(answer(owner, appeal, 'reversed', 'You were right'))).toBe('taken')
    expect(await code(answer(reviewer, appeal, 'upheld'))).toBe('already_decided')
    expect((await events(planet, 'appeal_decided')).filter(one => one['appeal'] === appeal)).toEqual([{ appeal, person: ana!.id }])
  })
  test('two deciders at once: one', async () => {
    const { statement } = await hidden()
    const appeal = (await ask(statement)).appeal!.id
    const said = await Promise.all([
      code(answer(owner, appeal, 'upheld')),
      code(answer(reviewer, appeal, 'reversed')),
      code(answer(operator, appeal, 'upheld')),
    ])
    expect(said.sort()).toEqual(['already_decided', 'already_decided', 'taken'])
  })
  test('what the planet’s staff decided is not for the group’s hosts to turn around', async () => {
    const { statement } = await hidden(reviewer)
    const appeal = (await ask(statement)).appeal!.id
    expect(await code(answer(owner, appeal, 'reversed'))).toBe('not_found')
    expect(await code(answer(reviewer, appeal, 'reversed'))).toBe('another_person')
    expect(await code(answer(operator, appeal, 'upheld'))).toBe('taken')
  })
  test('nobody decides about their own, whatever the door: the database says so', async () => {
    await expect(
      planet.db.pool.query(
        `insert into moderation.decision (id, kind, subject, level, author, action, reason, words, facts, decided_by, at) values ($1, 'note', 'x', 'group', $2, 'keep', 'spam', '', '{}', $2, now())`,
        [newId('dcn'), ana!.id],
      ),
    ).rejects.toThrow('check')
  })
})

test('figures are counted from what is kept; the table names nobody', async () => {
  type Figures = {
    reports: number
    decisions: number
    onTime: number
    appeals: { made: number; reversed: number }
    byAction: { name: string; count: number }[]
    months: unknown[]
  }
  const figures = await reviewer.call<Figures>('GET', '/console/moderation/figures')
  const { rows } = await planet.db.pool.query<{ reports: number; decisions: number; made: number; reversed: number }>(
    `select (select count(*)::int from moderation.report) as reports, (select count(*)::int from moderation.decision) as decisions,
      (select count(*)::int from moderation.appeal) as made, (select count(*)::int from moderation.appeal where state = 'reversed') as reversed`,
  )
  // What was appealed in moved time is outside of these ninety days at most by what was not appealed.
  expect([figures.reports, figures.decisions, figures.appeals.made, figures.appeals.reversed]).toEqual([
    rows[0]!.reports,
    rows[0]!.decisions,
    rows[0]!.made,
    rows[0]!.reversed,
  ])
  expect(figures.byAction.reduce((sum, one) => sum + one.count, 0)).toBe(figures.decisions)
  expect(figures.onTime).toBe(100)
  const answer = await reviewer.fetch('/api/v1/console/moderation/report.csv')
  const text = await answer.text()
  expect(text.trim().split('\r\n')).toHaveLength(figures.decisions + 1)
  for (const name of [ana!.id, host.id, 'Ana', 'I meant well']) expect(text).not.toContain(name)
  expect(await code(host.call('GET', '/console/moderation/figures'))).toBe('forbidden')
  expect((await reviewer.fetch('/api/v1/console/moderation/figures?from=2030-01-01T00:00:00Z&to=2029-01-01T00:00:00Z')).status).toBe(200)
})
