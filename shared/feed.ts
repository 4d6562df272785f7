/** feed: posts in groups and on pages, comments, reactions, polls; what one follows, as one list. */
import { z } from 'zod'
import { Cover, Track } from './catalogue.ts'
import { command, cursor, done, flag, limit, line, page, query, room, stream, text } from './contract.ts'
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
const paging = { cursor: cursor(), newer: cursor(), limit: limit(50, 20) }

const group = line(60)
const pollInput = z.object({
  id: id('pll'),
  question: z.string().trim().max(200).default(''),
  options: z.array(line(80)).min(2).max(10),
  choices: z.number().int().min(1).max(10).default(1),
  /** Minutes from now: five minutes to thirty days. */
  minutes: z.number().int().min(5).max(43_200),
})
const musicId = z.string().regex(/^(trk|rel|pls)_[0-9a-hjkmnp-tv-z]{26}$/)
const picturesInput = z.array(z.object({ id: id('ast'), alt: z.string().trim().max(500).default('') })).max(mostPictures)
const written = {
  text: text(mostText).default(''),
  /** Made by POST /posts/pictures by the same person. */
  pictures: picturesInput.default([]),
  /** Made by POST /posts/clips by the same person. */
  clip: id('ast').nullable().default(null),
  music: musicId.nullable().default(null),
}
const refusals = ['blocked_word', 'blocked_link', 'banned', 'limited'] as const
const place = z.union([id('grp'), id('pag')])

