/** The door of the ledger: the only room that moves value. */
export { post, balanceOf, balancesOf } from './posting.ts'
export { makePoster, type Poster } from './batcher.ts'
export { defineAsset, ensureAccounts } from './store.ts'
export { checkTransfer, refKey, type AccountRef, type EntryInput, type Posted, type TransferInput } from './transfers.ts'
