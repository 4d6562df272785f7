/** Music without an end from any seed. The server keeps nothing: the cursor says what sounded. */
import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import type { discovery } from '../../shared/discovery.ts'
import { fault } from '../../shared/faults.ts'
import { fromCursor, toCursor } from '../foundation/cursor.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { readPlaylist } from '../playlists/index.ts'
import { chance, mingle, near } from './near.ts'
import { suggest, type Suggestions } from './similar.ts'
import { readPopular, readSeed } from './store.ts'

type Entries = typeof discovery.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

const perTurn = 20
/** Tracks that are not told again until this many others sounded. */
const mostServed = 300
const short = (track: string): string => track.slice(-6)

async function tracksOf(
  db: Read,
  viewer: Viewer | null,
  seed: string,
  salt: string,
): Promise<{ name: string; tracks: string[] } | undefined> {
  if (!seed.startsWith('pls_')) return readSeed(db, seed, 5)
  // A list of one's own or shared: signed out there is none.
  const playlist = viewer && (await readPlaylist(db, viewer, seed))
  if (!playlist) return undefined
  const tracks = playlist.tracks.toSorted((a, b) => chance(`${salt} ${a}`) - chance(`${salt} ${b}`))
  return tracks.length > 0 ? { name: playlist.name, tracks: tracks.slice(0, 5) } : undefined
}

/**
 * Twenty tracks. The first turn stands around the seed (a seed track itself comes first); each next one also around three of the turn before, so that a radio wanders but
 * never loses its seed. On a small planet it begins again when everything has sounded.
 */
export async function getRadio(db: Read, viewer: Viewer | null, { seed, salt, cursor }: Input<'GET /radio'>): Promise<Ok<'GET /radio'>> {
  const start = await tracksOf(db, viewer, seed, salt)
  if (!start) throw fault('not_found')
  const [turn, around, served] = fromCursor(cursor, [z.number().int().min(0), z.string().max(200), z.string().max(mostServed * 6)]) ?? [
    0,
    '',
    '',
  ]
  const told = new Set(served.match(/.{6}/g) ?? [])
  const seeds = [
    ...start.tracks.slice(0, around === '' ? 5 : 2),
    ...(around === '' ? [] : around.split(' ').filter(id => /^trk_\w{26}$/.test(id))),
  ]
  const taste = `${salt} ${turn}`
  const candidates = await near(db, seeds, taste)
  let open = candidates.filter(item => !told.has(short(item.track)))
  if (open.length < perTurn) {
    const known = new Set(open.map(item => item.track))
    const popular = (await readPopular(db, 200)).filter(item => !known.has(item.track) && !told.has(short(item.track)))
    open = [...open, ...popular.map(item => ({ ...item, score: 0, why: { kind: 'popular' as const, name: null, count: null } }))]
  }
  // Everything sounded: begin again, but not with what sounded last.
  const over = open.length === 0
  if (over) open = candidates.filter(item => !served.slice(-6 * perTurn).includes(short(item.track)))
  const wanted = mingle(open, perTurn + 6, { perRelease: 2, perArtist: 4 })
  let items: Suggestions = (await suggest(db, viewer, wanted)).slice(0, perTurn)
  if (turn === 0 && seed.startsWith('trk_')) {
    const first = await suggest(db, viewer, [{ track: seed, why: { kind: 'seed', name: null, count: null } }])
    items = [...first, ...items].slice(0, perTurn)
  }
  if (items.length === 0) return { name: start.name, items, next: null }
  const next = items
    .map(item => item.track.id)
    .toSorted((a, b) => chance(`${taste} ${a}`) - chance(`${taste} ${b}`))
    .slice(0, 3)
  const memory = `${over ? '' : served}${items.map(item => short(item.track.id)).join('')}`.slice(-6 * mostServed)
  return { name: start.name, items, next: toCursor(turn + 1, next.join(' '), memory) }
}
