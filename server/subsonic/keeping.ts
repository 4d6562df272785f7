/** What an app keeps here for its person: the play queue, bookmarks, and links to share. */
import { clock, newId } from '../foundation/clock.ts'
import { keepQueueOf, queueOf } from '../listening/index.ts'
import { readPlaylist } from '../playlists/index.ts'
import { missing, notFound, Refused, type Answer } from './answer.ts'
import { call, type Asked, type Call } from './call.ts'
import { showAlbumFolder, showSong } from './show.ts'
import * as store from './store.ts'
import * as own from './store-own.ts'

const mostQueued = 1000
const longest = 86_400_000

type Queue = { songs: store.SongRow[]; index: number; positionMs: number; changedAt: Date; changedBy: string }
/** The queue as this person can play it; its place moves with what is left out. */
async function readQueue({ read, viewer }: Asked): Promise<Queue | undefined> {
  const queue = await queueOf(read, viewer)
  if (queue === null || queue.tracks.length === 0) return undefined
  const songs = new Map((await store.songsByIds(read, viewer, [...new Set(queue.tracks)])).map(song => [song.id, song]))
  const before = queue.tracks.slice(0, queue.index).filter(id => songs.has(id)).length
  const there = songs.has(queue.tracks[queue.index] ?? '')
  const list = queue.tracks.flatMap(id => songs.get(id) ?? [])
  if (list.length === 0) return undefined
  return {
    songs: list,
    index: Math.min(before, list.length - 1),
    positionMs: there ? queue.positionMs : 0,
    changedAt: new Date(queue.updatedAt),
    changedBy: queue.deviceName,
  }
}
const shownQueue = (asked: Asked, queue: Queue) => ({
  position: queue.positionMs,
  username: asked.viewer.name,
  changed: queue.changedAt,
  changedBy: queue.changedBy,
  entry: queue.songs.map(showSong),
})

async function getPlayQueue(asked: Asked): Promise<Answer> {
  const queue = await readQueue(asked)
  if (queue === undefined) return { playQueue: { username: asked.viewer.name, changed: clock.now(), changedBy: '', entry: [] } }
  return { playQueue: { current: queue.songs[queue.index]!.id, ...shownQueue(asked, queue) } }
}
async function getPlayQueueByIndex(asked: Asked): Promise<Answer> {
  const queue = await readQueue(asked)
  if (queue === undefined) return { playQueueByIndex: { username: asked.viewer.name, changed: clock.now(), changedBy: '', entry: [] } }
  return { playQueueByIndex: { currentIndex: queue.index, ...shownQueue(asked, queue) } }
}

/** Keeps the songs that there are, at most 1,000 around the one that plays. */
async function keep(asked: Asked, ids: readonly string[], at: number): Promise<Answer> {
  const { read, write, viewer, given, client } = asked
  const from = Math.max(0, Math.min(at - Math.floor(mostQueued / 2), ids.length - mostQueued))
  const near = ids.slice(from, from + mostQueued)
  const known = new Set((await store.songsByIds(read, viewer, [...new Set(near)])).map(song => song.id))
  const index = near.slice(0, at - from).filter(id => known.has(id)).length
  const tracks = near.filter(id => known.has(id))
  if (near.length > 0 && tracks.length === 0) throw notFound('Song')
  await write(tx =>
    keepQueueOf(tx, viewer, {
      tracks,
      index,
      positionMs: given.whole('position', 0, 0, longest),
      deviceName: client.slice(0, 60) || 'Subsonic',
    }),
  )
  return {}
}
async function savePlayQueue(asked: Asked): Promise<Answer> {
  const ids = asked.given.all('id').filter(id => id !== '')
  const current = asked.given.text('current')
  const at = current === undefined ? 0 : ids.indexOf(current)
  if (current !== undefined && current !== '' && at < 0) throw new Refused(0, 'current is not among the songs')
  return keep(asked, ids, Math.max(0, at))
}
async function savePlayQueueByIndex(asked: Asked): Promise<Answer> {
  const ids = asked.given.all('id').filter(id => id !== '')
  if (ids.length === 0) return keep(asked, [], 0)
  return keep(asked, ids, asked.given.needWhole('currentIndex', 0, ids.length - 1))
}

async function getBookmarks({ read, viewer }: Asked): Promise<Answer> {
  const marks = await own.listBookmarks(read, viewer.id)
  const songs = new Map(
    (
      await store.songsByIds(
        read,
        viewer,
        marks.map(mark => mark.track),
      )
    ).map(song => [song.id, song]),
  )
  return {
    bookmarks: {
      bookmark: marks.flatMap(mark => {
        const song = songs.get(mark.track)
        return song === undefined
          ? []
          : [
              {
                position: mark.positionMs,
                username: viewer.name,
                comment: mark.comment,
                created: mark.createdAt,
                changed: mark.changedAt,
                entry: { ...showSong(song), bookmarkPosition: mark.positionMs },
              },
            ]
      }),
    },
  }
}
async function createBookmark({ read, write, viewer, given }: Asked): Promise<Answer> {
  const track = given.need('id')
  const positionMs = given.needWhole('position', 0, longest)
  if ((await store.songsByIds(read, viewer, [track])).length === 0) throw notFound('Song')
  const comment = (given.text('comment') ?? '').slice(0, 500)
  const kept = await write(tx => own.writeBookmark(tx, { person: viewer.id, track, positionMs, comment, at: clock.now() }))
  if (!kept) throw new Refused(0, 'At most 1,000 bookmarks')
  return {}
}

