/** Lists: albums in all the orders apps ask for, songs by chance, genre or likeness, what was searched for, and everything page by page. */
import type { RawBuilder } from 'kysely'
import { near } from '../discovery/index.ts'
import { find } from '../search/index.ts'
import { missing, notFound, Refused, type Answer } from './answer.ts'
import { call, type Asked, type Call, type Given } from './call.ts'
import { showAlbum, showAlbumFolder, showArtist, showArtistFolder, showSong } from './show.ts'
import * as store from './store.ts'
import * as choose from './store-lists.ts'

const mostOffset = 100_000_000

function albumChoice(given: Given): choose.AlbumChoice {
  const order = given.need('type')
  // What the older call names otherwise.
  const known = choose.albumOrders.find(one => one === order)
  if (known === undefined) throw new Refused(0, `There is no list of the type ${order.slice(0, 40)}`)
  if (known === 'byGenre') given.need('genre')
  return {
    order: known,
    size: given.whole('size', 10, 0, 500),
    offset: given.whole('offset', 0, 0, mostOffset),
    genre: given.text('genre') ?? '',
    fromYear: known === 'byYear' ? given.needWhole('fromYear', 0, 9999) || 1 : 1,
    toYear: known === 'byYear' ? given.needWhole('toYear', 0, 9999) || 1 : 9999,
  }
}
const albumList = async ({ read, viewer, given }: Asked): Promise<store.AlbumRow[]> =>
  store.albumsOf(read, viewer, choose.chooseAlbums(viewer, albumChoice(given)))

const year = (given: Given, name: string): number | undefined => (given.has(name) ? given.whole(name, 1, 1, 9999) : undefined)
const songsOf = async ({ read, viewer }: Asked, chosen: RawBuilder<unknown>): Promise<Answer[]> =>
  (await store.songsOf(read, viewer, chosen)).map(showSong)

const getRandomSongs = async (asked: Asked): Promise<Answer> => ({
  randomSongs: {
    song: await songsOf(
      asked,
      choose.chooseRandom(asked.viewer, {
        size: asked.given.whole('size', 10, 0, 500),
        genre: asked.given.text('genre') || undefined,
        fromYear: year(asked.given, 'fromYear'),
        toYear: year(asked.given, 'toYear'),
      }),
    ),
  },
})
const getSongsByGenre = async (asked: Asked): Promise<Answer> => ({
  songsByGenre: {
    song: await songsOf(
      asked,
      choose.chooseByGenre(
        asked.viewer,
        asked.given.need('genre'),
        asked.given.whole('count', 10, 0, 500),
        asked.given.whole('offset', 0, 0, mostOffset),
      ),
    ),
  },
})
async function getTopSongs(asked: Asked): Promise<Answer> {
  const { read, viewer, given } = asked
  const id = given.text('artistId') ?? (await choose.findArtistByName(read, given.need('artist')))
  const song = id === undefined ? [] : await songsOf(asked, choose.chooseTop(viewer, id, given.whole('count', 50, 0, 500)))
  return { topSongs: { song } }
}

/** Songs that go with a song, an album or an artist. */
async function similarSongs(asked: Asked): Promise<Answer[]> {
  const { read, viewer, given } = asked
  const id = given.need('id')
  const seeds = id.startsWith('trk_')
    ? await store.songsByIds(read, viewer, [id])
    : id.startsWith('rel_')
      ? await store.songsOfReleases(read, viewer, [id], 50)
      : await store.songsOf(read, viewer, choose.chooseTop(viewer, id, 10))
  if (seeds.length === 0 && id.startsWith('trk_')) throw notFound('Song')
  const about = {
    artists: [...new Set(seeds.flatMap(song => song.artists.map(artist => artist.id)))],
    genres: [...new Set(seeds.flatMap(song => song.genre ?? []))],
    but: id.startsWith('trk_') ? [id] : [],
  }
  const count = given.whole('count', 50, 0, 500)
  const close = (
    await near(
      read,
      seeds.map(song => song.id),
    )
  )
    .map(one => one.track)
    .filter(track => !about.but.includes(track))
  const found = (await store.songsByIds(read, viewer, close)).slice(0, count).map(showSong)
  // Where little is known of who hears what together, the same artists and genres fill it up.
  const more = { ...about, but: [...about.but, ...found.map(song => song.id)] }
  return found.length >= count ? found : [...found, ...(await songsOf(asked, choose.chooseAlike(viewer, more, count - found.length)))]
}

