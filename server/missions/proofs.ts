/** Proofs: a picture brought by a member, drawn anew without what cameras write into it, looked at by a host who is somebody else. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fault } from '../../shared/faults.ts'
import { clock, randomToken } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { files } from '../foundation/files.ts'
import type { StreamContext } from '../foundation/http.ts'
import { publish, topicOf } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { allowHost, allowMember, seeDesk } from '../groups/index.ts'
import { dropUpload, engine, hashFile, MediaRefused, uploadedFile } from '../media/index.ts'
import { z } from 'zod'
import { recount } from './counting.ts'
import { stateOf } from './rules.ts'
import { readMission } from './store.ts'
import { countOwn, decideProof, insertProof, listOwnProofs, listProofs, readProof, type ProofRow } from './store-proofs.ts'
import type { Input, Ok } from './words.ts'

type Proof = Ok<'POST /proofs/:id/accept'>
const mostADay = 20
const mostBytes = 25 * 1024 * 1024
const dayMs = 86_400_000

/** Where the picture lies. */
export const pictureKey = ({ id, picture }: { id: string; picture: string }): string => `proofs/${id}.${picture.slice(0, 16)}.webp`
export const proofOf = (row: ProofRow, viewer: Viewer): Proof => ({
  id: row.id,
  mission: row.mission,
  missionZh: row.missionZh,
  missionEn: row.missionEn,
  person: { id: row.person, name: row.personName },
  picture: `/api/v1/proofs/${row.id}/picture`,
  note: row.note,
  state: row.state,
  at: row.at,
  reason: row.reason,
  decidedAt: row.decidedAt,
  mine: row.person === viewer.id,
})

export async function sendProof(
  { read, write, config }: StreamContext,
  viewer: Viewer,
  input: Input<'POST /missions/:id/proofs'>,
): Promise<Proof> {
  const mission = await readMission(read, input.id)
  if (mission === undefined || mission.event !== 'proof') throw fault('not_found')
  const known = await readProof(read, input.proof)
  if (known !== undefined) return same(known, input.id, viewer)
  const { standing } = await allowMember(read, viewer, mission.group)
  if (!standing.member) throw fault('forbidden', 'members_only')
  const now = clock.now()
  if (stateOf(mission, now) !== 'open') throw fault('conflict', 'mission_closed')
  if ((await countOwn(read, viewer.id, new Date(now.getTime() - dayMs))) >= mostADay) throw fault('limited', 'proof_enough')
  const upload = await write(tx => uploadedFile(tx, config, viewer.id, input.upload))
  if (upload.sizeBytes > mostBytes) throw fault('too_large')
  const picture = await draw(upload.path, input.proof)
  try {
    const proof = await write(async tx => {
      const added = await insertProof(tx, { id: input.proof, mission: input.id, person: viewer.id, picture, note: input.note, at: now })
      const row = await readProof(tx, input.proof)
      // Sent twice at once: the first one's picture is the proof.
      if (added !== 'added' && row !== undefined) return same(row, input.id, viewer)
      if (added === 'waiting') throw fault('conflict', 'proof_waiting')
      if (added === 'known') throw fault('conflict', 'proof_known')
      await tell(tx, { type: 'proof_sent', proof: input.proof, group: mission.group })
      publish(tx, topicOf(viewer.id), { kind: 'missions', group: mission.group })
      return proofOf(row!, viewer)
    })
    await dropUpload(config, input.upload)
    return proof
  } finally {
    if ((await readProof(read, input.proof))?.picture !== picture) await files.remove(pictureKey({ id: input.proof, picture }))
  }
}
function same(row: ProofRow, mission: string, viewer: Viewer): Proof {
  if (row.person !== viewer.id || row.mission !== mission) throw fault('conflict', 'key_reused')
  return proofOf(row, viewer)
}

