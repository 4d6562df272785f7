import { api } from '../api.ts'
import { Heard } from './heard.ts'
import { newPlayId } from './ids.ts'
import type { Playable } from './track.ts'

/** Most new sound, in ms, that waits before it is told. */
const every = 30_000

type Open = { id: string; track: Playable; startedAt: string; heard: Heard; sentMs: number }

/** Tells the planet what of a track was heard, in ranges of the track's own milliseconds. One report per play: told again, it holds all of it. */
export class Reports {
  private open: Open | null = null

  /** A new play begins; the one before is told to its end. */
  begin(track: Playable): void {
    this.finish()
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

  send(leaving = false): void {
    const { open } = this
    // A preview's clock is not the track's: it says nothing about which part was heard. What is the device's own is nobody's business.
    if (!open || open.track.playable !== 'full' || open.track.own) return
    const total = open.heard.total()
    if (total < 1000 || total === open.sentMs) return
    open.sentMs = total
    const { id, track, startedAt } = open
    const body = { id, track: track.id, startedAt, ranges: open.heard.list(), source: track.source, device: 'web' }
    if (leaving) {
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
    void api('POST /plays', body).catch(() => {
      open.sentMs = 0
    })
  }
}
