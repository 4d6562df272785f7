/** Marks and reports: favourites, stars, what was played, what is playing. */
import { Fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import { nowPlaying, nowPlayingOf, recordToldMany } from '../listening/index.ts'
import { rate, star, starred } from '../playlists/index.ts'
import { missing, notFound, Refused, type Answer } from './answer.ts'
import { call, type Asked, type Call } from './call.ts'
import { showAlbum, showAlbumFolder, showArtist, showArtistFolder, showSong } from './show.ts'
import * as store from './store.ts'

const mostAtOnce = 500

/** `id`, `albumId` and `artistId` are all ids of ours: what a thing is, its id says. */
async function mark({ write, viewer, given }: Asked, on: boolean): Promise<Answer> {
  const ids = [...new Set(['id', 'albumId', 'artistId'].flatMap(name => given.all(name)))].filter(id => id !== '')
  if (ids.length === 0) throw missing('id')
  if (ids.length > mostAtOnce) throw new Refused(0, `At most ${mostAtOnce} at once`)
  await write(async tx => {
    for (const id of ids) if (!(await star(tx, viewer, id, on))) throw notFound()
  })
  return {}
}

async function setRating({ write, viewer, given }: Asked): Promise<Answer> {
  const id = given.need('id')
  const stars = given.needWhole('rating', 0, 5)
  if (id.startsWith('pag_')) throw new Refused(0, 'Artists have no stars here; make them a favourite')
  await write(async tx => {
    if (!(await rate(tx, viewer, id, stars))) throw notFound()
  })
  return {}
}

async function readStarred({
  read,
  viewer,
}: Asked): Promise<{ artists: store.ArtistRow[]; albums: store.AlbumRow[]; songs: store.SongRow[] }> {
  const all = await starred(read, viewer)
  const ids = (list: readonly { id: string }[]) => list.map(one => one.id)
  const [artists, albums, songs] = await Promise.all([
    store.artistsByIds(read, viewer, ids(all.artists)),
    store.albumsByIds(read, viewer, ids(all.releases)),
    store.songsByIds(read, viewer, ids(all.tracks)),
  ])
  return { artists, albums, songs }
}

/** Before this nobody could tell of a play: a client whose clock stands at the beginning means now. */
const earliest = Date.UTC(2000, 0, 1)

/** Several songs, each with its time (milliseconds) at the same place among the times. Without `submission=false` they were heard; with it, it plays now. */
async function scrobble({ write, viewer, given, client }: Asked): Promise<Answer> {
  const ids = given.all('id').filter(id => id !== '')
  if (ids.length === 0) throw missing('id')
  if (ids.length > mostAtOnce) throw new Refused(0, `At most ${mostAtOnce} at once`)
  const times = given.all('time')
  const now = clock.now().getTime()
  if (!given.flag('submission', true)) {
    await write(tx => nowPlaying(tx, viewer.id, ids.at(-1)!, client))
    return {}
  }
  const told = await write(tx =>
    recordToldMany(
      tx,
      viewer.id,
      ids.map((track, i) => {
        const said = /^\d{1,15}$/.test(times[i]?.trim() ?? '') ? Number(times[i]) : now
        return { track, startedAt: new Date(said < earliest ? now : Math.min(said, now)), client, source: 'subsonic' as const }
      }),
    ),
  )
  // Of many the good ones are kept: an app sends what it heard offline once, and a song may be gone meanwhile.
  if (told.every(play => play === null)) throw notFound('Song')
  return {}
}

/** What one's own apps play. What others hear is theirs. */
async function getNowPlaying({ read, viewer }: Asked): Promise<Answer> {
  const rows = await nowPlayingOf(read, viewer.id)
  const songs = new Map((await store.songsByIds(read, viewer, [...new Set(rows.map(row => row.track))])).map(song => [song.id, song]))
  const now = clock.now().getTime()
  const entry = rows.flatMap((row, i) => {
    const song = songs.get(row.track)
    return song === undefined
      ? []
      : [
          {
            ...showSong(song),
            username: row.name,
            minutesAgo: Math.max(0, Math.floor((now - new Date(row.at).getTime()) / 60_000)),
            playerId: i + 1,
            playerName: row.client,
          },
        ]
  })
  return { nowPlaying: { entry } }
}

/** Faults of other rooms as the protocol words them. */
export function asRefused(error: unknown): Refused | undefined {
  if (error instanceof Refused) return error
  if (!(error instanceof Fault)) return undefined
  if (error.kind === 'not_found' || error.kind === 'gone') return notFound()
  if (error.kind === 'forbidden') return new Refused(50, 'User is not authorized for the given operation')
  if (error.kind === 'unauthenticated') return new Refused(40, 'Wrong username or app key')
  if (error.kind === 'limited')
    return new Refused(0, 'Too many requests', {
      status: 429,
      ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
    })
  if (error.kind === 'unavailable')
    return new Refused(0, 'Not ready yet; try again shortly', {
      status: 503,
      ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
    })
  return error.kind === 'broken' ? undefined : new Refused(0, error.message)
}

export const markCalls: Record<string, Call> = {
  star: call('library', asked => mark(asked, true)),
  unstar: call('library', asked => mark(asked, false)),
  setRating: call('library', setRating),
  getStarred: call('listen', async asked => {
    const { artists, albums, songs } = await readStarred(asked)
    return { starred: { artist: artists.map(showArtistFolder), album: albums.map(showAlbumFolder), song: songs.map(showSong) } }
  }),
  getStarred2: call('listen', async asked => {
    const { artists, albums, songs } = await readStarred(asked)
    return { starred2: { artist: artists.map(showArtist), album: albums.map(showAlbum), song: songs.map(showSong) } }
  }),
  scrobble: call('submit', scrobble),
  getNowPlaying: call('listen', getNowPlaying),
}
