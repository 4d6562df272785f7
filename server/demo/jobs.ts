/** The demo world's background work: covers, sound, and some months of plays and sales. Each can run twice. */
import { dirname, join } from 'node:path'
import { rm } from 'node:fs/promises'
import { attachAudio, attachCover } from '../catalogue/index.ts'
import { coverSvg, renderTrackFile } from '../composer/index.ts'
import { enqueue, type JobContext, type Jobs } from '../foundation/jobs.ts'
import { later } from '../foundation/later.ts'
import { storeAudio, storeImage } from '../media/index.ts'
import { reconcilePast } from './books.ts'
import { makeGroups, readOld } from './groups.ts'
import { makeHistory } from './history.ts'
import { makeClaims, makeLyrics } from './lyrics.ts'
import { makeLists } from './playlists.ts'
import { makeSales } from './sales.ts'
import { worldState } from './world.ts'

const sharp = later<typeof import('sharp').default>('sharp')

async function cover({ read, write }: JobContext, { release }: { release: string }): Promise<void> {
  const world = await worldState(read)
  const id = world?.releases[release]
  if (id === undefined) return
  // Pictures of others are never read as SVG; this one is ours.
  const png = await sharp()(Buffer.from(coverSvg(release)))
    .png()
    .toBuffer()
  const { asset } = await storeImage(write, png, `${release}.png`)
  await write(tx => attachCover(tx, id, asset))
}

async function render({ read, write, config, signal }: JobContext, { track }: { track: string }): Promise<void> {
  const world = await worldState(read)
  const id = world?.tracks[track]
  if (id === undefined) return
  const path = await renderTrackFile(track, join(config.home, 'demo'), { signal })
  const { asset } = await storeAudio(write, path, { name: path.split('/').at(-1)! })
  await write(tx => attachAudio(tx, id, asset))
  // One track is rendered at a time: its folder holds nothing else that is waited for.
  await rm(dirname(path), { recursive: true, force: true })
}

async function history({ db, read, log }: JobContext): Promise<void> {
  const world = await worldState(read)
  if (world === undefined) return
  await makeLists(db, world)
  await makeLyrics(db, world)
  await makeClaims(db, world)
  await makeHistory(db, world, log)
  await db.transaction(tx => enqueue(tx, 'demo.groups', {}, { key: 'demo.groups', maxAttempts: 4 }))
}

async function groups(context: JobContext): Promise<void> {
  const world = await worldState(context.read)
  if (world === undefined) return
  await makeGroups(context, world)
  await context.db.transaction(tx => enqueue(tx, 'demo.sales', {}, { key: 'demo.sales', maxAttempts: 3 }))
}

async function sales(context: JobContext): Promise<void> {
  const world = await worldState(context.read)
  if (world === undefined) return
  await makeSales(context, world)
  await context.db.transaction(tx => enqueue(tx, 'demo.books', {}, { key: 'demo.books', maxAttempts: 3 }))
}

/** Once its past is there. */
async function books(context: JobContext): Promise<void> {
  const world = await worldState(context.read)
  if (world === undefined) return
  await reconcilePast(context, world, 150)
  await readOld(context.db, world)
}

export const jobs: Jobs = {
  'demo.cover': cover,
  'demo.render': render,
  'demo.history': history,
  'demo.groups': groups,
  'demo.sales': sales,
  'demo.books': books,
}
