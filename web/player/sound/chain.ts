import { lengthenLastFrame } from './cmaf.ts'
import type { Opened } from './fetching.ts'

/**
 * Tracks laid end to end on one timeline (Media Source Extensions): each begins at the very sample where the one before ends, so nothing is heard between
 * them. Keeps a bounded stretch around what sounds in memory and fetches the rest when it is needed.
 */

/** Seconds kept ready before what sounds, and behind it. */
const ahead = 40
const behind = 90
/** Most of a file fetched at once, in seconds. */
const atOnce = 16

export type Part = { token: number; opened: Opened; base: number; duration: number }

type ManagedMediaSource = typeof MediaSource
const kind = (): ManagedMediaSource | undefined => {
  const all = globalThis as { MediaSource?: typeof MediaSource; ManagedMediaSource?: ManagedMediaSource }
  return all.MediaSource ?? all.ManagedMediaSource
}

/** Whether this browser can lay sound of this kind end to end. iPhones can since iOS 17.1 (ManagedMediaSource). */
export const canChain = (codec = 'mp4a.40.2'): boolean => kind()?.isTypeSupported(`audio/mp4; codecs="${codec}"`) === true

export class Chain {
  readonly parts: Part[] = []
  private readonly source: MediaSource
  private readonly element: HTMLAudioElement
  private readonly onFault: (error: unknown) => void
  private buffer: SourceBuffer | null = null
  private codec = ''
  private initOf: number | null = null
  private running = false
  private again = false
  private closed = false
  private stop = new AbortController()
  private reading: { part: Part; from: number; to: number } | null = null
  /** Segments that were appended and are still not there: asked for twice, then left out. */
  private readonly tried = new Map<string, number>()
  private readonly address: string
  private readonly kick = (): void => void this.pump()

  constructor(element: HTMLAudioElement, onFault: (error: unknown) => void) {
    const Source = kind()!
    this.element = element
    this.onFault = onFault
    this.source = new Source()
    this.address = URL.createObjectURL(this.source)
    this.source.addEventListener('sourceopen', this.kick)
    element.addEventListener('timeupdate', this.kick)
    element.addEventListener('waiting', this.kick)
    // ManagedMediaSource opens only where the sound cannot be sent elsewhere.
    element.disableRemotePlayback = true
    element.src = this.address
  }

  close(): void {
    this.closed = true
    this.stop.abort()
    this.element.removeEventListener('timeupdate', this.kick)
    this.element.removeEventListener('waiting', this.kick)
    URL.revokeObjectURL(this.address)
  }

  /** Where the last part ends, in seconds of the timeline. */
  get end(): number {
    const last = this.parts.at(-1)
    return last ? last.base + last.duration : 0
  }

  /** Lays a sound behind the last one. False when this chain cannot hold it. */
  add(token: number, opened: Opened): boolean {
    const { codec, duration } = opened.head
    if (this.codec !== '' && codec !== this.codec) return false
    if (!canChain(codec)) return false
    this.codec = codec
    this.parts.push({ token, opened, base: this.end, duration })
    this.kick()
    return true
  }

  /** Takes out everything behind the part. */
  cutAfter(token: number): void {
    const index = this.parts.findIndex(part => part.token === token)
    if (index < 0 || index === this.parts.length - 1) return
    const gone = this.parts.splice(index + 1)
    if (gone.some(part => part.token === this.initOf)) this.initOf = null
    if (this.reading && gone.includes(this.reading.part)) this.abort()
    this.kick()
  }

  /** Something is wanted elsewhere on the timeline: what is being fetched may be in vain. */
  moved(): void {
    const at = this.element.currentTime
    const { reading } = this
    if (reading && (at < reading.part.base + reading.from - 1 || at > reading.part.base + reading.to)) this.abort()
    this.tried.clear()
    this.kick()
  }

  private abort(): void {
    this.stop.abort()
    this.stop = new AbortController()
  }

  private async pump(): Promise<void> {
    this.again = true
    if (this.running) return
    this.running = true
    try {
      while (this.again && !this.closed) {
        this.again = false
        if (this.source.readyState === 'closed' || this.parts.length === 0) break
        if (!this.buffer) {
          this.buffer = this.source.addSourceBuffer(`audio/mp4; codecs="${this.codec}"`)
          this.buffer.mode = 'segments'
        }
        if (await this.step(this.buffer)) this.again = true
      }
    } catch (error) {
      if (!this.closed && !(error instanceof DOMException && error.name === 'AbortError')) this.onFault(error)
      else this.again = true
    } finally {
      this.running = false
      if (this.again && !this.closed) void this.pump()
    }
  }

