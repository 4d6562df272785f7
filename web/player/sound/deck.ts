import type { Playable } from '../track.ts'
import { canChain, Chain, type Part } from './chain.ts'
import { openCmaf, SoundFault, sourceOf, type Source } from './fetching.ts'
import type { Inlet } from './graph.ts'

/** `key`: the queue's entry. `gain`: linear, for its loudness. */
export type Load = { key: number; track: Playable; gain: number; startMs: number }

type Events = {
  onTime: () => void
  onState: (state: 'loading' | 'playing' | 'paused') => void
  onDuration: (milliseconds: number) => void
  /** What was joined behind has begun. */
  onPassed: (load: Load) => void
  onEnded: () => void
  onFault: (kind: 'media' | 'network') => void
}

type Slot = { token: number; load: Load; part: Part | null }

/** One audio element with what feeds it: a chain of joined tracks where the browser can, otherwise a file by its address. */
export class Deck {
  readonly element = new Audio()
  inlet: Inlet | null = null
  private chain: Chain | null = null
  private source: Source | null = null
  private now: Slot | null = null
  private next: Slot | null = null
  private opening = Promise.resolve()
  private token = 0
  private speed = 1
  private retried = 0
  /** Where it is to be, in ms, until the element can go there. */
  private wanted: number | null = null
  /** What was asked for last: an element that changes its source forgets it. */
  private going = false
  private readonly events: Events

  constructor(events: Events) {
    this.events = events
    const { element } = this
    element.preload = 'auto'
    element.crossOrigin = 'anonymous'
    element.addEventListener('timeupdate', () => this.now && events.onTime())
    // Told late, both may arrive when it was paused meanwhile.
    element.addEventListener('playing', () => this.now && !element.paused && events.onState('playing'))
    element.addEventListener('waiting', () => this.now && !element.paused && !element.ended && events.onState('loading'))
    element.addEventListener('pause', () => this.now && element.paused && !element.ended && events.onState('paused'))
    element.addEventListener('durationchange', () => this.tellDuration())
    element.addEventListener('ended', () => this.now && this.ended())
    element.addEventListener('error', () => element.getAttribute('src') && this.broken())
  }

  get load(): Load | null {
    return this.now?.load ?? null
  }
  /** What is joined behind, once it is certain that it will sound there. */
  get joined(): Load | null {
    return this.next?.part ? this.next.load : null
  }
  get coming(): Load | null {
    return this.next?.load ?? null
  }
  get positionMs(): number {
    // Where it will begin, until it can: nobody sees it at the start of the track meanwhile.
    return this.wanted ?? Math.max(0, (this.element.currentTime - (this.now?.part?.base ?? 0)) * 1000)
  }
  /** Of what sounds now, in ms; null until it is known. */
  get durationMs(): number | null {
    if (this.now?.part) return this.now.part.duration * 1000
    return this.chain === null && Number.isFinite(this.element.duration) ? this.element.duration * 1000 : null
  }
  /** Whether it could begin at once. */
  get ready(): boolean {
    return this.now !== null && this.element.readyState >= 3
  }

  /** Takes a track. Returns at once; it sounds when `play` was called and its bytes are there. */
  take(load: Load): void {
    this.drop()
    const token = ++this.token
    this.now = { token, load, part: null }
    this.wanted = load.startMs
    this.retried = 0
    // The element gets its source in the press itself: phones let nothing sound that began later.
    if (load.track.playable === 'full' && canChain()) {
      const chain = new Chain(this.element, error => this.chainFault(chain, error))
      this.chain = chain
    }
    this.setSpeed(this.speed)
    this.opening = this.open(token, load.startMs).catch(error => this.fault(token, error))
  }

  private async open(token: number, startMs: number): Promise<void> {
    const { load } = this.now!
    const source = await sourceOf(load.track)
    if (this.now?.token !== token) return
    this.source = source
    const opened = this.chain ? await openCmaf(source, new AbortController().signal) : null
    if (this.now?.token !== token) return
    if (this.chain && opened && this.chain.add(token, opened)) {
      this.now.part = this.chain.parts[0]!
      this.begin(startMs)
      this.tellDuration()
    } else await this.plain(token, startMs)
  }

  /** The file by its address, for what cannot be joined. */
  private async plain(token: number, startMs: number): Promise<void> {
    this.chain?.close()
    this.chain = null
    this.next = null
    if (this.now) this.now.part = null
    const url = await this.source!.url()
    if (this.now?.token !== token) return
    this.element.src = url
    this.setSpeed(this.speed)
    this.begin(startMs)
    if (this.going) await this.element.play().catch(() => undefined)
  }

