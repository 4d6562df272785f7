import { volumeCurve } from '../gain.ts'
import { bands, type SoundSettings } from '../sound-settings.ts'
import { bandQ, safePreampDb } from './eq.ts'
import { sleepCurve } from './fade.ts'
import { ceilingDb } from './limit.ts'
// oxlint-disable-next-line import/default -- the build makes a file of its own of it and answers with its address
import limiterUrl from './limiter.worklet.ts?worker&url'

const ceiling = 10 ** (ceilingDb / 20)
/** Seconds in which a level follows without a click. */
const glide = 0.015
const linear = (db: number): number => 10 ** (db / 20)

/** Where each deck ends: its loudness and its part of a crossfade. */
export type Inlet = { level: GainNode; fade: GainNode }

/**
 * decks → preamp → ten bands → mono → balance → limiter → falling asleep → volume → ears. The equaliser, mono and balance are made when first used.
 * Made on the first press of play: browsers allow it no sooner.
 */
export class Graph {
  readonly context = new AudioContext({ latencyHint: 'playback' })
  private readonly mix = this.gain()
  private readonly preamp = this.gain()
  private readonly sleep = this.gain()
  private readonly volume = this.gain()
  private filters: BiquadFilterNode[] = []
  private readonly mono = this.gain()
  private balance: StereoPannerNode | null = null
  private limiter: AudioWorkletNode | null = null
  private guard = Infinity

  constructor() {
    this.mix.connect(this.preamp)
    this.mono.connect(this.sleep).connect(this.volume).connect(this.context.destination)
    this.preamp.connect(this.mono)
    void this.addLimiter()
  }

  private gain(): GainNode {
    return this.context.createGain()
  }

  inlet(element: HTMLMediaElement): Inlet {
    const [level, fade] = [this.gain(), this.gain()]
    this.context.createMediaElementSource(element).connect(level).connect(fade).connect(this.mix)
    return { level, fade }
  }

  /** Worklets exist only where the address is safe (https or this machine): elsewhere the preamp's headroom is the only guard. */
  private async addLimiter(): Promise<void> {
    try {
      await this.context.audioWorklet.addModule(limiterUrl)
      const node = new AudioWorkletNode(this.context, 'planet-limiter', { outputChannelCount: [2] })
      this.limiter = node
      node.port.postMessage(this.guard)
      this.wire()
    } catch {
      this.limiter = null
    }
  }

  /** Connects what is in use between preamp and sleep. */
  private wire(): void {
    const chain = [this.preamp, ...this.filters, this.mono, this.balance, this.limiter, this.sleep].filter(node => node !== null)
    for (const node of chain.slice(0, -1)) node.disconnect()
    for (let i = 1; i < chain.length; i++) chain[i - 1]!.connect(chain[i]!)
  }

  apply({ equaliser, mono, balance, loudness }: SoundSettings): void {
    const { currentTime, sampleRate } = this.context
    if (equaliser.on && this.filters.length === 0) {
      this.filters = bands.map(
        frequency =>
          new BiquadFilterNode(this.context, { type: 'peaking', frequency: Math.min(frequency, sampleRate / 2.1), Q: bandQ, gain: 0 }),
      )
      this.wire()
    }
    if (balance !== 0 && !this.balance) {
      this.balance = this.context.createStereoPanner()
      this.wire()
    }
    for (const [index, filter] of this.filters.entries())
      filter.gain.setTargetAtTime(equaliser.on ? (equaliser.gains[index] ?? 0) : 0, currentTime, glide)
    this.preamp.gain.setTargetAtTime(equaliser.on ? linear(safePreampDb(equaliser, sampleRate)) : 1, currentTime, glide)
    this.mono.channelCountMode = mono ? 'explicit' : 'max'
    this.mono.channelCount = mono ? 1 : 2
    this.balance?.pan.setTargetAtTime(balance, currentTime, glide)
    // Someone who wants everything as it is gets it as it is.
    this.guard = loudness === 'off' && !equaliser.on ? Infinity : ceiling
    this.limiter?.port.postMessage(this.guard)
  }

  setVolume(volume: number): void {
    this.volume.gain.setTargetAtTime(volumeCurve(volume), this.context.currentTime, glide)
  }

  /** Fades so that it is silent in `seconds`; null takes that back. */
  fallAsleep(seconds: number | null): void {
    const { gain } = this.sleep
    const now = this.context.currentTime
    gain.cancelScheduledValues(now)
    if (seconds === null) gain.setTargetAtTime(1, now, glide)
    else gain.setValueCurveAtTime(sleepCurve(seconds), now, Math.max(0.05, seconds))
  }
}
