/** Finding by words, pinyin and initials, and keeping the search table true. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { catalogue } from '../../shared/catalogue.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { pictureAddress } from '../people/index.ts'
import { showCard, showTrack } from './show.ts'
import { readCards, readTracks } from './store.ts'
import {
  findTerms,
  readArtistCards,
  readReleasesWith,
  readSearchTexts,
  readStaleArtists,
  removeHidden,
  upsertSearch,
  type Found,
  type SearchRow,
  type SearchText,
} from './store-search.ts'
import { refreshReleases } from './store-write.ts'
import { spell, wanted, wantedBySound } from './words.ts'

type Search = (typeof catalogue.entries)['GET /search']

/** The best releases, artists and tracks for a query; at most five statements, however much is found. An empty query finds nothing. */
export async function search(db: Read, viewer: Viewer | null, { q, limit }: InputOf<Search['input']>): Promise<Decoded<Search['ok']>> {
  const direct = wanted(q)
  if (direct === null) return { releases: [], artists: [], tracks: [] }
  let found = await findTerms(db, direct, limit)
  // Nothing by its signs: by its sound, which traditional and simplified characters share.
  const sound = found.length === 0 ? wantedBySound(q) : null
  if (sound !== null) found = await findTerms(db, sound, limit)
  const of = (kind: Found['kind']): string[] => found.filter(item => item.kind === kind).map(item => item.id)
  const [releases, artists, tracks] = await Promise.all([
    readCards(db, viewer, of('release')),
    readArtistCards(db, of('artist')),
    readTracks(db, viewer, of('track')),
  ])
  return {
    releases: releases.map(showCard),
    artists: artists.map(artist => ({ ...artist, picture: pictureAddress(artist.picture) })),
    tracks: tracks.map(track => showTrack(track)),
  }
}

function searchRow({ id, kind, name, others }: SearchText): SearchRow {
  const own = spell(name)
  const rest = others.slice(0, 20).map(spell)
  const terms = new Set(own.terms)
  for (const other of rest) for (const term of other.terms) terms.add(term)
  // An artist's row keeps the name as it was read, to see when it changed.
  return {
    id,
    kind,
    keys: own.keys,
    own: own.hay,
    rest: kind === 'artist' ? name : rest.map(other => other.hay).join(' '),
    terms: [...terms],
  }
}

/** Brings releases, their tracks and their artists into the search table, or takes them out when they are not public. */
export async function indexReleases(tx: Tx, releases: readonly string[]): Promise<void> {
  await removeHidden(tx, releases)
  await upsertSearch(tx, (await readSearchTexts(tx, releases)).map(searchRow))
}

/** Brings these pages (null: all whose name changed since) into the search table; where a name changed, what shows it and is found by it too. */
export async function indexArtists(tx: Tx, pages: readonly string[] | null): Promise<void> {
  const stale = await readStaleArtists(tx, pages)
  await upsertSearch(tx, stale.map(searchRow))
  const renamed = stale.filter(page => page.indexed).map(page => page.id)
  if (renamed.length === 0) return
  const releases = await readReleasesWith(tx, renamed)
  await refreshReleases(tx, releases)
  await indexReleases(tx, releases)
}
