import { followsInAlbum, gainInQueue } from './gain.ts'
import { keep, kept } from './keeping.ts'
import { tellSystem } from './media-session.ts'
import { QueueActions, quietQueue, type Queued } from './queue-actions.ts'
import * as q from './queue.ts'
import { Reports } from './reports.ts'
import { fallingAsleepMs, keepTimers, keptTimers, shortestLoop, stopsAfter, type Loop, type Sleep } from './sleep.ts'
import { changeSound, onSound, soundSettings } from './sound-settings.ts'
import type { Engine, Load, Next } from './sound/engine.ts'
import { soundingMs, type Playable } from './track.ts'

export type Status = 'idle' | 'loading' | 'playing' | 'paused' | 'failed'
export type PlayerState = Queued & {
  status: Status
  /** Of what sounds, in ms: the preview's length for previews. */
  durationMs: number
  volume: number
  muted: boolean
  normalise: boolean
  sleep: Sleep | null
  loop: Loop | null
}

export const quietState: PlayerState = {
  ...quietQueue,
  status: 'idle',
  durationMs: 0,
  volume: 0.8,
  muted: false,
  normalise: true,
  sleep: null,
  loop: null,
}
/** So long before its end, in ms, what comes next is made ready; sooner would load what is skipped. */
const readyMs = 25_000

/** The one player of the tab: queue, engine, play reports. Components read it through hooks (use.ts); nothing stops it while pages change. */
class Player extends QueueActions {
  private state = quietState
  private readonly listeners = new Set<() => void>()
  private made: Engine | null = null
  private making: Promise<Engine> | null = null
  private awaitsNetwork = false
  private bed = 0
  private position = 0
  private readonly reports = new Reports()
  private failures = 0
  private restored = false

  getState = (): PlayerState => this.state
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  protected change(next: Partial<PlayerState>): void {
    this.state = { ...this.state, ...next }
    for (const listener of this.listeners) listener()
  }

  get track(): Playable | null {
    return q.current(this.state.queue)?.track ?? null
  }

  /** Position in what sounds, in ms; exact while it plays. */
  get positionMs(): number {
    return this.made?.loaded ? this.made.positionMs : this.position
  }

  /** The engine comes with the first music, not with the first page. */
  private engine(): Promise<Engine> {
    this.making ??= import('./sound/engine.ts').then(module => {
      const made = new module.Engine({
        onTime: ms => this.tick(ms),
        onState: status => this.tellState(status),
        onDuration: durationMs => {
          this.change({ durationMs })
          tellSystem(this.track, this.state.status, this)
        },
        onPassed: (load, leftMs) => this.passed(load, leftMs),
        onFaded: range => this.reports.faded(range),
        onLooped: fromMs => {
          this.reports.tick(fromMs)
          this.reports.lift()
        },
        onEnded: () => this.advance(true),
        onFault: kind => this.fail(kind),
      })
      made.setVolume(this.state.muted ? 0 : this.state.volume)
      this.made = made
      return made
    })
    return this.making
  }

  private withEngine(act: (engine: Engine) => void): void {
    if (this.made) return act(this.made)
    this.engine().then(act, () => {
      this.making = null
      this.fail('network')
    })
  }

  private tellState(status: 'loading' | 'playing' | 'paused'): void {
    if (status === 'playing') {
      this.failures = 0
      this.reports.tick(this.positionMs)
    } else if (status === 'paused') {
      this.reports.tick(this.positionMs)
      this.reports.lift()
    }
    this.change({ status })
    if (status === 'paused') this.reports.send()
    tellSystem(this.track, status, this)
  }

  // ── what people do ─────────────────────────────────────────────

  toggle(): void {
    if (this.state.status === 'playing' || this.state.status === 'loading') this.pause()
    else this.play()
  }

  play(): void {
    if (!this.track) return
    if (this.made?.loaded && this.state.status !== 'failed') void this.made.resume()
    else this.start(this.position, this.state.loop)
  }

  pause(): void {
    if (this.made?.loaded) this.made.pause()
    else if (this.state.status === 'loading') this.change({ status: 'paused' })
    this.save()
  }

  next(): void {
    this.advance(false)
  }

  /** Back to the start of the track; within its first three seconds to the track before. */
  previous(): void {
    const to = q.previousIndex(this.state.queue)
    if (this.positionMs > 3000 || to === null) return this.seek(0)
    this.change({ queue: { ...this.state.queue, at: to } })
    this.start(0)
  }

