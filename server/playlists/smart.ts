/**
 * What a rule gives now. An evaluation is shared by the reads of some seconds (a page asks for the head, then for parts of the list), and dropped when its person marks
 * something here; what other processes change is seen within those seconds.
 */
import type { Rules } from '../../shared/playlist-rules.ts'
import { clock } from '../foundation/clock.ts'
import type { Read } from '../foundation/db.ts'
import { evaluate, type Found } from './store-smart.ts'

const sharedMs = 10_000
/** A reader may still see what was before a mark for so long: the mark commits a little later. */
const unsureMs = 1000
const mostShared = 500

type Shared = { at: number; found: Promise<readonly Found[]> }
const shared = new Map<string, Shared>()
const marked = new Map<string, number>()

/** A person gave stars, liked or forgot something: what was found for them before is old. */
export function noteMark(person: string): void {
  if (marked.size > 10_000) marked.clear()
  marked.set(person, clock.now().getTime())
}

export async function tracksByRule(db: Read, person: string, rules: Rules): Promise<readonly Found[]> {
  const now = clock.now().getTime()
  const since = (marked.get(person) ?? -Infinity) + unsureMs
  const key = `${person} ${JSON.stringify(rules)}`
  const known = shared.get(key)
  if (!db.isTransaction && known !== undefined && known.at >= since && now >= known.at && now - known.at < sharedMs) return known.found
  const found = evaluate(db, person, rules)
  if (db.isTransaction || now < since) return found
  if (shared.size >= mostShared) shared.clear()
  shared.set(key, { at: now, found })
  found.catch(() => shared.delete(key))
  return found
}
