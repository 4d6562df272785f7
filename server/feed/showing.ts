/** From rows to what the contract shows. However many rows: one statement for each kind of thing that stands in them. */
import type { z } from 'zod'
import type { Decoded } from '../../shared/contract.ts'
import { type feed } from '../../shared/feed.ts'
import {
  reactionKinds,
  type Author,
  type Clip,
  type Comment,
  type Music,
  type Picture,
  type Poll,
  type Reactions,
} from '../../shared/feed-shapes.ts'
import { releaseCards, tracksByIds } from '../catalogue/index.ts'
import { clock } from '../foundation/clock.ts'
import type { Read } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { standingsOf, type Standing } from '../groups/index.ts'
import { audioFacts, coverUrl } from '../media/index.ts'
import { pictureAddress } from '../people/index.ts'
import { can, type Stand } from './policy.ts'
import {
  readImages,
  readNames,
  readPlaylists,
  readPosts,
  readWaveforms,
  type AuthorRow,
  type Counts,
  type ImageRow,
  type PollRow,
  type PostRow,
  type ReactionKind,
} from './store.ts'
import { readComments, type CommentRow } from './store-comments.ts'
import { mentionsIn, partsOf } from './text.ts'

type Entries = typeof feed.entries
export type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
export type Post = Ok<'GET /posts/:id'>
type Shown<S extends z.ZodType> = Decoded<S>

export const showReactions = (counts: Counts, mine: ReactionKind | null): Shown<typeof Reactions> => {
  const kinds = reactionKinds.flatMap(kind => (counts[kind] > 0 ? [{ kind, count: counts[kind] }] : []))
  return { total: kinds.reduce((sum, one) => sum + one.count, 0), kinds, mine }
}
const showAuthor = (row: AuthorRow): Shown<typeof Author> =>
  row.artist
    ? {
        id: null,
        name: row.voice?.name ?? '',
        picture: pictureAddress(row.voice?.picture ?? null),
        page: row.voice && { id: row.voice.id, handle: row.voice.handle },
        role: null,
        level: 0,
        artist: true,
      }
    : {
        id: row.author,
        name: row.authorName,
        picture: pictureAddress(row.authorPicture),
        page: null,
        role: row.role,
        level: row.level,
        artist: false,
      }

export const showPicture = ({ asset, width, height, accent }: ImageRow, alt: string): Shown<typeof Picture> => ({
  id: asset,
  small: coverUrl(asset, 300),
  medium: coverUrl(asset, 640),
  large: coverUrl(asset, 2048),
  width,
  height,
  accent,
  alt,
})
const clipPeaks = 100
/** A clip can be played when its renditions are made: the file as it came is never given out, it may tell more than the sound. */
export async function showClips(
  db: Read,
  clips: readonly { asset: string; url: string | null }[],
): Promise<Map<string, Shown<typeof Clip>>> {
  const assets = [...new Set(clips.map(one => one.asset))]
  const [facts, waves] = await Promise.all([audioFacts(db, assets), readWaveforms(db, assets)])
  return new Map(
    clips.map(({ asset, url }) => {
      const fact = facts.get(asset)
      const wave = waves.get(asset)
      const state = fact?.state === 'failed' ? 'failed' : fact?.state === 'ready' && fact.progress >= 1 ? 'ready' : 'working'
      const step = (wave?.length ?? 0) / clipPeaks
      return [
        asset,
        {
          id: asset,
          state,
          durationMs: fact?.durationMs ?? null,
          url: state === 'ready' ? url : null,
          waveform:
            wave === undefined
              ? []
              : Array.from({ length: clipPeaks }, (_, i) => Math.max(...wave.subarray(Math.floor(i * step), Math.floor((i + 1) * step)))),
        } as const,
      ]
    }),
  )
}

export function showPoll(row: PollRow, mayVote: boolean, ours: boolean, now: Date): Shown<typeof Poll> {
  const endsAt = new Date(row.endsAt)
  const ended = endsAt <= now
  const told = ended || ours || row.options.some(one => one.mine)
  return {
    id: row.id,
    question: row.question,
    choices: row.choices,
    endsAt,
    ended,
    voters: row.voters,
    options: row.options.map(one => ({ ...one, votes: told ? one.votes : null })),
    can: { vote: mayVote && !ended },
  }
}

async function showMusic(db: Read, viewer: Viewer | null, ids: readonly string[]): Promise<Map<string, Shown<typeof Music>>> {
  const of = (kind: string): string[] => [...new Set(ids.filter(id => id.startsWith(kind)))]
  const [tracks, releases, lists] = await Promise.all([
    of('trk').length > 0 ? tracksByIds(db, viewer, of('trk')) : [],
    of('rel').length > 0 ? releaseCards(db, viewer, of('rel')) : [],
    readPlaylists(db, of('pls')),
  ])
  const found = new Map<string, Shown<typeof Music>>()
  for (const track of tracks)
    found.set(track.id, {
      kind: 'track',
      id: track.id,
      title: track.title,
      by: track.artists.map(one => one.name).join(', '),
      cover: track.cover,
      track,
    })
  for (const one of releases)
    found.set(one.id, {
      kind: 'release',
      id: one.id,
      title: one.title,
      by: one.artists.map(artist => artist.name).join(', '),
      cover: one.cover,
      track: null,
    })
  for (const one of lists)
    found.set(one.id, {
      kind: 'playlist',
      id: one.id,
      title: one.name,
      by: one.owner,
      cover:
        one.picture === null
          ? null
          : { small: coverUrl(one.picture, 300), medium: coverUrl(one.picture, 640), large: coverUrl(one.picture, 1200) },
      track: null,
    })
  return found
}
/** Whether the viewer can see this music now. */
export const knownMusic = async (db: Read, viewer: Viewer, id: string): Promise<boolean> => (await showMusic(db, viewer, [id])).has(id)

