/** Walking through the catalogue: folders, letters, artists, albums, songs, and what is told about them. */
import { pictureAddress } from '../people/index.ts'
import { coverUrl } from '../media/index.ts'
import { notFound, type Answer } from './answer.ts'
import { call, type Asked, type Call } from './call.ts'
import { ignoredArticles, indexed, showAlbum, showAlbumFolder, showArtist, showArtistFolder, showSong } from './show.ts'
import * as store from './store.ts'
import { catalogueState, chooseTop, listGenres } from './store-lists.ts'

/** The planet is one folder. */
export const folder = { id: 1, name: 'Planet' }

const artistIndex = async ({ read, viewer }: Asked, show: (row: store.ArtistRow) => Answer): Promise<Answer[]> =>
  indexed(await store.listArtists(read, viewer)).map(({ name, rows }) => ({ name, artist: rows.map(show) }))

async function getIndexes(asked: Asked): Promise<Answer> {
  const { changedAt } = await catalogueState(asked.read)
  const lastModified = changedAt?.getTime() ?? 0
  const since = asked.given.whole('ifModifiedSince', 0, 0, Number.MAX_SAFE_INTEGER)
  if (since >= lastModified && since > 0) return { indexes: { lastModified, ignoredArticles } }
  return { indexes: { lastModified, ignoredArticles, index: await artistIndex(asked, showArtistFolder) } }
}

async function albumsOfArtist({ read, viewer }: Asked, id: string): Promise<store.AlbumRow[]> {
  const found = await store.albumIdsOfArtist(read, id)
  return store.albumsByIds(
    read,
    viewer,
    found.map(album => album.id),
  )
}

async function getArtist(asked: Asked): Promise<Answer> {
  const id = asked.given.need('id')
  const [artist] = await store.artistsByIds(asked.read, asked.viewer, [id])
  if (artist === undefined) throw notFound('Artist')
  const albums = await albumsOfArtist(asked, id)
  return { artist: { ...showArtist(artist), albumCount: albums.length, album: albums.map(showAlbum) } }
}

async function getAlbum({ read, viewer, given }: Asked): Promise<Answer> {
  const id = given.need('id')
  const [album] = await store.albumsByIds(read, viewer, [id])
  if (album === undefined) throw notFound('Album')
  const songs = await store.songsOfReleases(read, viewer, [id])
  const discs = [...new Set(songs.map(song => song.disc))]
  return {
    album: {
      ...showAlbum(album),
      discTitles: discs.length > 1 ? discs.map(disc => ({ disc, title: '' })) : [],
      song: songs.map(showSong),
    },
  }
}

async function getSong({ read, viewer, given }: Asked): Promise<Answer> {
  const [song] = await store.songsByIds(read, viewer, [given.need('id')])
  if (song === undefined) throw notFound('Song')
  return { song: showSong(song) }
}

/** An artist holds albums, an album holds songs; the whole planet holds artists. */
async function getMusicDirectory(asked: Asked): Promise<Answer> {
  const { read, viewer, given } = asked
  const id = given.need('id')
  if (id === String(folder.id)) {
    const artists = indexed(await store.listArtists(read, viewer)).flatMap(({ rows }) => rows)
    return {
      directory: {
        id,
        name: folder.name,
        child: artists.map(({ id: artist, name }) => ({
          id: artist,
          parent: id,
          isDir: true,
          title: name,
          name,
          artist: name,
          coverArt: artist,
          mediaType: 'artist',
        })),
      },
    }
  }
  if (id.startsWith('rel_')) {
    const [album] = await store.albumsByIds(read, viewer, [id])
    if (album === undefined) throw notFound('Directory')
    const { parent, title, starred, userRating, playCount, songCount } = showAlbumFolder(album)
    const songs = await store.songsOfReleases(read, viewer, [id])
    return { directory: { id, parent, name: title, starred, userRating, playCount, songCount, coverArt: id, child: songs.map(showSong) } }
  }
  const [artist] = await store.artistsByIds(read, viewer, [id])
  if (artist === undefined) throw notFound('Directory')
  const albums = await albumsOfArtist(asked, id)
  return {
    directory: { ...showArtistFolder(artist), parent: String(folder.id), albumCount: albums.length, child: albums.map(showAlbumFolder) },
  }
}

