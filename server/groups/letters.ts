/** Letters to the artist: one a day, between the writer and the artist's side, shown to the group only when both want it. */
import { z } from 'zod'
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { publish } from '../foundation/live.ts'
import type { Viewer } from '../foundation/session.ts'
import { holdFor, registerSubject, screen } from '../moderation/index.ts'
import { pictureAddress } from '../people/index.ts'
import type { Input, Ok } from './groups.ts'
import { can } from './policy.ts'
import { allowMember, seeGroup, standing } from './standing.ts'
import { readGroup, readGroups } from './store.ts'
import {
  countUnread,
  hideLetters,
  insertLetter,
  listLetters,
  lockLetter,
  readLetter,
  readLetters,
  updateLetter,
  wroteToday,
  type LetterRow,
} from './store-letters.ts'

type Shown = Ok<'PATCH /letters/:id'>

function show(viewer: Viewer | null, row: LetterRow, artist: boolean): Shown {
  const mine = viewer?.id === row.person
  return {
    id: row.id,
    group: row.group,
    from: { id: row.person, name: row.name, level: row.level },
    text: row.text,
    at: row.at,
    mayShow: row.mayShow,
    read: row.readAt !== null,
    answer: row.answer === null ? null : { text: row.answer, at: row.answeredAt! },
    shown: row.shownAt !== null,
    pinned: row.pinnedAt !== null,
    hidden: row.hiddenAt !== null,
    mine,
    can: { answer: artist && row.hiddenAt === null, takeBack: mine, report: viewer !== null && !mine },
  }
}

export async function getLetters(
  db: Read,
  viewer: Viewer | null,
  input: Input<'GET /groups/:id/letters'>,
): Promise<Ok<'GET /groups/:id/letters'>> {
  const { group, standing: stands } = await seeGroup(db, viewer, input.id)
  if (input.which !== 'shown' && viewer === null) throw fault('unauthenticated')
  if (!['shown', 'mine'].includes(input.which) && !stands.artist) throw fault('forbidden', 'artist_only')
  const after = fromCursor(input.cursor, [z.number().int(), cursorTime, z.string()])
  const person = viewer?.id ?? null
  const rows = await listLetters(db, { group: group.id, person, which: input.which, after, limit: input.limit + 1 })
  return {
    ...pageOf(
      rows,
      input.limit,
      row => show(viewer, row, stands.artist),
      row => (input.which === 'shown' ? toCursor(row.pinnedAt === null ? 0 : 1, row.shownAt!, row.id) : toCursor(0, row.at, row.id)),
    ),
    unread: stands.artist ? await countUnread(db, group.id) : 0,
    today: person !== null && (await wroteToday(db, group.id, person, clock.now())),
  }
}

export async function writeLetter(
  tx: Tx,
  viewer: Viewer,
  input: Input<'POST /groups/:id/letters'>,
): Promise<Ok<'POST /groups/:id/letters'>> {
  const { group, standing: stands } = await allowMember(tx, viewer, input.id)
  const { letter, text, mayShow } = input
  let there = await readLetter(tx, letter)
  if (there === undefined) {
    if (group.kind !== 'official' || !group.letters) throw fault('conflict', 'letters_closed')
    const at = clock.now()
    const { hold } = await screen(tx, { kind: 'letter', group: group.id, person: viewer.id, text, links: [], now: at })
    const made = await insertLetter(tx, { id: letter, group: group.id, person: viewer.id, text, mayShow, at })
    if (made === 'day') throw fault('conflict', 'letter_today')
    if (made === 'made' && hold !== null) {
      await hideLetters(tx, [letter], at)
      await holdFor(tx, { kind: 'letter', id: letter, group: group.id, author: viewer.id, reason: hold })
    } else if (made === 'made') await tell(tx, { type: 'letter_sent', letter })
    there = (await readLetter(tx, letter))!
  }
  // Sent again it is the same; another with its id is not.
  if (there.person !== viewer.id || there.group !== group.id || there.text !== text) throw fault('conflict', 'key_reused')
  return show(viewer, there, stands.artist)
}

/** The writer's own letter, locked. */
async function own(tx: Tx, viewer: Viewer, id: string): Promise<LetterRow> {
  const row = await lockLetter(tx, id)
  if (row === undefined || row.person !== viewer.id || row.takenBackAt !== null) throw fault('not_found')
  return row
}
/** A letter as the artist's side handles it, locked. */
async function received(tx: Tx, viewer: Viewer, id: string): Promise<LetterRow> {
  const row = await lockLetter(tx, id)
  if (row === undefined || row.takenBackAt !== null || row.hiddenAt !== null) throw fault('not_found')
  if (!(await standing(tx, viewer.id, row.group)).artist) throw fault('not_found')
  return row
}
const after = async (tx: Tx, viewer: Viewer, id: string, artist: boolean): Promise<Shown> =>
  show(viewer, (await readLetter(tx, id))!, artist)

