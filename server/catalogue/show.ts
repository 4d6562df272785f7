/** From rows to what the contract shows. Pure. */
import type { Decoded } from '../../shared/contract.ts'
import type { Cover, Release, ReleaseCard, Track, TrackPage } from '../../shared/catalogue.ts'
import { coverUrl } from '../media/index.ts'
import type { CardRow, ReleaseRow, TrackPageRow, TrackRow } from './store.ts'

/** A page's planet glows in this where a picture has no colour of its own. */
const plainAccent = '#e0a458'

const showCover = (asset: string | null, accent: string | null): Decoded<typeof Cover> | null =>
  asset === null
    ? null
    : { small: coverUrl(asset, 300), medium: coverUrl(asset, 640), large: coverUrl(asset, 1200), accent: accent ?? plainAccent }

export const showCard = (row: CardRow): Decoded<typeof ReleaseCard> => ({
  id: row.id,
  title: row.title,
  kind: row.kind,
  artists: row.artists,
  cover: showCover(row.cover, row.accent),
  releasedOn: row.releasedOn,
  genre: row.genre,
  trackCount: row.trackCount,
  durationMs: row.durationMs,
  demo: row.demo,
  visibility: row.visibility,
  ready: row.ready,
})

/** What this viewer can hear of a track: editors all of it, owners what they bought, everyone what is free. */
export function playableOf(row: Pick<TrackRow, 'streaming' | 'editable' | 'owned'>): 'full' | 'preview' | 'no' {
  if (row.editable || row.streaming === 'full') return 'full'
  if (row.streaming === 'none') return 'no'
  return row.owned ? 'full' : 'preview'
}

export const showTrack = (row: TrackRow): Decoded<typeof Track> => ({
  id: row.id,
  title: row.title,
  disc: row.disc,
  number: row.number,
  durationMs: row.durationMs,
  artists: row.artists,
  release: { id: row.release, title: row.releaseTitle },
  cover: showCover(row.cover, row.accent),
  streaming: row.streaming,
  playable: playableOf(row),
  state: row.state,
  // Strangers need not read what is wrong with a file.
  problem: row.editable ? row.reason : null,
  loudness:
    row.loudness === null || row.peak === null ? null : { track: row.loudness, album: row.albumLoudness ?? row.loudness, peak: row.peak },
  hasLyrics: row.hasLyrics,
  instrumental: row.instrumental,
  plays: row.plays,
})

export const showRelease = (row: ReleaseRow): Decoded<typeof Release> => ({
  ...showCard(row),
  tracks: row.tracks.map(showTrack),
  label: row.label,
  description: row.description,
  upc: row.upc,
  copyright: row.copyright,
  page: row.page,
  credits: row.credits as Decoded<typeof Release>['credits'],
  offers: row.offers.map(offer => ({
    id: offer.id,
    kind: 'digital' as const,
    pricing: offer.pricing,
    price: { amount: BigInt(offer.amount), currency: offer.currency as Decoded<typeof Release>['offers'][number]['price']['currency'] },
    opensAt: offer.opensAt === null ? null : new Date(offer.opensAt),
    closesAt: offer.closesAt === null ? null : new Date(offer.closesAt),
    formats: offer.formats,
  })),
  owned: row.owned,
  can: { edit: row.editable },
})

export const showTrackPage = (row: TrackPageRow): Decoded<typeof TrackPage> => ({
  ...showTrack(row),
  credits: row.credits as Decoded<typeof TrackPage>['credits'],
  isrc: row.isrc,
  work: row.work,
  bpm: row.bpm,
  audio:
    row.format === null || row.sampleRate === null || row.channels === null
      ? null
      : { format: row.format, sampleRate: row.sampleRate, channels: row.channels },
  can: { edit: row.editable },
})