  seek(milliseconds: number): void {
    const to = Math.min(Math.max(0, milliseconds), Math.max(0, this.state.durationMs - 250))
    if (this.state.status === 'playing') this.reports.tick(this.positionMs)
    this.reports.lift()
    this.position = to
    if (this.made?.loaded) this.made.seek(to)
    tellSystem(this.track, this.state.status, this, to)
    this.change({})
    this.save()
  }

  seekBy(milliseconds: number): void {
    if (this.track) this.seek(this.positionMs + milliseconds)
  }

  setVolume(volume: number): void {
    const level = Math.min(1, Math.max(0, volume))
    this.change({ volume: level, muted: level === 0 })
    this.made?.setVolume(level)
    this.save()
  }

  toggleMute(): void {
    const muted = !this.state.muted
    this.change({ muted, volume: !muted && this.state.volume === 0 ? 0.5 : this.state.volume })
    this.made?.setVolume(muted ? 0 : this.state.volume)
    this.save()
  }

  setNormalise(normalise: boolean): void {
    changeSound({ loudness: normalise ? 'auto' : 'off' })
  }

  /** null: the music goes on. */
  setSleep(sleep: Sleep | null): void {
    this.made?.fallAsleep(null)
    this.change({ sleep })
    this.keepTimers()
    this.watchBed()
    this.prepareNext()
  }

  /** A part of this track again and again; with no end it is only marked. */
  setLoop(loop: Loop | null): void {
    const real = loop && loop.to !== null && loop.to - loop.from < shortestLoop ? null : loop
    this.change({ loop: real })
    this.keepTimers()
    this.hold()
    this.prepareNext()
  }

  /** One key for all: the beginning, then the end, then no loop. */
  markLoop(): void {
    const { loop } = this.state
    const at = Math.round(this.positionMs)
    if (!loop) this.setLoop({ from: at, to: null })
    else if (loop.to === null && at - loop.from >= shortestLoop) this.setLoop({ from: loop.from, to: at })
    else this.setLoop(null)
  }

  // ── what follows from it ───────────────────────────────────────

  private load(index: number, startMs: number): Load {
    const { entries } = this.state.queue
    const { key, track } = entries[index]!
    const gain = gainInQueue(
      entries.map(entry => entry.track),
      index,
      soundSettings().loudness,
    )
    return { key, track, gain, startMs }
  }

  protected start(positionMs: number, loop: Loop | null = null): void {
    const { track } = this
    if (!track) return this.rest()
    this.reports.begin(track)
    this.position = positionMs
    this.awaitsNetwork = false
    this.change({ durationMs: soundingMs(track), status: 'loading', loop })
    this.save()
    tellSystem(track, 'loading', this)
    const load = this.load(this.state.queue.at, positionMs)
    this.withEngine(engine => {
      // Skipped, or paused, while the engine was fetched.
      if (this.track?.id !== load.track.id || this.state.status !== 'loading') return
      void engine.play(load)
      this.hold()
      this.prepareNext()
    })
  }

  private following(): Next | null {
    const { queue, sleep, loop } = this.state
    const index = q.nextIndex(queue, true)
    const track = this.track
    const entry = index === null ? undefined : queue.entries[index]
    if (index === null || !track || !entry || loop?.to || stopsAfter(sleep, queue)) return null
    const joined = index === queue.at || (index === queue.at + 1 && followsInAlbum(track, entry.track))
    return { load: this.load(index, 0), how: joined ? 'join' : 'fade' }
  }

  protected prepareNext(): void {
    if (!this.made?.loaded || this.state.durationMs - this.positionMs > readyMs + 2000 * soundSettings().crossfade) return
    this.made.prepare(this.following())
  }

  /** The next one sounds already: the queue follows. */
  private passed(load: Load, leftMs: number): void {
    const { queue } = this.state
    const to = q.nextIndex(queue, true)
    const entry = to === null ? undefined : queue.entries[to]
    if (this.state.status === 'playing') this.reports.tick(Math.min(leftMs, this.state.durationMs))
    // The queue was changed in the very moment.
    if (to === null || entry?.key !== load.key) return this.advance(true)
    this.reports.begin(load.track, leftMs < this.state.durationMs - 50)
    this.reports.tick(0)
    this.position = 0
    this.change({ queue: { ...queue, at: to }, durationMs: soundingMs(load.track), loop: null })
    this.save()
    tellSystem(load.track, this.state.status, this)
  }

