import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { newId } from '../foundation/clock.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks } from './checks.ts'
import { code, comment, makeGroup, makePage, post, unhurried, type Page, type Post, type Thread } from './feed.testing.ts'

let planet: TestPlanet
let host: Person
let fan: Person
let other: Person
let outsider: Person
let artist: Person
let group: string
let page: string
beforeAll(async () => {
  planet = await startPlanet()
  ;[host, fan, other, outsider, artist] = (await Promise.all(
    ['Host', '林晴', 'Other', 'Outsider', 'Agency'].map(name => planet.signUp(name)),
  )) as [Person, Person, Person, Person, Person]
  page = await makePage(planet, artist, '周晴天')
  group = await makeGroup(planet, host, [fan, other], { page })
})
afterAll(() => planet.close())
beforeEach(() => unhurried(planet))

const listed = async (who: Person, path: string): Promise<Page> => who.call<Page>('GET', path)
/** Of all audits of the feed. */
const findings = async (): Promise<string[]> => (await Promise.all(checks.map(check => check.run(planet.db.read)))).flat()
/** Statements that read the feed while `action` runs. */
async function statements(action: () => Promise<unknown>): Promise<number> {
  let count = 0
  // oxlint-disable-next-line typescript/unbound-method
  const original = pg.Client.prototype.query
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const text = typeof args[0] === 'string' ? args[0] : (args[0] as { text?: string } | undefined)?.text
    if (text !== undefined && /\b(feed|groups|people|media)\./.test(text) && !text.includes('people.session')) count++
    return (original as unknown as (...given: unknown[]) => never).apply(this, args)
  })
  try {
    await action()
  } finally {
    spy.mockRestore()
  }
  return count
}
const texts = (found: { items: readonly { text: string }[] }): string[] => found.items.map(one => one.text)

