/** Groups: opened, seen. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { groups } from '../../shared/groups.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import { publish } from '../foundation/live.ts'
import { tell } from '../foundation/events.ts'
import type { Viewer } from '../foundation/session.ts'
import { dropUpload, MediaRefused, storePicture, uploadedFile } from '../media/index.ts'
import { screen } from '../moderation/index.ts'
import { mayActFor, mayEditPage } from '../people/index.ts'
import { can } from './policy.ts'
import { inviteHolds } from './store-members.ts'
import { acceptCharter, insertMember } from './store-members.ts'
import {
  agencyBehind,
  confirmAgency,
  countFounded,
  hasOfficial,
  insertCharter,
  insertGroup,
  isPage,
  listCharters,
  lockGroup,
  readGroup,
  setAgency,
  setState,
  updateGroup,
  type Group,
} from './store.ts'
import { showGroup } from './show.ts'
import { allowHost, allowOwner, findGroup, standing, type Seen } from './standing.ts'
import { wordsOf } from './words.ts'

type Entries = typeof groups.entries
export type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
export type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

/** So many open groups of one founder at most. */
const mostFounded = 20

type Shown = Ok<'GET /groups/:id'>
const shown = async (db: Read, viewer: Viewer, id: string): Promise<Shown> => showGroup(db, viewer, await findGroup(db, viewer, id))

/** A group whose outside the viewer sees, also because an invite that holds was given to them. */
export async function findInvited(
  db: Read,
  viewer: Viewer | null,
  idOrHandle: string,
  invite: string | undefined,
): Promise<Seen & { invited: boolean }> {
  const group = invite === undefined ? undefined : await readGroup(db, idOrHandle)
  const invited = group?.state === 'open' && (await inviteHolds(db, group.id, invite!, clock.now()))
  if (invited) return { group: group!, standing: await standing(db, viewer?.id ?? null, group!), invited }
  return { ...(await findGroup(db, viewer, idOrHandle)), invited: false }
}

export async function getGroup(db: Read, viewer: Viewer | null, input: Input<'GET /groups/:id'>): Promise<Shown> {
  const found = await findInvited(db, viewer, input.id, input.invite)
  return showGroup(db, viewer, found, found.invited)
}