/** Without the writer's yes it is shown no more. */
export async function letShow(tx: Tx, viewer: Viewer, input: Input<'PATCH /letters/:id'>): Promise<Shown> {
  await own(tx, viewer, input.id)
  await updateLetter(tx, input.id, { mayShow: input.mayShow, ...(input.mayShow ? {} : { shownAt: null, pinnedAt: null }) })
  return after(tx, viewer, input.id, false)
}
export async function takeLetterBack(tx: Tx, viewer: Viewer, input: Input<'DELETE /letters/:id'>): Promise<Ok<'DELETE /letters/:id'>> {
  const row = await lockLetter(tx, input.id)
  if (row === undefined || row.person !== viewer.id) throw fault('not_found')
  if (row.takenBackAt === null) await updateLetter(tx, input.id, { takenBackAt: clock.now() })
  return { ok: true }
}
export async function markRead(tx: Tx, viewer: Viewer, input: Input<'POST /letters/:id/read'>): Promise<Shown> {
  const row = await received(tx, viewer, input.id)
  if (row.readAt === null) await updateLetter(tx, input.id, { readAt: clock.now(), readBy: viewer.id })
  return after(tx, viewer, input.id, true)
}
export async function answerLetter(tx: Tx, viewer: Viewer, input: Input<'POST /letters/:id/answer'>): Promise<Shown> {
  const row = await received(tx, viewer, input.id)
  if (row.answer !== input.text) {
    const at = clock.now()
    await screen(tx, { kind: 'letter', edit: true, group: row.group, person: viewer.id, text: input.text, links: [], now: at })
    const read = row.readAt === null ? { readAt: at, readBy: viewer.id } : {}
    await updateLetter(tx, input.id, { answer: input.text, answeredAt: at, answeredBy: viewer.id, ...read })
    // Changed words are told to nobody a second time.
    if (row.answer === null) await tell(tx, { type: 'letter_answered', letter: input.id })
    publish(tx, `me:${row.person}`, { kind: 'letter', letter: input.id })
  }
  return after(tx, viewer, input.id, true)
}
export async function showLetter(tx: Tx, viewer: Viewer, input: Input<'POST /letters/:id/show'>): Promise<Shown> {
  const row = await received(tx, viewer, input.id)
  if (input.shown && !row.mayShow) throw fault('conflict', 'writer_keeps')
  const at = clock.now()
  await updateLetter(tx, input.id, {
    shownAt: input.shown ? (row.shownAt ?? at) : null,
    pinnedAt: input.shown && input.pinned ? (row.pinnedAt ?? at) : null,
  })
  publish(tx, `group:${row.group}`, { kind: 'letters', group: row.group })
  return after(tx, viewer, input.id, true)
}

// Letters are between two: the planet's staff looks at what was reported, not the group's hosts.
registerSubject('letter', {
  planetOnly: true,
  look: async (db, ids) =>
    new Map(
      (await readLetters(db, ids)).map(row => [
        row.id,
        {
          group: row.group,
          author: row.person,
          text: row.text,
          pictures: [],
          url: `/groups/${row.group}/letters`,
          hidden: row.hiddenAt !== null,
        },
      ]),
    ),
  hide: (tx, ids, hidden) => hideLetters(tx, ids, hidden ? clock.now() : null),
  see: async (db, viewer, ids) => {
    const seen = new Set<string>()
    for (const row of await readLetters(db, ids)) {
      const group = await readGroup(db, row.group)
      const stands = await standing(db, viewer.id, row.group)
      const shown = row.shownAt !== null && row.hiddenAt === null && group !== undefined && can.read(viewer, group, stands)
      if (shown || stands.artist || row.person === viewer.id) seen.add(row.id)
    }
    return seen
  },
})
// A group itself: its name, pictures and words. It can be spoken about and closed by its owner, not hidden.
registerSubject('group', {
  planetOnly: true,
  look: async (db, ids) =>
    new Map(
      (await readGroups(db, ids)).map(group => [
        group.id,
        {
          group: group.id,
          author: group.founder,
          text: `${group.name}\n${group.about}`.trim(),
          pictures: [group.picture, group.cover].flatMap(asset => pictureAddress(asset) ?? []),
          url: `/groups/${group.handle}`,
          hidden: false,
        },
      ]),
    ),
})
