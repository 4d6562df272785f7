/** A device that is alone: what it decides by what it keeps, and the proof of signatures where the browser has none. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import { ticketBody, ticketText } from '../../shared/ticket-code.ts'
import * as words from '../../shared/words/tickets.ts'
import { newClientId } from '../ids.ts'
import { Book, type DoorTicket, type List } from './book.ts'
import { bytesOf, proves, provesSlowly } from './ed25519.ts'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')
const key = publicKey.export({ format: 'jwk' }).x!
const show = newClientId('sho')
const codeOf = (ticket: string, turn = 1, at = show): string => {
  const body = ticketBody(ticket, at, turn)
  return ticketText(body, sign(null, body, privateKey))
}
const ticket = (given: Partial<DoorTicket> = {}): DoorTicket => ({
  id: newClientId('tkt'),
  code: 'ABCDEFGH12',
  turn: 1,
  state: 'good',
  tier: 'tir_1',
  tierName: '内场',
  seat: null,
  name: null,
  idTail: null,
  holder: null,
  mark: '',
  ...given,
})
function bookWith(tickets: DoorTicket[], more: Partial<List> = {}): Book {
  const list = {
    show: { id: show },
    reentry: true,
    realName: 'none',
    publicKey: key,
    tickets,
    guests: [],
    admissions: [],
    seq: '0',
    doors: [],
    ...more,
  } as unknown as List
  return new Book(list, { newId: () => newClientId('scn'), now: () => new Date(), device: 'Phone', door: '正门' })
}

test('the slow proof says what the quick one says, and refuses what is not signed', async () => {
  for (let n = 0; n < 3; n++) {
    const body = Uint8Array.from({ length: 35 }, (_, index) => (index * 7 + n) & 255)
    const signature = Uint8Array.from(sign(null, body, privateKey))
    expect(await provesSlowly(signature, body, bytesOf(key))).toBe(true)
    expect(await proves(signature, body, key)).toBe(true)
    const other = body.with(3, body[3]! ^ 1) as Uint8Array<ArrayBuffer>
    const broken = signature.with(40, signature[40]! ^ 1) as Uint8Array<ArrayBuffer>
    expect([await provesSlowly(signature, other, bytesOf(key)), await provesSlowly(broken, body, bytesOf(key))]).toEqual([false, false])
  }
})

test('a code lets in once; old, void, foreign and forged ones do not; one issued since then is proven by its signature', async () => {
  const [good, turned, gone] = [ticket(), ticket({ code: 'BBBBBBBB22', turn: 3 }), ticket({ code: 'CCCCCCCC33', state: 'void' })]
  const book = bookWith([good, turned, gone])
  const kind = async (text: string) => (await book.read(text)).outcome.kind
  const first = await book.read(codeOf(good.id))
  expect([first.outcome.kind, first.scan.kind, first.scan.turn]).toEqual(['admitted', 'admit', 1])
  const second = await book.read(codeOf(good.id))
  expect([second.outcome.kind, second.scan.kind, second.scan.why, second.outcome.first?.door]).toEqual([
    'double',
    'refused',
    'double',
    '正门',
  ])
  expect(await kind('abcd-efgh-12')).toBe('double')
  expect(await kind(codeOf(turned.id, 2))).toBe('old_code')
  expect(await kind(codeOf(turned.id, 3))).toBe('admitted')
  expect(await kind(codeOf(gone.id))).toBe('void')
  expect(await kind(codeOf(newClientId('tkt'), 1, newClientId('sho')))).toBe('wrong_show')
  expect(await kind('ZZZZ-ZZZZ-ZZ')).toBe('unknown')
  const late = newClientId('tkt')
  const forged = codeOf(late).replace(/.{6}$/, end => [...end].reverse().join('').replace(/0/g, '1'))
  expect(await kind(forged)).toBe('forged')
  const fresh = (await book.read(codeOf(late))).outcome
  expect([fresh.kind, fresh.listed]).toEqual(['admitted', false])
  expect(await kind(codeOf(late))).toBe('double')
})

test('guests have as many places as the list says; undone and gone out, one comes in again; others’ news are heard', async () => {
  const guest = { id: newClientId('gst'), name: '王老师', plus: 1, mark: 'vip', note: '' }
  const one = ticket({ name: 'Li', seat: 'A-1' })
  const book = bookWith([one], { guests: [guest] })
  expect([1, 2, 3].map(() => book.admit(guest.id).outcome.kind)).toEqual(['admitted', 'admitted', 'full'])
  const { outcome } = book.admit(one.id)
  const undo = book.end(one.id, 0, { undo: 'wrong' })!
  expect([undo.kind, undo.of]).toEqual(['undo', outcome.scan])
  expect(book.admit(one.id).outcome.kind).toBe('admitted')
  expect(book.end(one.id, 0, 'exit')!.kind).toBe('exit')
  const back = book.admit(one.id).outcome
  expect([back.kind, back.again]).toEqual(['admitted', true])
  expect(book.counts()).toMatchObject({ tiers: [{ issued: 1, in: 1 }], guests: 2, guestsIn: 2 })
  // Another door was earlier: its admission stands here, too.
  const at = new Date().toISOString()
  book.hear([
    { scan: back.scan, subject: one.id, slot: 0, at, door: '正门', device: 'Phone', ended: 'beaten' },
    { scan: newClientId('scn'), subject: one.id, slot: 0, at, door: '后门', device: 'B', ended: null },
  ])
  expect(book.insideOf(one.id).map(({ door }) => door)).toEqual(['后门'])
  expect(book.search('li').length + book.search('abcd').length + book.search('王').length).toBe(3)
  expect(book.search('')).toHaveLength(1)
})

test('an alarm says who, when and where the first was let in; one about a ticket that is not good speaks of no other door', () => {
  for (const { door } of [words.zh, words.en]) {
    const said = door.conflictBody('林晚', door.doubleFirst('20:05', '东门', ''))
    for (const part of ['林晚', '20:05 · 东门']) expect(said).toContain(part)
    expect(door.lateBody('林晚')).toContain('林晚')
  }
})
