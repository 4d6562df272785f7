/** One album of an import into the catalogue, in one transaction: what is new, what moved, what was replaced, what only says something else now. */
import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { isDeepStrictEqual as same } from 'node:util'
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { addAudio, type Inspection, type Kept } from '../media/index.ts'
import { openPage } from '../people/index.ts'
import { isBetter, nearMs, numbered, sameAlbum, sameCode, sameSong, type Album, type Quality, type Song } from './album.ts'
import { addTracks, dayOf, settleReleases, type GivenTrack } from './building.ts'
import { fold } from './names.ts'
import * as store from './store-import.ts'
import * as filed from './store-known.ts'
import type { ItemOutcome, PlaceRow, ReleaseSaid } from './store-import.ts'
import type { KnownRow } from './store-known.ts'
import { insertRelease, insertReleaseArtists, setAsset, setCover } from './store-write.ts'
import { merge, retell, trackOf } from './telling.ts'

/** A file that was looked at in this import. */
export type Looked = {
  position: number
  path: string
  name: string
  sizeBytes: number
  modifiedMs: number
  beside: string
  song: Song
  inspection: Inspection
  kept: Kept
}
export type AlbumJob = {
  /** The folder's address, or `upload:` and the person. */
  root: string
  /** Who owns the pages that are made: a person, an organisation or nobody yet. */
  owner: string | null
  /** All belongs to this page. */
  page: { id: string; name: string; kind: string } | null
  visibility: 'public' | 'draft'
  cover: string | null
  album: Album
  /** Those of the album's songs that were looked at, by path; the others stand as they are. */
  looked: ReadonlyMap<string, Looked>
  /** Whether this path of the root is there, and with how many bytes. */
  sizeAt: (path: string) => number | undefined
  /** A file that is gone and that this one replaces by its name (another format of the same song). */
  twinOf: (path: string) => string | undefined
  /** A known file of the same name in another format that is still there. */
  siblingOf: (path: string) => string | undefined
  /** Whether the bytes that were at this path are at another one now. */
  movedAway: (row: KnownRow, path: string) => Promise<boolean>
}

/** One release per owner, album, its artists and folder. */
const originOf = ({ owner, page, root, album }: AlbumJob): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        owner,
        page?.id ?? null,
        ...(root.startsWith('upload:') ? ['upload'] : [root, album.folder]),
        fold(album.title),
        album.various ? '*' : album.artists.map(fold),
      ]),
    )
    .digest('hex')

const saidOf = (album: Album): ReleaseSaid => {
  const { day, precision } = dayOf(album.date)
  const text = album.description ?? ''
  return {
    title: album.title,
    kind: album.kind,
    releasedOn: day,
    precision,
    genre: album.genre,
    label: album.label,
    catalogNumber: album.catalogNumber,
    copyright: album.copyright,
    description: { zh: text, en: text },
  }
}

/**
 * double: the same song as another file of this album, which is at least as good · better, worse: another file of a known song of this album, whose file is
 * still there · copy: a recording that is on another release.
 */
type Decision = {
  file: Looked
  asset: string
  row: KnownRow | null
  how: 'same' | 'moved' | 'replaced' | 'copy' | 'new' | 'double' | 'better' | 'worse'
  /** Of a double the file that stands for both. */
  of?: Decision
}

const qualityOf = ({ inspection }: Looked): Quality => ({ lossless: inspection.lossless, bitsPerSecond: inspection.bitsPerSecond ?? 0 })

/** Pages by the names the files use, made where there is none. */
export function pageFinder(tx: Tx, job: Pick<AlbumJob, 'owner' | 'page'>): (name: string) => Promise<string> {
  const found = new Map<string, string>()
  const key = job.owner ?? '-'
  return async name => {
    const folded = fold(name) || name
    if (job.page !== null && fold(job.page.name) === folded) return job.page.id
    const before = found.get(folded)
    if (before !== undefined) return before
    let page = await store.findArtistPage(tx, key, folded, name)
    if (page === undefined) {
      await store.lockName(tx, key, folded)
      page =
        (await store.findArtistPage(tx, key, folded, name)) ??
        (await openPage(tx, { kind: 'artist', name: name.slice(0, 80), owner: job.owner }))
      await store.keepArtistName(tx, key, folded, page)
    }
    found.set(folded, page)
    return page
  }
}

