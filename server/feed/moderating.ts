/** What moderation sees of posts and comments, and what its decisions do to them. Loaded once, by the room's door. */
import type { Read } from '../foundation/db.ts'
import { coverUrl } from '../media/index.ts'
import { registerSubject, type Seen } from '../moderation/index.ts'
import { hideComment } from './comments.ts'
import { hidePost } from './posts.ts'
import { lookAtComments, lookAtPosts, type Looked } from './store-beside.ts'

/** What it said before it was changed stands below it. */
const seen = (row: Looked, url: string): Seen => ({
  group: row.group,
  author: row.author,
  text: [row.text, ...row.before.map(text => `— ${text}`)].join('\n'),
  pictures: row.pictures.map(asset => coverUrl(asset, 640)),
  url,
  hidden: row.hidden,
})

registerSubject('post', {
  look: async (read: Read, ids) => new Map((await lookAtPosts(read, ids)).map(row => [row.id, seen(row, `/posts/${row.id}`)])),
  hide: async (tx, ids, hidden) => {
    for (const id of ids) await hidePost(tx, id, hidden)
  },
})
registerSubject('comment', {
  look: async (read: Read, ids) =>
    new Map((await lookAtComments(read, ids)).map(row => [row.id, seen(row, `/posts/${row.post}?comment=${row.id}`)])),
  hide: async (tx, ids, hidden) => {
    for (const id of ids) await hideComment(tx, id, hidden)
  },
})
