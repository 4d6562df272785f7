/** Keeps the index true: called by jobs when something changed, and when all of it is made anew. */
import type { Db, Tx } from '../foundation/db.ts'
import { foldLines, termsOfLines } from './lines.ts'
import * as store from './store-index.ts'
import type { EntryRow, LyricEntry } from './store-index.ts'
import { keptOf } from './typos.ts'
import { fold, rules, spell, type Spelled } from './words.ts'

const known = new Map<string, Spelled>()
/** Artists and releases stand beside many tracks: each is spelled once. */
function spelled(name: string): Spelled {
  const there = known.get(name)
  if (there !== undefined) return there
  const made = spell(name)
  if (known.size >= 5000) known.clear()
  known.set(name, made)
  return made
}
const textOf = (names: readonly Spelled[]): string => names.map(name => `${name.own} ${name.sound}`).join(' ')

function entryOf(
  given: Pick<EntryRow, 'id' | 'kind' | 'release' | 'year' | 'genre' | 'heat'> & {
    name: string
    artists: readonly string[]
    album: string
  },
): { row: EntryRow; words: Set<string> } {
  const { name, artists, album, genre, ...rest } = given
  const own = given.kind === 'track' ? spell(name) : spelled(name)
  const by = artists.map(spelled)
  const on = album === '' ? [] : [spelled(album)]
  const terms = new Set(own.terms)
  for (const other of [...by, ...on]) for (const term of other.terms) terms.add(term)
  return {
    row: {
      ...rest,
      key: own.key,
      own: own.own,
      sound: own.sound,
      artists: textOf(by),
      album: textOf(on),
      genre: genre === null ? null : fold(genre) || null,
      terms: [...terms],
    },
    words: own.words,
  }
}

async function keepWords(tx: Tx, words: Iterable<string>): Promise<void> {
  const fresh = await store.unknownWords(tx, [...new Set(words)])
  await store.insertWords(
    tx,
    fresh.map(word => ({ word, leftovers: keptOf(word) })),
  )
}

async function indexPages(tx: Tx, pages: readonly string[]): Promise<void> {
  if (pages.length === 0) return
  const made = (await store.readPages(tx, pages)).map(({ id, name, heat }) =>
    entryOf({ id, kind: 'artist', release: null, name, artists: [], album: '', year: null, genre: null, heat }),
  )
  await store.dropPages(
    tx,
    pages,
    made.map(({ row }) => row.id),
  )
  await store.upsertEntries(
    tx,
    made.map(({ row }) => row),
  )
  await keepWords(
    tx,
    made.flatMap(({ words }) => [...words]),
  )
}

/** Makes the index of these releases, their tracks, the words of these and their makers what the other rooms say now. */
export async function indexReleases(tx: Tx, releases: readonly string[]): Promise<void> {
  if (releases.length === 0) return
  await store.lockIndexing(tx, releases)
  const made = (await store.readNames(tx, releases)).map(entryOf)
  await store.dropEntries(
    tx,
    releases,
    made.map(({ row }) => row.id),
  )
  await store.upsertEntries(
    tx,
    made.map(({ row }) => row),
  )
  await keepWords(
    tx,
    made.flatMap(({ words }) => [...words]),
  )
  await indexPages(tx, await store.readMakers(tx, releases))
  await indexWords(tx, releases)
}

async function indexWords(tx: Tx, releases: readonly string[]): Promise<void> {
  const { recordings, words } = await store.readWords(tx, releases)
  const rows = words.flatMap(({ recording, kind, language, timing, heat, ...given }): LyricEntry[] => {
    // A file may keep the translation inside the line.
    const said = given.lines
      .flatMap(({ text, translation, startMs }) => [
        { text, startMs },
        { text: translation ?? '', startMs },
      ])
      .filter(line => line.text.trim() !== '')
      .slice(0, 2000)
    const lines = said.map(line => line.text.trim().slice(0, 300).toWellFormed())
    const starts = timing === 'none' ? null : said.map(line => Math.round(line.startMs))
    return lines.length === 0
      ? []
      : [{ recording, kind, language, lines, starts, folded: foldLines(lines), terms: termsOfLines(lines), heat }]
  })
  await store.replaceLyrics(tx, recordings, rows)
}

export async function indexPage(tx: Tx, page: string): Promise<void> {
  await store.lockIndexing(tx, [page])
  await indexPages(tx, [page])
}

/** Popularity, and what an event might have missed: names that name nothing any more. */
export async function refresh(tx: Tx): Promise<void> {
  await store.refreshSteps(tx)
  await store.dropLost(tx)
}

const atOnce = 100
/** Whether the index has to be made (on): by other rules, or not to its end. */
export async function isStale(tx: Tx): Promise<boolean> {
  const state = await store.readState(tx)
  if (state !== undefined && state.rules === rules) return state.rebuiltTo !== null
  await store.writeState(tx, { rules, rebuiltTo: '' })
  return true
}
/** Begins to make all of it anew; what is there stays findable meanwhile. */
export const beginAnew = (tx: Tx): Promise<void> => store.writeState(tx, { rules, rebuiltTo: '' })

/** Makes the next part of the index; how far it is stands in the database, so that it goes on after a kill. True: there is more. */
export async function rebuildPart(db: Db): Promise<boolean> {
  const state = await store.readState(db.write)
  if (state === undefined || state.rebuiltTo === null) return false
  const ids = await store.listIds(db.write, state.rebuiltTo, atOnce)
  await db.transaction(async tx => {
    const pages = ids.filter(id => id.startsWith('pag_'))
    await store.lockIndexing(tx, pages)
    await indexPages(tx, pages)
    await indexReleases(
      tx,
      ids.filter(id => id.startsWith('rel_')),
    )
    if (ids.length < atOnce) await store.dropLost(tx)
    await store.writeState(tx, { rules: state.rules, rebuiltTo: ids.length < atOnce ? null : ids.at(-1)! })
  })
  return ids.length >= atOnce
}
