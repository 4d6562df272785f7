/** The door of the ledger: the only room that moves value. */
export { post, balanceOf, balancesOf } from './posting.ts'
export { makePoster, type Poster } from './batcher.ts'
export { defineAsset, ensureAccounts, lockAccounts } from './store.ts'
export { checkTransfer, refKey, type AccountRef, type EntryInput, type Posted, type TransferInput } from './transfers.ts'
export {
  appealHold,
  captureHold,
  decideAppeal,
  holdsOf,
  listHolds,
  lockHolds,
  placeHold,
  releaseDueHolds,
  releaseHold,
  type CaptureHold,
  type PlaceHold,
  type ReleaseHold,
} from './holds.ts'
export {
  closedUntil,
  readAppeals,
  readParts,
  readPeriods,
  type AppealRow,
  type HoldPart,
  type HoldQuery,
  type HoldRow,
} from './store-holds.ts'
export { closePeriod } from './periods.ts'
export { accountById, accountsOf, entriesOf, type AccountQuery, type DeskAccount, type DeskEntry, type EntryQuery } from './store-reads.ts'
export { entriesByKey, type KeyedEntry } from './store-keys.ts'
export { trialBalance, type BalanceSum } from './store-reads.ts'
export { bookOwner, partyOf } from './statements.ts'
export { seal } from './chain.ts'
export { makeCheckpoints } from './checkpoints.ts'
export { readCheckpoints } from './store-proof.ts'
export { checks, deepChecks } from './checks.ts'
export { jobs, startLedgerWork } from './jobs.ts'
export { routes } from './routes.ts'
