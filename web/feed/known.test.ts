import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { changeComment, changePost, knowsPost, putBefore, showComment, showNew } from './known.ts'
import type { Post, Thread } from './post.ts'
import { commentsQuery, listQuery, postQuery, type List, type Source, type Threads } from './queries.ts'

const at = '2026-11-20T08:00:00.000Z'
const author = { id: null, name: 'Lin', picture: null, page: null, role: null, level: 0, artist: false }
const reactions = { total: 0, kinds: [], mine: null }
const can = { edit: false, delete: false, pin: false, report: true, comment: true, react: true, close: false, moderate: false }
const post = (id: string, more: Partial<Post> = {}): Post => ({
  id,
  group: { id: 'grp_1', handle: 'tide', name: 'Tide', picture: null },
  page: null,
  author,
  mine: false,
  at,
  editedAt: null,
  text: id,
  parts: [],
  pictures: [],
  clip: null,
  poll: null,
  music: null,
  preview: null,
  reactions,
  comments: 0,
  commentsClosed: false,
  pinned: false,
  artist: false,
  artistCommented: false,
  hidden: null,
  can,
  ...more,
})
const thread = (id: string, more: Partial<Thread> = {}): Thread => ({
  id,
  post: 'p1',
  parent: null,
  author,
  mine: false,
  at,
  editedAt: null,
  text: id,
  parts: [],
  picture: null,
  reactions,
  replies: 0,
  artist: false,
  hidden: null,
  deleted: false,
  can: { edit: false, delete: false, report: true, reply: true, moderate: false },
  firstReplies: [],
  ...more,
})
const list = (ids: readonly string[], more: readonly string[] = []): List => ({
  pages: [
    { items: ids.map(id => post(id)), next: 'older', newest: 'n1', more: false, pinned: [post('p0', { pinned: true })] },
    { items: more.map(id => post(id)), next: null, newest: null, more: false },
  ],
  pageParams: ['', 'older'],
})
const ids = (shown: List | undefined) => shown?.pages.map(page => page.items.map(one => one.id))

test('what came since stands before the others, each once, and the list knows where it begins now', () => {
  const next = putBefore(list(['p3', 'p2'], ['p1']), [post('p5'), post('p3'), post('p1')], 'n2')
  expect(ids(next)).toEqual([['p5', 'p3', 'p1', 'p2'], []])
  expect(next.pages[0]!.newest).toBe('n2')
})

test('a post changes or goes wherever it stands', () => {
  const client = new QueryClient()
  const group: Source = { kind: 'group', group: 'tide' }
  client.setQueryData(listQuery(group).queryKey, list(['p2'], ['p1']))
  client.setQueryData(listQuery({ kind: 'mine' }).queryKey, list(['p1']))
  client.setQueryData(postQuery('p1').queryKey, post('p1'))
  changePost(client, 'p1', one => ({ ...one, comments: 7 }))
  expect(client.getQueryData(listQuery(group).queryKey)!.pages[1]!.items[0]!.comments).toBe(7)
  expect(client.getQueryData(postQuery('p1').queryKey)!.comments).toBe(7)
  changePost(client, 'p0', () => null)
  expect(client.getQueryData(listQuery(group).queryKey)!.pages[0]!.pinned).toEqual([])
  expect([knowsPost(client, 'p2'), knowsPost(client, 'p0')]).toEqual([true, false])
})

test('one’s own post comes to the lists it belongs to and to no other', () => {
  const client = new QueryClient()
  const sources: Source[] = [
    { kind: 'group', group: 'tide' },
    { kind: 'group', group: 'tide', popular: true },
    { kind: 'group', group: 'tide', artist: true },
    { kind: 'group', group: 'grp_2' },
    { kind: 'search', group: 'tide', q: 'x' },
    { kind: 'own' },
    { kind: 'mine' },
    { kind: 'popular' },
  ]
  for (const source of sources) client.setQueryData(listQuery(source).queryKey, list(['p1']))
  showNew(client, post('p9'))
  const first = sources.map(source => client.getQueryData(listQuery(source).queryKey)!.pages[0]!.items[0]!.id)
  expect(first).toEqual(['p9', 'p1', 'p1', 'p1', 'p1', 'p9', 'p9', 'p1'])
})

test('a comment that comes stands where its order has it, a reply below what it answers, none twice', () => {
  const client = new QueryClient()
  const key = (sort: 'old' | 'new') => commentsQuery('p1', sort).queryKey
  const two = (): Threads => ({ pages: [{ items: [thread('c1'), thread('c2')], next: null }], pageParams: [''] })
  client.setQueryData(key('old'), two())
  client.setQueryData(key('new'), two())
  showComment(client, 'p1', thread('c3'), false)
  showComment(client, 'p1', thread('c3'), false)
  showComment(client, 'p1', thread('r1', { parent: 'c2' }), false)
  const shown = (sort: 'old' | 'new') => client.getQueryData(key(sort))!.pages.flatMap(page => page.items)
  expect(shown('old').map(one => one.id)).toEqual(['c1', 'c2', 'c3'])
  expect(shown('new').map(one => one.id)).toEqual(['c3', 'c1', 'c2'])
  expect(shown('old')[1]).toMatchObject({ replies: 1, firstReplies: [{ id: 'r1' }] })
  changeComment(client, 'p1', 'r1', () => null)
  expect(shown('new')[2]!.firstReplies).toEqual([])
})
