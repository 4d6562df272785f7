/** What sellers say of themselves for their invoices. It is copied onto a paper when that is issued; credit notes and replacements keep what theirs says. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import type { invoices } from '../../shared/invoices.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { bookOwner } from '../ledger/index.ts'
import { issuersOf, noIssuer, writeIssuer } from './store.ts'

type Entries = typeof invoices.entries
type Issuer = Decoded<Entries['GET /me/issuer']['ok']>

export async function getIssuer(db: Read, viewer: Viewer, input: InputOf<Entries['GET /me/issuer']['input']>): Promise<Issuer> {
  const seller = await bookOwner(db, viewer, input.as)
  return (await issuersOf(db, [seller])).get(seller) ?? noIssuer
}

/** Who keeps the books says it; the last one who does counts. */
export async function putIssuer(tx: Tx, viewer: Viewer, input: InputOf<Entries['PUT /me/issuer']['input']>): Promise<Issuer> {
  const seller = await bookOwner(tx, viewer, input.as)
  const lines = (input.address ?? '').split('\n').map(line => line.trim())
  const issuer = { address: lines.filter(line => line !== '').join('\n') || null, taxNumber: input.taxNumber }
  await writeIssuer(tx, seller, issuer, clock.now())
  return issuer
}
