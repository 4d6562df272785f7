/** The sound of a track for whoever may hear it. */
import type { FastifyReply } from 'fastify'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { catalogue } from '../../shared/catalogue.ts'
import { fault } from '../../shared/faults.ts'
import type { Read } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { streamUrlFor, waveform } from '../media/index.ts'
import { playableOf } from './show.ts'
import { readSound } from './store.ts'

type Entries = typeof catalogue.entries

/**
 * Redirects to a signed address, where seeking is cheap; a caller that asks for JSON gets the address itself. The preview for those who may hear no more.
 * Faults: `not_playable` (no streaming, or the file cannot be played), `not_ready` with Retry-After while it is being prepared.
 */
export async function streamTrack(
  context: StreamContext,
  viewer: Viewer | null,
  input: InputOf<Entries['GET /tracks/:id/stream']['input']>,
): Promise<{ url: string } | FastifyReply> {
  const { read, reply, request, config } = context
  const sound = await readSound(read, viewer, input.id)
  if (sound === undefined) throw fault('not_found')
  const playable = playableOf(sound)
  if (playable === 'no') throw fault('forbidden', 'not_playable')
  if (sound.state === 'failed') throw fault('unprocessable', 'not_playable')
  const preview = playable === 'preview' || input.part === 'preview'
  const address =
    sound.asset === null
      ? undefined
      : await streamUrlFor(read, config, sound.asset, viewer?.id ?? null, { preview, quality: input.quality, opus: input.codec === 'opus' })
  if (address === undefined) throw fault('unavailable', 'not_ready', { retryAfterSeconds: 5 })
  reply.header('cache-control', 'private, no-store').header('vary', 'accept')
  if (request.headers.accept?.includes('application/json')) return { url: address.url }
  return reply.redirect(address.url, 302)
}

/** 1,800 peaks of a track the viewer may see. */
export async function getWaveform(
  db: Read,
  viewer: Viewer | null,
  { id }: InputOf<Entries['GET /tracks/:id/waveform']['input']>,
): Promise<Decoded<Entries['GET /tracks/:id/waveform']['ok']>> {
  const sound = await readSound(db, viewer, id)
  if (sound === undefined) throw fault('not_found')
  const peaks = sound.asset === null ? undefined : await waveform(db, sound.asset)
  if (peaks === undefined) throw fault('unavailable', 'not_ready', { retryAfterSeconds: 5 })
  return { peaks: [...peaks] }
}
