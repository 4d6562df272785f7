import { api, ApiError, type Ok } from '../api.ts'
import { onDevice, thisDevice } from './continue-device.ts'
import { player, type PlayerState } from './player.ts'
import { playable } from './track.ts'

export type Place = NonNullable<Ok<'GET /me/queue/place'>['place']>
/** What is said about one's other devices. */
export type Elsewhere =
  | { kind: 'quiet' }
  /** Another device left a queue that can go on here, or plays it now. */
  | { kind: 'there'; place: Place }
  /** The music was just taken over by another device. */
  | { kind: 'moved'; place: Place }

const quiet: Elsewhere = { kind: 'quiet' }
/** All in ms: how long changes gather before they are told; how often a playing device tells its place; how often others are looked after; what is too old to go on with. */
const times = { gather: 1200, beat: 10_000, look: 15_000, lookWhilePlaying: 5000, old: 14 * 86_400_000 }

type Told = { ids: readonly string[]; index: number }

/**
 * Keeps the queue with the planet, so that it goes on anywhere; one per tab, for who is signed in. What someone does here makes the queue this device's; what
 * merely goes on by itself does not take it from another one.
 */
export class QueueKeeper {
  private state: Elsewhere = quiet
  private readonly listeners = new Set<() => void>()
  /** The version of this device's queue at the planet; null: the queue there is another device's, or none. */
  private version: number | null = null
  private known: number | null = null
  private told: Told | null = null
  private seen: PlayerState
  private place = { positionMs: 0, at: 0 }
  private dismissed = 0
  private gathering: ReturnType<typeof setTimeout> | null = null
  private ticking: ReturnType<typeof setTimeout> | null = null
  private line: Promise<unknown> = Promise.resolve()
  private stopped = false
  private readonly undo: (() => void)[] = []

  constructor() {
    this.seen = player.getState()
    this.undo.push(player.subscribe(() => this.watch()))
    // Its new name is told with the queue.
    this.undo.push(
      onDevice(() => {
        this.told = null
        this.gather(0)
      }),
    )
    const look = () => document.visibilityState === 'visible' && void this.look()
    const leave = () => this.leave()
    document.addEventListener('visibilitychange', look)
    addEventListener('pagehide', leave)
    this.undo.push(() => document.removeEventListener('visibilitychange', look))
    this.undo.push(() => removeEventListener('pagehide', leave))
    // Someone may have pressed play before this was fetched.
    if (this.sounding && this.seen.queue.entries.length > 0) this.version = 0
    void this.look().then(() => {
      this.gather(0)
      this.tick()
    })
  }

  private get sounding(): boolean {
    const { status } = player.getState()
    return status === 'playing' || status === 'loading'
  }

  stop(): void {
    this.stopped = true
    for (const run of this.undo) run()
    for (const timer of [this.gathering, this.ticking]) if (timer) clearTimeout(timer)
    this.say(quiet)
  }

  getState = (): Elsewhere => this.state
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  private say(next: Elsewhere): void {
    this.state = next
    for (const listener of this.listeners) listener()
  }

  // ── what people do here ────────────────────────────────────────

  /** Goes on here, at the second; the other device falls silent. */
  async playHere(): Promise<void> {
    const { id, name } = thisDevice()
    const { queue } = await this.inLine(() => api('POST /me/queue/take', { device: id, deviceName: name }))
    if (!queue || queue.tracks.length === 0) return this.say(quiet)
    this.version = this.known = queue.version
    const tracks = queue.tracks.map(track => playable(track, 'queue'))
    this.told = { ids: queue.tracks.map(track => track.id), index: queue.index }
    player.takeOver(tracks, queue.index, queue.positionMs, { repeat: queue.repeat, shuffle: queue.shuffle })
    this.say(quiet)
    this.gather(0)
  }

  /** Not now: until the other device does something new. */
  dismiss(): void {
    if (this.state.kind !== 'quiet') this.dismissed = Math.max(this.dismissed, this.state.place.version)
    this.say(quiet)
  }

  // ── what follows from it ───────────────────────────────────────

  private watch(): void {
    const [before, now] = [this.seen, player.getState()]
    this.seen = now
    const playing = (state: PlayerState) => state.status === 'playing' || state.status === 'loading'
    const changed = now.queue !== before.queue || playing(now) !== playing(before)
    // Pressed, not gone on by itself.
    const acted = now.queue.entries !== before.queue.entries || (playing(now) && before.status === 'paused')
    if (acted && now.queue.entries.length > 0) {
      if (this.state.kind !== 'quiet') this.say(quiet)
      this.version ??= 0
    }
    // Where it was left is told at once: the page may be gone in a moment.
    const paused = playing(before) && !playing(now)
    if (changed || this.jumped(playing(before))) this.gather(paused ? 0 : times.gather)
  }

