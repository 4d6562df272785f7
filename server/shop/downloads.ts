/** Downloads of what one bought. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { shop } from '../../shared/shop.ts'
import type { Read } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'

type Entries = typeof shop.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
export async function getDownloads(_db: Read, _viewer: Viewer, _input: Input<'GET /downloads/:line'>): Promise<Ok<'GET /downloads/:line'>> {
  throw fault('not_found')
}
export async function sendZip(_ctx: StreamContext, _viewer: Viewer, _input: Input<'GET /downloads/:line/zip'>): Promise<null> {
  throw fault('not_found')
}
export async function sendTrack(_ctx: StreamContext, _viewer: Viewer, _input: Input<'GET /downloads/:line/tracks/:track'>): Promise<null> {
  throw fault('not_found')
}
