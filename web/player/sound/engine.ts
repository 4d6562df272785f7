import { volumeCurve } from '../gain.ts'
import { onSound, soundSettings } from '../sound-settings.ts'
import { Deck, type Load } from './deck.ts'
import { crossfadeSeconds, equalPower } from './fade.ts'
import { Graph } from './graph.ts'

export type { Load } from './deck.ts'
/** join: without a gap, for the tracks of an album · fade: over each other for the seconds that are set, or right after each other. */
export type Next = { load: Load; how: 'join' | 'fade' }
/** Milliseconds of a track that sound again and again. */
export type Loop = { from: number; to: number }

export type EngineEvents = {
  onTime: (positionMs: number) => void
  onState: (state: 'loading' | 'playing' | 'paused') => void
  onDuration: (milliseconds: number) => void
  /** The next one has begun by itself; the one before sounded until `leftMs` (its end, or where a crossfade began). */
  onPassed: (load: Load, leftMs: number) => void
  /** What a crossfade took away sounded in this stretch of it, and is silent now. */
  onFaded: (range: { from: number; to: number }) => void
  /** It went back to the start of the loop. */
  onLooped: (fromMs: number) => void
  onEnded: () => void
  onFault: (kind: 'media' | 'network') => void
}

/**
 * Makes the sound. Two decks: one plays, the other is ready with what is to be faded in; the tracks of an album are joined on one deck.
 * Fetched when music is first wanted; it knows no queue.
 */
export class Engine {
  private readonly decks: [Deck, Deck]
  private active = 0
  private graph: Graph | null = null
  private volume = 1
  private next: Next | null = null
  private fade: { timer: number; fromMs: number } | null = null
  private loop: Loop | null = null
  private timer = 0
  private readonly events: EngineEvents

  constructor(events: EngineEvents) {
    this.events = events
    this.decks = [this.makeDeck(0), this.makeDeck(1)]
    onSound(() => this.apply())
  }

  private get deck(): Deck {
    return this.decks[this.active]!
  }
  private get other(): Deck {
    return this.decks[1 - this.active]!
  }
  get loaded(): boolean {
    return this.deck.load !== null
  }
  get positionMs(): number {
    return this.deck.positionMs
  }

  private makeDeck(index: number): Deck {
    const mine =
      <A extends unknown[]>(run: (...args: A) => void) =>
      (...args: A): void => {
        if (this.active === index) run(...args)
      }
    return new Deck({
      onTime: mine(() => {
        this.watch()
        this.events.onTime(this.positionMs)
      }),
      onState: mine(state => {
        this.watch()
        this.events.onState(state)
      }),
      onDuration: mine(milliseconds => this.events.onDuration(milliseconds)),
      onPassed: mine(load => {
        this.next = null
        this.level(this.deck, load.gain)
        this.events.onPassed(load, Infinity)
      }),
      onEnded: mine(() => this.ended()),
      onFault: mine(kind => this.events.onFault(kind)),
    })
  }

  // ── what the player asks for ───────────────────────────────────

  /** Sounds from `startMs`. At once when it was made ready before. */
  async play(load: Load): Promise<void> {
    this.wake()
    this.endFade()
    if (this.deck.joined?.key === load.key && load.startMs === 0) this.deck.skipToJoined()
    else if (this.next?.load.key === load.key && this.other.load?.key === load.key && load.startMs === 0) {
      const left = this.deck
      this.active = 1 - this.active
      left.drop()
    } else {
      if (this.other.load) this.other.drop()
      this.deck.take(load)
    }
    this.next = null
    this.loop = null
    this.level(this.deck, load.gain)
    if (this.deck.durationMs !== null) this.events.onDuration(this.deck.durationMs)
    this.events.onState('loading')
    await this.sound()
  }

  /** Makes ready what comes after what sounds. May be called again and again; null takes it back. */
  prepare(next: Next | null): void {
    if (this.fade) return
    const known = this.next
    if (next && known && known.load.key === next.load.key && known.how === next.how && known.load.track.id === next.load.track.id) return
    if (!next && !known) return
    this.deck.unjoin()
    if (this.other.load && this.other.load.key !== next?.load.key) this.other.drop()
    this.next = next
    if (!next) return
    if (next.how === 'join') this.deck.join(next.load)
    else if (!this.other.load) {
      this.other.take(next.load)
      this.level(this.other, next.load.gain)
    }
  }

  async resume(): Promise<void> {
    this.wake()
    await this.sound()
  }

  pause(): void {
    this.endFade()
    this.deck.pause()
  }

  stop(): void {
    this.endFade()
    this.next = null
    for (const deck of this.decks) deck.drop()
  }

  seek(milliseconds: number): void {
    this.endFade()
    this.deck.seek(milliseconds)
    this.watch()
  }

  setLoop(loop: Loop | null): void {
    this.loop = loop
    this.watch()
  }

  /** For its loudness: of what sounds now. */
  setGain(gain: number): void {
    this.level(this.deck, gain)
  }

