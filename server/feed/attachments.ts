/** Pictures and clips for posts: made of uploads by the media room, kept as their person's until they post them. */
import type { FastifyReply } from 'fastify'
import { fault } from '../../shared/faults.ts'
import { mostClipMs } from '../../shared/feed-shapes.ts'
import { clock } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import { enqueue } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import {
  dropUpload,
  engine,
  MediaRefused,
  storeAudio,
  storePicture,
  streamUrlFor,
  uploadedFile,
  uploadFailed,
  uploadStored,
} from '../media/index.ts'
import type { Input } from './lists.ts'
import { seePost } from './places.ts'
import { showClips, showPicture, type Ok } from './showing.ts'
import { readImages } from './store.ts'
import { attachmentOf, countAttachments, insertAttachment, ownAttachments } from './store-beside.ts'

/** Of one person on one day. */
const mostADay = 300
const dayMs = 86_400_000

/** Makes something of an upload of the viewer, once: `make` gives the asset. */
async function attach(
  { write, db: { write: read }, config, log }: StreamContext,
  viewer: Viewer,
  upload: string,
  kind: 'picture' | 'clip',
  make: (path: string, name: string) => Promise<string>,
): Promise<string> {
  const at = clock.now()
  const ready = await write(async tx => {
    const before = await attachmentOf(tx, viewer.id, upload)
    if (before !== undefined) {
      if (before.kind !== kind) throw fault('not_found')
      return { asset: before.asset }
    }
    if ((await countAttachments(tx, viewer.id, new Date(at.getTime() - dayMs))) >= mostADay)
      throw fault('limited', 'too_many_files', { retryAfterSeconds: 3600 })
    return { file: await uploadedFile(tx, config, viewer.id, upload) }
  })
  if (ready.asset !== undefined) return ready.asset
  const { path, name } = ready.file
  try {
    const asset = await make(path, name)
    await write(async tx => {
      await insertAttachment(tx, { asset, person: viewer.id, kind, upload, at })
      await uploadStored(tx, upload, asset)
    })
    await dropUpload(config, upload)
    return asset
  } catch (error) {
    if (!(error instanceof MediaRefused)) throw error
    // Somebody asked twice at once, and the other one took the file.
    const before = await attachmentOf(read, viewer.id, upload)
    if (before !== undefined) return before.asset
    log.info({ reason: error.code, kind }, 'feed: a file was refused')
    await write(tx => uploadFailed(tx, upload, error.message))
    await dropUpload(config, upload)
    if (error.code === 'too_large') throw fault('too_large')
    throw fault('unprocessable', kind === 'picture' ? 'picture_refused' : error.code === 'too_long' ? 'clip_too_long' : 'clip_refused')
  }
}

export async function addPicture(
  context: StreamContext,
  viewer: Viewer,
  input: Input<'POST /posts/pictures'>,
): Promise<Ok<'POST /posts/pictures'>> {
  const asset = await attach(
    context,
    viewer,
    input.upload,
    'picture',
    async (path, name) => (await storePicture(context.write, path, name)).asset,
  )
  const image = (await readImages(context.db.write, [asset])).get(asset)
  if (image === undefined) throw fault('not_found')
  return showPicture(image, '')
}

export async function addClip(context: StreamContext, viewer: Viewer, input: Input<'POST /posts/clips'>): Promise<Ok<'POST /posts/clips'>> {
  const asset = await attach(context, viewer, input.upload, 'clip', async (path, name) => {
    const inspection = await engine().inspect(path)
    // What a file says of its length may be missing or wrong: decoding it tells.
    const lengthMs = inspection.durationMs ?? (await engine().analyse(path)).durationMs
    if (lengthMs > mostClipMs + 1000) throw new MediaRefused('too_long', 'a clip of more than five minutes')
    return (await storeAudio(context.write, path, { name, inspection })).asset
  })
  return (await showClips(context.db.write, [{ asset, url: null }])).get(asset)!
}

/** Only what the same person made as a picture, or as a clip, stands in what they post. */
export async function allowAttached(tx: Tx, viewer: Viewer, pictures: readonly { id: string }[], clip: string | null): Promise<void> {
  const ids = pictures.map(one => one.id)
  const own = await ownAttachments(tx, viewer.id, 'picture', ids)
  if (new Set(ids).size !== ids.length || ids.some(id => !own.has(id))) throw fault('unprocessable', 'attachment_unknown')
  if (clip !== null && !(await ownAttachments(tx, viewer.id, 'clip', [clip])).has(clip)) throw fault('unprocessable', 'attachment_unknown')
}

/** The sound of a post's clip, for whoever sees the post. Never the file as it came: that may say more than it sounds. */
export async function streamClip(
  { read, reply, request, config }: StreamContext,
  viewer: Viewer | null,
  input: Input<'GET /posts/:id/clip'>,
): Promise<{ url: string } | FastifyReply> {
  const { post } = await seePost(read, viewer, input.id)
  if (post.clip === null) throw fault('not_found')
  const address = await streamUrlFor(read, config, post.clip, viewer?.id ?? null)
  if (address === undefined || address.rendition === 'original') throw fault('unavailable', 'not_ready', { retryAfterSeconds: 5 })
  reply.header('cache-control', 'private, no-store').header('vary', 'accept')
  if (request.headers.accept?.includes('application/json')) return { url: address.url }
  return reply.redirect(address.url, 302)
}

const lookAgainMs = 3000
/** Asks again and again, for ten minutes, whether the clip of a post sounds now: its open pages are told then. */
export const waitForClip = (tx: Tx, post: string, round = 0): Promise<void> =>
  enqueue(
    tx,
    'feed.clip',
    { post, round },
    { key: `feed.clip:${post}`, runAt: new Date(clock.now().getTime() + lookAgainMs), maxAttempts: 3 },
  )
