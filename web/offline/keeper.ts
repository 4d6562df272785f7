/** Brings the sound of what is to be kept onto the device: one track after the other, in one tab at a time, going on where it broke off. */
import { api } from '../api.ts'
import { codecFor } from '../player/track.ts'
import { asApiError } from '../api-call.ts'
import { keepCovers } from './covers.ts'
import * as db from './db.ts'
import { changed, currentShelf, markFailed, moved, refresh, removeTracks } from './kept.ts'
import { guessBytes, toMakeRoom, type KeptProblem, type KeptTrack } from './rules.ts'
import { lastKnown } from './who.ts'

/** One part of a sound: small enough that a break loses little, large enough that a track is a handful. */
const partBytes = 1 << 20

let asked = false
/** What is being loaded in this tab, and how to stop it. */
let loading: { id: string; stop: AbortController } | null = null

/** Why keeping stopped, for those who said they want to know (start.ts says it in a toast). */
let onTrouble: (problem: KeptProblem) => void = () => undefined
export const setTrouble = (tell: (problem: KeptProblem) => void): void => {
  onTrouble = tell
}

/** Works through what waits. Any number of calls is one: another tab that is at it is waited for, then what it left is done. */
export function work(): void {
  if (asked) return
  asked = true
  void navigator.locks
    .request('planet-keeper', async () => {
      asked = false
      await refresh()
      let one: KeptTrack | undefined
      while ((one = next()) !== undefined) await keepOne(one)
    })
    .catch(() => {
      asked = false
    })
}

/** The oldest that waits; what a closed tab left half loaded counts as waiting, since only the holder of the lock loads. Nothing while there is no network. */
function next(): KeptTrack | undefined {
  if (!navigator.onLine) return undefined
  const account = lastKnown()
  return [...currentShelf().tracks.values()]
    .filter(one => (one.state === 'waiting' || one.state === 'loading') && (one.account === account || (one.free && one.account === '')))
    .toSorted((a, b) => Number(b.state === 'loading') - Number(a.state === 'loading') || a.addedAt - b.addedAt)[0]
}

/** Stops loading at once when the track was paused or removed (here or in another tab). */
export function obey(): void {
  if (!loading) return
  const state = currentShelf().tracks.get(loading.id)?.state
  if (state !== 'loading') loading.stop.abort()
}

class Trouble extends Error {
  readonly problem: KeptProblem
  constructor(problem: KeptProblem) {
    super(problem)
    this.problem = problem
  }
}

async function keepOne(kept: KeptTrack): Promise<void> {
  const stop = new AbortController()
  loading = { id: kept.id, stop }
  try {
    const started = await db.changeTrack(kept.id, { state: 'loading', problem: null })
    if (!started) return
    moved(started)
    await keepCovers(kept.track).catch(() => undefined)
    await load(started, stop.signal)
    await keepBeside(kept)
    const done = await db.changeTrack(kept.id, { state: 'done', problem: null, checkedAt: Date.now() })
    if (done) moved(done)
  } catch (error) {
    if (stop.signal.aborted) return
    const problem = problemOf(error)
    if (problem === 'refused') {
      await removeTracks([kept.id])
      return onTrouble(problem)
    }
    // What broke off goes on by itself when the network is back; the rest is for the listener to say.
    // Where there is no room for one there is none for those behind it.
    const behind =
      problem === 'limit' || problem === 'quota' ? [...currentShelf().tracks.values()].filter(one => one.state === 'waiting') : []
    await markFailed([kept.id, ...behind.map(one => one.id)], problem)
    onTrouble(problem)
  } finally {
    loading = null
    await changed()
  }
}

const problemOf = (error: unknown): KeptProblem => {
  if (error instanceof Trouble) return error.problem
  if (error instanceof DOMException && error.name === 'QuotaExceededError') return 'quota'
  if (error instanceof Error && error.name === 'QuotaExceededError') return 'quota'
  return 'network'
}

