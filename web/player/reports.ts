import { asApiError } from '../api-call.ts'
import { api } from '../api.ts'
import { forgetPlay, keepPlay } from '../offline/unsent.ts'
import { Heard } from './heard.ts'
import { newPlayId } from './ids.ts'
import type { Playable } from './track.ts'

/** Most new sound, in ms, that waits before it is told. */
const every = 30_000

type Open = { id: string; track: Playable; startedAt: string; heard: Heard; sentMs: number }

/** Tells the planet what of a track was heard, in ranges of the track's own milliseconds. One report per play: told again, it holds all of it. */
export class Reports {
  private open: Open | null = null
  /** What a crossfade is taking away: it still sounds. */
  private fading: Open | null = null

  /** A new play begins; the one before is told to its end, or goes on until `faded` when it fades away. */
  begin(track: Playable, fading = false): void {
    if (fading) {
      this.faded(null)
      this.open?.heard.lift()
      this.fading = this.open
    } else this.finish()
    this.open = { id: newPlayId(), track, startedAt: new Date().toISOString(), heard: new Heard(), sentMs: 0 }
  }

  tick(positionMs: number): void {
    const { open } = this
    if (!open) return
    open.heard.tick(positionMs)
    if (open.heard.total() - open.sentMs >= every) this.send()
  }

  /** On pause and before a jump. */
  lift(): void {
    this.open?.heard.lift()
  }

  finish(): void {
    this.send()
    this.open = null
  }

  /** The crossfade is over: the play before sounded from where it began to there (null: nothing is known of it). */
  faded(range: { from: number; to: number } | null): void {
    const { fading } = this
    this.fading = null
    if (range) fading?.heard.add(range.from, range.to)
    this.tell(fading, false)
  }

  send(leaving = false): void {
    this.tell(this.open, leaving)
  }

  private tell(open: Open | null, leaving: boolean): void {
    // A preview's clock is not the track's: it says nothing about which part was heard. What is the device's own is nobody's business.
    if (!open || open.track.playable !== 'full' || open.track.own) return
    const total = open.heard.total()
    if (total < 1000 || total === open.sentMs) return
    open.sentMs = total
    const { id, track, startedAt } = open
    const body = { id, track: track.id, startedAt, ranges: open.heard.list(), source: track.source, device: 'web' }
    if (leaving) {
      if (!navigator.onLine) keepPlay(body)
      void fetch('/api/v1/plays', {
        method: 'POST',
        keepalive: true,
        credentials: 'same-origin',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).catch(() => undefined)
      return
    }
    // A report that is lost is sent again by the next one: it holds everything heard so far.
    void api('POST /plays', body).then(
      () => forgetPlay(id),
      (error: unknown) => {
        open.sentMs = 0
        // Without a network it waits on the device, should the page be gone before the next one.
        if (asApiError(error).status === 0) keepPlay(body)
      },
    )
  }
}
