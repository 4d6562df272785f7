/** The door of the catalogue. */
import type { Db } from '../foundation/db.ts'
import { enqueue } from '../foundation/jobs.ts'

export { routes } from './routes.ts'
export { jobs } from './jobs.ts'
export { releaseCards, tracksByIds } from './releases.ts'
export {
  addRelease,
  addTracks,
  attachAudio,
  attachCover,
  settleReleases,
  takeSound,
  wordsFrom,
  type GivenCredit,
  type GivenLine,
  type GivenRelease,
  type GivenTrack,
} from './building.ts'
export { pageFinder } from './keeping.ts'
export {
  dropEmptyImport,
  forgetSources,
  hideRelease,
  joinRecordings,
  registerMover,
  removeRelease,
  removeTrack,
  silenceTrack,
} from './removing.ts'
export { importUnpacked } from './unpacked.ts'
export { importFolder, type ImportCounts, type ImportProgress, type ImportTools } from './importing.ts'
export { failUnplayable, readImportSounds as importSounds, readPageOwner as pageByIdOrHandle } from './store-import.ts'
export { refreshHeatNow as refreshHeat } from './store-write.ts'

/** At the start of a worker: keeps popularity fresh. */
export const startCatalogueWork = (db: Db): Promise<void> =>
  db.transaction(tx => enqueue(tx, 'catalogue.heat', {}, { key: 'catalogue.heat' }))
