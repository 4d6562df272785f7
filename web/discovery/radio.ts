/** The radio that plays: starts from a seed and goes on by itself while its tracks are the end of the queue. Survives a reload. */
import { api, type Ok } from '../api.ts'
import { newPlayId } from '../player/ids.ts'
import { player } from '../player/player.ts'
import { playable } from '../player/track.ts'
import { keptRadio as kept } from './waiting.ts'

type Radio = { seed: string; salt: string; next: string | null }
export type RadioTurn = Ok<'GET /radio'>

/** Tracks left in the queue when more are asked for. */
const fewLeft = 3

let radio: Radio | null = null
let asking = false
let following = false

function keep(next: Radio | null): void {
  radio = next
  try {
    if (next) localStorage.setItem(kept, JSON.stringify(next))
    else localStorage.removeItem(kept)
  } catch {
    // Without storage it ends with the page.
  }
}

const turn = ({ seed, salt, next }: Radio): Promise<RadioTurn> =>
  api('GET /radio', { seed, salt, ...(next === null ? {} : { cursor: next }) })

async function goFurther(): Promise<void> {
  const { entries, at, repeat } = player.getState().queue
  // Something else was queued: the radio is over.
  if (!radio || asking || entries.at(-1)?.track.source !== 'radio') return
  if (radio.next === null || repeat !== 'off' || entries.length - 1 - at > fewLeft) return
  asking = true
  const mine = radio
  try {
    const { items, next } = await turn(mine)
    if (radio !== mine) return
    keep({ ...mine, next })
    player.add(items.map(item => playable(item.track, 'radio')))
  } catch {
    // The next change of the player tries again.
  } finally {
    asking = false
  }
}

function follow(): void {
  if (following) return
  following = true
  player.subscribe(() => void goFurther())
}

/** Plays a radio from its first turn (given when a page shows it already). */
export async function startRadio(seed: string, shown?: RadioTurn & { salt: string }): Promise<RadioTurn> {
  const salt = shown?.salt ?? newPlayId().slice(-8)
  const first = shown ?? (await turn({ seed, salt, next: null }))
  if (first.items.length > 0) {
    player.playTracks(first.items.map(item => playable(item.track, 'radio')))
    keep({ seed, salt, next: first.next })
    follow()
  }
  return first
}

/** After a reload: goes on when a radio was playing. */
export function goOn(): void {
  try {
    const text = localStorage.getItem(kept)
    if (!text || radio) return
    radio = JSON.parse(text) as Radio
    follow()
  } catch {
    localStorage.removeItem(kept)
  }
}
