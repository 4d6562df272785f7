/** What rooms above plug in here: who packs for a sender, and what follows for what a parcel carries. */
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { mayActFor } from '../people/index.ts'
import type { ParcelState } from './store.ts'

type MayPack = (read: Read, viewer: Viewer, sender: string) => Promise<boolean>
type Follows = (tx: Tx, subject: string, state: ParcelState, at: Date) => Promise<void>

const senders = new Map<string, MayPack>()
const purposes = new Map<string, Follows>()
/** `kind`: the first three letters of the sender's id. Called once by the room that knows such senders. */
export const registerSender = (kind: string, may: MayPack): void => void senders.set(kind, may)
/** `follows` runs in the transaction in which a parcel of this purpose is sent, arrives or comes back. */
export const registerPurpose = (purpose: string, follows: Follows): void => void purposes.set(purpose, follows)

/** A person's own parcels, and those of organisations one may act for. */
registerSender('usr', async (read, viewer, sender) => mayActFor(read, viewer, sender))
registerSender('org', async (read, viewer, sender) => mayActFor(read, viewer, sender, ['owner', 'manager', 'door']))

export const mayPack = async (read: Read, viewer: Viewer, sender: string): Promise<boolean> =>
  (await senders.get(sender.slice(0, 3))?.(read, viewer, sender)) === true
export async function tellPurpose(tx: Tx, purpose: string, subject: string, state: ParcelState, at: Date): Promise<void> {
  await purposes.get(purpose)?.(tx, subject, state, at)
}