/** Where a client is in its walk through everything: the last id before an offset. Not known (a restart, another process): counted from the beginning. */
const places = new Map<string, string>()
const mostPlaces = 20_000
async function allIds({ read, viewer, key }: Asked, kind: choose.Everything, offset: number, size: number): Promise<string[]> {
  if (size === 0) return []
  const walk = `${key.key} ${kind} `
  const after = offset === 0 ? undefined : places.get(walk + offset)
  const ids = await choose.pageOfAll(read, viewer, kind, after === undefined ? { skip: offset } : { after }, size)
  if (ids.length > 0) {
    if (places.size >= mostPlaces) places.clear()
    places.set(walk + (offset + ids.length), ids.at(-1)!)
  }
  return ids
}

type Found = { artists: store.ArtistRow[]; albums: store.AlbumRow[]; songs: store.SongRow[] }
async function search(asked: Asked): Promise<Found> {
  const { read, viewer, given } = asked
  if (!given.has('query')) throw missing('query')
  const count = (kind: string) => given.whole(`${kind}Count`, 20, 0, 500)
  const offset = (kind: string) => given.whole(`${kind}Offset`, 0, 0, mostOffset)
  // Two quote marks mean nothing at all, in the old protocol; so do stars. Some apps put theirs around every word.
  const q = (given.text('query') ?? '').replaceAll(/["*]/g, ' ').trim().slice(0, 200)
  const ids = async (
    kind: choose.Everything,
    found: 'artists' | 'releases' | 'tracks',
    of: 'artist' | 'release' | 'track',
  ): Promise<string[]> =>
    q === ''
      ? allIds(asked, kind, offset(kind), count(kind))
      : count(kind) === 0
        ? []
        : (await find(read, viewer, { q, kinds: [of], limit: count(kind), offset: offset(kind) }))[found]
  const [artists, albums, songs] = await Promise.all([
    ids('artist', 'artists', 'artist').then(found => store.artistsByIds(read, viewer, found)),
    ids('album', 'releases', 'release').then(found => store.albumsByIds(read, viewer, found)),
    ids('song', 'tracks', 'track').then(found => store.songsByIds(read, viewer, found)),
  ])
  return { artists, albums, songs }
}

/** The oldest call: one of title, album, artist or any, songs only. */
async function searchOnce(asked: Asked): Promise<Answer> {
  const { read, viewer, given } = asked
  const q = ['any', 'title', 'album', 'artist'].map(name => given.text(name)).find(text => text !== undefined && text !== '')
  if (q === undefined) throw missing('any')
  const offset = given.whole('offset', 0, 0, mostOffset)
  const { tracks } = await find(read, viewer, { q: q.slice(0, 200), kinds: ['track'], limit: given.whole('count', 20, 0, 500), offset })
  const songs = await store.songsByIds(read, viewer, tracks)
  return { searchResult: { offset, totalHits: offset + songs.length, match: songs.map(showSong) } }
}

export const listCalls: Record<string, Call> = {
  getAlbumList: call('listen', async asked => ({ albumList: { album: (await albumList(asked)).map(showAlbumFolder) } })),
  getAlbumList2: call('listen', async asked => ({ albumList2: { album: (await albumList(asked)).map(showAlbum) } })),
  getRandomSongs: call('listen', getRandomSongs),
  getSongsByGenre: call('listen', getSongsByGenre),
  getTopSongs: call('listen', getTopSongs),
  getSimilarSongs: call('listen', async asked => ({ similarSongs: { song: await similarSongs(asked) } })),
  getSimilarSongs2: call('listen', async asked => ({ similarSongs2: { song: await similarSongs(asked) } })),
  search: call('listen', searchOnce),
  search2: call('listen', async asked => {
    const { artists, albums, songs } = await search(asked)
    return { searchResult2: { artist: artists.map(showArtistFolder), album: albums.map(showAlbumFolder), song: songs.map(showSong) } }
  }),
  search3: call('listen', async asked => {
    const { artists, albums, songs } = await search(asked)
    return { searchResult3: { artist: artists.map(showArtist), album: albums.map(showAlbum), song: songs.map(showSong) } }
  }),
}
