/** What posts, comments and what stands in them look like. */
import { z } from 'zod'
import { Cover, Track } from './catalogue.ts'
import { id } from './ids.ts'
import { time } from './time.ts'

/** One of each person for each post or comment. Shown as signs by the web; the order is the one they stand in. */
export const reactionKinds = ['heart', 'laugh', 'wow', 'cry', 'fire', 'clap'] as const
export const reactionKind = z.enum(reactionKinds)
export const mostPictures = 9
export const mostText = 5000
export const mostComment = 1000
/** A clip is at most so long (ms). */
export const mostClipMs = 5 * 60_000

export const Reactions = z.object({
  total: z.number().int(),
  /** Only kinds that someone gave. */
  kinds: z.array(z.object({ kind: reactionKind, count: z.number().int() })),
  /** The viewer's own. */
  mine: reactionKind.nullable(),
})
/** Who speaks. In the artist's voice: the page's name and picture, and no person. */
export const Author = z.object({
  id: id('usr').nullable(),
  name: z.string(),
  picture: z.string().nullable(),
  /** The page of the artist, when it is their voice. */
  page: z.object({ id: id('pag'), handle: z.string() }).nullable(),
  role: z.enum(['owner', 'host', 'member']).nullable(),
  /** By activity in this group; 0 outside of groups and for those who left. */
  level: z.number().int(),
  artist: z.boolean(),
})
/**
 * Text cut for showing: never HTML. `mention`: a person of the group (`id` usr_…) or the artist (pag_…), by the name of now. `link`: http or https only.
 * `tag`: #word, without its sign; searching the group for it finds others.
 */
export const Part = z.object({
  kind: z.enum(['text', 'link', 'mention', 'tag']),
  text: z.string(),
  url: z.string().nullable(),
  id: z.string().nullable(),
})
/** `small`, `medium`, `large` keep its proportions: at most 300, 640, 2048 px on the longer side. */
export const Picture = z.object({
  id: id('ast'),
  small: z.string(),
  medium: z.string(),
  large: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  accent: z.string(),
  /** What is to be seen, for those who do not. */
  alt: z.string(),
})
/** `url`: an address of this planet that leads to the sound (MP4 with AAC) for whoever sees the post; null until it can be played. `waveform`: 100 peaks 0 … 255. */
export const Clip = z.object({
  id: id('ast'),
  state: z.enum(['working', 'ready', 'failed']),
  durationMs: z.number().int().nullable(),
  url: z.string().nullable(),
  waveform: z.array(z.number().int()),
})
export const Poll = z.object({
  id: id('pll'),
  question: z.string(),
  /** So many options one may choose. */
  choices: z.number().int(),
  endsAt: time,
  ended: z.boolean(),
  /** Persons who voted. */
  voters: z.number().int(),
  /** Votes are null until one voted or it ended. */
  options: z.array(z.object({ number: z.number().int(), text: z.string(), votes: z.number().int().nullable(), mine: z.boolean() })),
  can: z.object({ vote: z.boolean() }),
})
/** Music of the planet. `track` is what the player takes, when it is a track; null when the viewer cannot see that music (any more). */
export const Music = z.object({
  kind: z.enum(['track', 'release', 'playlist']),
  id: z.string(),
  title: z.string(),
  by: z.string(),
  cover: Cover.omit({ accent: true }).nullable(),
  track: Track.nullable(),
})
/** What stands behind the first link. Comes a moment after the post; the live topic tells. */
export const Preview = z.object({
  url: z.string(),
  site: z.string(),
  title: z.string(),
  description: z.string(),
  picture: z.object({ url: z.string(), width: z.number().int(), height: z.number().int() }).nullable(),
})
/** held: waits for a host's look · hidden: taken off by a decision. Only its author and those who decide see such. */
const hiddenState = z.enum(['held', 'hidden']).nullable()

export const Post = z.object({
  id: id('pst'),
  group: z.object({ id: id('grp'), handle: z.string(), name: z.string(), picture: z.string().nullable() }).nullable(),
  page: z.object({ id: id('pag'), handle: z.string(), name: z.string(), picture: z.string().nullable() }).nullable(),
  author: Author,
  /** The viewer wrote it. */
  mine: z.boolean(),
  at: time,
  editedAt: time.nullable(),
  /** As written, for editing: mentions are `@usr_…` or `@pag_…`. Show `parts`. */
  text: z.string(),
  parts: z.array(Part),
  pictures: z.array(Picture),
  clip: Clip.nullable(),
  poll: Poll.nullable(),
  music: Music.nullable(),
  preview: Preview.nullable(),
  reactions: Reactions,
  /** Comments and replies that can be seen. */
  comments: z.number().int(),
  commentsClosed: z.boolean(),
  pinned: z.boolean(),
  /** In the artist's voice. */
  artist: z.boolean(),
  /** The artist wrote a comment below. */
  artistCommented: z.boolean(),
  hidden: hiddenState,
  can: z.object({
    edit: z.boolean(),
    delete: z.boolean(),
    pin: z.boolean(),
    report: z.boolean(),
    comment: z.boolean(),
    react: z.boolean(),
    /** Opening and closing the comments. */
    close: z.boolean(),
    /** Hosts: the way to take it off is a decision (moderation). */
    moderate: z.boolean(),
  }),
})
export const Comment = z.object({
  id: id('cmt'),
  post: id('pst'),
  /** The comment it answers; null: it answers the post. */
  parent: id('cmt').nullable(),
  author: Author,
  mine: z.boolean(),
  at: time,
  editedAt: time.nullable(),
  text: z.string(),
  parts: z.array(Part),
  picture: Picture.nullable(),
  reactions: Reactions,
  replies: z.number().int(),
  artist: z.boolean(),
  hidden: hiddenState,
  /** Deleted, but answers stand below it: no text, no author's name. */
  deleted: z.boolean(),
  can: z.object({ edit: z.boolean(), delete: z.boolean(), report: z.boolean(), reply: z.boolean(), moderate: z.boolean() }),
})
/** With its first two replies, oldest first; more: GET /comments/:id/replies. */
export const Thread = Comment.extend({ firstReplies: z.array(Comment) })

/**
 * A page of posts, newest first. `next` leads to older ones. `newest` is where the list begins: asked with `newer`, the answer holds what came since (the nearest
 * `limit` of them; `more`: ask again with its `newest`). Some of the last seconds may come twice then: tell them by their ids.
 */
export const PostPage = z.object({
  items: z.array(Post),
  next: z.string().nullable(),
  newest: z.string().nullable(),
  more: z.boolean(),
})
/**
 * What the live topics say, ids only (GET the thing then). `group:<id>` and `page:<id>`: a post came, changed or went. `post:<id>`: it changed or went, its counts
 * (reactions, comments, votes) did, a comment came, changed or went.
 */
export type FeedMessage =
  | { kind: 'post'; id: string; change: 'new' | 'changed' | 'gone' }
  | { kind: 'counts'; id: string }
  | { kind: 'comment'; id: string; post: string; change: 'new' | 'changed' | 'gone' }