describe('posts', () => {
  test('a member posts; the same id again is the same post, with another text a conflict', async () => {
    const id = newId('pst')
    const made = await fan.call<Post>('POST', '/posts', { id, place: group, text: '今天晴天 https://example.org/a' })
    expect(made).toMatchObject({ id, mine: true, artist: false, author: { id: fan.id, name: '林晴', role: 'member' }, comments: 0 })
    expect(made.parts.map(part => part.kind)).toEqual(['text', 'link'])
    expect(await fan.call('POST', '/posts', { id, place: group, text: '今天晴天 https://example.org/a' })).toEqual(made)
    expect(await code(fan.call('POST', '/posts', { id, place: group, text: 'other' }))).toBe('key_reused')
    expect(await code(other.call('POST', '/posts', { id, place: group, text: '今天晴天 https://example.org/a' }))).toBe('key_reused')
  })

  test('five of one id at once are one', async () => {
    const id = newId('pst')
    const answers = await Promise.all(Array.from({ length: 5 }, () => fan.call<Post>('POST', '/posts', { id, place: group, text: 'once' })))
    expect(new Set(answers.map(one => one.id)).size).toBe(1)
    expect(texts(await listed(fan, `/groups/${group}/posts`)).filter(text => text === 'once')).toHaveLength(1)
  })

  test('who is not in it may read a public group and not post; a members’ group is not there for them', async () => {
    expect(await code(post(outsider, group, 'hi'))).toBe('members_only')
    expect((await listed(planet.stranger, `/groups/${group}/posts`)).can).toEqual({ post: false, asArtist: false })
    const closed = await makeGroup(planet, host, [fan], { visibility: 'members' })
    const made = await post(fan, closed, 'inside')
    for (const path of [
      `/groups/${closed}/posts`,
      `/groups/${closed}/posts/search?q=inside`,
      `/posts/${made.id}`,
      `/posts/${made.id}/comments`,
    ])
      expect(await code(outsider.call('GET', path))).toBe('not_found')
    expect(await code(outsider.call('PUT', `/posts/${made.id}/reaction`, { kind: 'heart' }))).toBe('not_found')
    expect(texts(await listed(fan, `/groups/${closed}/posts`))).toEqual(['inside'])
  })

  test('nothing at all is no post; a script is text', async () => {
    expect(await code(post(fan, group, '  \n '))).toBe('empty_post')
    const made = await post(fan, group, '<script>alert(1)</script> javascript:alert(1) [x](javascript:alert(2))')
    expect(made.parts.every(part => part.kind === 'text' && part.url === null)).toBe(true)
  })

  test('the artist speaks as the page, and no person is named; nobody else can', async () => {
    expect(await code(post(fan, group, 'I am the artist', { asArtist: true }))).toBe('own_page_only')
    expect(await code(post(fan, page, 'on a page'))).toBe('own_page_only')
    const made = await post(artist, group, '大家好', { asArtist: true })
    const seen = await fan.call<Post>('GET', `/posts/${made.id}`)
    expect(seen.author).toMatchObject({ id: null, name: '周晴天', page: { id: page }, artist: true })
    expect(JSON.stringify(seen)).not.toContain(artist.id)
    expect(texts(await listed(fan, `/groups/${group}/posts?artist=true`))).toEqual(['大家好'])
    expect(texts(await listed(fan, `/groups/${group}/posts?by=${artist.id}`))).toEqual([])
  })

  test('mentions are names of now; who left no name is nobody', async () => {
    const made = await post(fan, group, `@${other.id} @${page} @${newId('usr')} look`)
    expect(made.parts.filter(part => part.kind === 'mention').map(part => part.text)).toEqual(['Other', '周晴天'])
    expect(made.parts.map(part => part.text).join('')).toContain('@…')
    const { rows } = await planet.db.pool.query<{ body: { persons: string[] } }>(
      `select body from house.event where type = 'people_mentioned' and body->>'subject' = $1`,
      [made.id],
    )
    expect(rows.map(row => row.body.persons)).toEqual([[other.id]])
    const found = await fan.call<{ items: { name: string }[] }>('GET', `/groups/${group}/mentionable?q=zqt`)
    expect(found.items.map(one => one.name)).toEqual(['周晴天'])
  })

  test('changed: it says so, keeps what it was, and only by who wrote it; deleted once and for all', async () => {
    const made = await post(fan, group, 'first words')
    expect(await code(host.call('PATCH', `/posts/${made.id}`, { text: 'mine now' }))).toBe('own_post_only')
    const changed = await fan.call<Post>('PATCH', `/posts/${made.id}`, { text: 'second words' })
    expect(changed.editedAt).not.toBeNull()
    expect((await planet.db.pool.query('select text from feed.edit where post = $1', [made.id])).rows).toEqual([{ text: 'first words' }])
    expect(texts(await listed(fan, `/groups/${group}/posts/search?q=second`))).toEqual(['second words'])
    expect(await code(other.call('DELETE', `/posts/${made.id}`))).toBe('own_post_only')
    await fan.call('DELETE', `/posts/${made.id}`)
    await fan.call('DELETE', `/posts/${made.id}`)
    expect(await code(fan.call('GET', `/posts/${made.id}`))).toBe('not_found')
    expect(await code(fan.call('POST', '/posts', { id: made.id, place: group, text: 'second words' }))).toBe('key_reused')
  })

  test('three pins at most, by hosts only, also in a race', async () => {
    const made = await Promise.all(['p1', 'p2', 'p3', 'p4', 'p5'].map(text => post(fan, group, text)))
    expect(await code(fan.call('PUT', `/posts/${made[0]!.id}/pin`))).toBe('hosts_only')
    const codes = await Promise.all(made.map(one => code(host.call('PUT', `/posts/${one.id}/pin`))))
    expect(codes.filter(one => one === 'let through')).toHaveLength(3)
    expect(codes.filter(one => one === 'too_many_pins')).toHaveLength(2)
    expect((await listed(fan, `/groups/${group}/posts`)).pinned).toHaveLength(3)
  })
})