const isThere = (job: AlbumJob, row: KnownRow): boolean => {
  if (row.root.startsWith('upload:')) return false
  if (row.root === job.root) return job.sizeAt(row.path) === row.sizeBytes
  try {
    const there = statSync(`${row.root}/${row.path}`)
    return there.size === row.sizeBytes && Math.floor(there.mtimeMs) === row.modifiedMs
  } catch {
    return false
  }
}

async function decide(tx: Tx, job: AlbumJob): Promise<{ decisions: Decision[]; byPath: Map<string, KnownRow> }> {
  const files = job.album.songs.map(song => job.looked.get(song.path)).filter(file => file !== undefined)
  const assets = new Map<string, string>()
  for (const file of [...files].sort((a, b) => (a.kept.sha256 < b.kept.sha256 ? -1 : 1)))
    assets.set(file.path, (await addAudio(tx, file.kept, file.inspection, file.name)).asset)
  // The best file of a song stands for it.
  files.sort((a, b) => Number(isBetter(qualityOf(b), qualityOf(a))) - Number(isBetter(qualityOf(a), qualityOf(b))))
  const twins = new Map(files.map(file => [file.path, job.twinOf(file.path)]))
  const siblings = new Map(files.map(file => [file.path, job.siblingOf(file.path)]))
  const byPath = new Map(
    (
      await filed.readKnownPaths(tx, job.root, [
        ...job.album.songs.map(song => song.path),
        ...[...twins.values(), ...siblings.values()].filter(path => path !== undefined),
      ])
    ).map(row => [row.path, row]),
  )
  const bySound = Map.groupBy(await filed.readKnownSounds(tx, job.root, [...assets.values()]), row => row.asset)
  const coded = await filed.readKnownCodes(
    tx,
    job.root,
    files.flatMap(file => file.song.mbid ?? []),
    files.flatMap(file => file.song.isrc ?? []),
  )
  const taken = new Set<string>()
  const decisions: Decision[] = []
  for (const file of files) {
    const asset = assets.get(file.path)!
    const here = byPath.get(file.path)
    const add = (how: Decision['how'], row: KnownRow | null): void => {
      decisions.push({ file, asset, row, how })
      if (row !== null && how !== 'copy') taken.add(row.recording)
    }
    if (here?.asset === asset) {
      add('same', here)
      continue
    }
    const twice = decisions.find(
      other => other.asset === asset || (here === undefined && other.how !== 'double' && sameSong(other.file, file)),
    )
    if (twice !== undefined) {
      decisions.push({ file, asset, row: null, how: 'double', of: twice })
      continue
    }
    const heard = bySound.get(asset) ?? []
    const left = heard.find(
      row =>
        !taken.has(row.recording) && !isThere(job, row) && !heard.some(other => other.recording === row.recording && isThere(job, other)),
    )
    const twin = byPath.get(twins.get(file.path) ?? '')
    if (left !== undefined) add('moved', left)
    else if (heard.length > 0) add('copy', heard[0]!)
    else if (here !== undefined && !taken.has(here.recording) && !(await job.movedAway(here, file.path))) add('replaced', here)
    else if (here === undefined && twin !== undefined && !taken.has(twin.recording)) add('replaced', twin)
    else if (here !== undefined) add('new', null)
    else {
      const sibling = byPath.get(siblings.get(file.path) ?? '')
      const known = [...(sibling === undefined ? [] : [sibling]), ...coded].filter(
        row =>
          row.track !== null &&
          (sameCode(row.said, file.song) || (row === sibling && Math.abs(row.said.durationMs - file.song.durationMs) <= nearMs)),
      )
      const gone = known.find(
        row => !taken.has(row.recording) && !known.some(other => other.recording === row.recording && isThere(job, other)),
      )
      const beside = known.find(row => isThere(job, row) && sameAlbum(row.said, file.song))
      if (beside !== undefined) {
        // It stands for the song already, or will from now on.
        const first = !taken.has(beside.recording)
        decisions.push({ file, asset, row: beside, how: first && isBetter(qualityOf(file), beside) ? 'better' : 'worse' })
        taken.add(beside.recording)
      } else if (gone !== undefined && sameAlbum(gone.said, file.song)) add('replaced', gone)
      else if (known.length > 0) add('copy', known[0]!)
      else add('new', null)
    }
  }
  return { decisions, byPath }
}

