/**
 * Mixes of the day: worked out from what one heard until last midnight (UTC), so they are the same all day without being kept anywhere, and tomorrow they are others.
 */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import type { discovery, mixKind } from '../../shared/discovery.ts'
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { chance, mingle, near, type Why } from './near.ts'
import { suggest, type Suggestions } from './similar.ts'
import { readArtistCards, readFavourites, readFresh, readPopular, readTaste, type Facts, type Heard } from './store.ts'

type Entries = typeof discovery.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Kind = Decoded<typeof mixKind>
type Picked = { track: string; release: string; artists: readonly string[]; why: Why }
type Draft = { kind: Kind; artists: string[]; genre: string | null; picks: Picked[] }

const dayMs = 86_400_000
const historyDays = 180
/** Tracks of one mix; fewer than `fewest` make none. */
const perMix = 30
const fewest = 5
const dailies = ['daily1', 'daily2', 'daily3', 'daily4'] as const

const pick = (item: Facts, why: Why): Picked => ({ track: item.track, release: item.release, artists: item.artists, why })
const shuffled = <T extends { track: string }>(items: readonly T[], salt: string): T[] =>
  items.toSorted((a, b) => chance(`${salt} ${a.track}`) - chance(`${salt} ${b.track}`))

/**
 * Groups of what was heard, most heard first: by genre; what has none, by artist. The music of one day should feel like one evening, not like all one ever heard.
 */
export function clusters(heard: readonly Heard[]): { genre: string | null; items: Heard[] }[] {
  const groups = new Map<string, { genre: string | null; items: Heard[]; weight: number }>()
  for (const item of heard) {
    const key = item.genre ?? `artist ${item.artists[0] ?? item.release}`
    const group = groups.get(key) ?? { genre: item.genre, items: [], weight: 0 }
    group.items.push(item)
    // The last month weighs thrice.
    group.weight += item.heardMs * (item.recent > 0 ? 3 : 1)
    groups.set(key, group)
  }
  return [...groups.values()].toSorted((a, b) => b.weight - a.weight || (a.items[0]!.track < b.items[0]!.track ? -1 : 1))
}

async function daily(
  db: Read,
  kind: Kind,
  cluster: { genre: string | null; items: Heard[] },
  heard: ReadonlySet<string>,
  salt: string,
): Promise<Draft> {
  const seeds = shuffled(cluster.items.slice(0, 12), salt).slice(0, 5)
  const around = await near(
    db,
    seeds.map(seed => seed.track),
    salt,
  )
  const known = shuffled(cluster.items.slice(0, 40), `${salt} known`)
    .slice(0, Math.ceil(perMix * 0.4))
    .map(item =>
      pick(item, item.favourite ? { kind: 'favourite', name: null, count: null } : { kind: 'often', name: null, count: item.plays }),
    )
  const familiar = new Set(known.map(item => item.track))
  const fresh = around.filter(item => !familiar.has(item.track))
  const unheard = [...fresh.filter(item => !heard.has(item.track)), ...fresh.filter(item => heard.has(item.track))]
  const picks = mingle([...mingle(unheard, perMix - known.length, { perRelease: 3, perArtist: 5 }), ...known], perMix, {
    perRelease: 4,
    perArtist: 8,
  })
  const artists = new Map<string, number>()
  for (const item of cluster.items)
    for (const artist of item.artists.slice(0, 1)) artists.set(artist, (artists.get(artist) ?? 0) + item.heardMs)
  const names = [...artists].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([artist]) => artist)
  return { kind, artists: names.slice(0, 3), genre: cluster.genre, picks: shuffled(picks, `${salt} order`) }
}

