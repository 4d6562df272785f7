/** The door of search. */
export { find, matchTrack, matchTracks, type Finding, type FoundIds, type Kind, type TrackMatch, type TrackWanted } from './finding.ts'
