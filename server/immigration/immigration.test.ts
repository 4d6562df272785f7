/** Moving in and taking out, through the door: dry run, apply, undo. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../foundation/testing.ts'
import { begin, closeWorld, count, of, openWorld, pieces, settled, zip, type World } from './archives.testing.ts'

let { planet, workshop, ann, ben, page, work } = {} as World
beforeAll(async () => {
  ;({ planet, workshop, ann, ben, page, work } = await openWorld())
})
afterAll(closeWorld)

test('a catalogue with its files: dry run changes nothing, applied it is there as drafts, undone it is gone', async () => {
  const folder = workshop.newFolder()
  const one = readFileSync(await workshop.song(join(folder, 'one.flac'), 0, {}))
  const two = readFileSync(await workshop.song(join(folder, 'two.flac'), 1, {}))
  const loose = readFileSync(
    await workshop.song(join(folder, 'loose.flac'), 2, { title: 'Loose', artist: 'Ann and the Tide', album: 'Left over' }),
  )
  const csv = [
    'album,title,artist,number,isrc,upc,date,genre,composer,lyricist,file',
    'Harbour,First light,Ann and the Tide,1,USRC17607839,0123456789012,2024-05-01,Folk,Mei Lin,Jo,music/one.flac',
    'Harbour,Second wind,Ann and the Tide; Guest,2,not-an-isrc,,,Folk,Mei Lin;Bo,,two.flac',
    'Harbour,Planned,Ann and the Tide,3,,,,,,,',
    ',,,,,,,,,,',
  ].join('\n')
  const bytes = await zip({
    'catalogue.csv': csv,
    'music/one.flac': one,
    'music/two.flac': two,
    'extra/loose.flac': loose,
    '__MACOSX/._x': 'x',
    'notes.pages': 'what?',
  })
  const ready = await begin(ann, { 'archive.zip': bytes }, { page })
  expect(ready).toMatchObject({ state: 'ready', formats: ['catalogue', 'folder'] })
  const [release, files, strange] = await pieces(ann, ready.id)
  expect(release).toMatchObject({ kind: 'release', title: 'Harbour', outcome: 'partly', count: 3, usable: 3, take: true })
  expect(release!.notes.map(note => note.code)).toEqual(['line'])
  expect(release!.notes[0]!.text).toBe('3: isrc not-an-isrc')
  expect(files).toMatchObject({ kind: 'files', outcome: 'new', count: 1 })
  expect(strange).toMatchObject({ kind: 'files', outcome: 'refused', take: false })
  // A dry run is dry.
  expect(await count('catalogue.release')).toBe(0)
  // Others see nothing of it and do nothing with it.
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/pieces'],
    ['POST', '/apply'],
    ['POST', '/undo'],
    ['POST', '/discard'],
  ])
    await expect(ben.call(method!, `/immigrations/${ready.id}${path}`, method === 'GET' ? undefined : {})).rejects.toMatchObject({
      status: 404,
    })
  await expect(ann.call('POST', `/immigrations/${ready.id}/undo`, {})).rejects.toMatchObject({ status: 409 })

  // Pressed five times it is applied once.
  await Promise.all(Array.from({ length: 5 }, () => ann.call('POST', `/immigrations/${ready.id}/apply`, {})))
  const applied = await settled(ann, ready.id, 'applied')
  expect(applied.progress).toEqual({ done: 2, failed: 0, of: 2 })
  const { items } = await ann.call<{ items: { id: string; title: string; visibility: string; trackCount: number; releasedOn: string }[] }>(
    'GET',
    '/me/releases',
  )
  expect(items.map(item => [item.title, item.visibility, item.trackCount]).sort()).toEqual([
    ['Harbour', 'draft', 3],
    ['Left over', 'draft', 1],
  ])
  const harbour = items.find(item => item.title === 'Harbour')!
  expect(harbour.releasedOn).toBe('2024-05-01')
  const whole = await ann.call<{
    tracks: { title: string; durationMs: number; artists: { name: string }[] }[]
    credits: { name: string; role: string }[]
    upc: string
  }>('GET', `/releases/${harbour.id}`)
  expect(whole.upc).toBe('0123456789012')
  expect(whole.tracks.map(track => track.artists.map(artist => artist.name))).toEqual([
    ['Ann and the Tide'],
    ['Ann and the Tide', 'Guest'],
    ['Ann and the Tide'],
  ])
  expect(whole.tracks[0]!.durationMs).toBeGreaterThan(900)
  expect((await planet.stranger.fetch(`/api/v1/releases/${harbour.id}`)).status).toBe(404)

  // The same archive once more: all is here.
  const again = await begin(ann, { 'catalogue.csv': csv }, { page })
  expect(of(again, 'release', 'duplicate')).toBe(1)
  await ann.call('POST', `/immigrations/${again.id}/discard`, {})

  await Promise.all(Array.from({ length: 3 }, () => ann.call('POST', `/immigrations/${ready.id}/undo`, {})))
  const undone = await settled(ann, ready.id, 'undone')
  expect(undone.state).toBe('undone')
  expect(await count('catalogue.release')).toBe(0)
  expect(await count('catalogue.recording')).toBe(0)
  expect(await count('catalogue.work')).toBe(0)
  expect((await pieces(ann, ready.id, '&outcome=partly'))[0]).toMatchObject({ result: 'undone' })
})

test('what was heard or is for sale stays when an archive is undone, and says so', async () => {
  const ready = await begin(
    ann,
    { 'catalogue.csv': 'album,title,artist,upc\nKept,Song,Ann and the Tide,\nGone,Other,Ann and the Tide,\n' },
    { page },
  )
  await ann.call('POST', `/immigrations/${ready.id}/apply`, {})
  await settled(ann, ready.id, 'applied')
  const { items } = await ann.call<{ items: { id: string; title: string }[] }>('GET', '/me/releases')
  const kept = items.find(item => item.title === 'Kept')!
  await planet.db.pool.query(
    `insert into listening.track_count (track, plays, plays30d) select id, 3, 3 from catalogue.track where release = $1`,
    [kept.id],
  )
  await ann.call('POST', `/immigrations/${ready.id}/undo`, {})
  await settled(ann, ready.id, 'undone')
  const after = await pieces(ann, ready.id)
  expect(after.map(piece => [piece.title, piece.result, piece.notes.at(-1)?.code]).sort()).toEqual([
    ['Gone', 'undone', 'no_sound'],
    ['Kept', 'left', 'left_heard'],
  ])
  expect((await ann.call<{ items: { title: string }[] }>('GET', '/me/releases')).items.map(item => item.title)).toEqual(['Kept'])
  await planet.db.pool.query('delete from listening.track_count')
})

test('a listener’s archive: playlists, favourites, artists and years of listening come along, matched to what is here', async () => {
  // Music that is here: public and in the index.
  const music = await begin(ben, { 'catalogue.csv': 'album,title,artist,upc\nShore,Driftwood,Sea Folk,\nShore,Anchor,Sea Folk,\n' })
  await ben.call('POST', `/immigrations/${music.id}/apply`, {})
  await settled(ben, music.id, 'applied')
  const { items } = await ben.call<{ items: { id: string }[] }>('GET', '/me/releases')
  const shore = items[0]!.id
  await ben.call('PATCH', `/releases/${shore}`, { visibility: 'public' })
  await until(async () => (await planet.stranger.call<{ tracks: unknown[] }>('GET', '/search?q=driftwood')).tracks.length > 0, 'the index')

  const spotify = {
    'Spotify/Playlist1.json': JSON.stringify({
      playlists: [
        {
          name: 'By the sea',
          description: 'salt',
          items: [
            { track: { trackName: 'Driftwood', artistName: 'Sea Folk', albumName: 'Shore' } },
            { track: { trackName: 'Nowhere song', artistName: 'Nobody', albumName: 'None' } },
            { track: null },
          ],
        },
      ],
    }),
    'Spotify/YourLibrary.json': JSON.stringify({
      tracks: [
        { track: 'Anchor', artist: 'Sea Folk', album: 'Shore' },
        { track: 'Not here', artist: 'Nobody', album: 'x' },
      ],
      albums: [{ album: 'Shore', artist: 'Sea Folk' }],
      artists: [{ name: 'Sea Folk' }, { name: 'Unknown' }],
    }),
    'Spotify/StreamingHistory_music_0.json': JSON.stringify([
      { endTime: '2021-03-04 10:00', artistName: 'Sea Folk', trackName: 'Driftwood', msPlayed: 180_000 },
      { endTime: '2021-03-04 10:00', artistName: 'Sea Folk', trackName: 'Skipped', msPlayed: 3000 },
      { endTime: '2021-03-05 10:00', artistName: 'Nobody', trackName: 'Elsewhere', msPlayed: 180_000 },
      { endTime: 'never', artistName: 'Nobody', trackName: 'Broken', msPlayed: 180_000 },
    ]),
    'mix.m3u8': '#EXTM3U\n#EXTINF:180,Sea Folk - Anchor\n../../etc/passwd\n',
  }
  const ready = await begin(ann, { 'my_data.zip': await zip(spotify) })
  expect(ready.state).toBe('ready')
  const found = await pieces(ann, ready.id)
  const told = (kind: string) => found.filter(piece => piece.kind === kind).map(piece => [piece.title, piece.outcome, piece.usable])
  expect(told('playlist').sort()).toEqual([
    ['By the sea', 'partly', 1],
    ['mix', 'new', 1],
  ])
  expect(told('favourite')).toEqual([
    ['Anchor', 'new', 1],
    ['Not here', 'missing', 0],
    ['Shore', 'new', 1],
  ])
  expect(told('follow')).toEqual([
    ['Sea Folk', 'new', 1],
    ['Unknown', 'missing', 0],
  ])
  expect(found.find(piece => piece.kind === 'plays')).toMatchObject({ count: 2, notes: [{ code: 'skipped', text: '2' }] })
  // One leaves the follow out.
  await ann.call('PATCH', `/immigrations/${ready.id}/pieces`, { kind: 'follow', take: false })
  await ann.call('POST', `/immigrations/${ready.id}/apply`, {})
  const applied = await settled(ann, ready.id, 'applied')
  expect(applied.progress.failed).toBe(0)
  const lists = await ann.call<{ items: { id: string; name: string; entries: number }[] }>('GET', '/me/playlists')
  expect(lists.items.map(list => [list.name, list.entries]).sort()).toEqual([
    ['By the sea', 2],
    ['mix', 1],
  ])
  expect((await ann.call<{ items: { title: string }[] }>('GET', '/me/favourites')).items.map(item => item.title)).toEqual(['Anchor'])
  expect((await ann.call<{ items: unknown[] }>('GET', '/me/follows')).items).toEqual([])
  expect(await count(`scrobbles.listen where person = '${ann.id}'`)).toBe(2)
  expect(await count(`listening.play where person = '${ann.id}' and not counted and via = 'outside'`)).toBe(1)

  // One playlist was changed by hand since: it stays.
  const changed = lists.items.find(list => list.name === 'By the sea')!
  await ann.call('PATCH', `/playlists/${changed.id}`, { name: 'By the sea, mine' })
  await ann.call('POST', `/immigrations/${ready.id}/undo`, {})
  await settled(ann, ready.id, 'undone')
  expect((await ann.call<{ items: { name: string }[] }>('GET', '/me/playlists')).items.map(list => list.name)).toEqual(['By the sea, mine'])
  expect((await ann.call<{ items: unknown[] }>('GET', '/me/favourites')).items).toEqual([])
  expect(await count(`scrobbles.listen where person = '${ann.id}'`)).toBe(0)
  expect(await count(`listening.play where person = '${ann.id}'`)).toBe(0)
})

test('what one liked and followed before an archive came is still there when it is undone', async () => {
  const shore = (await ben.call<{ items: { id: string; title: string }[] }>('GET', '/me/releases')).items.find(
    one => one.title === 'Shore',
  )!
  const whole = await ann.call<{ artists: { id: string }[]; tracks: { id: string; title: string }[] }>('GET', `/releases/${shore.id}`)
  const artist = whole.artists[0]!.id
  const anchor = whole.tracks.find(track => track.title === 'Anchor')!.id
  const library = JSON.stringify({
    tracks: [{ track: 'Anchor', artist: 'Sea Folk', album: 'Shore' }],
    albums: [{ album: 'Shore', artist: 'Sea Folk' }],
    artists: [{ name: 'Sea Folk' }],
  })
  const early = await begin(ann, { 'YourLibrary.json': library })
  // Looked through, and then done by hand before it is applied.
  for (const id of [shore.id, anchor]) await ann.call('PUT', `/me/favourites/${id}`, {})
  await ann.call('POST', `/pages/${artist}/follow`, {})
  await ann.call('POST', `/immigrations/${early.id}/apply`, {})
  expect((await settled(ann, early.id, 'applied')).progress).toEqual({ done: 3, failed: 0, of: 3 })
  // Another look finds all of it here.
  const late = await begin(ann, { 'YourLibrary.json': library })
  expect((await pieces(ann, late.id)).map(piece => [piece.kind, piece.outcome, piece.take])).toEqual([
    ['favourite', 'duplicate', false],
    ['favourite', 'duplicate', false],
    ['follow', 'duplicate', false],
  ])
  await ann.call('POST', `/immigrations/${late.id}/discard`, {})
  await ann.call('POST', `/immigrations/${early.id}/undo`, {})
  await settled(ann, early.id, 'undone')
  const kept = async (path: string): Promise<number> => (await ann.call<{ items: unknown[] }>('GET', path)).items.length
  expect([await kept('/me/favourites'), await kept('/me/favourites/releases'), await kept('/me/follows')]).toEqual([1, 1, 1])
})

test('an archive with text that was cut inside a sign is read like any other', async () => {
  const wave = '\u{1f30a}'
  const ready = await begin(ann, {
    'Playlist9.json': JSON.stringify({
      playlists: [
        {
          name: 'Cut',
          description: `${'s'.repeat(1999)}${wave}`,
          items: [{ track: { trackName: `Half ${wave.slice(0, 1)}`, artistName: String.raw`C:\u0000`, albumName: 'a\0b' } }],
        },
      ],
    }),
  })
  expect(ready.state).toBe('ready')
  expect((await pieces(ann, ready.id)).map(piece => [piece.title, piece.outcome])).toEqual([['Cut', 'missing']])
  await ann.call('POST', `/immigrations/${ready.id}/discard`, {})
})

test('followers from elsewhere are asked when they are here; nobody follows unasked and no address is kept', async () => {
  const fan = await planet.signUp('Fan')
  const csv = `email,name\n${fan.email.toUpperCase()},Fan\nsomebody@else.example,Else\nno address,Broken\n`
  const ready = await begin(ann, { 'followers.csv': csv }, { page })
  expect((await pieces(ann, ready.id))[0]).toMatchObject({ kind: 'followers', count: 2, notes: [{ code: 'skipped', text: '1' }] })
  await ann.call('POST', `/immigrations/${ready.id}/apply`, {})
  await settled(ann, ready.id, 'applied')
  const asked = await fan.call<{ items: { page: string; name: string }[] }>('GET', '/me/invitations')
  expect(asked.items).toMatchObject([{ page, name: 'Ann and the Tide' }])
  expect((await ben.call<{ items: unknown[] }>('GET', '/me/invitations')).items).toEqual([])
  // Nor does someone who buys without an account and gives this address.
  const typed = await planet.stranger.fetch('/api/v1/checkout/guest', { method: 'POST', json: { email: fan.email } })
  const headers = { cookie: typed.headers.getSetCookie()[0]!.split(';')[0]! }
  expect(await (await planet.stranger.fetch('/api/v1/me/invitations', { headers })).json()).toEqual({ items: [] })
  await expect(ben.call('POST', `/me/invitations/${page}`, { accept: true })).rejects.toMatchObject({ status: 404 })
  expect(await count(`people.follow where page = '${page}'`)).toBe(0)
  const answers = await Promise.allSettled(Array.from({ length: 4 }, () => fan.call('POST', `/me/invitations/${page}`, { accept: true })))
  expect(answers.filter(answer => answer.status === 'fulfilled')).toHaveLength(1)
  expect(await count(`people.follow where page = '${page}'`)).toBe(1)
  const { rows } = await planet.db.pool.query<{ text: string }>(
    `select string_agg(i::text, '') || (select string_agg(p::text, '') from immigration.piece p) as text from immigration.invitation i`,
  )
  expect(rows[0]!.text).not.toContain('somebody@else')
  // Undone, those who did not answer are not asked any more.
  await ann.call('POST', `/immigrations/${ready.id}/undo`, {})
  await settled(ann, ready.id, 'undone')
  expect(await count('immigration.invitation where answered_at is null')).toBe(0)
})

test('an export holds what one owns, reads back as an archive, and is nobody else’s', async () => {
  const { pool } = planet.db
  await ann.call('POST', '/me/listens', {
    listens: [{ listened_at: 1_600_000_000, track_metadata: { artist_name: 'Nobody', track_name: 'Heard elsewhere' } }],
  })
  const answer = await ann.fetch('/api/v1/me/export?music=true')
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/zip')
  const file = join(work, 'export.zip')
  const bytes = Buffer.from(await answer.arrayBuffer())
  writeFileSync(file, bytes)
  const listed = execFileSync(process.execPath, ['e2e/unzip.ts', file, join(work, 'out')]).toString()
  expect(listed).toBeDefined()
  const read = (name: string) => readFileSync(join(work, 'out', name), 'utf8')
  expect(JSON.parse(read('planet.json'))).toMatchObject({ format: 'planet-archive', version: 1, person: { id: ann.id } })
  expect(JSON.parse(read('account/account.json'))).toMatchObject({ me: { email: ann.email } })
  const catalogue = JSON.parse(read('music/catalogue.json')) as { releases: { title: string }[] }
  expect(catalogue.releases.map(release => release.title)).toContain('Kept')
  expect(read('playlists/By the sea, mine.jspf')).toContain('Driftwood')
  // What no track here is known for was heard all the same.
  expect(read('library/plays.jsonl')).toContain('Heard elsewhere')
  for (const name of ['tickets-to-come', 'tickets-past', 'gift-cards', 'vouchers', 'memberships', 'returns', 'reviews', 'invoices'])
    expect(read(`money/${name}.jsonl`)).toBe('')
  expect([read('music/lyrics-proposed.jsonl'), read('account/reports.jsonl')]).toEqual(['', ''])
  const all = execFileSync('cat', [file]).toString('latin1')
  expect(all).not.toContain(ben.email)
  expect((await planet.stranger.fetch('/api/v1/me/export')).status).toBe(401)
  // What was taken out moves in elsewhere: Ben reads Ann's archive as his own.
  const moved = await begin(ben, { 'export.zip': bytes })
  expect(moved.formats).toContain('planet')
  expect(of(moved, 'playlist', 'partly') + of(moved, 'playlist', 'new')).toBe(1)
  expect(
    (await pool.query('select 1 from immigration.piece where archive = $1 and kind = $2', [moved.id, 'release'])).rowCount,
  ).toBeGreaterThan(0)
  await ben.call('POST', `/immigrations/${moved.id}/discard`, {})
})