describe('lists', () => {
  test('by keys in both directions, nothing twice and nothing skipped while others post', async () => {
    const place = await makeGroup(planet, host, [fan, other])
    for (let i = 0; i < 12; i++) await post(fan, place, `n${i}`)
    const first = await listed(fan, `/groups/${place}/posts?limit=5`)
    await Promise.all([post(other, place, 'a'), post(host, place, 'b'), post(fan, place, 'c')])
    const rest = await listed(fan, `/groups/${place}/posts?limit=50&cursor=${first.next}`)
    expect([...texts(first), ...texts(rest)]).toEqual(Array.from({ length: 12 }, (_, i) => `n${11 - i}`))
    const newer = await listed(fan, `/groups/${place}/posts?limit=2&newer=${first.newest}`)
    const more = await listed(fan, `/groups/${place}/posts?limit=2&newer=${newer.newest}`)
    expect(newer.more).toBe(true)
    expect([...texts(newer), ...texts(more)].sort()).toEqual(['a', 'b', 'c'])
    expect(await code(listed(fan, `/groups/${place}/posts?cursor=nonsense`))).toBe('invalid')
  })

  test('what one follows: groups one is in and pages one follows, merged; with any cut the same list', async () => {
    const reader = await planet.signUp('Reader')
    const pages = await Promise.all(['A', 'B', 'C'].map(name => makePage(planet, artist, name)))
    const groups = await Promise.all([0, 1].map(() => makeGroup(planet, host, [fan, reader])))
    for (const one of pages.slice(0, 2)) await reader.call('POST', `/pages/${one}/follow`)
    const wanted: string[] = []
    for (let i = 0; i < 14; i++) {
      const place = [pages[0]!, groups[0]!, pages[1]!, groups[1]!, pages[2]!][(i * i) % 5]!
      const text = `f${i}`
      await post(place.startsWith('grp') ? fan : artist, place, text)
      if (place !== pages[2]) wanted.unshift(text)
    }
    for (const size of [1, 3, 50]) {
      const seen: string[] = []
      let next: string | null = ''
      while (next !== null) {
        const found: Page = await listed(reader, `/feed?limit=${size}${next === '' ? '' : `&cursor=${next}`}`)
        seen.push(...texts(found))
        next = found.next
      }
      expect(seen).toEqual(wanted)
    }
    const { newest } = await listed(reader, '/feed')
    expect(await reader.call('GET', `/feed/new?newer=${newest}`)).toEqual({ count: 0 })
    await post(fan, groups[0]!, 'news')
    await post(reader, groups[0]!, 'own')
    expect(await reader.call('GET', `/feed/new?newer=${newest}`)).toEqual({ count: 1 })
    expect(texts(await listed(reader, `/feed?newer=${newest}`)).slice(0, 2)).toEqual(['own', 'news'])
  })

  test('found by words, by characters and by how they are said, in this group alone', async () => {
    const place = await makeGroup(planet, host, [fan])
    const elsewhere = await makeGroup(planet, host, [fan])
    await post(fan, place, '今晚的演唱會太精彩了')
    await post(fan, place, 'Wonderful night at the Arena')
    await post(fan, elsewhere, '演唱会')
    const find = async (q: string): Promise<string[]> =>
      texts(await listed(fan, `/groups/${place}/posts/search?q=${encodeURIComponent(q)}`))
    for (const q of ['演唱会', '演唱會', 'yanchanghui', 'yan chang', '彩']) expect(await find(q)).toEqual(['今晚的演唱會太精彩了'])
    for (const q of ['wonderf', 'arena NIGHT', 'wonderful']) expect(await find(q)).toEqual(['Wonderful night at the Arena'])
    for (const q of ['wonderfully', '唱演', '%', '…']) expect(await find(q)).toEqual([])
  })
})

