/** Groups: opened, seen. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { groups } from '../../shared/groups.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { Viewer } from '../foundation/session.ts'
import { mayEditPage } from '../people/index.ts'
import { insertMember } from './store-members.ts'
import { countFounded, insertCharter, insertGroup, readGroup } from './store.ts'
import { showGroup } from './show.ts'
import { findGroup } from './standing.ts'
import { wordsOf } from './words.ts'

type Entries = typeof groups.entries
export type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
export type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** So many open groups of one founder at most. */
const mostFounded = 20

export const getGroup = async (db: Read, viewer: Viewer | null, input: Input<'GET /groups/:id'>): Promise<Ok<'GET /groups/:id'>> =>
  showGroup(db, viewer, await findGroup(db, viewer, input.id))

export async function addGroup(tx: Tx, viewer: Viewer, input: Input<'POST /groups'>): Promise<Ok<'POST /groups'>> {
  const before = await readGroup(tx, input.id)
  if (before === undefined) {
    await openGroup(tx, { ...input, founder: viewer.id, editor: input.kind === 'official' ? viewer : null })
    if ((await countFounded(tx, viewer.id)) > mostFounded) throw fault('conflict', 'too_many_groups')
  } else if (before.founder !== viewer.id || before.handle !== input.handle) throw fault('conflict', 'key_reused')
  return showGroup(tx, viewer, await findGroup(tx, viewer, input.id))
}

/** Opens a group with its owner, without a request (the demo world; `editor`: who must be an editor of the page). `name_taken`, `official_taken`, `key_reused`. */
export async function openGroup(
  tx: Tx,
  given: {
    id: string
    kind: 'official' | 'fans'
    name: string
    handle: string
    page: string | null
    founder: string
    editor?: Viewer | null
    about?: string
    visibility?: 'public' | 'members' | 'invite'
    joining?: 'open' | 'ask' | 'invite'
    charter?: string
    timeZone?: string
    demo?: boolean
  },
): Promise<void> {
  const { about = '', visibility = 'public', joining = 'open', charter = '', timeZone = 'Asia/Shanghai', demo = false } = given
  if (given.kind === 'official' && given.page === null) throw fault('invalid', 'invalid', { fields: { page: 'page' } })
  if (given.editor && given.page !== null && !(await mayEditPage(tx, given.editor, given.page))) throw fault('forbidden', 'own_page_only')
  if (visibility === 'invite' && joining !== 'invite') throw fault('conflict', 'invite_only_joins')
  const at = clock.now()
  const { id, kind, name, handle, page, founder } = given
  const made = await insertGroup(tx, {
    id,
    kind,
    name,
    handle,
    page,
    founder,
    about,
    visibility,
    joining,
    timeZone,
    demo,
    at,
    words: wordsOf(name, handle),
  })
  if (made === 'id') throw fault('conflict', 'key_reused')
  if (made === 'handle') throw fault('conflict', 'name_taken', { fields: { handle: 'taken' } })
  if (made === 'official') throw fault('conflict', 'official_taken')
  const version = charter === '' ? 0 : await insertCharter(tx, { group: id, text: charter, by: founder, at })
  await insertMember(tx, { group: id, person: founder, role: 'owner', how: 'founded', charter: version, at })
  await tell(tx, { type: 'group_opened', group: id })
}