const getGenres = async ({ read }: Asked): Promise<Answer> => ({
  genres: { genre: (await listGenres(read)).map(({ name, songs, albums }) => ({ songCount: songs, albumCount: albums, value: name })) },
})

/** The artist of a page, or of a song or album whose id is given. */
async function artistOf({ read, viewer, given }: Asked): Promise<store.ArtistPage> {
  const id = given.need('id')
  const page = id.startsWith('trk_')
    ? (await store.songsByIds(read, viewer, [id]))[0]?.artists[0]?.id
    : id.startsWith('rel_')
      ? (await store.albumsByIds(read, viewer, [id]))[0]?.artists[0]?.id
      : id
  const found = page === undefined ? undefined : await store.readArtistPage(read, page)
  if (found === undefined) throw notFound('Artist')
  return found
}

async function artistInfo(asked: Asked, show: (row: store.ArtistRow) => Answer): Promise<Answer> {
  const { read, viewer, config, given } = asked
  const artist = await artistOf(asked)
  const bio = viewer.locale === 'zh' ? artist.bioZh || artist.bioEn : artist.bioEn || artist.bioZh
  const picture = (size: 300 | 640): string | undefined => {
    const address = pictureAddress(artist.picture, size)
    return address === null ? undefined : `${config.url}${address}`
  }
  const top = await store.songsOf(read, viewer, chooseTop(viewer, artist.id, 20))
  const others = [...new Set(top.flatMap(song => song.artists.map(one => one.id)))].filter(id => id !== artist.id)
  const similar = await store.artistsByIds(read, viewer, others.slice(0, given.whole('count', 20, 0, 100)))
  return {
    biography: bio === '' ? undefined : bio,
    smallImageUrl: picture(300),
    mediumImageUrl: picture(300),
    largeImageUrl: picture(640),
    similarArtist: similar.map(show),
  }
}

async function albumInfo({ read, viewer, config, given }: Asked): Promise<Answer> {
  const id = given.need('id')
  const release = id.startsWith('trk_') ? (await store.songsByIds(read, viewer, [id]))[0]?.release : id
  const found = release === undefined ? undefined : await store.readAlbumText(read, viewer, release)
  if (found === undefined) throw notFound('Album')
  const { zh, en } = found.description
  const notes = [viewer.locale === 'zh' ? zh || en : en || zh, found.copyright ?? ''].filter(text => text !== '').join('\n\n')
  const picture = (size: 300 | 640 | 1200): string | undefined =>
    found.cover === null ? undefined : `${config.url}${coverUrl(found.cover, size)}`
  return {
    albumInfo: {
      notes: notes === '' ? undefined : notes,
      smallImageUrl: picture(300),
      mediumImageUrl: picture(640),
      largeImageUrl: picture(1200),
    },
  }
}

export const browsingCalls: Record<string, Call> = {
  getMusicFolders: call('listen', () => ({ musicFolders: { musicFolder: [folder] } })),
  getIndexes: call('listen', getIndexes),
  getMusicDirectory: call('listen', getMusicDirectory),
  getGenres: call('listen', getGenres),
  getArtists: call('listen', async asked => ({
    artists: {
      ignoredArticles,
      lastModified: (await catalogueState(asked.read)).changedAt?.getTime() ?? 0,
      index: await artistIndex(asked, showArtist),
    },
  })),
  getArtist: call('listen', getArtist),
  getAlbum: call('listen', getAlbum),
  getSong: call('listen', getSong),
  getArtistInfo: call('listen', async asked => ({ artistInfo: await artistInfo(asked, showArtistFolder) })),
  getArtistInfo2: call('listen', async asked => ({ artistInfo2: await artistInfo(asked, showArtist) })),
  getAlbumInfo: call('listen', albumInfo),
  getAlbumInfo2: call('listen', albumInfo),
}
