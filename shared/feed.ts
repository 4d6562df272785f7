/** feed: posts in groups and on pages, comments, reactions, polls; what one follows, as one list. */
import { z } from 'zod'
import { command, cursor, done, flag, limit, line, page, query, room, stream, text } from './contract.ts'
import {
  Clip,
  Comment,
  mostComment,
  mostPictures,
  mostText,
  Picture,
  Poll,
  Post,
  PostPage,
  reactionKind,
  Reactions,
  Thread,
} from './feed-shapes.ts'
import { id } from './ids.ts'
import { time } from './time.ts'

export type { FeedMessage } from './feed-shapes.ts'

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
/** Of moderation, and of the group. */
const refusals = ['blocked_word', 'blocked_link', 'banned', 'limited', 'slow_mode', 'group_closed', 'charter_new'] as const
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
    faults: [
      'not_found',
      'members_only',
      'own_page_only',
      'empty_post',
      'attachment_unknown',
      'too_many_choices',
      'key_reused',
      ...refusals,
    ],
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
