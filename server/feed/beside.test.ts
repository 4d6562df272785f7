import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '../foundation/clock.ts'
import { writeSetting } from '../foundation/settings.ts'
import { until } from '../foundation/testing.ts'
import { sine, writeWav } from '../media/sound.testing.ts'
import { listenTo } from '../notices/live.testing.ts'
import { startPlanet, type Person, type TestPlanet } from '../testing.ts'
import { checks } from './checks.ts'
import { startFeedWork } from './jobs.ts'
import { code, comment, makeGroup, post, unhurried, upload, type Page, type Post } from './feed.testing.ts'
import { factsOf, fetchPage } from './previews.ts'

let planet: TestPlanet
let host: Person
let fan: Person
let other: Person
let group: string
const asked: string[] = []
let elsewhere: Server
let root: string
const scratch = mkdtempSync(join(tmpdir(), 'feed-test-'))
beforeAll(async () => {
  planet = await startPlanet({ work: true })
  host = await planet.signUp('Host')
  fan = await planet.signUp('Fan')
  other = await planet.signUp('Other')
  group = await makeGroup(planet, host, [fan, other])
  const picture = await sharp({ create: { width: 600, height: 300, channels: 3, background: '#c04060' } })
    .png()
    .toBuffer()
  elsewhere = createServer((request, response) => {
    asked.push(request.url!)
    if (request.url === '/page')
      response
        .setHeader('content-type', 'text/html; charset=gbk')
        .end(
          Buffer.concat([
            Buffer.from(
              '<html><head><meta property="og:image" content="/cover.png"><meta property="og:description" content="&lt;b&gt;bold&lt;/b&gt;"><title>',
            ),
            Buffer.from([0xc7, 0xe7, 0xcc, 0xec]),
            Buffer.from('</title></head><body><script>document.title="no"</script></body></html>'),
          ]),
        )
    else if (request.url === '/cover.png') response.setHeader('content-type', 'image/png').end(picture)
    else if (request.url === '/inside') response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end()
    else if (request.url === '/endless') {
      response.setHeader('content-type', 'text/html')
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      }
      response.on('drain', more)
      more()
    } else response.writeHead(404).end()
  })
  await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve))
  root = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
})
afterAll(async () => {
  await planet.close()
  elsewhere.closeAllConnections()
  elsewhere.close()
  rmSync(scratch, { recursive: true, force: true })
})
beforeEach(() => unhurried(planet))

const read = (who: Person, id: string): Promise<Post> => who.call<Post>('GET', `/posts/${id}`)
const state = async (url: string): Promise<{ state: string; reason: string | null } | undefined> =>
  (await planet.db.pool.query<{ state: string; reason: string | null }>('select state, reason from feed.preview where url = $1', [url]))
    .rows[0]

describe('links', () => {
  test('a page inside this network is never asked, nor one that leads there; the post stands without', async () => {
    const url = `${root}/page`
    const made = await post(fan, group, `look ${url} http://169.254.169.254/ http://[::1]/`)
    expect(made.parts.filter(part => part.kind === 'link')).toHaveLength(3)
    expect(await until(async () => ((await state(url))?.state === 'failed' ? state(url) : undefined), 'looked')).toMatchObject({
      reason: expect.stringContaining('not an address of the open internet') as string,
    })
    expect(asked).toEqual([])
    expect((await read(other, made.id)).preview).toBeNull()
    expect(await fetchPage(`${root}/inside`, { trusted: [root] })).toEqual({
      reason: '169.254.169.254 is not an address of the open internet',
    })
    await expect(fetchPage(`${root}/endless`, { trusted: [root] })).rejects.toThrow('more than')
  })

  test('what stands behind a link is fetched once for all, as text, its picture made anew; open pages are told', async () => {
    await planet.db.transaction(tx => writeSetting(tx, 'feed.trusted', [root]))
    await planet.db.pool.query('delete from feed.preview where not exists (select 1 from feed.post p where p.preview = url)')
    const url = `${root}/page?2`
    elsewhere.prependListener('request', request => {
      if (request.url === '/page?2') request.url = '/page'
    })
    const live = await listenTo(planet, other, `group:${group}`)
    const made = await post(fan, group, `see ${url}`)
    const seen = await until(async () => ((await read(other, made.id)).preview === null ? undefined : read(other, made.id)), 'a preview')
    expect(seen.preview).toMatchObject({ url, site: '127.0.0.1', title: '晴天', description: '<b>bold</b>' })
    expect(seen.preview!.picture!.url).toMatch(/^\/media\/covers\/ast_/)
    expect(seen.preview!.picture).toMatchObject({ width: 600, height: 300 })
    await until(() => live.messages().length >= 2, 'told of it')
    expect(live.messages()).toContainEqual({ topic: `group:${group}`, message: { kind: 'post', id: made.id, change: 'changed' } })
    live.close()
    const before = asked.length
    expect((await post(other, group, `also ${url}`)).preview).toMatchObject({ title: '晴天' })
    expect(asked.length).toBe(before)
  })

  test('what a page says of itself is cut and flat', () => {
    const facts = factsOf(
      `<head><meta name="og:title" content="${'t'.repeat(500)}\u0000\u202e"><meta property="og:image" content="javascript:alert(1)"></head>`,
      'https://www.a.example/b',
    )
    expect(facts).toMatchObject({ site: 'a.example', title: 't'.repeat(200), description: '' })
    expect(factsOf('<p>nothing', 'https://a.example/')).toBeNull()
  })
})

