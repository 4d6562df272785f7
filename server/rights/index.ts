/** The door of rights: split sheets, and who shares in a release. */
export { routes } from './routes.ts'
export { recordSignedSheet } from './sheets.ts'
export {
  sharesFor,
  sharesForTracks,
  waitingFor,
  weightsOf,
  type ReleaseShares,
  type Share,
  type TrackShares,
  type Weight,
} from './shares.ts'
export { sheetHash, sheetText } from './text.ts'