export const feed = room('feed', {
  'GET /feed': query({
    access: 'member',
    summary: 'Posts of the groups one is in and the pages one follows, newest first.',
    input: paging,
    ok: PostPage,
  }),
  'GET /feed/new': query({
    access: 'member',
    summary: 'How many posts came to one’s feed since (99 at most): for a list that stays open.',
    input: { newer: z.string().max(300) },
    ok: z.object({ count: z.number().int() }),
  }),
  'GET /feed/popular': query({
    access: 'anyone',
    summary: 'What found most response of late, of public groups and pages; renewed every few minutes.',
    input: { cursor: cursor(), limit: limit(50, 20) },
    ok: PostPage,
  }),
  'GET /me/posts': query({
    access: 'member',
    summary: 'What one posted oneself, newest first, also what is held.',
    input: paging,
    ok: PostPage,
  }),
  'GET /groups/:group/posts': query({
    access: 'anyone',
    summary:
      'Posts of a group, newest first; the pinned ones apart, with the first page only. `by`: of a member; `artist`: in the artist’s voice; `popular`: of the last week, by response.',
    input: { group, by: id('usr').optional(), artist: flag(), popular: flag(), ...paging },
    ok: PostPage.extend({ pinned: z.array(Post), can: z.object({ post: z.boolean(), asArtist: z.boolean() }) }),
    faults: ['not_found'],
  }),
  'GET /groups/:group/posts/search': query({
    access: 'anyone',
    summary: 'Finds posts of a group by words, Chinese also by its sound (pinyin); newest first.',
    input: { group, q: line(100), cursor: cursor(), limit: limit(50, 20) },
    ok: PostPage,
    faults: ['not_found'],
    perMinute: 120,
  }),
  'GET /groups/:group/mentionable': query({
    access: 'member',
    summary: 'Whom one can name in a post there: the artist, hosts, those who speak, members by the beginning of their name.',
    input: { group, q: z.string().trim().max(40).default('') },
    ok: z.object({
      items: z.array(
        z.object({
          /** What is written behind @ in the text. */
          id: z.union([id('usr'), id('pag')]),
          name: z.string(),
          picture: z.string().nullable(),
          role: z.enum(['owner', 'host', 'member', 'artist']),
        }),
      ),
    }),
    faults: ['not_found'],
    perMinute: 240,
  }),
  'GET /pages/:page/posts': query({
    access: 'anyone',
    summary: 'Posts on an artist’s page, newest first; the pinned ones apart, with the first page only.',
    input: { page: line(60), ...paging },
    ok: PostPage.extend({ pinned: z.array(Post), can: z.object({ post: z.boolean() }) }),
    faults: ['not_found'],
  }),
  'POST /posts/pictures': stream({
    access: 'member',
    summary: 'Makes a picture for a post of an upload (tus): turned upright, resized, everything but the picture taken off. Twice is once.',
    input: { upload: id('upl') },
    ok: Picture,
    faults: ['not_found', 'not_ready', 'picture_refused', 'too_large', 'too_many_files'],
    perMinute: 60,
  }),
  'POST /posts/clips': stream({
    access: 'member',
    summary: 'Makes an audio clip of an upload, at most five minutes; it can be posted at once and sounds when it is ready.',
    input: { upload: id('upl') },
    ok: Clip,
    faults: ['not_found', 'not_ready', 'clip_refused', 'clip_too_long', 'too_many_files'],
    perMinute: 20,
  }),
  'POST /posts': command({
    access: 'member',
    summary: 'Posts in a group (its members) or on a page (its editors); sent again with the same id it is posted once.',
    input: {
      id: id('pst'),
      place,
      ...written,
      poll: pollInput.nullable().default(null),
      /** In the artist’s voice: editors of the group's page only. On a page always. */
      asArtist: z.boolean().default(false),
      commentsClosed: z.boolean().default(false),
    },
    ok: Post,
    faults: ['not_found', 'members_only', 'own_page_only', 'empty_post', 'attachment_unknown', 'key_reused', ...refusals],
    perMinute: 30,
  }),
  'GET /posts/:id': query({ access: 'anyone', summary: 'One post.', input: { id: id('pst') }, ok: Post, faults: ['not_found'] }),
  'GET /posts/:id/clip': stream({
    access: 'anyone',
    summary: 'The sound of its clip: a redirect to a signed address; the address itself for who asks for JSON.',
    input: { id: id('pst') },
    ok: z.object({ url: z.string() }),
    faults: ['not_found', 'not_ready'],
  }),
  'PATCH /posts/:id': command({
    access: 'member',
    summary: 'Changes one’s own post; it says so. `commentsClosed` also by hosts.',
    input: {
      id: id('pst'),
      text: text(mostText).optional(),
      pictures: picturesInput.optional(),
      music: musicId.nullable().optional(),
      commentsClosed: z.boolean().optional(),
    },
    ok: Post,
    faults: ['not_found', 'own_post_only', 'empty_post', 'attachment_unknown', ...refusals],
    perMinute: 30,
  }),
  'DELETE /posts/:id': command({
    access: 'member',
    summary: 'Deletes one’s own post with all that stands below it. Twice is once. Hosts take others’ off by a decision.',
    input: { id: id('pst') },
    ok: done,
    faults: ['not_found', 'own_post_only'],
  }),
  'PUT /posts/:id/pin': command({
    access: 'member',
    summary: 'Pins it above the others (three at most): hosts, and editors of the page.',
    input: { id: id('pst') },
    ok: Post,
    faults: ['not_found', 'hosts_only', 'too_many_pins'],
  }),
  'DELETE /posts/:id/pin': command({
    access: 'member',
    summary: 'Pins it no more.',
    input: { id: id('pst') },
    ok: Post,
    faults: ['not_found', 'hosts_only'],
  }),
  'PUT /posts/:id/reaction': command({
    access: 'member',
    summary: 'Gives it one’s reaction, in place of a former one; null takes it back.',
    input: { id: id('pst'), kind: reactionKind.nullable() },
    ok: Reactions,
    faults: ['not_found', 'members_only', 'banned', 'limited'],
    perMinute: 120,
  }),
  'GET /posts/:id/reactions': query({
    access: 'member',
    summary: 'Who reacted, latest first.',
    input: { id: id('pst'), kind: reactionKind.optional(), cursor: cursor(), limit: limit(100, 50) },
    ok: page(z.object({ person: id('usr'), name: z.string(), kind: reactionKind, at: time })),
    faults: ['not_found'],
  }),
  'PUT /posts/:id/vote': command({
    access: 'member',
    summary: 'Votes in its poll, in place of a former vote; none takes it back. Until it ends.',
    input: { id: id('pst'), options: z.array(z.number().int().min(1).max(10)).max(10) },
    ok: Poll,
    faults: ['not_found', 'members_only', 'poll_ended', 'too_many_choices', 'banned'],
    perMinute: 60,
  }),
  'GET /posts/:id/comments': query({
    access: 'anyone',
    summary: 'Comments of a post with the first replies of each. `top`: those with most response first.',
    input: { id: id('pst'), sort: z.enum(['old', 'new', 'top']).default('old'), cursor: cursor(), limit: limit(50, 20) },
    ok: page(Thread),
    faults: ['not_found'],
  }),
  'GET /comments/:id/replies': query({
    access: 'anyone',
    summary: 'Replies to a comment, oldest first.',
    input: { id: id('cmt'), cursor: cursor(), limit: limit(50, 20) },
    ok: page(Comment),
    faults: ['not_found'],
  }),
  'GET /comments/:id': query({
    access: 'anyone',
    summary: 'One comment (a link to it leads here).',
    input: { id: id('cmt') },
    ok: Thread,
    faults: ['not_found'],
  }),
  'POST /posts/:id/comments': command({
    access: 'member',
    summary:
      'Comments, or replies to a comment (`parent`; a reply to a reply stands below the same comment). Sent again with the same id it is written once.',
    input: {
      id: id('pst'),
      comment: id('cmt'),
      parent: id('cmt').nullable().default(null),
      text: text(mostComment).default(''),
      picture: id('ast').nullable().default(null),
      asArtist: z.boolean().default(false),
    },
    ok: Thread,
    faults: [
      'not_found',
      'members_only',
      'own_page_only',
      'comments_closed',
      'empty_post',
      'attachment_unknown',
      'key_reused',
      ...refusals,
    ],
    perMinute: 60,
  }),
  'PATCH /comments/:id': command({
    access: 'member',
    summary: 'Changes one’s own comment; it says so.',
    input: { id: id('cmt'), text: text(mostComment).pipe(z.string().min(1)) },
    ok: Thread,
    faults: ['not_found', 'own_post_only', ...refusals],
    perMinute: 30,
  }),
  'DELETE /comments/:id': command({
    access: 'member',
    summary: 'Deletes one’s own comment. Twice is once.',
    input: { id: id('cmt') },
    ok: done,
    faults: ['not_found', 'own_post_only'],
  }),
  'PUT /comments/:id/reaction': command({
    access: 'member',
    summary: 'Gives it one’s reaction, in place of a former one; null takes it back.',
    input: { id: id('cmt'), kind: reactionKind.nullable() },
    ok: Reactions,
    faults: ['not_found', 'members_only', 'banned', 'limited'],
    perMinute: 120,
  }),
})

/**
 * What the live topics say, ids only (GET the thing then). `group:<id>` and `page:<id>`: a post came, changed or went. `post:<id>`: it changed or went, its counts
 * (reactions, comments, votes) did, a comment came, changed or went.
 */
export type FeedMessage =
  | { kind: 'post'; id: string; change: 'new' | 'changed' | 'gone' }
  | { kind: 'counts'; id: string }
  | { kind: 'comment'; id: string; post: string; change: 'new' | 'changed' | 'gone' }