  setVolume(volume: number): void {
    this.volume = volume
    if (this.graph) this.graph.setVolume(volume)
    else for (const deck of this.decks) this.level(deck, deck.load?.gain ?? 1)
  }

  /** Silent in so many seconds; null: as loud as before. */
  fallAsleep(seconds: number | null): void {
    this.graph?.fallAsleep(seconds)
  }

  // ── how it does it ─────────────────────────────────────────────

  private wake(): void {
    if (!this.graph && typeof AudioContext !== 'undefined') {
      const graph = new Graph()
      for (const deck of this.decks) {
        deck.inlet = graph.inlet(deck.element)
        deck.element.volume = 1
      }
      this.graph = graph
      graph.setVolume(this.volume)
      this.apply()
    }
    void this.graph?.context.resume()
  }

  private apply(): void {
    const settings = soundSettings()
    for (const deck of this.decks) deck.setSpeed(settings.speed)
    this.graph?.apply(settings)
    this.watch()
  }

  private level(deck: Deck, gain: number): void {
    if (deck.load) deck.load.gain = gain
    if (deck.inlet && this.graph) deck.inlet.level.gain.setTargetAtTime(gain, this.graph.context.currentTime, 0.01)
    else deck.element.volume = Math.min(1, gain * volumeCurve(this.volume))
  }

  private async sound(): Promise<void> {
    try {
      await this.deck.play()
    } catch (error) {
      // "AbortError": another track was asked for meanwhile. "NotAllowedError": no gesture yet, so it stays paused.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.events.onState('paused')
    }
  }

  /** Looks whether a moment has come (join, crossfade, end of the loop) and sets the clock for the next one. */
  private watch(): void {
    clearTimeout(this.timer)
    const { deck } = this
    if (!deck.load || deck.element.paused) return
    let left = deck.check()
    const at = deck.positionMs
    if (this.loop) {
      const rest = (this.loop.to - at) / 1000
      if (rest <= 0.004 && at < this.loop.to + 1500) {
        deck.seek(this.loop.from)
        this.events.onLooped(this.loop.to)
      } else if (rest > 0) left = Math.min(left, rest)
    }
    const before = this.fadeSeconds()
    if (before > 0 && deck.durationMs !== null && !this.fade) {
      const rest = (deck.durationMs - at) / 1000 - before
      if (rest <= 0.02 && this.other.ready) return this.startFade(before + Math.min(0, rest))
      left = Math.min(left, Math.max(0.05, rest))
    }
    if (left < Infinity)
      this.timer = window.setTimeout(() => this.watch(), Math.max(4, Math.min(1000, (left * 1000) / soundSettings().speed)))
  }

  /** Seconds of the track's own time that the next one is to sound over it; 0 when it shall not. */
  private fadeSeconds(): number {
    const { next, deck, other } = this
    if (next?.how !== 'fade' || deck.durationMs === null || !this.graph) return 0
    const coming = other.durationMs ?? next.load.track.durationMs
    return crossfadeSeconds(soundSettings().crossfade, deck.durationMs / 1000, coming / 1000)
  }

  private startFade(trackSeconds: number): void {
    const { deck: leaving, other: coming, graph } = this
    const seconds = Math.max(0.1, trackSeconds / soundSettings().speed)
    const leftMs = leaving.positionMs
    this.active = 1 - this.active
    this.next = null
    const now = graph!.context.currentTime + 0.01
    const curve = equalPower()
    leaving.inlet!.fade.gain.setValueCurveAtTime(curve.out, now, seconds)
    coming.inlet!.fade.gain.setValueCurveAtTime(curve.in, now, seconds)
    this.fade = { fromMs: leftMs, timer: window.setTimeout(() => this.endFade(), seconds * 1000 + 60) }
    void this.sound()
    this.events.onPassed(coming.load!, leftMs)
    if (coming.durationMs !== null) this.events.onDuration(coming.durationMs)
  }

  private endFade(): void {
    const { fade, graph } = this
    if (!fade || !graph) return
    clearTimeout(fade.timer)
    this.fade = null
    const now = graph.context.currentTime
    this.events.onFaded({
      from: fade.fromMs,
      to: this.other.durationMs === null ? this.other.positionMs : Math.min(this.other.positionMs, this.other.durationMs),
    })
    this.other.drop()
    for (const deck of this.decks) {
      deck.inlet!.fade.gain.cancelScheduledValues(0)
      deck.inlet!.fade.gain.setTargetAtTime(1, now, 0.005)
    }
  }

  /** What sounded is over: the other deck goes on at once, when it is ready. */
  private ended(): void {
    const { next, deck, other } = this
    if (this.fade || next === null || other.load?.key !== next.load.key) return this.events.onEnded()
    const leftMs = deck.durationMs ?? deck.positionMs
    this.active = 1 - this.active
    this.next = null
    deck.drop()
    void this.sound()
    this.events.onPassed(other.load, leftMs)
    if (other.durationMs !== null) this.events.onDuration(other.durationMs)
  }
}
