/** What is shared is what a signed-out stranger sees: the published API is asked as nobody, so nothing of anyone's own can get out. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Page } from '../../shared/people.ts'
import type { Cover, Release, ReleaseCard, Track, TrackPage } from '../../shared/catalogue.ts'
import type { Playlist, PlaylistEntry } from '../../shared/playlist-shapes.ts'
import type { Venue } from '../../shared/seating.ts'
import type { ShowCard } from '../../shared/show-shapes.ts'
import { Fault } from '../../shared/faults.ts'
import { localeFor, words, type LocaleName } from '../../shared/words/index.ts'
import type { Config } from '../foundation/config.ts'
import type { Db } from '../foundation/db.ts'

type Listed<T extends z.ZodType> = { items: z.input<T>[] }
/** Answers as on the wire. */
type Answers = {
  'GET /releases': Listed<typeof ReleaseCard>
  'GET /releases/:id': z.input<typeof Release>
  'GET /tracks/:id': z.input<typeof TrackPage>
  'GET /playlists/:id': z.input<typeof Playlist>
  'GET /playlists/:id/entries': Listed<typeof PlaylistEntry>
  'GET /pages/:id': z.input<typeof Page>
  'GET /venues/:id': z.input<typeof Venue>
  'GET /shows': Listed<typeof ShowCard>
}
export type ReleaseWire = z.input<typeof ReleaseCard>
export type ShowWire = z.input<typeof ShowCard>
export type TrackWire = z.input<typeof Track>
export type CoverWire = Omit<z.input<typeof Cover>, 'accent'>

/** Calls an entry with a session of nobody; refused as any stranger is. */
export type Ask = <K extends keyof Answers>(address: K, input: Record<string, unknown>) => Promise<Answers[K]>
export type Sharing = { db: Db; config: Config; ask: Ask }

/** Ids in these addresses are the planet's own. */
export const kinds = { releases: 'rel', tracks: 'trk', playlists: 'pls' } as const
export type Kind = keyof typeof kinds

export type Shared = {
  kind: Kind
  id: string
  title: string
  by: string
  /** Where they who made it are at home, if it is a page here. */
  byPath: string | null
  cover: CoverWire | null
  tracks: TrackWire[]
}

/** So many tracks in a player on somebody else's page. */
const mostTracks = 100
const names = (artists: readonly { name: string }[]): string => artists.map(artist => artist.name).join(' · ')
const pathOf = (artists: readonly { id: string }[]): string | null => (artists[0] ? `/artists/${artists[0].id}` : null)

/** Undefined: there is no such thing, or not for strangers. */
export const unlessHidden = async <T>(asked: Promise<T>): Promise<T | undefined> => {
  try {
    return await asked
  } catch (error) {
    if (error instanceof Fault && error.status < 500) return undefined
    throw error
  }
}

/** What can be shared, as a stranger sees it. */
export async function sharedThing(ask: Ask, kind: Kind, id: string): Promise<Shared | undefined> {
  if (!new RegExp(`^${kinds[kind]}_[0-9a-z]{26}$`).test(id)) return undefined
  if (kind === 'releases') {
    const found = await unlessHidden(ask('GET /releases/:id', { id }))
    if (found === undefined) return undefined
    const { title, artists, cover } = found
    return { kind, id, title, by: names(artists), byPath: pathOf(artists), cover, tracks: found.tracks.slice(0, mostTracks) }
  }
  if (kind === 'tracks') {
    const found = await unlessHidden(ask('GET /tracks/:id', { id }))
    if (found === undefined) return undefined
    return { kind, id, title: found.title, by: names(found.artists), byPath: pathOf(found.artists), cover: found.cover, tracks: [found] }
  }
  const found = await unlessHidden(ask('GET /playlists/:id', { id }))
  if (found === undefined) return undefined
  const { items } = await ask('GET /playlists/:id/entries', { id, limit: mostTracks })
  const tracks = items.flatMap(({ track }) => (track === null ? [] : [track]))
  return { kind, id, title: found.name, by: found.owner.name, byPath: null, cover: found.covers[0] ?? null, tracks }
}

/** The chosen language (`?lang=zh`), else the browser's. */
export const localeOfRequest = (request: FastifyRequest): LocaleName =>
  localeFor(request.headers['accept-language'], (request.query as { lang?: string }).lang)
export const wordsFor = (locale: LocaleName): (typeof words)['zh' | 'en'] => words[locale]
/** As it is written in a `lang`. */
export const tagOf = (locale: LocaleName): string => (locale === 'zh' ? 'zh-CN' : 'en')

/** Anybody's page may ask; no cookie is looked at. `maxAge` in seconds. */
export const openTo = (reply: FastifyReply, maxAge: number): FastifyReply =>
  reply.headers({
    'cache-control': `public, max-age=${maxAge}`,
    'access-control-allow-origin': '*',
    'x-content-type-options': 'nosniff',
    vary: 'Accept-Language',
  })