/** All of today's mixes of a person, with their tracks. */
async function draft(db: Read, person: string, day: string): Promise<Draft[]> {
  const until = new Date(`${day}T00:00:00Z`)
  const salt = `${person} ${day}`
  const ago = (days: number) => new Date(until.getTime() - days * dayMs)
  const heard = await readTaste(db, person, ago(historyDays), until)
  const known = new Set(heard.map(item => item.track))
  const groups = clusters(heard)
    .filter(group => group.items.length >= 2)
    .slice(0, dailies.length)
  const mixes: Draft[] = await Promise.all(groups.map((group, index) => daily(db, dailies[index]!, group, known, `${salt} ${index}`)))
  const plain = (kind: Kind, picks: Picked[]): Draft => ({
    kind,
    artists: [],
    genre: null,
    picks: mingle(picks, perMix, { perRelease: 6, perArtist: 10 }),
  })
  if (mixes.length === 0)
    mixes.push(
      plain(
        'daily1',
        shuffled(await readPopular(db, 60), salt).map(item => pick(item, { kind: 'popular', name: null, count: null })),
      ),
    )
  mixes.push(
    plain(
      'often',
      heard
        .filter(item => item.recent >= 2)
        .toSorted((a, b) => b.recent - a.recent)
        .slice(0, perMix)
        .map(item => pick(item, { kind: 'often', name: null, count: item.recent })),
    ),
    plain(
      'rare',
      shuffled(
        heard.filter(item => item.plays >= 3 && item.lastAt < ago(45)),
        salt,
      )
        .slice(0, perMix)
        .map(item => pick(item, { kind: 'rare', name: null, count: Math.floor((until.getTime() - item.lastAt.getTime()) / dayMs) })),
    ),
    plain(
      'fresh',
      (
        await readFresh(
          db,
          person,
          ago(60),
          groups.flatMap(group => group.genre ?? []),
          120,
        )
      )
        .filter(item => !known.has(item.track))
        .map(item =>
          pick(
            item,
            item.followed === null
              ? { kind: 'genre', name: item.genre, count: null }
              : { kind: 'followed', name: item.followed, count: null },
          ),
        ),
    ),
    plain(
      'favourites',
      shuffled(await readFavourites(db, person, until, 300), salt)
        .slice(0, perMix)
        .map(item => pick(item, { kind: 'favourite', name: null, count: null })),
    ),
  )
  return mixes.filter(mix => mix.picks.length >= fewest || mix.kind === 'daily1')
}

async function show(
  db: Read,
  viewer: Viewer,
  drafts: readonly Draft[],
): Promise<{ mix: Ok<'GET /me/mixes'>['items'][number]; items: Suggestions }[]> {
  const [shown, cards] = await Promise.all([
    suggest(
      db,
      viewer,
      drafts.flatMap(mix => mix.picks),
    ),
    readArtistCards(db, [...new Set(drafts.flatMap(mix => mix.artists))]),
  ])
  const tracks = new Map(shown.map(item => [item.track.id, item.track]))
  const names = new Map(cards.map(card => [card.id, { id: card.id, name: card.name }]))
  return drafts
    .map(mix => {
      const items = mix.picks.flatMap(({ track, why }) => {
        const found = tracks.get(track)
        return found ? [{ track: found, reason: why }] : []
      })
      const covers = new Map(items.flatMap(({ track }) => (track.cover ? [[track.release.id, track.cover] as const] : [])))
      return {
        mix: {
          kind: mix.kind,
          artists: mix.artists.flatMap(artist => names.get(artist) ?? []),
          genre: mix.genre,
          covers: [...covers.values()].slice(0, 4),
          tracks: items.length,
          durationMs: items.reduce((sum, { track }) => sum + track.durationMs, 0),
        },
        items,
      }
    })
    .filter(({ items }) => items.length > 0)
}

const today = (): string => clock.now().toISOString().slice(0, 10)

export async function getMixes(db: Read, viewer: Viewer): Promise<Ok<'GET /me/mixes'>> {
  const day = today()
  return { day, items: (await show(db, viewer, await draft(db, viewer.id, day))).map(({ mix }) => mix) }
}

export async function getMix(db: Read, viewer: Viewer, { kind }: Input<'GET /me/mixes/:kind'>): Promise<Ok<'GET /me/mixes/:kind'>> {
  const found = (
    await show(
      db,
      viewer,
      (await draft(db, viewer.id, today())).filter(mix => mix.kind === kind),
    )
  )[0]
  if (!found) throw fault('not_found')
  return found
}
