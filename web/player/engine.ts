import { volumeCurve } from './gain.ts'

export type Load = { url: string; gain: number; startMs: number }
type Events = {
  onTime: (positionMs: number) => void
  onState: (state: 'loading' | 'playing' | 'paused') => void
  onDuration: (milliseconds: number) => void
  onEnded: () => void
  onError: () => void
}

type Deck = { element: HTMLAudioElement; gain: GainNode | null; url: string | null; level: number }

/**
 * Makes the sound. Two decks: while one plays, the other loads what comes next, so that a track follows the last with no wait.
 * The Web Audio graph (deck gain → volume) is made on the first press of play: browsers allow it no sooner.
 */
export class Engine {
  private decks: [Deck, Deck]
  private active = 0
  private context: AudioContext | null = null
  private master: GainNode | null = null
  private volume = 1
  private readonly events: Events

  constructor(events: Events) {
    this.events = events
    this.decks = [this.makeDeck(0), this.makeDeck(1)]
  }

  private get deck(): Deck {
    return this.decks[this.active]!
  }

  private makeDeck(index: number): Deck {
    const element = new Audio()
    element.preload = 'auto'
    element.crossOrigin = 'anonymous'
    const mine = (run: () => void) => () => {
      if (this.active === index) run()
    }
    element.addEventListener(
      'timeupdate',
      mine(() => this.events.onTime(element.currentTime * 1000)),
    )
    element.addEventListener(
      'playing',
      mine(() => this.events.onState('playing')),
    )
    element.addEventListener(
      'waiting',
      mine(() => this.events.onState('loading')),
    )
    element.addEventListener(
      'pause',
      mine(() => !element.ended && this.events.onState('paused')),
    )
    element.addEventListener(
      'durationchange',
      mine(() => Number.isFinite(element.duration) && this.events.onDuration(element.duration * 1000)),
    )
    element.addEventListener(
      'ended',
      mine(() => this.events.onEnded()),
    )
    element.addEventListener(
      'error',
      mine(() => element.getAttribute('src') && this.events.onError()),
    )
    return { element, gain: null, url: null, level: 1 }
  }

  private graph(): void {
    if (this.context || typeof AudioContext === 'undefined') return
    const context = new AudioContext({ latencyHint: 'playback' })
    const master = context.createGain()
    master.connect(context.destination)
    for (const deck of this.decks) {
      deck.gain = context.createGain()
      deck.gain.gain.value = deck.level
      context.createMediaElementSource(deck.element).connect(deck.gain).connect(master)
      deck.element.volume = 1
    }
    this.context = context
    this.master = master
    master.gain.value = volumeCurve(this.volume)
  }

  private level(deck: Deck, gain: number): void {
    deck.level = gain
    if (deck.gain && this.context) deck.gain.gain.setTargetAtTime(gain, this.context.currentTime, 0.015)
    else deck.element.volume = Math.min(1, gain * volumeCurve(this.volume))
  }

  /** Takes a track onto the playing deck. When it was prepared, it is there at once. */
  async play(load: Load): Promise<void> {
    this.graph()
    void this.context?.resume()
    const other = this.decks[1 - this.active]!
    if (other.url === load.url && this.deck.url !== load.url) {
      this.deck.element.pause()
      this.active = 1 - this.active
    } else if (this.deck.url !== load.url) {
      this.deck.url = load.url
      this.deck.element.src = load.url
    }
    const { deck } = this
    this.level(deck, load.gain)
    if (Math.abs(deck.element.currentTime * 1000 - load.startMs) > 400) this.seek(load.startMs)
    if (Number.isFinite(deck.element.duration)) this.events.onDuration(deck.element.duration * 1000)
    this.events.onState('loading')
    try {
      await deck.element.play()
    } catch (error) {
      // "AbortError": another track was asked for meanwhile. "NotAllowedError": no gesture yet, so it stays paused.
      if (error instanceof DOMException && error.name === 'AbortError') return
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.events.onState('paused')
    }
  }

  /** Loads what comes next on the resting deck. */
  prepare(load: Load | null): void {
    const other = this.decks[1 - this.active]!
    if (!load || other.url === load.url || this.deck.url === load.url) return
    other.url = load.url
    other.element.src = load.url
    this.level(other, load.gain)
    other.element.load()
  }

  async resume(): Promise<void> {
    this.graph()
    void this.context?.resume()
    await this.deck.element.play().catch(() => this.events.onState('paused'))
  }

  pause(): void {
    this.deck.element.pause()
  }

  /** Stops and forgets both decks. */
  stop(): void {
    for (const deck of this.decks) {
      deck.element.pause()
      deck.element.removeAttribute('src')
      deck.element.load()
      deck.url = null
    }
  }

  seek(milliseconds: number): void {
    const { element } = this.deck
    const set = () => {
      element.currentTime = Math.max(0, milliseconds / 1000)
    }
    if (element.readyState >= 1) set()
    else element.addEventListener('loadedmetadata', set, { once: true })
  }

  get positionMs(): number {
    return this.deck.element.currentTime * 1000
  }

  get loaded(): boolean {
    return this.deck.url !== null
  }

  setGain(gain: number): void {
    this.level(this.deck, gain)
  }

  setVolume(volume: number): void {
    this.volume = volume
    if (this.master && this.context) this.master.gain.setTargetAtTime(volumeCurve(volume), this.context.currentTime, 0.015)
    else for (const deck of this.decks) deck.element.volume = Math.min(1, deck.level * volumeCurve(volume))
  }
}