describe('pictures and clips', () => {
  test('a picture is turned upright, keeps its proportions, and says nothing of where it was taken, anywhere', async () => {
    const bytes = await sharp({ create: { width: 400, height: 200, channels: 3, background: '#3060c0' } })
      .jpeg()
      .withMetadata({ orientation: 6 })
      .withExifMerge({ IFD0: { ImageDescription: 'SECRET-PLACE' }, IFD3: { GPSLatitude: '31/1 13/1 0/1' } })
      .toBuffer()
    expect(bytes.includes('SECRET-PLACE')).toBe(true)
    const file = await upload(fan, 'IMG_0001.jpg', bytes)
    const made = await fan.call<Post['pictures'][number]>('POST', '/posts/pictures', { upload: file })
    expect([made.width, made.height]).toEqual([200, 400])
    expect((await fan.call<{ id: string }>('POST', '/posts/pictures', { upload: file })).id).toBe(made.id)
    const meta = await sharp(Buffer.from(await (await planet.stranger.fetch(made.large)).arrayBuffer())).metadata()
    expect([meta.format, meta.width, meta.height, meta.exif]).toEqual(['webp', 200, 400, undefined])
    const everything = readdirSync(planet.home, { recursive: true, withFileTypes: true }).map(one => join(one.parentPath, one.name))
    expect(everything.filter(path => statSync(path).isFile() && readFileSync(path).includes('SECRET-PLACE'))).toEqual([])

    const shown = await post(fan, group, '', { pictures: [{ id: made.id, alt: '蓝色' }] })
    expect(shown.pictures).toMatchObject([{ id: made.id, width: 200, height: 400, alt: '蓝色' }])
    // Another's picture, one twice, one that is none.
    expect(await code(post(other, group, 'mine?', { pictures: [{ id: made.id }] }))).toBe('attachment_unknown')
    expect(await code(post(fan, group, 'twice', { pictures: [{ id: made.id }, { id: made.id }] }))).toBe('attachment_unknown')
    expect(await code(post(fan, group, 'none', { clip: made.id }))).toBe('attachment_unknown')
    expect(await code(other.call('POST', '/posts/pictures', { upload: file }))).toBe('not_found')
    const found = await planet.stranger.call<Page>('GET', `/groups/${group}/posts/search?q=${encodeURIComponent('蓝色')}`)
    expect(found.items.map(one => one.id)).toEqual([shown.id])
  })

  test('what is no picture is refused with a reason', async () => {
    const file = await upload(
      fan,
      'x.jpg',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><script>alert(1)</script></svg>'),
    )
    expect(await code(fan.call('POST', '/posts/pictures', { upload: file }))).toBe('picture_refused')
    expect(await code(fan.call('POST', '/posts/clips', { upload: await upload(fan, 'y.mp3', Buffer.from('no sound at all')) }))).toBe(
      'clip_refused',
    )
  })

  test('a clip can be posted at once and sounds when it is ready, for who sees the post', async () => {
    const wav = readFileSync(writeWav(join(scratch, 'clip.wav'), 2, sine(440, -12)))
    const made = await fan.call<{ id: string }>('POST', '/posts/clips', { upload: await upload(fan, 'clip.wav', wav) })
    const inside = await makeGroup(planet, host, [fan], { visibility: 'members' })
    const shown = await post(fan, inside, 'listen', { clip: made.id })
    expect(shown.clip).toMatchObject({ id: made.id })
    const ready = await until(async () => {
      const now = await read(host, shown.id)
      return now.clip?.state === 'ready' ? now.clip : undefined
    }, 'the clip')
    expect(ready.durationMs).toBe(2000)
    expect(ready.waveform).toHaveLength(100)
    const sound = await host.fetch(ready.url!)
    expect(sound.status).toBe(302)
    expect((await planet.stranger.fetch(sound.headers.get('location')!)).headers.get('content-type')).toMatch(/^audio\/mp4/)
    expect((await other.fetch(ready.url!)).status).toBe(404)
    const tooLong = readFileSync(writeWav(join(scratch, 'long.wav'), 305, () => 0, { rate: 8000, channels: 1 }))
    expect(await code(fan.call('POST', '/posts/clips', { upload: await upload(fan, 'long.wav', tooLong) }))).toBe('clip_too_long')
  })
})