  private begin(startMs: number): void {
    const to = this.wanted ?? startMs
    if (to > 0) this.seek(to)
    else this.wanted = null
  }

  /** Lays a track behind the one that sounds, without a gap. Nothing happens when it cannot be: it then comes from the other deck. */
  join(load: Load): void {
    const { chain, opening } = this
    if (!chain || this.next) return
    const slot: Slot = { token: ++this.token, load, part: null }
    this.next = slot
    void (async () => {
      try {
        await opening
        const opened = await openCmaf(await sourceOf(load.track), new AbortController().signal)
        if (this.next !== slot || this.chain !== chain) return
        if (opened && chain.add(slot.token, opened)) slot.part = chain.parts.at(-1)!
      } catch {
        // It will be tried again, and its fault told, when its turn comes.
      }
    })()
  }

  /** Takes back what was joined. */
  unjoin(): void {
    if (!this.next || !this.now) return
    this.chain?.cutAfter(this.now.token)
    this.next = null
  }

  /** To be called often: notices that a joined track has begun. Answers seconds until the next such moment, Infinity when there is none. */
  check(): number {
    const { next, element } = this
    if (!next?.part) return Infinity
    const left = next.part.base - element.currentTime
    if (left > 0.0005) return left
    this.now = next
    this.next = null
    this.events.onPassed(next.load)
    this.tellDuration()
    return Infinity
  }

  /** Goes into what is joined already. */
  skipToJoined(): boolean {
    if (!this.next?.part) return false
    const next = this.next
    this.now = next
    this.next = null
    this.element.currentTime = next.part!.base
    this.chain?.moved()
    this.tellDuration()
    return true
  }

  play(): Promise<void> {
    this.going = true
    return this.element.play()
  }

  pause(): void {
    this.going = false
    if (!this.element.paused) this.element.pause()
    // It changes its source just now, and would tell of no pause.
    else if (this.now) this.events.onState('paused')
  }

  seek(milliseconds: number): void {
    const { element } = this
    const to = Math.max(0, milliseconds / 1000) + (this.now?.part?.base ?? 0)
    const token = this.now?.token
    const set = () => {
      if (this.now?.token === token) {
        this.wanted = null
        element.currentTime = to
      }
      this.chain?.moved()
    }
    this.wanted = milliseconds
    if (element.readyState >= 1) set()
    else element.addEventListener('loadedmetadata', set, { once: true })
  }

  setSpeed(speed: number): void {
    this.speed = speed
    this.element.preservesPitch = true
    this.element.defaultPlaybackRate = speed
    this.element.playbackRate = speed
  }

  /** Silent and empty. */
  drop(): void {
    const had = this.now !== null
    this.now = null
    this.going = false
    this.wanted = null
    this.next = null
    this.source = null
    this.chain?.close()
    this.chain = null
    if (!had) return
    this.element.pause()
    this.element.removeAttribute('src')
    this.element.load()
  }

  private tellDuration(): void {
    const { durationMs } = this
    if (this.now && durationMs !== null) this.events.onDuration(durationMs)
  }

  private ended(): void {
    this.check()
    // What was joined meanwhile opens the end again.
    if (this.next?.part) return
    this.events.onEnded()
  }

  /** The element gave up: an address that ended in a long pause, a broken way, or a broken file. */
  private broken(): void {
    const { now } = this
    if (!now) return
    if (this.source && this.retried++ < 2) {
      const at = this.positionMs
      void this.plain(now.token, at).catch(error => this.fault(now.token, error))
      return
    }
    this.events.onFault(this.element.error?.code === MediaError.MEDIA_ERR_NETWORK ? 'network' : 'media')
  }

  private chainFault(chain: Chain, error: unknown): void {
    if (this.now === null || this.chain !== chain) return
    if (this.next && !(error instanceof SoundFault && error.kind === 'network')) {
      // The joined one is broken: what sounds goes on to its end.
      const inNext = this.next.part !== null && this.element.currentTime < this.next.part.base
      if (inNext) return this.unjoin()
    }
    if (error instanceof SoundFault) return this.fault(this.now.token, error)
    this.broken()
  }

  private fault(token: number, error: unknown): void {
    if (this.now?.token !== token) return
    this.events.onFault(error instanceof SoundFault ? error.kind : 'media')
  }
}
