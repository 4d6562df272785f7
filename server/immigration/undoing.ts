/** Taking out again what an archive brought in, the last first. What others have a right in, or what was changed since, stays and says why. */
import { removeRelease } from '../catalogue/index.ts'
import type { Tx } from '../foundation/db.ts'
import type { JobContext } from '../foundation/jobs.ts'
import type { Viewer } from '../foundation/session.ts'
import * as people from '../people/index.ts'
import * as playlists from '../playlists/index.ts'
import { forgetListens } from '../scrobbles/index.ts'
import { settlePiece, uninvite, type ArchiveRow, type Note, type OpenPiece } from './store.ts'

type Undo = {
  releases?: string[]
  playlist?: string
  version?: number
  unfollow?: string
  unstar?: string
  listens?: string
  invitations?: true
}

type Handler<Input> = (tx: Tx, viewer: Viewer, input: Input) => Promise<unknown>

const versionOf = async (tx: Tx, viewer: Viewer, id: string): Promise<number> =>
  (
    (await (playlists.routes.handlers['GET /playlists/:id/version'] as unknown as Handler<{ id: string; since: number }>)(tx, viewer, {
      id,
      since: 0,
    })) as { version: number }
  ).version

async function takeOut(tx: Tx, archive: ArchiveRow, viewer: Viewer, undo: Undo): Promise<Note[]> {
  const left: Note[] = []
  for (const release of undo.releases ?? []) {
    const how = await removeRelease(tx, release)
    if (how !== 'removed' && how !== 'gone') left.push({ code: `left_${how}`, text: null })
  }
  if (undo.playlist !== undefined) {
    const list = await playlists.readPlaylist(tx, viewer, undo.playlist)
    if (list !== undefined && (await versionOf(tx, viewer, undo.playlist)) === undo.version)
      await playlists.dropPlaylist(tx, viewer, undo.playlist)
    else if (list !== undefined) left.push({ code: 'left_changed', text: null })
  }
  if (undo.unstar !== undefined) await playlists.star(tx, viewer, undo.unstar, false)
  if (undo.unfollow !== undefined)
    await (people.routes.handlers['DELETE /pages/:id/follow'] as unknown as Handler<{ id: string }>)(tx, viewer, { id: undo.unfollow })
  if (undo.listens !== undefined) await forgetListens(tx, archive.person, undo.listens)
  if (undo.invitations === true) await uninvite(tx, archive.id)
  return left
}

/** Takes out one piece. */
export const takeBack = ({ db }: Pick<JobContext, 'db'>, archive: ArchiveRow, viewer: Viewer, piece: OpenPiece): Promise<void> =>
  db.transaction(async tx => {
    const left = await takeOut(tx, archive, viewer, piece.undo)
    await settlePiece(tx, archive.id, piece.n, { result: left.length > 0 ? 'left' : 'undone', notes: left })
  })
