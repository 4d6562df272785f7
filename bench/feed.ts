/** A million posts of 100,000 members: what one follows, a group, comments, posting, and how soon open pages hear of it. */
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { buildApp } from '../server/app.ts'
import { newId, randomToken } from '../server/foundation/clock.ts'
import { readConfig, type Config } from '../server/foundation/config.ts'
import type { Db } from '../server/foundation/db.ts'
import { openFiles } from '../server/foundation/files.ts'
import { makeLog } from '../server/foundation/log.ts'
import type { Bench } from './_bench.ts'
import { load } from './_load.ts'

const callers = 4
const viewers = 300
type World = { posts: number; members: number; groups: number; pages: number; comments: number; hot: number }
const whole: World = { posts: 1_000_000, members: 100_000, groups: 2000, pages: 3000, comments: 500_000, hot: 20_000 }
/** Of the hottest group and the post everyone talks about. */
const hotGroup = id('grp', 1)
const hotPost = id('pst', 1)

function id(kind: string, nr: number): string {
  return `${kind}_${nr.toString(16).padStart(26, '0')}`
}
const idSql = (kind: string, nr: string): string => `'${kind}_' || lpad(to_hex((${nr})::int), 26, '0')`

/** Fills by statements of the database itself, without the checks of references: what is filled in is whole. Places are chosen so that a few are much busier than most. */
async function fill(db: Db, to: World, from: World | null): Promise<void> {
  const client = await db.pool.connect()
  const run = (text: string): Promise<unknown> => client.query(text)
  const since = (key: keyof World): number => (from?.[key] ?? 0) + 1
  try {
    await run(`set session_replication_role = replica; set synchronous_commit = off; set work_mem = '256MB'; select setseed(0.5)`)
    await run(`insert into people.person (id, name, email, created_at) select ${idSql('usr', 'i')}, '粉丝 ' || i, 'f' || i || '@bench.example', '2025-01-01'
      from generate_series(${since('members')}, ${to.members}) i`)
    await run(`insert into people.page (id, kind, name, handle) select ${idSql('pag', 'i')}, 'artist', 'Artist ' || i, 'artist-' || i
      from generate_series(${since('pages')}, ${to.pages}) i`)
    await run(`insert into groups.fan_group (id, handle, name, kind, founder, created_at, changed_at)
      select ${idSql('grp', 'i')}, 'group-' || i, 'Group ' || i, 'fans', ${idSql('usr', '1 + i % 1000')}, '2025-01-01', '2025-01-01' from generate_series(${since('groups')}, ${to.groups}) i`)
    await run(`insert into groups.member (group_id, person, since, active_at)
      select ${idSql('grp', `1 + floor(${to.groups} * random() ^ 2)`)}, ${idSql('usr', 'i')}, '2025-01-01', '2025-01-01'
      from generate_series(${since('members')}, ${to.members}) i, generate_series(1, 5) on conflict do nothing`)
    await run(`insert into people.follow (person, page) select ${idSql('usr', 'i')}, ${idSql('pag', `1 + floor(${to.pages} * random() ^ 2)`)}
      from generate_series(${since('members')}, ${to.members}) i, generate_series(1, 8) on conflict do nothing`)
    await run(`insert into feed.place (id, last_at) select id, '2025-01-01' from (
      select ${idSql('grp', 'i')} as id from generate_series(1, ${to.groups}) i union all select ${idSql('pag', 'i')} from generate_series(1, ${to.pages}) i) p on conflict do nothing`)
    await run(`insert into feed.post (id, place, author, artist, at, text, announced_at)
      select ${idSql('pst', 'i')}, case when i = 1 then '${hotGroup}' when random() < 0.7 then ${idSql('grp', `1 + floor(${to.groups} * random() ^ 2)`)} else ${idSql('pag', `1 + floor(${to.pages} * random() ^ 2)`)} end,
        ${idSql('usr', `1 + floor(${to.members} * random())`)}, random() < 0.05, t, '今天听了 w' || i % 2000 || ' 和 w' || (i * 7) % 1999 || ' https://example.org/' || i, t
      from generate_series(${since('posts')}, ${to.posts}) i cross join lateral (select timestamptz '2026-01-01' + i * interval '15 seconds' as t) x`)
    await run(`insert into feed.post_words (post, folded, terms) select p.id, 'w' || n.i % 2000 || ' w' || (n.i * 7) % 1999,
        array[right(p.place, 5) || 'w' || n.i % 2000, right(p.place, 5) || 'w' || (n.i * 7) % 1999, right(p.place, 5) || '今天', right(p.place, 5) || '天听', right(p.place, 5) || 'jin~tian']
      from generate_series(${since('posts')}, ${to.posts}) n(i) join feed.post p on p.id = ${idSql('pst', 'n.i')}`)
    await run(`insert into feed.post_tally (post, heart, fire, comments) select ${idSql('pst', 'i')}, floor(20 * random() ^ 3), floor(9 * random() ^ 3), 0
      from generate_series(${since('posts')}, ${to.posts}) i`)
    await run(`insert into feed.comment (id, post, parent, author, at, text, announced_at)
      select ${idSql('cmt', 'i')}, '${hotPost}', case when i % 3 = 0 then ${idSql('cmt', 'i - 1')} end, ${idSql('usr', `1 + i % ${to.members}`)}, t, '同感 ' || i, t
      from generate_series(${since('hot')}, ${to.hot}) i cross join lateral (select timestamptz '2026-02-01' + i * interval '1 second' as t) x`)
    await run(`insert into feed.comment (id, post, author, at, text, announced_at)
      select ${idSql('cmt', '1000000 + i')}, ${idSql('pst', `2 + floor(${to.posts - 2} * random())`)}, ${idSql('usr', `1 + i % ${to.members}`)}, t, '好听 ' || i, t
      from generate_series(${since('comments')}, ${to.comments}) i cross join lateral (select timestamptz '2026-02-01' + i * interval '1 second' as t) x`)
    await run(`insert into feed.comment_tally (comment, post, heart) select ${idSql('cmt', 'i')}, '${hotPost}', floor(30 * random() ^ 4)
      from generate_series(${since('hot')}, ${to.hot}) i where i % 3 <> 0`)
    await run(
      `update feed.post_tally t set comments = c.count from (select post, count(*) as count from feed.comment group by post) c where c.post = t.post`,
    )
    await run(
      `update feed.place l set last_at = p.at from (select place, max(at) as at from feed.post group by place) p where p.place = l.id`,
    )
    await run(`set session_replication_role = origin`)
    for (const table of [
      'people.person',
      'people.page',
      'people.follow',
      'groups.member',
      'groups.fan_group',
      'feed.place',
      'feed.post',
      'feed.post_words',
      'feed.post_tally',
      'feed.comment',
      'feed.comment_tally',
    ])
      await run(`vacuum analyze ${table}`)
  } finally {
    client.release(true)
  }
}