/** The release most of the known songs are on, if it is this album: most of its tracks are here, or it goes by this name or origin. */
async function releaseFor(tx: Tx, job: AlbumJob, rows: readonly KnownRow[], origin: string): Promise<store.ReleaseFacts | undefined> {
  const votes = new Map<string, number>()
  for (const row of rows) if (row.release !== null) votes.set(row.release, (votes.get(row.release) ?? 0) + 1)
  const byOrigin = await store.findOrigin(tx, origin)
  const facts = await store.lockReleases(tx, [...new Set([...votes.keys(), ...(byOrigin === undefined ? [] : [byOrigin])])])
  const weigh = (release: store.ReleaseFacts): number => votes.get(release.id) ?? 0
  const fits = facts.filter(
    release =>
      release.origin === origin ||
      weigh(release) * 2 >= release.tracks ||
      fold(release.said?.title ?? release.title) === fold(job.album.title),
  )
  return fits.sort((a, b) => weigh(b) - weigh(a) || Number(b.origin === origin) - Number(a.origin === origin))[0]
}

/** Stores one album. Outcomes of the files that were looked at; nothing else is touched but the numbers of their neighbours. */
export async function keepAlbum(tx: Tx, job: AlbumJob): Promise<{ release: string; outcomes: ItemOutcome[] }> {
  const at = clock.now()
  const { album } = job
  const pageOf = pageFinder(tx, job)
  const { decisions, byPath } = await decide(tx, job)
  const deciding = new Map(decisions.map(decision => [decision.file.path, decision]))
  const rowOf = (path: string): KnownRow | undefined => {
    const decision = deciding.get(path)
    return decision === undefined
      ? byPath.get(path)
      : decision.how === 'copy' || decision.how === 'new' || decision.how === 'double'
        ? undefined
        : (decision.row ?? undefined)
  }
  const origin = originOf(job)
  const said = { ...saidOf(album), cover: job.cover }
  const known = album.songs.map(song => rowOf(song.path)).filter(row => row !== undefined)
  const found = await releaseFor(tx, job, known, origin)
  const touched = new Set(known.map(row => row.release).filter(id => id !== null))

  const artists: string[] = []
  if (job.page !== null && job.page.kind !== 'business') artists.push(job.page.id)
  else for (const name of album.various ? ['Various Artists'] : album.artists) artists.push(await pageOf(name))
  if (artists.length === 0) artists.push(job.page?.id ?? (await pageOf('Unknown artist')))

  let release: string
  if (found === undefined) {
    const made = await insertRelease(tx, {
      id: newId('rel', at),
      page: job.page?.id ?? artists[0]!,
      ...said,
      upc: album.upc,
      visibility: job.visibility,
      demo: false,
      origin,
      at,
    })
    release = made.id
    await insertReleaseArtists(tx, release, artists)
    await store.updateSaid(tx, release, said, said, at)
    if (made.made) await tell(tx, { type: 'release_imported', release })
  } else {
    release = found.id
    const before = found.said as (ReleaseSaid & { cover?: string | null }) | null
    if (before !== null && !same(before, said)) {
      const keys = Object.keys(found.current) as (keyof ReleaseSaid)[]
      await store.updateSaid(
        tx,
        release,
        Object.fromEntries(keys.map(key => [key, merge<unknown>(found.current[key], before[key], said[key])])) as ReleaseSaid,
        said,
        at,
      )
    }
    if (job.cover !== null && job.cover !== found.cover && (found.cover === null || found.cover === before?.cover))
      await setCover(tx, release, job.cover, at)
  }
  touched.add(release)

  const places = await store.readPlaces(tx, release)
  const placeOf = new Map<string, PlaceRow>(places.map(place => [place.id, place]))
  const mine = new Set(known.map(row => row.track))
  const free = new Set(places.filter(place => !mine.has(place.id)).map(place => `${place.disc}/${place.number}`))
  const here = new Map(places.map(place => [place.recording, place.id]))
  const fresh: { decision: Decision; given: GivenTrack }[] = []
  const outcomes: ItemOutcome[] = []
  const betters: { decision: Decision; durationMs: number }[] = []
  const sources: filed.NewSource[] = []
  const gone: { root: string; path: string }[] = []
  const outcome = (file: Looked, change: 'new' | 'changed' | null, track: string, recording: string): void => {
    outcomes.push({ position: file.position, state: change === null ? 'unchanged' : 'done', change, reason: null, track })
    sources.push({
      path: file.path,
      sizeBytes: file.sizeBytes,
      modifiedMs: file.modifiedMs,
      sha256: file.kept.sha256,
      beside: file.beside,
      recording,
      track,
      said: file.song,
    })
  }

  // One file of each song has its place; others of it only stand for it, or give it their sound.
  const placed = new Set<string>()
  const songs = numbered(
    album.songs.filter(({ path, song }) => {
      const decision = deciding.get(path)
      if (decision?.how === 'double') return false
      const track = rowOf(path)?.track ?? path
      if (decision?.how !== 'better' && decision?.how !== 'worse') return placed.size < placed.add(track).size
      betters.push({ decision, durationMs: song.durationMs })
      return false
    }),
  )
  for (const { decision, durationMs } of betters) {
    const { recording, track } = decision.row!
    if (decision.how === 'better') for (const id of await setAsset(tx, recording, decision.asset, durationMs)) touched.add(id)
    outcome(decision.file, decision.how === 'better' ? 'changed' : null, track!, recording)
  }
  // Those that are known choose their place first; without a number of their own they keep the one they have.
  const order = songs.sort((a, b) => Number(rowOf(a.path)?.track == null) - Number(rowOf(b.path)?.track == null))
  for (const { path, song, ...wished } of order) {
    const decision = deciding.get(path)
    if (decision?.how === 'copy' && here.has(decision.row!.recording)) {
      outcome(decision.file, null, here.get(decision.row!.recording)!, decision.row!.recording)
      continue
    }
    const row = rowOf(path)
    const place = row?.track == null ? undefined : placeOf.get(row.track)
    const disc = song.disc === null && place !== undefined ? place.disc : wished.disc
    let number = song.number === null && place !== undefined ? place.number : wished.number
    while (free.has(`${disc}/${number}`)) number++
    free.add(`${disc}/${number}`)
    if (row?.track != null) {
      const title = place === undefined ? song.title : merge(place.title, row.said.title, song.title)
      const moved = place === undefined || place.disc !== disc || place.number !== number || place.title !== title
      if (moved) await store.placeTrack(tx, row.track, release, disc, number, title)
      if (decision === undefined) continue
      const changed = await retell(tx, row, place, song, { artists, pageOf, at })
      if (decision.how === 'replaced') for (const id of await setAsset(tx, row.recording, decision.asset, song.durationMs)) touched.add(id)
      const elsewhere = row.path !== path || row.root !== job.root
      if (elsewhere) gone.push(row)
      // The same bytes uploaded again moved nowhere.
      const still = decision.how === 'same' || (decision.how === 'moved' && job.root.startsWith('upload:'))
      outcome(decision.file, still && !changed && !moved ? null : 'changed', row.track, row.recording)
    } else if (decision !== undefined) {
      fresh.push({
        decision,
        given: await trackOf(song, {
          disc,
          number,
          asset: decision.asset,
          artists,
          pageOf,
          recording: decision.how === 'copy' ? decision.row!.recording : row?.recording,
        }),
      })
    }
  }
  // By their numbers again: ids are given in the order of the album.
  fresh.sort((a, b) => a.given.disc! - b.given.disc! || a.given.number! - b.given.number!)

  const added = await addTracks(
    tx,
    release,
    fresh.map(({ given }) => given),
    at,
  )
  for (const [i, { track, recording }] of added.entries()) {
    const { decision } = fresh[i]!
    outcome(decision.file, 'new', track, recording)
    const row = decision.how === 'copy' ? decision.row! : null
    if (row !== null && row.asset !== decision.asset && isBetter(qualityOf(decision.file), row))
      for (const id of await setAsset(tx, recording, decision.asset, decision.file.song.durationMs)) touched.add(id)
  }
  for (const { file, of } of decisions) {
    if (of === undefined) continue
    const first = sources.find(source => source.path === of.file.path)!
    outcome(file, null, first.track, first.recording)
  }
  await filed.deleteSources(tx, gone)
  await filed.upsertSources(tx, job.root, sources, at)
  await settleReleases(tx, [...touched])
  await store.hideEmptied(tx, [...touched])
  return { release, outcomes }
}