/** The page that a share opens: of the one thing, or of the release that all its songs are of. */
async function addressOf({ read, viewer, config }: Asked, things: readonly string[]): Promise<string | undefined> {
  const [first] = things
  if (first === undefined) return undefined
  if (things.length === 1 && first.startsWith('pls_'))
    return (await readPlaylist(read, viewer, first)) && `${config.url}/playlists/${first}`
  if (things.length === 1 && first.startsWith('rel_'))
    return (await store.albumsByIds(read, viewer, [first])).length > 0 ? `${config.url}/releases/${first}` : undefined
  const songs = await store.songsByIds(read, viewer, things)
  if (songs.length < things.length) return undefined
  if (songs.length === 1) return `${config.url}/tracks/${first}`
  const releases = new Set(songs.map(song => song.release))
  if (releases.size > 1) throw new Refused(0, 'Songs of several albums are shared as a playlist')
  return `${config.url}/releases/${[...releases][0]!}`
}
async function showShare(asked: Asked, share: own.ShareRow): Promise<Answer[]> {
  const { read, viewer } = asked
  const url = await addressOf(asked, share.things).catch(() => undefined)
  if (url === undefined) return []
  const [songs, albums] = await Promise.all([store.songsByIds(read, viewer, share.things), store.albumsByIds(read, viewer, share.things)])
  return [
    {
      id: share.id,
      url,
      description: share.note === '' ? undefined : share.note,
      username: viewer.name,
      created: share.createdAt,
      expires: share.expiresAt ?? undefined,
      visitCount: 0,
      entry: [...albums.map(showAlbumFolder), ...songs.map(showSong)],
    },
  ]
}
const expiry = (asked: Asked): Date | null => {
  const ms = asked.given.whole('expires', 0, 0, Number.MAX_SAFE_INTEGER)
  return ms > clock.now().getTime() && ms < 8.64e15 ? new Date(ms) : null
}
async function createShare(asked: Asked): Promise<Answer> {
  const things = [...new Set(asked.given.all('id'))].filter(id => id !== '')
  if (things.length === 0) throw missing('id')
  if (things.length > 100) throw new Refused(0, 'At most 100 things in one share')
  if ((await addressOf(asked, things)) === undefined) throw notFound()
  const share = {
    id: newId('shr'),
    things,
    note: (asked.given.text('description') ?? '').slice(0, 500),
    createdAt: clock.now(),
    expiresAt: expiry(asked),
  }
  if (!(await asked.write(tx => own.insertShare(tx, asked.viewer.id, share)))) throw new Refused(0, 'At most 500 shares')
  return { shares: { share: await showShare(asked, share) } }
}
async function getShares(asked: Asked): Promise<Answer> {
  const now = clock.now()
  const shares = (await own.listShares(asked.read, asked.viewer.id))
    .filter(share => share.expiresAt === null || share.expiresAt > now)
    .slice(0, 50)
  return { shares: { share: (await Promise.all(shares.map(share => showShare(asked, share)))).flat() } }
}
async function updateShare(asked: Asked): Promise<Answer> {
  const { write, viewer, given } = asked
  const change = { note: given.text('description')?.slice(0, 500) ?? null, expiresAt: expiry(asked), setExpiry: given.has('expires') }
  if (!(await write(tx => own.updateShare(tx, viewer.id, given.need('id'), change)))) throw notFound('Share')
  return {}
}
async function deleteShare({ write, viewer, given }: Asked): Promise<Answer> {
  if (!(await write(tx => own.deleteShare(tx, viewer.id, given.need('id'))))) throw notFound('Share')
  return {}
}

export const keepingCalls: Record<string, Call> = {
  getPlayQueue: call('listen', getPlayQueue),
  savePlayQueue: call('library', savePlayQueue),
  getPlayQueueByIndex: call('listen', getPlayQueueByIndex),
  savePlayQueueByIndex: call('library', savePlayQueueByIndex),
  getBookmarks: call('listen', getBookmarks),
  createBookmark: call('library', createBookmark),
  deleteBookmark: call('library', async ({ write, viewer, given }) => {
    await write(tx => own.deleteBookmark(tx, viewer.id, given.need('id')))
    return {}
  }),
  getShares: call('listen', getShares),
  createShare: call('library', createShare),
  updateShare: call('library', updateShare),
  deleteShare: call('library', deleteShare),
}