async function load(kept: KeptTrack, signal: AbortSignal): Promise<void> {
  const { quality } = currentShelf().settings
  const probe = new Audio()
  const codec = codecFor(type => probe.canPlayType(type)) ?? 'aac'
  let parts = await db.countParts(kept.id)
  let have = parts === 0 ? 0 : kept.haveBytes
  await makeRoom(kept, (kept.sizeBytes ?? guessBytes(kept.track.durationMs, quality)) - have)
  const response = await fetch(`/api/v1/tracks/${kept.id}/stream?codec=${codec}&quality=${quality}`, {
    credentials: 'same-origin',
    signal,
    // With its name: when the file is another by now, all of it comes.
    headers: have > 0 && kept.etag ? { range: `bytes=${have}-`, 'if-range': kept.etag } : {},
  })
  if ([401, 403, 404, 410].includes(response.status)) throw new Trouble('refused')
  const whole = response.status === 416 && have === kept.sizeBytes
  if (whole) return
  if (!response.ok || !response.body) throw new Trouble(response.status === 416 ? 'broken' : 'network')
  // The planet gives thirty seconds to those who may not hear all of it.
  if (/\/preview\//.test(new URL(response.url).pathname)) throw new Trouble('refused')
  if (response.status === 200 && have > 0) {
    await db.dropParts(kept.id)
    parts = 0
    have = 0
  }
  const sizeBytes = have + Number(response.headers.get('content-length') ?? 0)
  const facts = { sizeBytes, etag: response.headers.get('etag'), mime: response.headers.get('content-type') ?? 'audio/mp4' }
  await makeRoom(kept, sizeBytes - have)
  let held: Uint8Array<ArrayBuffer>[] = []
  let heldBytes = 0
  const lay = async (): Promise<void> => {
    if (heldBytes === 0) return
    have += heldBytes
    const there = await db.addPart(kept.id, parts++, new Blob(held), { ...facts, haveBytes: have })
    held = []
    heldBytes = 0
    if (!there) throw new DOMException('removed', 'AbortError')
    moved({ ...kept, ...facts, haveBytes: have, state: 'loading' })
    obey()
  }
  const reader = response.body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      held.push(value)
      heldBytes += value.length
      if (heldBytes >= partBytes) await lay()
      signal.throwIfAborted()
    }
  } catch (error) {
    // What came before the break is kept.
    if (!signal.aborted && problemOf(error) === 'network') await lay().catch(() => undefined)
    throw error
  }
  await lay()
  if (sizeBytes > 0 && have !== sizeBytes) throw new Trouble('network')
}

/** Within the listener's limit (automatic ones give way), or not at all. */
async function makeRoom(kept: KeptTrack, needed: number): Promise<void> {
  await refresh()
  const { tracks, sets, settings } = currentShelf()
  const going = toMakeRoom([...tracks.values()], sets, needed, settings.limitBytes, kept.id)
  if (going === null) throw new Trouble('limit')
  await removeTracks(going.map(one => one.id))
}

/** Words and waveform, as the planet tells them: without them the music plays all the same. */
async function keepBeside({ id, track }: KeptTrack): Promise<void> {
  const quiet = (error: unknown): null => {
    if (asApiError(error).status === 0) throw new Trouble('network')
    return null
  }
  const [lyrics, waveform] = await Promise.all([
    track.hasLyrics ? api('GET /tracks/:id/lyrics', { id }).catch(quiet) : null,
    api('GET /tracks/:id/waveform', { id }).catch(quiet),
  ])
  await db.putBeside({ id, lyrics, waveform })
}

/** What broke off for want of a network gets another try. */
export async function tryAgain(): Promise<void> {
  for (const one of currentShelf().tracks.values())
    if (one.state === 'failed' && one.problem === 'network') await db.changeTrack(one.id, { state: 'waiting', problem: null })
  await changed()
  work()
}