  /** One piece of work; false when there is nothing to do now. */
  private async step(buffer: SourceBuffer): Promise<boolean> {
    const at = this.element.currentTime
    const { end } = this
    const { buffered } = buffer
    const last = buffered.length > 0 ? buffered.end(buffered.length - 1) : 0
    if (last > end + 0.05) {
      await this.done(() => buffer.remove(end, Infinity))
      this.source.duration = end
      return true
    }
    if (buffered.length > 0 && buffered.start(0) < at - behind - 30) {
      await this.done(() => buffer.remove(0, at - behind))
      return true
    }
    // Seeking ahead of what is there needs a timeline that is long enough.
    if (this.source.readyState === 'open' && !(this.source.duration >= end - 0.001)) this.source.duration = end
    const wanted = this.wanted(buffered, at)
    if (!wanted) {
      if (this.source.readyState === 'open' && last >= end - 0.05) this.source.endOfStream()
      return false
    }
    const { part, first, count } = wanted
    const segments = part.opened.head.segments.slice(first, first + count)
    this.reading = { part, from: segments[0]!.start, to: segments.at(-1)!.end }
    const { signal } = this.stop
    const bytes = await part.opened.read(segments[0]!.offset, segments.at(-1)!.offset + segments.at(-1)!.bytes, signal)
    this.reading = null
    if (this.closed || !this.parts.includes(part)) return true
    if (first + count >= part.opened.head.segments.length) lengthenLastFrame(bytes)
    if (this.initOf !== part.token) await this.done(() => buffer.appendBuffer(part.opened.head.init))
    this.initOf = part.token
    // The window cuts what the encoder put before and behind the music, to the sample.
    buffer.appendWindowEnd = Infinity
    buffer.appendWindowStart = part.base
    buffer.appendWindowEnd = part.base + part.duration
    buffer.timestampOffset = part.base - part.opened.head.delay
    await this.done(() => buffer.appendBuffer(bytes))
    for (const [index, { start, end: to }] of segments.entries()) {
      const key = `${part.token}/${first + index}`
      const there = covers(buffer.buffered, part.base + Math.max(0, start), part.base + Math.min(part.duration, to))
      if (there) this.tried.delete(key)
      else this.tried.set(key, (this.tried.get(key) ?? 0) + 1)
    }
    return true
  }

  /** The next segments that are missing between what sounds and `ahead`. */
  private wanted(buffered: TimeRanges, at: number): { part: Part; first: number; count: number } | null {
    for (const part of this.parts) {
      if (part.base + part.duration <= at) continue
      if (part.base > at + ahead) break
      const { segments } = part.opened.head
      const missing = (index: number): boolean => {
        const { start, end } = segments[index]!
        const [from, to] = [part.base + Math.max(0, start), part.base + Math.min(part.duration, end)]
        if (to <= at || from >= at + ahead || to - from < 0.001 || (this.tried.get(`${part.token}/${index}`) ?? 0) >= 2) return false
        return !covers(buffered, from, to)
      }
      for (let first = 0; first < segments.length; first++) {
        if (!missing(first)) continue
        // The first piece is small, so that it sounds soon.
        const most = segments[first]!.start <= at - part.base + 1 ? 1 : Math.max(1, Math.floor(atOnce / 4))
        let count = 1
        while (count < most && first + count < segments.length && missing(first + count)) count++
        return { part, first, count }
      }
    }
    return null
  }

  private done(act: () => void): Promise<void> {
    const buffer = this.buffer!
    return new Promise((resolve, reject) => {
      const over = (): void => {
        buffer.removeEventListener('updateend', good)
        buffer.removeEventListener('error', bad)
      }
      const good = (): void => {
        over()
        resolve()
      }
      const bad = (): void => {
        over()
        reject(new Error('the browser cannot read this sound'))
      }
      buffer.addEventListener('updateend', good)
      buffer.addEventListener('error', bad)
      try {
        act()
      } catch (error) {
        over()
        reject(error as Error)
      }
    })
  }
}

/** Whether all of it is there but for the rounding at its edges. */
function covers(ranges: TimeRanges, from: number, to: number): boolean {
  const slack = Math.min(0.06, (to - from) / 4)
  for (let i = 0; i < ranges.length; i++) if (ranges.start(i) <= from + slack && ranges.end(i) >= to - slack) return true
  return false
}