type Person = { id: string; cookie: string }
/** Signs people up through the door; they have been here for long. */
async function signUp(url: string, db: Db, count: number): Promise<Person[]> {
  const people: Person[] = []
  for (let i = 0; i < count; i++) {
    const answer = await fetch(`${url}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({
        name: `Reader ${i}`,
        email: `r${randomToken(6)
          .toLowerCase()
          .replace(/[^a-z0-9]/g, 'x')}${i}@bench.example`,
        password: 'a-long-bench-password',
      }),
    })
    const cookie = answer.headers
      .getSetCookie()
      .map(line => line.split(';')[0]!)
      .join('; ')
    people.push({ id: ((await answer.json()) as { user: { id: string } }).user.id, cookie })
  }
  await sql`update people.person set created_at = '2025-01-01' where id = any(${people.map(one => one.id)})`.execute(db.write)
  return people
}
/** In fifty groups and behind five hundred pages, the busy ones among them. */
async function settle(db: Db, person: string, world: World): Promise<void> {
  await sql`insert into groups.member (group_id, person, since, active_at) select g.id, ${person}, '2025-01-01', '2025-01-01'
    from groups.fan_group g where g.id = ${hotGroup} or g.id in (select id from groups.fan_group order by hashtext(id || ${person}) limit 49) on conflict do nothing`.execute(
    db.write,
  )
  await sql`insert into people.follow (person, page) select ${person}, p.id from people.page p order by hashtext(p.id || ${person}) limit ${Math.min(500, world.pages)}
    on conflict do nothing`.execute(db.write)
}

/** Processor time (ms) that this process and the database's own for it have had: what the rest of the machine does leaves it alone. */
async function cpuMs(db: Db): Promise<number> {
  const own = process.cpuUsage()
  const { rows } = await sql<{ pid: number }>`select pid from pg_stat_activity where datname = current_database()`.execute(db.read)
  const ticks = rows.map(({ pid }) => {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
      return Number(fields[11]) + Number(fields[12])
    } catch {
      return 0
    }
  })
  return (own.user + own.system) / 1000 + 10 * ticks.reduce((sum, one) => sum + one, 0)
}

type Figures = { p50Ms: number; p95Ms: number; perSecond: number; cpuMs: number }
type Ask = (who: Person | null, path: string) => Promise<{ next: string | null; newest: string | null; items: { id: string }[] }>
/** First pages, what is newer, and pages ever deeper. */
async function deeper(ask: Ask, who: Person | null, path: string, pages: number): Promise<string[]> {
  const paths = [path]
  const mark = path.includes('?') ? '&' : '?'
  let next: string | null = null
  for (let i = 0; i < pages; i++) {
    const found: Awaited<ReturnType<Ask>> = await ask(who, next === null ? path : `${path}${mark}cursor=${next}`)
    if (i === 1 && found.newest) paths.push(`${path}${mark}newer=${found.newest}`)
    if (found.next === null) break
    next = found.next
    paths.push(`${path}${mark}cursor=${next}`)
  }
  return paths
}

const p95 = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0

/** Opens streams on a group; each notes when it hears of a post. */
async function listeners(port: number, count: number, heard: (post: string) => void): Promise<Socket[]> {
  return Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<Socket>((resolve, reject) => {
          const socket = connect(port, '127.0.0.1')
          socket.on('error', reject)
          socket.on('connect', () => socket.write(`GET /api/v1/live?topics=group:${hotGroup} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`))
          socket.on('data', chunk => {
            const text = chunk.toString('latin1')
            if (text.includes('event: ready')) resolve(socket)
            const post = /"id":"(pst_[0-9a-z]{26})","change":"new"/.exec(text)?.[1]
            if (post !== undefined) heard(post)
          })
        }),
    ),
  )
}

export default {
  name: 'feed',
  about: 'a million posts, 100,000 members: following feed, group, comments, posting, live delivery',
  async run({ freshDatabase, quick, say, tmp }) {
    const { db, url: database, close } = await freshDatabase()
    const config: Config = readConfig(
      {},
      { home: join(tmp, 'home'), demo: false, port: 0, logLevel: 'fatal', rateLimits: false, secret: 'x'.repeat(40) },
    )
    openFiles(config)
    const log = makeLog('fatal')
    const app = await buildApp({ config, db, log, url: database, close: async () => undefined })
    await app.server.listen({ host: '127.0.0.1', port: 0 })
    const { port } = app.server.server.address() as AddressInfo
    config.url = `http://127.0.0.1:${port}`
    const ask: Ask = async (who, path) => {
      const answer = await fetch(`${config.url}/api/v1${path}`, { headers: who === null ? {} : { cookie: who.cookie } })
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
      return answer.json() as ReturnType<Ask>
    }
    const seconds = quick ? 3 : 8
    const measure = async (who: Person | null, paths: string[], most = callers): Promise<Figures> => {
      const options = {
        port,
        connections: most,
        paths: paths.map(path => `/api/v1${path}`),
        ...(who === null ? {} : { headers: { cookie: who.cookie } }),
      }
      await load({ ...options, seconds: 1 })
      const cpuFrom = await cpuMs(db)
      const found = await load({ ...options, seconds })
      if (found.failed > 0) throw new Error(`${found.failed} of ${found.requests} reads failed`)
      return { ...found, cpuMs: ((await cpuMs(db)) - cpuFrom) / found.requests }
    }
    try {
      const small: World = {
        posts: whole.posts / 10,
        members: whole.members / 10,
        groups: whole.groups,
        pages: whole.pages,
        comments: whole.comments / 10,
        hot: whole.hot,
      }
      say(`filling: ${small.posts} posts`)
      await fill(db, small, null)
      const people = await signUp(config.url, db, quick ? 12 : 40)
      const readers = people.slice(0, 2)
      for (const one of readers) await settle(db, one.id, whole)
      const reading = async (): Promise<{ following: Figures; group: Figures }> => {
        const [one, two] = readers as [Person, Person]
        const following = await measure(one, await deeper(ask, one, '/feed', 8))
        const other = await measure(two, await deeper(ask, two, '/feed', 8))
        const group = await measure(one, await deeper(ask, one, `/groups/${hotGroup}/posts`, 8))
        return { following: other.p95Ms > following.p95Ms ? other : following, group }
      }
      const before = await reading()
      say(`${small.posts} posts: following ${before.following.p95Ms.toFixed(1)} ms, group ${before.group.p95Ms.toFixed(1)} ms`)
      let world = small
      if (!quick) {
        say(`filling: ${whole.posts} posts`)
        await fill(db, whole, small)
        world = whole
      }
      const after = quick ? before : await reading()
      const [reader] = readers as [Person]
      const comments = await measure(reader, [
        ...(await deeper(ask, reader, `/posts/${hotPost}/comments`, 5)),
        ...(await deeper(ask, reader, `/posts/${hotPost}/comments?sort=top`, 5)),
        ...(await deeper(ask, reader, `/posts/${hotPost}/comments?sort=new`, 3)),
      ])
      const search = await measure(reader, [
        `/groups/${hotGroup}/posts/search?q=w77`,
        `/groups/${hotGroup}/posts/search?q=jintian`,
        `/groups/${hotGroup}/posts/search?q=w1200`,
      ])
      const popular = await measure(reader, [`/groups/${hotGroup}/posts?popular=true`])
      const fresh = await measure(
        reader,
        (await deeper(ask, reader, '/feed', 4)).filter(path => path.includes('newer')).map(path => path.replace('/feed?', '/feed/new?')),
      )

      // Posting while 300 pages of the group are open.
      await sql`insert into groups.member (group_id, person, since, active_at) select ${hotGroup}, p, '2025-01-01', '2025-01-01' from unnest(${people.map(one => one.id)}::text[]) p
        on conflict do nothing`.execute(db.write)
      const sentAt = new Map<string, number>()
      const heardMs: number[] = []
      let awaited: { post: string; left: number; done: () => void } | undefined
      const open = await listeners(port, viewers, post => {
        const at = sentAt.get(post)
        if (at !== undefined) heardMs.push(performance.now() - at)
        if (awaited?.post === post && --awaited.left === 0) awaited.done()
      })
      const postMs: number[] = []
      const send = async (who: Person, n: number): Promise<void> => {
        const post = newId('pst')
        const all = new Promise<void>(done => {
          awaited = { post, left: viewers, done }
        })
        const from = performance.now()
        sentAt.set(post, from)
        const answer = await fetch(`${config.url}/api/v1/posts`, {
          method: 'POST',
          headers: { cookie: who.cookie, 'content-type': 'application/json' },
          body: JSON.stringify({ id: post, place: hotGroup, text: `现场第 ${n} 句：今晚太好听了` }),
        })
        if (!answer.ok) throw new Error(`posting: ${answer.status} ${await answer.text()}`)
        postMs.push(performance.now() - from)
        await all
      }
      for (let n = 0; n < people.length * 8; n++) await send(people[n % people.length]!, n)
      // All at once in one group.
      const burst = performance.now()
      const burstCpu = await cpuMs(db)
      await Promise.all(
        people.slice(0, 10).map(async (who, n) => {
          for (let i = 0; i < 6; i++) {
            const answer = await fetch(`${config.url}/api/v1/posts`, {
              method: 'POST',
              headers: { cookie: who.cookie, 'content-type': 'application/json' },
              body: JSON.stringify({ id: newId('pst'), place: hotGroup, text: `一起 ${n} ${i}` }),
            })
            if (!answer.ok) throw new Error(`posting together: ${answer.status} ${await answer.text()}`)
          }
        }),
      )
      const burstPerSecond = 60 / ((performance.now() - burst) / 1000)
      // With what it takes to tell three hundred pages, and to ask.
      const cpuMsPerPost = ((await cpuMs(db)) - burstCpu) / 60
      for (const socket of open) socket.destroy()
      const { rows } = await sql<{
        size: bigint
      }>`select sum(pg_total_relation_size(c.oid))::int8 as size from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'feed' and c.relkind = 'r'`.execute(db.read)
      return {
        figures: {
          posts: world.posts,
          members: world.members,
          callers,
          p95FollowingMs: after.following.p95Ms,
          p50FollowingMs: after.following.p50Ms,
          followingPerSecond: after.following.perSecond,
          cpuMsPerFollowing: after.following.cpuMs,
          p95GroupMs: after.group.p95Ms,
          cpuMsPerGroup: after.group.cpuMs,
          p95CommentsMs: comments.p95Ms,
          p95SearchMs: search.p95Ms,
          p95PopularMs: popular.p95Ms,
          p95NewMs: fresh.p95Ms,
          postMs: p95(postMs),
          postsPerSecondOneGroup: burstPerSecond,
          cpuMsPerPost,
          viewers,
          liveDeliveryMs: p95(heardMs),
          diskMiB: Number(rows[0]!.size) / 2 ** 20,
        },
        ratios: {
          followingOfBudget: after.following.p95Ms / 50,
          groupOfBudget: after.group.p95Ms / 50,
          ...(quick
            ? {}
            : {
                followingGrowth10x: after.following.p95Ms / before.following.p95Ms,
                groupGrowth10x: after.group.p95Ms / before.group.p95Ms,
                followingCpuGrowth10x: after.following.cpuMs / before.following.cpuMs,
                groupCpuGrowth10x: after.group.cpuMs / before.group.cpuMs,
              }),
        },
      }
    } finally {
      await app.server.close()
      await close()
    }
  },
} satisfies Bench
