/** Looks at what someone is about to write. */
import { fault } from '../../shared/faults.ts'
import type { Tx } from '../foundation/db.ts'
import { bannedFrom } from './bans.ts'

export type Writing = { kind: string; group: string | null; person: string; text: string; links: readonly string[]; now: Date }
export async function screen(tx: Tx, given: Writing): Promise<{ hold: string | null }> {
  if ((await bannedFrom(tx, given.person, given.group)) !== null) throw fault('forbidden', 'banned')
  return { hold: null }
}
