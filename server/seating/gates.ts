/** Halls belong to what is sold in them (a show); its room says who sees them. Seating stands below it and asks through here. */
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'

/** no: it is not there for this viewer · see: what buyers see · desk: counts, blocking of seats. */
export type Gate = (db: Read | Tx, viewer: Viewer | null, cause: string) => Promise<'no' | 'see' | 'desk'>
const gates = new Map<string, Gate>()
/** `prefix` of the ids of what has halls: `sho`. */
export const registerHalls = (prefix: string, gate: Gate): void => void gates.set(prefix, gate)
export const gateOf: Gate = async (db, viewer, cause) => (await gates.get(cause.slice(0, 3))?.(db, viewer, cause)) ?? 'no'
