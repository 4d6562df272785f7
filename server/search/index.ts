/** The door of search. */
export { mountAddresses } from './addresses.ts'
export { find, type Finding, type FoundIds, type Kind } from './finding.ts'
export { beginAnew, indexReleases, rebuildPart } from './indexing.ts'
export { jobs, startSearchWork } from './jobs.ts'
export { syllablesOf } from './lines.ts'
export { matchTrack, matchTracks, type TrackMatch, type TrackWanted } from './matching.ts'
export { routes } from './routes.ts'
export { fold, latinOf, runsOf, soundOf, spell, unitsOf, wanted } from './words.ts'