  private advance(byItself: boolean): void {
    const { queue, sleep } = this.state
    const to = q.nextIndex(queue, byItself)
    if (byItself && stopsAfter(sleep, queue)) {
      this.change({ queue: { ...queue, at: to ?? 0 }, sleep: null, loop: null })
      this.keepTimers()
      return this.rest()
    }
    if (to === null) {
      if (!byItself) return
      this.change({ queue: { ...queue, at: 0 } })
      return this.rest()
    }
    this.change({ queue: { ...queue, at: to } })
    this.start(0)
  }

  protected rest(positionMs = 0): void {
    this.reports.finish()
    this.made?.stop()
    this.position = positionMs
    this.change({ status: this.track ? 'paused' : 'idle', durationMs: this.track ? soundingMs(this.track) : 0 })
    tellSystem(this.track, this.state.status, this)
    this.save()
  }

  private fail(kind: 'media' | 'network'): void {
    const at = this.positionMs
    this.change({ status: 'failed' })
    this.made?.stop()
    this.position = at
    // A broken network must not race through the queue: it goes on where it was when the network is back.
    this.awaitsNetwork = kind === 'network'
    // One broken track must not end the music.
    if (kind === 'media' && ++this.failures <= 2 && q.nextIndex(this.state.queue, false) !== null)
      setTimeout(() => this.state.status === 'failed' && this.advance(false), 1500)
  }

  /** Fades out and pauses when the time has come. */
  private watchBed(): void {
    clearTimeout(this.bed)
    const { sleep } = this.state
    if (sleep?.kind !== 'minutes') return
    const left = sleep.until - Date.now()
    if (left <= 0) {
      this.pause()
      this.change({ sleep: null })
      this.keepTimers()
      // Only when the last sound has left the loudspeaker.
      this.bed = window.setTimeout(() => this.made?.fallAsleep(null), 500)
      return
    }
    if (left <= fallingAsleepMs + 50) this.made?.fallAsleep(left / 1000)
    this.bed = window.setTimeout(() => this.watchBed(), left > fallingAsleepMs + 50 ? Math.min(left - fallingAsleepMs, 60_000) : left)
  }

  private keepTimers(): void {
    const { sleep, loop } = this.state
    const { track } = this
    keepTimers({ sleep, loop: loop && track ? { ...loop, track: track.id } : null })
  }

  /** Tells the engine what it has to repeat. */
  private hold(): void {
    const { loop } = this.state
    this.made?.setLoop(loop && loop.to !== null ? { from: loop.from, to: loop.to } : null)
  }

  private tick(positionMs: number): void {
    this.position = positionMs
    if (this.state.status !== 'playing') return
    this.reports.tick(positionMs)
    this.prepareNext()
    if (Math.floor(positionMs / 1000) % 5 === 0) this.save()
  }

  // ── restart ────────────────────────────────────────────────────

  protected save(): void {
    if (!this.restored) return
    const { queue, history, volume, muted } = this.state
    keep({ queue, history, volume, muted, positionMs: this.positionMs })
  }

  /** Brings back the queue of the last visit, paused where it was. Once, in the browser. */
  restore(): void {
    if (this.restored) return
    this.restored = true
    this.change({ normalise: soundSettings().loudness !== 'off' })
    onSound(() => {
      this.change({ normalise: soundSettings().loudness !== 'off' })
      if (!this.made?.loaded || !this.track) return
      this.made.setGain(this.load(this.state.queue.at, 0).gain)
      this.prepareNext()
    })
    // Fetched when nothing else is: the press of "play" then finds it.
    setTimeout(() => void this.engine().catch(() => (this.making = null)), 1500)
    addEventListener('online', () => this.awaitsNetwork && this.state.status === 'failed' && this.start(this.position))
    addEventListener('pagehide', () => {
      this.reports.send(true)
      this.save()
    })
    const timers = keptTimers(Date.now())
    this.change({ sleep: timers.sleep })
    this.watchBed()
    const found = this.track ? null : kept()
    if (!found) return
    const { queue, history, volume, muted, positionMs } = found
    this.position = positionMs
    this.change({ queue, history, volume, muted })
    const { track } = this
    if (!track) return
    const { loop } = timers
    this.change({
      status: 'paused',
      durationMs: soundingMs(track),
      loop: loop?.track === track.id ? { from: loop.from, to: loop.to } : null,
    })
  }
}

export const player = new Player()
export type PlayerControls = Player