describe('moderation', () => {
  test('what is held is seen by its author and hosts, told to others only when it is let through', async () => {
    await host.call('POST', '/moderation/rules', { group, kind: 'word', patterns: ['spoiler'], action: 'hold' })
    const live = await listenTo(planet, other, `group:${group}`)
    const made = await post(fan, group, 'a spoiler')
    expect(made.hidden).toBe('held')
    expect(await code(read(other, made.id))).toBe('not_found')
    expect((await read(host, made.id)).hidden).toBe('held')
    expect((await fan.call<Page>('GET', '/me/posts')).items[0]!.id).toBe(made.id)
    const after = await post(other, group, 'later')
    const events = async (): Promise<number> =>
      (await planet.db.pool.query(`select 1 from house.event where type = 'post_published' and body->>'post' = $1`, [made.id])).rowCount ??
      0
    expect(await events()).toBe(0)
    const flags = await host.call<{ items: { id: string; subject: string }[] }>('GET', `/moderation/flags?group=${group}`)
    const flag = flags.items.find(one => one.subject === made.id)!
    await host.call('POST', `/moderation/flags/${flag.id}/decide`, {
      decision: newId('dcn'),
      action: 'keep',
      reason: 'other',
      words: '没有剧透',
    })
    const list = await other.call<Page>('GET', `/groups/${group}/posts?limit=2`)
    expect(list.items.map(one => one.id)).toEqual([made.id, after.id])
    expect(await events()).toBe(1)
    await until(() => live.messages().some(one => JSON.stringify(one).includes(made.id)), 'told')
    live.close()
  })

  test('taken off by a decision: gone for others, its author sees why it is; counts follow', async () => {
    const made = await post(fan, group, 'bad')
    const said = await comment(other, made.id, 'worse')
    await fan.call('POST', '/moderation/reports', { kind: 'comment', subject: said.id, reason: 'other', words: 'rude' })
    const flags = await host.call<{ items: { id: string; subject: string }[] }>('GET', `/moderation/flags?group=${group}`)
    const flag = flags.items.find(one => one.subject === said.id)!
    await host.call('POST', `/moderation/flags/${flag.id}/decide`, {
      decision: newId('dcn'),
      action: 'hide',
      reason: 'other',
      words: '无礼',
    })
    expect(await read(fan, made.id)).toMatchObject({ comments: 0 })
    expect(await code(fan.call('GET', `/comments/${said.id}`))).toBe('not_found')
    expect(await other.call('GET', `/comments/${said.id}`)).toMatchObject({ hidden: 'hidden', text: 'worse' })
    expect(await code(comment(fan, made.id, 'below it', { parent: said.id }))).toBe('not_found')
    expect((await Promise.all(checks.map(check => check.run(planet.db.read)))).flat()).toEqual([])
  })

  test('who is banned from a group writes, reacts and votes no more', async () => {
    const poll = { id: newId('pll'), options: ['a', 'b'], minutes: 60 }
    const made = await post(host, group, 'poll', { poll })
    await host.call('POST', '/moderation/bans', { ban: newId('ban'), group, person: other.id, reason: 'other', words: '多次无礼', days: 7 })
    for (const call of [
      () => post(other, group, 'again'),
      () => comment(other, made.id, 'again'),
      () => other.call('PUT', `/posts/${made.id}/reaction`, { kind: 'heart' }),
      () => other.call('PUT', `/posts/${made.id}/vote`, { options: [1] }),
    ])
      expect(await code(call())).toBe('banned')
    expect((await other.call<Page>('GET', '/feed')).items.filter(one => one.group?.id === group)).toEqual([])
  })
})

test('popular: what found response in public places, renewed by a job', async () => {
  const inside = await makeGroup(planet, host, [fan], { visibility: 'members' })
  const [open, secret] = [await post(host, group, 'liked'), await post(host, inside, 'liked inside')]
  for (const one of [open, secret]) await fan.call('PUT', `/posts/${one.id}/reaction`, { kind: 'fire' })
  await startFeedWork(planet.db)
  const found = await until(async () => {
    const { items } = await planet.stranger.call<Page>('GET', '/feed/popular')
    return items.some(one => one.id === open.id) ? items : undefined
  }, 'what is popular')
  expect(found.map(one => one.id)).not.toContain(secret.id)
})
