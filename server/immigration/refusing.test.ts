/** Hostile and broken archives, strangers, repeats and what is too late. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clock, newId } from '../foundation/clock.ts'
import { until } from '../foundation/testing.ts'
import { begin, closeWorld, openWorld, pieces, settled, upload, zip, type State, type World } from './archives.testing.ts'

let { planet, ann, ben, page } = {} as World
beforeAll(async () => {
  ;({ planet, ann, ben, page } = await openWorld())
})
afterAll(closeWorld)

test('hostile and broken archives end with a sentence and leave nothing behind', async () => {
  const bomb = await zip({ 'a.json': '[' + '0,'.repeat(60_000_000) + '0]' })
  expect(bomb.length).toBeLessThan(2_000_000)
  expect((await begin(ann, { 'bomb.zip': bomb })).problem).toMatchObject({ code: 'zip_too_large' })
  expect((await begin(ann, { 'half.zip': (await zip({ 'a.csv': 'x' })).subarray(0, 60) })).problem).toMatchObject({ code: 'zip_broken' })
  expect((await begin(ann, { 'x.json': '{"nothing": true}' })).problem).toMatchObject({ code: 'nothing_found' })
  // A name that climbs out is only a name: the file lies as a number in a folder of ours.
  const evil = Buffer.from(await zip({ 'AA/AA/x.csv': 'album,title,artist,isrc\nEvil,Song,Ann and the Tide,\n' }))
  const climbing = Buffer.from(evil.toString('latin1').replaceAll('AA/AA/x.csv', '../../x.csv'), 'latin1')
  const state = await begin(ann, { 'evil.zip': climbing }, { page })
  if (state.state === 'ready') await ann.call('POST', `/immigrations/${state.id}/discard`, {})
  else expect(state.problem).toMatchObject({ code: 'zip_broken' })
  expect(execFileSync('find', [planet.home, '-name', 'x.csv']).toString()).toBe('')
  // Sound that is none fails by itself; the rest comes in.
  const mixed = await begin(
    ann,
    { 'c.csv': 'album,title,artist,file,upc\nMixed,Song,Ann and the Tide,bad.flac,\n', 'bad.flac': 'this is no sound at all, not at all' },
    { page },
  )
  await ann.call('POST', `/immigrations/${mixed.id}/apply`, {})
  await settled(ann, mixed.id, 'applied')
  expect((await pieces(ann, mixed.id))[0]).toMatchObject({ result: 'done', notes: [{ code: 'file_refused' }] })
  await ann.call('POST', `/immigrations/${mixed.id}/undo`, {})
  await settled(ann, mixed.id, 'undone')
  await until(
    () =>
      execFileSync('find', [join(planet.home, 'immigration'), '-type', 'f'])
        .toString()
        .trim() === '',
    'folders to be emptied',
  )
})

test('values that no release can have hold up nothing: what cannot come in says so, the rest is there and the next archive can begin', async () => {
  const song = (title: string, more: object = {}) => ({ title, disc: 1, number: 1, artists: [], ...more })
  const release = (title: string, more: object) => ({
    title,
    kind: 'single',
    artists: [{ name: 'Ann and the Tide' }],
    releasedOn: '2020-02-31',
    genre: null,
    tracks: [song(title)],
    ...more,
  })
  const releases = [
    release('No code', { upc: 'none' }),
    release('Nobody', { credits: [{ role: 'composer', name: '' }], artists: [{ name: '' }, { name: 'Ann and the Tide' }] }),
    release('Good', {}),
  ]
  const strange = await begin(
    ann,
    {
      'a.json': JSON.stringify({ format: 'planet-catalogue', releases }),
      'b.csv': 'album,title,artist,disc,number,isrc\nDiscs,One,Ann and the Tide,5000,9999,\nDiscs,Two,Ann and the Tide,5000,9999,\n',
    },
    { page },
  )
  await ann.call('POST', `/immigrations/${strange.id}/apply`, {})
  const over = await settled(ann, strange.id, 'applied')
  expect(over.progress).toMatchObject({ done: 4, failed: 0, of: 4 })
  expect((await begin(ann, { 'c.json': '{"nothing": true}' })).problem).toMatchObject({ code: 'nothing_found' })
})

test('one at a time; another’s uploads and pages are not found; thirty days and no more', async () => {
  const mine = await upload(ann, 'a.csv', Buffer.from('album,title,artist,isrc\nA,B,Ann and the Tide,\n'))
  const theirs = await upload(ben, 'b.csv', Buffer.from('album,title,artist,isrc\nA,B,C,\n'))
  await expect(ann.call('POST', '/immigrations', { id: newId('imm'), uploads: [mine, theirs] })).rejects.toMatchObject({ status: 404 })
  await expect(ben.call('POST', '/immigrations', { id: newId('imm'), page, uploads: [theirs] })).rejects.toMatchObject({ status: 403 })
  expect(
    (await planet.stranger.fetch('/api/v1/immigrations', { method: 'POST', json: { id: newId('imm'), uploads: [mine] } })).status,
  ).toBe(401)
  const id = newId('imm')
  const both = await Promise.allSettled([
    ann.call('POST', '/immigrations', { id, page, uploads: [mine] }),
    ann.call('POST', '/immigrations', { id: newId('imm'), page, uploads: [mine] }),
  ])
  expect(both.filter(one => one.status === 'fulfilled')).toHaveLength(1)
  const done = both[0]!.status === 'fulfilled' ? id : (both[1] as unknown as PromiseFulfilledResult<State>).value.id
  await expect(ben.call('POST', '/immigrations', { id: done, uploads: [theirs] })).rejects.toMatchObject({ status: 409 })
  await settled(ann, done, 'ready')
  await ann.call('POST', `/immigrations/${done}/apply`, {})
  await settled(ann, done, 'applied')
  await planet.db.pool.query(`update immigration.archive set applied_at = $2 where id = $1`, [
    done,
    new Date(clock.now().getTime() - 31 * 86_400_000),
  ])
  await expect(ann.call('POST', `/immigrations/${done}/undo`, {})).rejects.toMatchObject({ status: 409, problem: { code: 'undo_over' } })
})