describe('comments and reactions', () => {
  test('replies stand one level below; counts and the artist’s mark are kept; all audits pass', async () => {
    const made = await post(fan, group, 'talk')
    const first = await comment(other, made.id, 'first')
    const reply = await comment(fan, made.id, 'reply', { parent: first.id })
    const deeper = await comment(artist, made.id, 'deeper', { parent: reply.id, asArtist: true })
    expect(deeper.parent).toBe(first.id)
    for (let i = 0; i < 3; i++) await comment(other, made.id, `r${i}`, { parent: first.id })
    await comment(host, made.id, 'second')
    expect(await fan.call('GET', `/posts/${made.id}`)).toMatchObject({ comments: 7, artistCommented: true })
    const found = await planet.stranger.call<{ items: Thread[] }>('GET', `/posts/${made.id}/comments`)
    expect(found.items.map(one => [one.text, one.replies, one.firstReplies.map(each => each.text)])).toEqual([
      ['first', 5, ['reply', 'deeper']],
      ['second', 0, []],
    ])
    const all = await fan.call<{ items: Thread[]; next: string }>('GET', `/comments/${first.id}/replies?limit=3`)
    const rest = await fan.call<{ items: Thread[] }>('GET', `/comments/${first.id}/replies?cursor=${all.next}`)
    expect([...all.items, ...rest.items].map(one => one.text)).toEqual(['reply', 'deeper', 'r0', 'r1', 'r2'])
    await other.call('DELETE', `/comments/${first.id}`)
    const after = await fan.call<{ items: Thread[] }>('GET', `/posts/${made.id}/comments`)
    expect(after.items[0]).toMatchObject({ deleted: true, text: '', author: { name: '' }, replies: 5 })
    expect(await fan.call('GET', `/posts/${made.id}`)).toMatchObject({ comments: 6 })
    expect(await findings()).toEqual([])
  })

  test('those with most response first, and everyone once', async () => {
    const made = await post(fan, group, 'top')
    const ids: string[] = []
    for (let i = 0; i < 6; i++) ids.push((await comment(other, made.id, `c${i}`)).id)
    for (const who of [fan, host]) await who.call('PUT', `/comments/${ids[4]}/reaction`, { kind: 'clap' })
    await fan.call('PUT', `/comments/${ids[2]}/reaction`, { kind: 'heart' })
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const found: { items: Thread[]; next: string | null } = await fan.call(
        'GET',
        `/posts/${made.id}/comments?sort=top&limit=2${next === '' ? '' : `&cursor=${next}`}`,
      )
      seen.push(...found.items.map(one => one.text))
      next = found.next
    }
    expect(seen).toEqual(['c4', 'c2', 'c0', 'c1', 'c3', 'c5'])
  })

  test('comments of one id at once are one; a closed post takes none', async () => {
    const made = await post(fan, group, 'close me')
    const id = newId('cmt')
    await Promise.all(Array.from({ length: 4 }, () => other.call('POST', `/posts/${made.id}/comments`, { comment: id, text: 'same' })))
    expect(await fan.call('GET', `/posts/${made.id}`)).toMatchObject({ comments: 1 })
    expect(await code(other.call('POST', `/posts/${made.id}/comments`, { comment: id, text: 'another' }))).toBe('key_reused')
    expect(await code(other.call('PATCH', `/posts/${made.id}`, { commentsClosed: true }))).toBe('own_post_only')
    await host.call('PATCH', `/posts/${made.id}`, { commentsClosed: true })
    expect(await code(comment(other, made.id, 'late'))).toBe('comments_closed')
  })

  test('one reaction of each person, however often and however fast it is changed', async () => {
    const made = await post(fan, group, 'react')
    const kinds = ['heart', 'fire', null, 'clap', 'heart', 'wow']
    await Promise.all([host, fan, other].flatMap(who => kinds.map(kind => who.call('PUT', `/posts/${made.id}/reaction`, { kind }))))
    const last = await other.call<Post['reactions']>('PUT', `/posts/${made.id}/reaction`, { kind: 'cry' })
    expect(last.mine).toBe('cry')
    expect(last.total).toBe(last.kinds.reduce((sum, one) => sum + one.count, 0))
    expect(await findings()).toEqual([])
    expect(await code(outsider.call('PUT', `/posts/${made.id}/reaction`, { kind: 'heart' }))).toBe('members_only')
    const who = await fan.call<{ items: { person: string }[] }>('GET', `/posts/${made.id}/reactions`)
    expect(who.items[0]!.person).toBe(other.id)
  })
})

