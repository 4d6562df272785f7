import { Engine } from './engine.ts'
import { gainFor } from './gain.ts'
import { keep, kept } from './keeping.ts'
import { tellSystem } from './media-session.ts'
import { QueueActions, quietQueue, type Queued } from './queue-actions.ts'
import * as q from './queue.ts'
import { Reports } from './reports.ts'
import { codecFor, soundingMs, type Playable } from './track.ts'

export type Status = 'idle' | 'loading' | 'playing' | 'paused' | 'failed'
export type PlayerState = Queued & {
  status: Status
  /** Of what sounds, in ms: the preview's length for previews. */
  durationMs: number
  volume: number
  muted: boolean
  normalise: boolean
}

export const quietState: PlayerState = { ...quietQueue, status: 'idle', durationMs: 0, volume: 0.8, muted: false, normalise: true }

/** The one player of the tab: queue, engine, play reports. Components read it through hooks (use.ts); nothing stops it while pages change. */
class Player extends QueueActions {
  private state = quietState
  private readonly listeners = new Set<() => void>()
  private made: Engine | null = null
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

  private get engine(): Engine {
    this.made ??= new Engine({
      onTime: ms => this.tick(ms),
      onState: status => {
        if (status === 'playing') this.failures = 0
        if (status === 'paused') this.reports.lift()
        this.change({ status })
        if (status === 'paused') this.reports.send()
        tellSystem(this.track, status, this)
      },
      onDuration: durationMs => {
        this.change({ durationMs })
        tellSystem(this.track, this.state.status, this)
      },
      onEnded: () => this.advance(true),
      onError: () => this.fail(),
    })
    this.made.setVolume(this.state.muted ? 0 : this.state.volume)
    return this.made
  }

  // ── what people do ─────────────────────────────────────────────

  toggle(): void {
    if (this.state.status === 'playing' || this.state.status === 'loading') this.pause()
    else this.play()
  }

  play(): void {
    if (!this.track) return
    if (this.made?.loaded && this.state.status !== 'failed') void this.engine.resume()
    else this.start(this.position)
  }

  pause(): void {
    this.made?.pause()
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
    this.change({ normalise })
    this.made?.setGain(this.gain(this.track))
    this.save()
  }

  // ── what follows from it ───────────────────────────────────────

  private url(track: Playable): string | null {
    const probe = new Audio()
    const codec = codecFor(type => probe.canPlayType(type))
    return codec && `/api/v1/tracks/${track.id}/stream?codec=${codec}&quality=high`
  }

  private gain(track: Playable | null): number {
    if (!this.state.normalise || !track) return 1
    // An album in its own order keeps the differences its makers wanted; a mix is evened track by track.
    const { entries, at, shuffle } = this.state.queue
    const beside = entries[at + 1] ?? entries[at - 1]
    const album = !shuffle && beside?.track.release.id === track.release.id
    return gainFor(track.loudness, album ? 'album' : 'track')
  }

  protected start(positionMs: number): void {
    const { track } = this
    if (!track) return this.rest()
    const url = this.url(track)
    this.reports.finish()
    this.position = positionMs
    this.change({ durationMs: soundingMs(track), status: 'loading' })
    this.save()
    if (!url) return this.change({ status: 'failed' })
    this.reports.begin(track)
    tellSystem(track, 'loading', this)
    void this.engine.play({ url, gain: this.gain(track), startMs: positionMs })
    this.prepareNext()
  }

  protected prepareNext(): void {
    const next = q.nextIndex(this.state.queue, true)
    const entry = next === null ? undefined : this.state.queue.entries[next]
    // Only near the end: what is skipped is not loaded.
    if (!this.made?.loaded || !entry || this.state.durationMs - this.positionMs > 25_000) return
    const url = this.url(entry.track)
    if (url) this.made.prepare({ url, gain: this.gain(entry.track), startMs: 0 })
  }

  private advance(byItself: boolean): void {
    const to = q.nextIndex(this.state.queue, byItself)
    if (to === null) {
      if (!byItself) return
      this.reports.finish()
      this.position = 0
      this.made?.stop()
      this.change({ queue: { ...this.state.queue, at: 0 }, status: 'paused' })
      this.save()
      return
    }
    this.change({ queue: { ...this.state.queue, at: to } })
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

  private fail(): void {
    this.failures++
    this.change({ status: 'failed' })
    this.made?.stop()
    // One broken track must not end the music; a broken network must not race through the queue.
    if (this.failures <= 2 && q.nextIndex(this.state.queue, false) !== null)
      setTimeout(() => this.state.status === 'failed' && this.advance(false), 1500)
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
    const { queue, volume, muted } = this.state
    keep({ queue, volume, muted, positionMs: this.positionMs })
  }

  /** Brings back the queue of the last visit, paused where it was. Once, in the browser. */
  restore(): void {
    if (this.restored) return
    this.restored = true
    addEventListener('pagehide', () => {
      this.reports.send(true)
      this.save()
    })
    const found = this.track ? null : kept()
    if (!found) return
    const { queue, volume, muted, positionMs } = found
    this.position = positionMs
    this.change({ queue, volume, muted })
    const { track } = this
    if (track) this.change({ status: 'paused', durationMs: soundingMs(track) })
  }
}

export const player = new Player()
export type PlayerControls = Player