const nobody: Pick<Standing, 'member' | 'role' | 'artist' | 'banned'> = { member: false, role: null, artist: false, banned: false }

function standOf(row: PostRow, viewer: Viewer | null, stands: ReadonlyMap<string, Standing>): Stand {
  return {
    viewer: viewer?.id ?? null,
    operator: viewer?.roles.includes('operator') === true,
    group: row.group === null ? null : (stands.get(row.group.id) ?? nobody),
    editor: row.editor,
    open: row.open,
  }
}

/** Posts in the order of the ids. What is hidden is for those who may see it; access to the place is the caller's matter. */
export async function showPosts(db: Read, viewer: Viewer | null, ids: readonly string[]): Promise<Post[]> {
  const rows = await readPosts(db, viewer?.id ?? null, ids)
  if (rows.length === 0) return []
  const groups = [...new Set(rows.flatMap(row => row.group?.id ?? []))]
  const [stands, images, clips, music, names] = await Promise.all([
    viewer === null || groups.length === 0 ? new Map<string, Standing>() : standingsOf(db, viewer.id, groups),
    readImages(db, [...new Set(rows.flatMap(row => [...row.pictures, ...(row.preview?.picture ? [row.preview.picture] : [])]))]),
    showClips(
      db,
      rows.flatMap(row => (row.clip === null ? [] : [{ asset: row.clip, url: `/api/v1/posts/${row.id}/clip` }])),
    ),
    showMusic(
      db,
      viewer,
      rows.flatMap(row => row.music ?? []),
    ),
    readNames(db, [...new Set(rows.flatMap(row => mentionsIn(row.text)))]),
  ])
  const now = clock.now()
  return rows.flatMap(row => {
    const stand = standOf(row, viewer, stands)
    if (row.hidden !== null && !can.seeHidden(stand, row)) return []
    const ours = can.ours(stand, row)
    const join = can.join(stand) && row.hidden === null
    const clip = row.clip === null ? undefined : clips.get(row.clip)
    return [
      {
        id: row.id,
        group: row.group && { ...row.group, picture: pictureAddress(row.group.picture) },
        page: row.page && { ...row.page, picture: pictureAddress(row.page.picture) },
        author: showAuthor(row),
        mine: row.author === viewer?.id,
        at: row.at,
        editedAt: row.editedAt,
        text: row.text,
        parts: partsOf(row.text, names),
        pictures: row.pictures.flatMap((asset, i) => {
          const image = images.get(asset)
          return image === undefined ? [] : [showPicture(image, row.alts[i] ?? '')]
        }),
        clip: clip === undefined ? null : { ...clip, url: clip.state === 'ready' ? `/api/v1/posts/${row.id}/clip` : null },
        poll: row.poll && showPoll(row.poll, join, ours, now),
        music: row.music === null ? null : (music.get(row.music) ?? null),
        preview: row.preview && {
          url: row.preview.url,
          site: row.preview.site,
          title: row.preview.title,
          description: row.preview.description,
          picture:
            row.preview.picture === null || row.preview.width === null || row.preview.height === null
              ? null
              : { url: coverUrl(row.preview.picture, 640), width: row.preview.width, height: row.preview.height },
        },
        reactions: showReactions(row.counts, row.mine),
        comments: row.comments,
        commentsClosed: row.commentsClosed,
        pinned: row.pinned,
        artist: row.artist,
        artistCommented: row.artistComments > 0,
        hidden: row.hidden,
        can: {
          edit: ours && stand.open,
          delete: ours,
          pin: can.host(stand) && row.hidden === null,
          report: can.report(stand, row),
          comment: join && !row.commentsClosed,
          react: join,
          close: ours || can.host(stand),
          moderate: can.moderate(stand, row),
        },
      },
    ]
  })
}

/** Comments in the order of the ids, as someone sees them who stands so at their post. */
export async function showComments(db: Read, stand: Stand, closed: boolean, ids: readonly string[]): Promise<Shown<typeof Comment>[]> {
  const rows = await readComments(db, stand.viewer, ids)
  const seen = (row: CommentRow): boolean => !row.deleted && (row.hidden === null || can.seeHidden(stand, row))
  const [images, names] = await Promise.all([
    readImages(
      db,
      rows.flatMap(row => row.picture ?? []),
    ),
    readNames(db, [...new Set(rows.flatMap(row => mentionsIn(row.text)))]),
  ])
  return rows.map(row => {
    const there = seen(row)
    const ours = there && can.ours(stand, row)
    const image = row.picture === null || !there ? undefined : images.get(row.picture)
    return {
      id: row.id,
      post: row.post,
      parent: row.parent,
      author: there ? showAuthor(row) : { id: null, name: '', picture: null, page: null, role: null, level: 0, artist: false },
      mine: there && row.author === stand.viewer,
      at: row.at,
      editedAt: there ? row.editedAt : null,
      text: there ? row.text : '',
      parts: there ? partsOf(row.text, names) : [],
      picture: image === undefined ? null : showPicture(image, ''),
      reactions: there ? showReactions(row.counts, row.mine) : { total: 0, kinds: [], mine: null },
      replies: row.comments,
      artist: there && row.artist,
      hidden: there ? row.hidden : null,
      deleted: !there,
      can: {
        edit: ours && stand.open,
        delete: ours,
        report: there && can.report(stand, row),
        reply: can.join(stand) && !closed,
        moderate: there && can.moderate(stand, row),
      },
    }
  })
}