  /** Whether the place is not where it would be by now: someone went elsewhere in the track. */
  private jumped(played: boolean): boolean {
    const [positionMs, at] = [player.positionMs, performance.now()]
    const expected = this.place.positionMs + (played ? at - this.place.at : 0)
    this.place = { positionMs, at }
    return Math.abs(positionMs - expected) > 1500
  }

  private gather(ms: number): void {
    if (this.version === null || this.stopped) return
    if (this.gathering && ms > 0) return
    if (this.gathering) clearTimeout(this.gathering)
    this.gathering = setTimeout(() => {
      this.gathering = null
      void this.tell()
    }, ms)
  }

  /** One request after the other: a place must not overtake its queue. */
  private inLine<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.line.then(run, run)
    this.line = turn.catch(() => undefined)
    return turn
  }

  private here(): { ids: string[]; index: number; positionMs: number; playing: boolean } | null {
    const { queue, status } = player.getState()
    const current = queue.entries[queue.at]
    // A file of this device cannot go on elsewhere: the place stays at the last one that can.
    if (!current || current.track.own) return null
    const shared = queue.entries.filter(entry => !entry.track.own)
    return {
      ids: shared.map(entry => entry.track.id),
      index: shared.indexOf(current),
      positionMs: Math.max(0, Math.round(player.positionMs)),
      playing: status === 'playing' || status === 'loading',
    }
  }

  private tell(): Promise<void> {
    return this.inLine(async () => {
      // While it loads, the place is not certain yet.
      if (player.getState().status === 'loading') return this.gather(times.gather)
      const here = this.here()
      if (!here || this.version === null || this.stopped) return
      const device = thisDevice()
      const { ids, ...place } = here
      try {
        if (this.version === 0 || !this.told || !same(this.told.ids, ids)) {
          const { queue } = player.getState()
          const { version, over } = await api('PUT /me/queue', {
            tracks: ids,
            ...place,
            device: device.id,
            deviceName: device.name,
            repeat: queue.repeat,
            shuffle: queue.shuffle,
            version: this.known,
          })
          this.version = this.known = version
          if (over && over.playing) this.say({ kind: 'there', place: over })
        } else {
          const answer = await api('PUT /me/queue/place', { ...place, device: device.id, version: this.version })
          if (!answer.current) this.lost(answer.place)
        }
        this.told = { ids, index: here.index }
      } catch (error) {
        // Unreachable: told again with the next change or beat.
        if (error instanceof ApiError && error.status === 401) this.stop()
      }
    })
  }

  /** Another device has the queue now. */
  private lost(place: Place | null): void {
    this.version = null
    this.told = null
    if (!place) return
    this.known = place.version
    if (place.takenFrom === thisDevice().id && this.sounding) {
      player.pause()
      this.say({ kind: 'moved', place })
    } else this.offer(place)
  }

  private offer(place: Place): void {
    const mine = place.device === thisDevice().id
    const old = Date.now() - Date.parse(place.updatedAt) > times.old
    if (mine || old || place.count === 0 || !place.track || place.version <= this.dismissed || (this.sounding && !place.playing)) {
      if (this.state.kind === 'there') this.say(quiet)
      return
    }
    this.say({ kind: this.state.kind === 'moved' ? 'moved' : 'there', place })
  }

  private async look(): Promise<void> {
    if (this.stopped) return
    try {
      const { place } = await this.inLine(() => api('GET /me/queue/place'))
      if (!place || this.stopped) return
      if (place.device === thisDevice().id) {
        this.known = place.version
        // A restart, or another tab of this browser: what is here goes on being this device's.
        this.version ??= this.seen.queue.entries.length > 0 ? place.version : null
        if (this.state.kind !== 'quiet') this.say(quiet)
      } else if (this.version === null || (this.version > 0 && place.version > this.version)) this.lost(place)
      else this.known = place.version
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.stop()
    }
  }

  private tick(): void {
    if (this.stopped) return
    const playing = this.sounding
    const there = this.state.kind !== 'quiet' && this.state.place.playing
    const wait = playing && this.version !== null ? times.beat : there ? times.lookWhilePlaying : times.look
    this.ticking = setTimeout(() => {
      const run = playing && this.version !== null ? this.tell() : document.visibilityState === 'visible' ? this.look() : Promise.resolve()
      void run.then(() => this.tick())
    }, wait)
  }

  /** The page goes: the last word is the place, silent. */
  private leave(): void {
    const here = this.here()
    if (!here || !this.version || !this.told || !same(this.told.ids, here.ids)) return
    const { index, positionMs } = here
    void fetch('/api/v1/me/queue/place', {
      method: 'PUT',
      keepalive: true,
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ index, positionMs, playing: false, device: thisDevice().id, version: this.version }),
    }).catch(() => undefined)
  }
}

const same = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((id, index) => id === b[index])
