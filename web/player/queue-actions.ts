import { back, forth, noHistory, remember, restored, type History, type Moment, type Step, type What } from './queue-history.ts'
import * as q from './queue.ts'
import type { Playable } from './track.ts'

/** What of the player's state the queue's actions read and write. */
export type Queued = { queue: q.Queue<Playable>; history: History<Playable> }
export const quietQueue: Queued = { queue: q.emptyQueue(), history: noHistory() }

const sounding = (tracks: readonly Playable[]): Playable[] => tracks.filter(track => track.playable !== 'no')

/** What people do to the queue; every change can be taken back and done again, many steps. How music starts and rests is the player's matter. */
export abstract class QueueActions {
  abstract getState: () => Queued & { status: string }
  abstract readonly positionMs: number
  protected abstract change(next: Partial<Queued>): void
  protected abstract save(): void
  protected abstract prepareNext(): void
  /** Plays the current entry from there. */
  protected abstract start(positionMs: number): void
  /** The current entry stands there, silent. */
  protected abstract rest(positionMs?: number): void

  private get queue(): q.Queue<Playable> {
    return this.getState().queue
  }

  private get moment(): Moment<Playable> {
    const { queue, status } = this.getState()
    return { queue, positionMs: Math.round(this.positionMs), playing: status === 'playing' || status === 'loading' }
  }

  /** Puts another queue in the place of this one, as one step; says whether it differs. */
  private step(what: What, queue: q.Queue<Playable>): boolean {
    if (queue === this.queue) return false
    this.change({ queue, history: remember(this.getState().history, what, this.moment) })
    this.save()
    this.prepareNext()
    return true
  }

  /** Replaces the queue and plays from `start`. */
  playTracks(tracks: readonly Playable[], start = 0): void {
    const all = sounding(tracks)
    const first = tracks[start]
    if (all.length === 0) return
    this.step('replace', q.setTracks(this.queue, all, first ? Math.max(0, all.indexOf(first)) : 0, Math.random))
    this.start(0)
  }

  /** Takes over the queue of another device, in its order; it goes on at that place. */
  takeOver(tracks: readonly Playable[], index: number, positionMs: number, modes: Pick<q.Queue<Playable>, 'repeat' | 'shuffle'>): void {
    const all = sounding(tracks)
    if (all.length === 0) return
    const at = all.indexOf(tracks[index]!)
    const queue = q.setTracks({ ...this.queue, shuffle: false }, all, Math.max(0, at), Math.random)
    this.step('elsewhere', { ...queue, ...modes })
    // What cannot sound here is left out; with it goes its place.
    this.start(at < 0 ? 0 : positionMs)
  }

  add(tracks: readonly Playable[]): void {
    this.step('add', q.add(this.queue, sounding(tracks)))
  }

  addNext(tracks: readonly Playable[]): void {
    this.step('next', q.addNext(this.queue, sounding(tracks)))
  }

  /** From one index to another. */
  move(from: number, to: number): void {
    this.step('move', q.move(this.queue, from, to))
  }

  remove(key: number): void {
    const was = q.current(this.queue)
    const { playing } = this.moment
    if (!this.step('remove', q.remove(this.queue, key)) || was?.key !== key) return
    if (q.current(this.queue) && playing) this.start(0)
    else this.rest()
  }

  /** Takes out all that is still to come. */
  clearNext(): void {
    this.step('clear', q.clearNext(this.queue))
  }

  clear(): void {
    if (this.queue.entries.length > 0 && this.step('clear', q.clear(this.queue))) this.rest()
  }

  toggleShuffle(): void {
    this.step('shuffle', q.setShuffle(this.queue, !this.queue.shuffle, Math.random))
  }

  nextRepeat(): void {
    const { repeat } = this.queue
    this.change({ queue: q.setRepeat(this.queue, repeat === 'off' ? 'all' : repeat === 'all' ? 'one' : 'off') })
    this.save()
    this.prepareNext()
  }

  /** Takes back the last change of the queue. What sounds goes on when it is still there; otherwise what sounded then goes on where it was. */
  undo(): What | null {
    return this.turn(back(this.getState().history, this.moment))
  }

  redo(): What | null {
    return this.turn(forth(this.getState().history, this.moment))
  }

  private turn(turn: { history: History<Playable>; step: Step<Playable> } | null): What | null {
    if (!turn) return null
    const { step, history } = turn
    const { playing } = this.moment
    const { queue, stays } = restored(this.queue, step.queue)
    this.change({ queue, history })
    if (stays) {
      this.save()
      this.prepareNext()
    } else if (q.current(queue) && (playing || step.playing)) this.start(step.positionMs)
    else this.rest(step.positionMs)
    return step.what
  }

  jump(key: number): void {
    this.change({ queue: q.jump(this.queue, key) })
    this.start(0)
  }
}