describe('polls', () => {
  test('results show after one’s vote; votes change until the end, each counts once', async () => {
    const poll = { id: newId('pll'), question: '哪一首？', options: ['晴天', '夜曲', '稻香'], choices: 2, minutes: 60 }
    const made = await post(fan, group, '', { poll })
    const seen = await other.call<Post>('GET', `/posts/${made.id}`)
    expect(seen.poll!.options.map(one => one.votes)).toEqual([null, null, null])
    expect(await code(other.call('PUT', `/posts/${made.id}/vote`, { options: [1, 2, 3] }))).toBe('too_many_choices')
    expect(await code(other.call('PUT', `/posts/${made.id}/vote`, { options: [4] }))).toBe('not_found')
    expect(await code(outsider.call('PUT', `/posts/${made.id}/vote`, { options: [1] }))).toBe('members_only')
    await Promise.all([[1], [2], [1, 3], [2], [1]].map(options => other.call('PUT', `/posts/${made.id}/vote`, { options })))
    const voted = await other.call<NonNullable<Post['poll']>>('PUT', `/posts/${made.id}/vote`, { options: [2, 3] })
    expect(voted.options.map(one => one.votes)).toEqual([0, 1, 1])
    expect(voted.voters).toBe(1)
    await planet.db.pool.query(`update feed.poll set ends_at = now() - interval '1 second' where id = $1`, [poll.id])
    expect(await code(host.call('PUT', `/posts/${made.id}/vote`, { options: [1] }))).toBe('poll_ended')
    expect((await host.call<Post>('GET', `/posts/${made.id}`)).poll).toMatchObject({ ended: true, voters: 1 })
    expect(await findings()).toEqual([])
  })
})

test('a list costs as many statements with twenty posts as with two', async () => {
  const reader = await planet.signUp('Counter')
  const place = await makeGroup(planet, host, [reader, fan])
  const fill = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const made = await post(host, place, `@${fan.id} ${i}`, { poll: { id: newId('pll'), options: ['a', 'b'], minutes: 60 } })
      for (let n = 0; n < 2; n++) await comment(host, made.id, `@${reader.id} ${n}`)
      await unhurried(planet)
    }
  }
  const paths = ['/feed', `/groups/${place}/posts`, `/groups/${place}/posts?popular=true`]
  await fill(2)
  const few: number[] = []
  for (const path of paths) few.push(await statements(() => reader.call('GET', path)))
  await fill(10)
  for (const [i, path] of paths.entries()) expect([path, await statements(() => reader.call('GET', path))]).toEqual([path, few[i]])
})

test('what came in one moment, more than a page of it, is all given; asking again ends', async () => {
  const reader = await planet.signUp('Patient')
  const places = [await makeGroup(planet, host, [reader]), await makeGroup(planet, host, [reader])]
  await post(host, places[0]!, 'known')
  const { newest } = await listed(reader, '/feed')
  await Promise.all(Array.from({ length: 9 }, (_, i) => post(host, places[i % 2]!, `m${i}`)))
  const seen = new Set<string>()
  let from = newest
  let asks = 0
  for (let more = true; more && asks < 20; asks++) {
    const found: Page = await listed(reader, `/feed?limit=2&newer=${from}`)
    for (const text of texts(found)) seen.add(text)
    from = found.newest
    more = found.more
  }
  expect([...seen].filter(text => text !== 'known').sort()).toEqual(Array.from({ length: 9 }, (_, i) => `m${i}`))
  expect(asks).toBeLessThan(10)
})
