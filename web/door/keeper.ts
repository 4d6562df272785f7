/** The door at work in this browser: the book, what waits to be told, and the talk with the planet every few seconds. A store that pages listen to. */
import { useSyncExternalStore } from 'react'
import { api, asApiError } from '../api.ts'
import { newClientId } from '../ids.ts'
import { Book, type Counts, type List, type Outcome, type Scan, type Synced } from './book.ts'
import * as db from './db.ts'
import { bytesOf, proves } from './ed25519.ts'

/** `first`: when and where the one that stands was; null: nobody else was let in, but the ticket is not good. */
export type Alarm = Omit<Synced['conflicts'][number], 'first'> & { who: string; first: Synced['conflicts'][number]['first'] | null }
export type State = {
  /** Until it is known whether this browser is a device. */
  ready: boolean
  device: db.Device | null
  book: Book | null
  door: string
  online: boolean
  syncing: boolean
  waiting: number
  heardAt: string | null
  counts: Counts | null
  alarms: readonly Alarm[]
  /** device_over: ended by a manager. broken: a list whose signature was wrong. */
  problem: 'device_over' | 'broken' | null
  /** Grows with each change of the book. */
  version: number
}
const everyMs = 4000
let state: State = {
  ready: false,
  device: null,
  book: null,
  door: '',
  online: true,
  syncing: false,
  waiting: 0,
  heardAt: null,
  counts: null,
  alarms: [],
  problem: null,
  version: 0,
}
const first = state
const listeners = new Set<() => void>()
function set(change: Partial<State>): void {
  state = { ...state, ...change }
  for (const listener of listeners) listener()
}
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
export const useDoor = (): State =>
  useSyncExternalStore(
    subscribe,
    () => state,
    () => first,
  )

let heard = { seq: '0', at: '', guests: '' }
const bookOf = (list: List, device: db.Device): Book =>
  new Book(list, { newId: () => newClientId('scn'), now: () => new Date(), device: device.name, door: state.door })

/** Takes up what this browser keeps, with or without a network. */
export async function open(): Promise<void> {
  if (state.ready) return
  const device = await db.getFact('device').catch(() => undefined)
  const list = device === undefined ? undefined : await db.getFact('list')
  if (device === undefined || list === undefined) return set({ ready: true, device: device ?? null })
  heard = (await db.getFact('heard')) ?? { seq: list.seq, at: list.at, guests: '' }
  const book = bookOf(list, device)
  const inside = await db.getFact('inside')
  if (inside !== undefined) {
    book.inside.clear()
    book.hear(inside)
  }
  set({
    ready: true,
    device,
    book,
    waiting: await db.countWaiting(),
    counts: book.counts(),
    heardAt: heard.at || null,
    door: list.doors.find(one => one.name === list.device.door)?.id ?? '',
  })
  start()
}

/** Downloads the list and proves it; the device is one from now on. */
export async function become(device: db.Device): Promise<void> {
  const { text, signature } = await api('POST /door/list', { token: device.token })
  const list = JSON.parse(text) as List
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  if (!(await proves(bytesOf(signature), digest, list.publicKey))) {
    set({ problem: 'broken' })
    throw new Error('the list is not as it was signed')
  }
  await db.putFact('device', device)
  await db.putFact('list', list)
  heard = { seq: list.seq, at: list.at, guests: '' }
  await db.putFact('heard', heard)
  const door = list.doors.find(one => one.name === list.device.door)?.id ?? ''
  set({ door })
  const book = bookOf(list, device)
  await db.putFact('inside', [...book.inside.values()])
  set({
    ready: true,
    device,
    book,
    counts: book.counts(),
    heardAt: list.at,
    problem: null,
    waiting: await db.countWaiting(),
    version: state.version + 1,
  })
  start()
}

export async function enterByCode(code: string): Promise<void> {
  const { device, token, show } = await api('POST /door/enter', { code, browser: await db.browserWord() })
  await become({ id: device, token, show, name: '' })
}
export async function enterAsStaff(show: string, name: string): Promise<void> {
  const { device, token } = await api('POST /shows/:show/door', { show, id: newClientId('dev'), name })
  await become({ id: device, token, show, name })
}
export async function leave(): Promise<void> {
  stop()
  await db.forget()
  set({ ...first, ready: true })
}
export const chooseDoor = (door: string): void => {
  set({ door })
  void sync()
}

