/** Claiming a page: asking for it with words, links and files; one's own claims; the files. */
import { createHash, randomBytes } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { files } from '../foundation/files.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { attachment } from '../foundation/zip.ts'
import { dropUpload, hashFile, safeName, uploadedFile } from '../media/index.ts'
import { bannedFrom } from '../moderation/index.ts'
import { lockPage, mayActFor } from '../people/index.ts'
import { contest } from './deciding.ts'
import { mostFileBytes, mostOpen } from './policy.ts'
import { showAll, showOne, viewOf } from './showing.ts'
import { countOpen, filesOf, insertClaim, listOwn, lockClaimant, lockOpen, readClaim, type NewFile } from './store.ts'
import { readOnPage } from './store-objections.ts'
import type { Input, Ok, PageClaim } from './words.ts'

type Asked = Input<'POST /pages/:page/claims'>

const signs = '23456789ABCDEFGHJKMNPQRSTVWXYZ'
/** Some 39 random bits in signs that nobody mixes up: nobody has it on their page by chance. */
function newCode(): string {
  const part = (): string => Array.from(randomBytes(4), byte => signs[byte % signs.length]).join('')
  return `planet-${part()}-${part()}`
}
const folderOf = (claim: string): string => `page-claims/${claim}`

/** The same again is the same: whoever asks, for whom, with what. */
const requestOf = (viewer: Viewer, { page, organisation, words, links, uploads }: Asked): string =>
  createHash('sha256')
    .update(JSON.stringify([viewer.id, page, organisation ?? null, words, links ?? [], uploads ?? []]))
    .digest('hex')
async function repeated(db: Read | Tx, viewer: Viewer, id: string, request: string): Promise<PageClaim | undefined> {
  const before = await readClaim(db, id, viewer.id)
  if (before === undefined) return undefined
  if (before.request !== request) throw fault('conflict', 'key_reused')
  return showOne(db, id, viewer)
}

/** What can be said before anything is written or moved. */
async function allow(db: Read | Tx, viewer: Viewer, { page, organisation }: Asked): Promise<void> {
  const found = await readOnPage(db, page, viewer.id)
  if (found === undefined) throw fault('not_found')
  if ((await bannedFrom(db, viewer.id, null)) !== null) throw fault('forbidden', 'banned')
  if (organisation != null) {
    if (!(await mayActFor(db, viewer, organisation, ['owner', 'manager', 'finance', 'door']))) throw fault('not_found')
    if (!(await mayActFor(db, viewer, organisation))) throw fault('forbidden')
  }
  if (!found.free) throw fault('conflict', 'page_owned')
}

/** Pictures and PDF tell themselves by their first bytes; what a name says counts for nothing. */
async function kindOf(path: string): Promise<NewFile['kind'] | null> {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0)
    const head = buffer.subarray(0, bytesRead).toString('latin1')
    if (head.startsWith('%PDF-')) return 'pdf'
    const picture = /^(?:\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|RIFF[^]{4}WEBP|[^]{4}ftyp(?:heic|heix|heif|mif1|avif))/.test(head)
    return picture ? 'picture' : null
  } finally {
    await handle.close()
  }
}
/** Uploads become files of the claim, by what is in them. */
async function keep(ctx: StreamContext, viewer: Viewer, { id, uploads = [] }: Asked): Promise<NewFile[]> {
  const kept: NewFile[] = []
  for (const upload of uploads) {
    const file = await ctx.write(tx => uploadedFile(tx, ctx.config, viewer.id, upload))
    if (file.sizeBytes > mostFileBytes) throw fault('too_large')
    const kind = file.sizeBytes === 0 ? null : await kindOf(file.path)
    if (kind === null) throw fault('unprocessable', 'claim_file')
    const { sha256, sizeBytes } = await hashFile(file.path)
    const key = `${folderOf(id)}/${sha256}`
    await files.adopt(key, file.path)
    kept.push({ name: safeName(file.name), kind, bytes: sizeBytes, key })
  }
  return kept
}