/** Draws the picture anew at its place; gives the digest of what came. */
async function draw(path: string, proof: string): Promise<string> {
  const work = join(
    files.scratch('proofs'),
    randomToken(12)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '0'),
  )
  await mkdir(work, { recursive: true })
  try {
    const { sha256 } = await hashFile(path).catch(() => {
      // Sent twice at once: the other one took it.
      throw fault('conflict', 'not_ready')
    })
    const made = await engine().cover(path, work, true)
    await files.adopt(pictureKey({ id: proof, picture: sha256 }), join(work, made.sizes.find(one => one.size === 1200)!.file), {
      move: true,
    })
    return sha256
  } catch (error) {
    if (error instanceof MediaRefused) throw fault('unprocessable', 'proof_picture')
    throw error
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

export async function getOwnProofs(
  db: Read,
  viewer: Viewer,
  input: Input<'GET /missions/:id/proofs'>,
): Promise<Ok<'GET /missions/:id/proofs'>> {
  const mission = await readMission(db, input.id)
  if (mission === undefined) throw fault('not_found')
  const rows = await listOwnProofs(db, input.id, viewer.id, fromCursor(input.cursor, [cursorTime, z.string()]), input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    row => proofOf(row, viewer),
    row => toCursor(row.at, row.id),
  )
}
export async function getProofs(db: Read, viewer: Viewer, input: Input<'GET /groups/:id/proofs'>): Promise<Ok<'GET /groups/:id/proofs'>> {
  const { group } = await seeDesk(db, viewer, input.id)
  const waiting = input.state === 'waiting'
  const rows = await listProofs(db, group.id, waiting, fromCursor(input.cursor, [cursorTime, z.string()]), input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    row => proofOf(row, viewer),
    row => toCursor(waiting ? row.at : row.decidedAt!, row.id),
  )
}

/** Its author and the desk; for others there is none. */
async function seeProof(db: Read, viewer: Viewer, id: string): Promise<ProofRow> {
  const row = await readProof(db, id)
  if (row === undefined) throw fault('not_found')
  if (row.person !== viewer.id)
    await seeDesk(db, viewer, row.group).catch(() => {
      throw fault('not_found')
    })
  return row
}
export async function getPicture({ read, reply }: StreamContext, viewer: Viewer, { id }: Input<'GET /proofs/:id/picture'>) {
  const row = await seeProof(read, viewer, id)
  const found = await files.stat(pictureKey(row))
  if (found === null) throw fault('not_found')
  return reply
    .header('cache-control', 'private, max-age=3600')
    .header('content-length', found.sizeBytes)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .type('image/webp')
    .send(files.open(pictureKey(row)))
}

async function decide(tx: Tx, viewer: Viewer, id: string, state: 'accepted' | 'refused', reason: string | null): Promise<Proof> {
  const row = await readProof(tx, id, true)
  if (row === undefined) throw fault('not_found')
  await allowHost(tx, viewer, row.group).catch(() => {
    throw fault('not_found')
  })
  if (row.person === viewer.id) throw fault('forbidden', 'own_proof')
  if (row.state === state && row.reason === reason) return proofOf(row, viewer)
  if (row.state !== 'waiting') throw fault('conflict', 'proof_decided')
  await decideProof(tx, id, state, viewer.id, reason, clock.now())
  if (state === 'accepted') await recount(tx, [{ person: row.person, at: row.at, kind: 'proof' }])
  await tell(tx, { type: 'proof_decided', proof: id, person: row.person })
  publish(tx, topicOf(row.person), { kind: 'missions', group: row.group })
  return proofOf((await readProof(tx, id))!, viewer)
}
export const acceptProof = (tx: Tx, viewer: Viewer, { id }: Input<'POST /proofs/:id/accept'>): Promise<Proof> =>
  decide(tx, viewer, id, 'accepted', null)
export const refuseProof = (tx: Tx, viewer: Viewer, { id, reason }: Input<'POST /proofs/:id/refuse'>): Promise<Proof> =>
  decide(tx, viewer, id, 'refused', reason)

export async function withdrawProof(tx: Tx, viewer: Viewer, { id }: Input<'POST /proofs/:id/withdraw'>): Promise<Proof> {
  const row = await readProof(tx, id, true)
  if (row === undefined || row.person !== viewer.id) throw fault('not_found')
  if (row.state === 'withdrawn') return proofOf(row, viewer)
  if (row.state !== 'waiting') throw fault('conflict', 'proof_decided')
  await decideProof(tx, id, 'withdrawn', null, null, clock.now())
  return proofOf((await readProof(tx, id))!, viewer)
}
