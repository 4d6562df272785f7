/** The door of media. */
import type { FastifyInstance } from 'fastify'
import type { Db } from '../foundation/db.ts'
import type { Http } from '../foundation/http.ts'
import { enqueue } from '../foundation/jobs.ts'
import { mountServing } from './serving.ts'
import { mountUploads } from './uploads.ts'

export { routes } from './routes.ts'
export { jobs } from './jobs.ts'
export { MediaRefused } from './engine/protocol.ts'
export type {
  Analysis,
  ConvertFormat,
  CoverSize,
  CreditRole,
  Inspection,
  RefusalCode,
  Rendition,
  RenditionName,
  Tags,
} from './engine/protocol.ts'
export { engine, openEngine, type Engine, type Processed, type Watch } from './engine/engine.ts'
export {
  addAudio,
  audioFacts,
  coverKey,
  covers,
  coverUrl,
  enqueueProcessing,
  hashFile,
  keepOriginal,
  openOriginal,
  safeName,
  storeAudio,
  storeImage,
  storePicture,
  waveform,
  type Kept,
  type Original,
} from './assets.ts'
export type { AudioFacts } from './store.ts'
export { measureAsset, processAsset, renderAsset, resumeProcessing } from './processing.ts'
export { streamUrlFor, withdrawStreams, type StreamAddress, type Want } from './addresses.ts'
export { rangeOf, serveAsset, Serving, servingOf } from './serving.ts'
export { dropUpload, takeUpload, uploadedFile, uploadFailed, uploadStored, wholeUploads } from './uploads.ts'

/** Mounts what no contract can say: the bytes of sound and covers, and the tus protocol. */
export async function mountMedia(app: FastifyInstance, http: Http): Promise<void> {
  mountServing(app, http)
  await mountUploads(app, http)
}

/** At the start of a worker: takes up what a killed one left, and keeps the sweeping going. */
export const startMediaWork = (db: Db): Promise<void> =>
  db.transaction(async tx => {
    await enqueue(tx, 'media.resume', {}, { key: 'media.resume' })
    await enqueue(tx, 'media.sweep', {}, { key: 'media.sweep' })
  })
