/** Playlists: those one has, works on or follows. A song that is gone, or may not be heard whole, never reaches an app. */
import { id as idOf } from '../../shared/ids.ts'
import { newId } from '../foundation/clock.ts'
import { changePlaylist, dropPlaylist, makePlaylist, playlistsOf, readPlaylist } from '../playlists/index.ts'
import { notFound, Refused, type Answer } from './answer.ts'
import { call, type Asked, type Call } from './call.ts'
import { showPlaylist, showSong } from './show.ts'
import { songsByIds } from './store.ts'
import { playlistFigures } from './store-own.ts'

const mostSongs = 10_000
const isPlaylist = idOf('pls')

async function getPlaylists({ read, viewer, given }: Asked): Promise<Answer> {
  const user = given.text('username')
  if (user !== undefined && user !== '' && ![viewer.email, viewer.id, viewer.name].some(one => one.toLowerCase() === user.toLowerCase()))
    throw new Refused(50, 'Playlists of others are theirs')
  const lists = await playlistsOf(read, viewer)
  const figures = await playlistFigures(
    read,
    viewer,
    lists.map(list => list.id),
  )
  return { playlists: { playlist: lists.map(list => showPlaylist(list, figures.get(list.id) ?? { songs: 0, durationMs: 0 })) } }
}

async function onePlaylist({ read, viewer }: Pick<Asked, 'read' | 'viewer'>, id: string): Promise<Answer> {
  const list = isPlaylist.safeParse(id).success ? await readPlaylist(read, viewer, id) : undefined
  if (list === undefined) throw notFound('Playlist')
  const songs = await songsByIds(read, viewer, list.tracks)
  const durationMs = songs.reduce((sum, song) => sum + song.durationMs, 0)
  return { playlist: { ...showPlaylist(list, { songs: songs.length, durationMs }), entry: songs.map(showSong) } }
}

const songIds = (asked: Asked, name: string): readonly string[] => {
  const ids = asked.given.all(name).filter(id => id !== '')
  if (ids.length > mostSongs) throw new Refused(0, `At most ${mostSongs} songs`)
  return ids
}
/** All of them are there and may be heard, or nothing happens. */
async function checked({ read, viewer }: Asked, ids: readonly string[]): Promise<readonly string[]> {
  const known = new Set((await songsByIds(read, viewer, [...new Set(ids)])).map(song => song.id))
  if (ids.some(id => !known.has(id))) throw notFound('Song')
  return ids
}
const nameOf = (text: string): string => {
  // oxlint-disable-next-line no-control-regex
  const name = text
    .replace(/[\u0000-\u001f\u007f]/g, ' ')
    .trim()
    .slice(0, 200)
  if (name === '') throw new Refused(10, 'Required parameter is missing: name')
  return name
}

/** With `playlistId` its songs become exactly these; without, a new one is made. Gives the playlist as it is now. */
async function createPlaylist(asked: Asked): Promise<Answer> {
  const { write, viewer, given } = asked
  const tracks = await checked(asked, songIds(asked, 'songId'))
  const there = given.text('playlistId')
  const name = given.text('name')
  const id = there || newId('pls')
  await write(async tx => {
    if (there) await changePlaylist(tx, viewer, { id, order: tracks, ...(name ? { name: nameOf(name) } : {}) })
    else await makePlaylist(tx, viewer, { id, name: nameOf(given.need('name')), tracks })
  })
  return onePlaylist({ read: asked.db.write, viewer }, id)
}

async function updatePlaylist(asked: Asked): Promise<Answer> {
  const { write, read, viewer, given } = asked
  const id = given.need('playlistId')
  const add = await checked(asked, songIds(asked, 'songIdToAdd'))
  const name = given.text('name')
  const note = given.text('comment')
  const list = isPlaylist.safeParse(id).success ? await readPlaylist(read, viewer, id) : undefined
  if (list === undefined) throw notFound('Playlist')
  // Places are those of the list as it was shown: without the songs that this person cannot hear whole.
  const shown = new Set((await songsByIds(read, viewer, [...new Set(list.tracks)])).map(song => song.id))
  const places = list.tracks.flatMap((track, i) => (shown.has(track) ? [i] : []))
  const removeAt = given.all('songIndexToRemove').map(text => {
    const place = /^\d{1,6}$/.test(text) ? places[Number(text)] : undefined
    if (place === undefined) throw new Refused(0, `There is no song at index ${text.slice(0, 10)}`)
    return place
  })
  await write(tx =>
    changePlaylist(tx, viewer, {
      id,
      name: name === undefined || name === '' ? undefined : nameOf(name),
      note: note?.slice(0, 2000),
      public: given.has('public') ? given.flag('public', false) : undefined,
      add,
      removeAt,
    }),
  )
  return {}
}

async function deletePlaylist({ write, viewer, given }: Asked): Promise<Answer> {
  const id = given.need('id')
  if (!isPlaylist.safeParse(id).success) throw notFound('Playlist')
  await write(tx => dropPlaylist(tx, viewer, id))
  return {}
}

export const playlistCalls: Record<string, Call> = {
  getPlaylists: call('listen', getPlaylists),
  getPlaylist: call('listen', asked => onePlaylist(asked, asked.given.need('id'))),
  createPlaylist: call('library', createPlaylist),
  updatePlaylist: call('library', updatePlaylist),
  deletePlaylist: call('library', deletePlaylist),
}