export async function addGroup(tx: Tx, viewer: Viewer, input: Input<'POST /groups'>): Promise<Ok<'POST /groups'>> {
  const before = await readGroup(tx, input.id)
  if (before === undefined) {
    const text = [input.name, input.about, input.charter].join('\n')
    await screen(tx, { kind: 'group', edit: true, group: null, person: viewer.id, text, links: [], now: clock.now() })
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
  if (given.page !== null && !(await isPage(tx, given.page))) throw fault('not_found')
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

/** An open group the viewer hosts, locked against changes meanwhile. */
async function hosted(tx: Tx, viewer: Viewer, id: string): Promise<Seen> {
  const seen = await allowHost(tx, viewer, id)
  await lockGroup(tx, seen.group.id)
  if (seen.group.state === 'closed') throw fault('conflict', 'group_closed')
  return seen
}
async function owned(tx: Tx, viewer: Viewer, id: string): Promise<Group> {
  const { group } = await allowOwner(tx, viewer, id)
  await lockGroup(tx, group.id)
  return group
}
async function ownedOpen(tx: Tx, viewer: Viewer, id: string): Promise<Group> {
  const group = await owned(tx, viewer, id)
  if (group.state === 'closed') throw fault('conflict', 'group_closed')
  return group
}
const changed = (tx: Tx, group: string): void => publish(tx, `group:${group}`, { kind: 'group', group })

export async function changeGroup(tx: Tx, viewer: Viewer, { id, ...change }: Input<'PATCH /groups/:id'>): Promise<Shown> {
  const { group, standing: stands } = await hosted(tx, viewer, id)
  const ownersMatter = ['visibility', 'joining', 'followDays', 'timeZone', 'letters'] as const
  if (ownersMatter.some(name => change[name] !== undefined && change[name] !== group[name]) && !can.own(stands))
    throw fault('forbidden', 'owner_only')
  const [visibility, joining] = [change.visibility ?? group.visibility, change.joining ?? group.joining]
  if (visibility === 'invite' && joining !== 'invite') throw fault('conflict', 'invite_only_joins')
  if ((change.followDays ?? 0) > 0 && group.page === null) throw fault('conflict', 'no_page')
  const text = [change.name, change.about, ...(change.questions ?? [])].filter(Boolean).join('\n')
  if (text !== '') await screen(tx, { kind: 'group', edit: true, group: group.id, person: viewer.id, text, links: [], now: clock.now() })
  const words = change.name === undefined ? {} : { words: wordsOf(change.name, group.handle) }
  await updateGroup(tx, group.id, clock.now(), { ...change, ...words })
  changed(tx, group.id)
  return shown(tx, viewer, group.id)
}

export async function setPicture(context: StreamContext, viewer: Viewer, input: Input<'PUT /groups/:id/pictures/:which'>): Promise<Shown> {
  const { write, config } = context
  const { group } = await allowHost(context.read, viewer, input.id)
  const upload = await write(tx => uploadedFile(tx, config, viewer.id, input.upload))
  const made = await storePicture(write, upload.path, upload.name).catch((error: unknown) => {
    throw error instanceof MediaRefused ? fault('unsupported', 'picture_refused') : error
  })
  const answer = await write(async tx => {
    await hosted(tx, viewer, group.id)
    await updateGroup(tx, group.id, clock.now(), input.which === 'cover' ? { cover: made.asset } : { picture: made.asset })
    changed(tx, group.id)
    return shown(tx, viewer, group.id)
  })
  await dropUpload(config, input.upload)
  return answer
}
export async function dropPicture(tx: Tx, viewer: Viewer, input: Input<'DELETE /groups/:id/pictures/:which'>): Promise<Shown> {
  const { group } = await allowHost(tx, viewer, input.id)
  await updateGroup(tx, group.id, clock.now(), input.which === 'cover' ? { cover: null } : { picture: null })
  changed(tx, group.id)
  return shown(tx, viewer, group.id)
}

type Charters = Ok<'GET /groups/:id/charter'>
export const getCharters = async (db: Read, viewer: Viewer | null, input: Input<'GET /groups/:id/charter'>): Promise<Charters> => ({
  items: await listCharters(db, (await findGroup(db, viewer, input.id)).group.id),
})
export async function writeCharter(tx: Tx, viewer: Viewer, input: Input<'POST /groups/:id/charter'>): Promise<Shown> {
  const group = await ownedOpen(tx, viewer, input.id)
  await screen(tx, { kind: 'group', edit: true, group: group.id, person: viewer.id, text: input.text, links: [], now: clock.now() })
  const [holds] = await listCharters(tx, group.id)
  if (holds?.text !== input.text) {
    const version = await insertCharter(tx, { group: group.id, text: input.text, by: viewer.id, at: clock.now() })
    // Who writes it has read it.
    await acceptCharter(tx, group.id, viewer.id, version)
    changed(tx, group.id)
  }
  return shown(tx, viewer, group.id)
}
export async function agree(tx: Tx, viewer: Viewer, input: Input<'POST /groups/:id/charter/accept'>): Promise<Shown> {
  const { group, standing: stands } = await findGroup(tx, viewer, input.id)
  if (!stands.member) throw fault('forbidden', 'members_only')
  if (input.version !== group.charter) throw fault('conflict', 'charter_new')
  await acceptCharter(tx, group.id, viewer.id, input.version)
  return shown(tx, viewer, group.id)
}

export async function closeGroup(tx: Tx, viewer: Viewer, input: Input<'POST /groups/:id/close'>): Promise<Shown> {
  const group = await owned(tx, viewer, input.id)
  if (await setState(tx, group.id, 'closed', clock.now())) changed(tx, group.id)
  return shown(tx, viewer, group.id)
}
export async function reopenGroup(tx: Tx, viewer: Viewer, input: Input<'POST /groups/:id/open'>): Promise<Shown> {
  const group = await owned(tx, viewer, input.id)
  if (group.state === 'closed' && group.kind === 'official' && (await hasOfficial(tx, group.page!)))
    throw fault('conflict', 'official_taken')
  await setState(tx, group.id, 'open', clock.now())
  return shown(tx, viewer, group.id)
}

export async function askAgency(tx: Tx, viewer: Viewer, input: Input<'POST /groups/:id/agency'>): Promise<Shown> {
  const group = await ownedOpen(tx, viewer, input.id)
  const agency = await agencyBehind(tx, input.page)
  if (agency === undefined) throw fault('not_found', 'no_such_agency')
  await setAgency(tx, group.id, agency, clock.now())
  return shown(tx, viewer, group.id)
}
/** Whoever acts for the organisation sees the request in their own list: the group itself may be one they do not see. */
export async function sayYesAsAgency(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /groups/:id/agency/confirm'>,
): Promise<Ok<'POST /groups/:id/agency/confirm'>> {
  const group = await readGroup(tx, input.id)
  if (group === undefined || !(await mayActFor(tx, viewer, input.organisation))) throw fault('not_found')
  if (!(await confirmAgency(tx, group.id, input.organisation, viewer.id, clock.now()))) throw fault('not_found')
  changed(tx, group.id)
  return { ok: true }
}
export async function dropAgency(
  tx: Tx,
  viewer: Viewer,
  input: Input<'DELETE /groups/:id/agency'>,
): Promise<Ok<'DELETE /groups/:id/agency'>> {
  const group = await readGroup(tx, input.id)
  if (group === undefined) throw fault('not_found')
  if (!(await mayActFor(tx, viewer, group.agency))) await allowOwner(tx, viewer, group.id)
  await setAgency(tx, group.id, null, clock.now())
  changed(tx, group.id)
  return { ok: true }
}

/** Gives a group pictures that are kept already (the demo world). */
export const dressGroup = (tx: Tx, group: string, pictures: { cover?: string; picture?: string }): Promise<void> =>
  updateGroup(tx, group, clock.now(), pictures)
