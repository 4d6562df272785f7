/** The door of the composer. */
export {
  demoArtists,
  demoReleases,
  demoTracks,
  lyricsOf,
  type Bilingual,
  type DemoArtist,
  type DemoRelease,
  type DemoTrack,
  type Lyrics,
} from './catalogue.ts'
export { coverSvg } from './cover.ts'
export { lrcOf, pathOfTrack, renderTrack, renderTrackFile, tagsOf } from './render.ts'
export { randomOf } from './signal.ts'
export { sceneSvg, type Scene } from './pictures.ts'
export { saleSvg, type SaleScene } from './pictures-sale.ts'
