/** Similar tracks and artists. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import type { discovery } from '../../shared/discovery.ts'
import { fault } from '../../shared/faults.ts'
import { tracksByIds } from '../catalogue/index.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { pictureAddress } from '../people/index.ts'
import { mingle, near, type Scored, type Why } from './near.ts'
import { readArtistCards, readSeed } from './store.ts'

type Entries = typeof discovery.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
export type Suggestions = Ok<'GET /tracks/:id/similar'>['items']

/** Tracks as the viewer sees them, in order; what cannot be played (now, by this viewer) is left out. */
export async function suggest(db: Read, viewer: Viewer | null, items: readonly { track: string; why: Why }[]): Promise<Suggestions> {
  const tracks = new Map(
    (
      await tracksByIds(
        db,
        viewer,
        items.map(item => item.track),
      )
    ).map(track => [track.id, track]),
  )
  return items.flatMap(({ track, why }) => {
    const found = tracks.get(track)
    return found && found.playable !== 'no' && found.state === 'ready' ? [{ track: found, reason: why }] : []
  })
}

export async function getSimilar(
  db: Read,
  viewer: Viewer | null,
  { id, limit }: Input<'GET /tracks/:id/similar'>,
): Promise<Ok<'GET /tracks/:id/similar'>> {
  if ((await tracksByIds(db, viewer, [id])).length === 0) throw fault('not_found')
  const found = mingle(await near(db, [id]), limit * 2, { perRelease: 2, perArtist: Math.max(3, Math.ceil(limit / 4)) })
  return { items: (await suggest(db, viewer, found)).slice(0, limit) }
}

/** Artists of what goes with an artist's most heard tracks, the strongest first. */
export async function getSimilarArtists(
  db: Read,
  _viewer: Viewer | null,
  { id, limit }: Input<'GET /artists/:id/similar'>,
): Promise<Ok<'GET /artists/:id/similar'>> {
  if ((await readArtistCards(db, [id])).length === 0) throw fault('not_found')
  const seed = await readSeed(db, id, 5)
  const scores = new Map<string, { score: number; best: Scored }>()
  for (const item of seed ? await near(db, seed.tracks) : [])
    for (const artist of item.artists) {
      if (artist === id) continue
      const known = scores.get(artist)
      // The sum says how much of an artist goes with this one; with the root one prolific artist does not push all others out.
      if (known) known.score += item.score / 4
      else scores.set(artist, { score: item.score, best: item })
    }
  const ranked = [...scores].toSorted(([a, x], [b, y]) => y.score - x.score || (a < b ? -1 : 1)).slice(0, limit)
  const why = new Map(ranked.map(([artist, { best }]) => [artist, best.why]))
  const cards = await readArtistCards(
    db,
    ranked.map(([artist]) => artist),
  )
  return {
    items: cards.map(card => ({
      id: card.id,
      name: card.name,
      picture: pictureAddress(card.picture),
      followers: card.followers,
      reason: why.get(card.id)!,
    })),
  }
}