async function note(scan: Scan): Promise<void> {
  await db.putScan(scan)
  const { book } = state
  if (book) await db.putFact('inside', [...book.inside.values()])
  set({ waiting: await db.countWaiting(), counts: book?.counts() ?? null, version: state.version + 1 })
  void sync()
}
/** A code that was read or typed. What it came to is kept before it is told. */
export async function check(text: string): Promise<Outcome | undefined> {
  const { book } = state
  if (!book) return undefined
  const { outcome, scan } = await book.read(text)
  await note(scan)
  return outcome
}
export async function admit(subject: string): Promise<Outcome | undefined> {
  const { book } = state
  if (!book) return undefined
  const { outcome, scan } = book.admit(subject)
  await note(scan)
  return outcome
}
export async function end(subject: string, slot: number, how: { undo: string } | 'exit'): Promise<boolean> {
  const scan = state.book?.end(subject, slot, how)
  if (scan === undefined) return false
  await note(scan)
  return true
}
export const seen = (alarm: Alarm): void => set({ alarms: state.alarms.filter(one => one !== alarm) })

let timer: ReturnType<typeof setInterval> | undefined
let running: Promise<void> | undefined
let again = false
function start(): void {
  timer ??= setInterval(() => void sync(), everyMs)
  addEventListener('online', syncSoon)
  void sync()
}
function stop(): void {
  clearInterval(timer)
  timer = undefined
  removeEventListener('online', syncSoon)
}
const syncSoon = (): void => void sync()

/** Tells what waits and hears what others did; one at a time, once more when something came meanwhile. */
export function sync(): Promise<void> {
  if (running) {
    again = true
    return running
  }
  return (running = talk().finally(() => {
    running = undefined
    if (again) {
      again = false
      void sync()
    }
  }))
}
async function talk(): Promise<void> {
  const { device, book } = state
  if (!device || !book || document.hidden) return
  const scans = await db.waitingScans()
  set({ syncing: scans.length > 0 })
  let told: Synced
  try {
    told = await api('POST /door/sync', {
      token: device.token,
      clock: new Date().toISOString(),
      seq: heard.seq,
      ...(heard.at === '' ? {} : { since: heard.at }),
      guests: heard.guests,
      waiting: state.waiting,
      scans,
      ...(state.door === '' ? {} : { door: state.door }),
    })
  } catch (error) {
    const { status, code } = asApiError(error)
    if (code === 'device_over') stop()
    return set({
      online: status !== 0 && status < 500 && status !== 429,
      syncing: false,
      ...(code === 'device_over' ? { problem: 'device_over' as const } : {}),
    })
  }
  book.learn(told)
  await db.dropScans(scans.map(scan => scan.id))
  heard = { seq: told.seq, at: told.at, guests: told.guests?.hash ?? heard.guests }
  await db.putFact('heard', heard)
  if (told.admissions.length > 0 || told.tickets.length > 0 || told.guests !== null) {
    await db.putFact('inside', [...book.inside.values()])
    await db.putFact('list', { ...book.list, doors: told.doors, tickets: [...book.tickets.values()], guests: [...book.guests.values()] })
  }
  // Someone this device let in was in by another one before, or came in elsewhere although this one was first.
  const own = new Set(scans.filter(scan => scan.kind === 'admit').map(scan => scan.id))
  const refusedLate = told.results.filter(one => own.has(one.id) && one.verdict !== 'admitted')
  const alarms: Alarm[] = [
    ...told.conflicts.map(one => ({ ...one, who: whoOf(book, one.subject) })),
    ...refusedLate
      .filter(one => one.verdict !== 'double')
      .map(one => {
        const { subject, at } = scans.find(scan => scan.id === one.id)!
        return { subject, won: '', lost: one.id, who: whoOf(book, subject), at, first: null }
      }),
  ].filter(one => !state.alarms.some(other => other.lost === one.lost))
  set({
    online: true,
    syncing: false,
    waiting: await db.countWaiting(),
    heardAt: told.at,
    counts: told.counts,
    problem: null,
    alarms: [...alarms, ...state.alarms].slice(0, 20),
    version: state.version + 1,
  })
  if (state.waiting > 0) again = true
}
export function whoOf(book: Book, subject: string): string {
  const ticket = book.tickets.get(subject)
  return book.guests.get(subject)?.name ?? ticket?.name ?? ticket?.seat ?? ticket?.holder ?? ticket?.code ?? ''
}