export async function claimPage(ctx: StreamContext, viewer: Viewer, input: Asked): Promise<PageClaim> {
  const request = requestOf(viewer, input)
  const before = await repeated(ctx.read, viewer, input.id, request)
  if (before !== undefined) return before
  await allow(ctx.read, viewer, input)
  const { uploads = [] } = input
  try {
    const kept = await keep(ctx, viewer, input)
    const made = await ctx.write(async tx => (await repeated(tx, viewer, input.id, request)) ?? insert(tx, viewer, input, request, kept))
    for (const upload of uploads) await dropUpload(ctx.config, upload)
    return made
  } catch (error) {
    // Sent twice at once: the other one took the uploads.
    const again = await ctx.write(tx => repeated(tx, viewer, input.id, request)).catch(() => undefined)
    if (again === undefined) throw error
    return again
  } finally {
    // What came to nothing leaves nothing behind; asked where it is written, since a copy for reading may lag.
    if (uploads.length > 0 && (await ctx.write(tx => readClaim(tx, input.id, null))) === undefined)
      await files.removeFolder(folderOf(input.id))
  }
}
async function insert(tx: Tx, viewer: Viewer, input: Asked, request: string, kept: readonly NewFile[]): Promise<PageClaim> {
  const { id, page, organisation = null, words, links = [] } = input
  await lockClaimant(tx, viewer.id)
  if ((await lockPage(tx, page)) === undefined) throw fault('not_found')
  const open = await lockOpen(tx, page)
  await allow(tx, viewer, input)
  if ((await countOpen(tx, viewer.id)) >= mostOpen) throw fault('limited', 'too_many_claims')
  const given = { id, page, person: viewer.id, organisation, words, request, at: clock.now(), links: [...new Set(links)], files: kept }
  if (!(await insertClaim(tx, { ...given, code: newCode() }))) {
    // Somebody was quicker with this id, or there is one for the same already.
    const again = await repeated(tx, viewer, id, request)
    if (again !== undefined) return again
    throw fault('conflict', 'claim_open')
  }
  // Somebody else is announced here: time alone does not decide between two.
  for (const other of open) {
    const row = await readClaim(tx, other, null)
    if (row?.state === 'announced') await contest(tx, row, 'rival')
  }
  return showOne(tx, id, viewer)
}

export async function getMine(
  db: Read,
  viewer: Viewer,
  { as, cursor, limit }: Input<'GET /me/page-claims'>,
): Promise<Ok<'GET /me/page-claims'>> {
  const rows = await listOwn(db, viewer.id, as, fromCursor(cursor, [cursorTime, z.string()]), limit + 1)
  const items = await showAll(db, rows.slice(0, limit), viewer)
  return {
    items,
    next: pageOf(
      rows,
      limit,
      row => row.id,
      row => toCursor(row.at, row.id),
    ).next,
  }
}
export const getClaim = (db: Read, viewer: Viewer, { id }: Input<'GET /page-claims/:id'>): Promise<PageClaim> => showOne(db, id, viewer)

/** A proof file, never opened where it comes from: a download without a type of its own. */
export async function sendFile(
  { read, reply }: StreamContext,
  viewer: Viewer,
  { id, n }: Input<'GET /page-claims/:id/files/:n'>,
): Promise<Readable> {
  const row = await readClaim(read, id, viewer.id)
  const view = row === undefined ? null : viewOf(row, viewer)
  if (row === undefined || row.filesGoneAt !== null || view === null || view === 'objector') throw fault('not_found')
  const file = (await filesOf(read, [id])).find(one => one.place === n)
  if (file === undefined || (await files.stat(file.key)) === null) throw fault('not_found')
  return reply
    .headers({
      'content-type': 'application/octet-stream',
      'content-length': String(file.bytes),
      'content-disposition': attachment(file.name),
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, no-store',
    })
    .send(files.open(file.key)) as unknown as Readable
}
export const removeFiles = (claim: string): Promise<void> => files.removeFolder(folderOf(claim))
