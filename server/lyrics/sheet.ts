/** What an editor of lyrics works on, and how those who keep a page save it: parts, earlier versions, the lock. */
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import { later } from '../foundation/later.ts'
import type { Viewer } from '../foundation/session.ts'
import type { TimedLine } from '../timedtext/index.ts'
import { change, checkedLines, whole } from './changing.ts'
import { showContribution } from './showing.ts'
import { besideWords, splitParts } from './joining.ts'
import { listVersions, readParts, readPlace, readVersion, setLock, type PartRow } from './store.ts'
import { countWaiting, listOfTrack, redo, undo } from './store-contributions.ts'
import { checkBase, lockOwn, showPart, type Input, type Ok } from './words.ts'

const pinyinPro = later<typeof import('pinyin-pro')>('pinyin-pro')

/** Parts with their lines; of what stands beside the words one line for each of theirs. */
export function partsWithLines(shown: readonly PartRow[]): Ok<'GET /tracks/:id/lyrics/sheet'>['parts'] {
  const parts = splitParts(shown)
  const words = (parts.find(part => part.kind === 'main')?.lines ?? []) as TimedLine[]
  return parts.map(part => ({
    ...showPart(part),
    lines: part.kind === 'main' ? whole(part.lines) : besideWords(words, part.lines),
  }))
}

export async function getSheet(
  db: Read,
  viewer: Viewer | null,
  { id }: Input<'GET /tracks/:id/lyrics/sheet'>,
): Promise<Ok<'GET /tracks/:id/lyrics/sheet'>> {
  const place = await readPlace(db, viewer, id)
  if (place === undefined) throw fault('not_found')
  const shown = (await readParts(db, viewer, id)) ?? []
  const mine = viewer === null ? [] : await listOfTrack(db, viewer, place.recording)
  return {
    track: id,
    title: place.title,
    durationMs: place.durationMs,
    parts: partsWithLines(shown),
    locked: place.locked,
    can: { edit: place.editor, propose: viewer !== null && !place.editor && !place.locked },
    mine: mine.map(row => showContribution(row, viewer!)),
    waiting: place.editor ? await countWaiting(db, place.recording) : 0,
  }
}

export async function setPart(
  tx: Tx,
  viewer: Viewer,
  { id, kind, language, lines, base, licence }: Input<'PUT /tracks/:id/lyrics/parts'>,
): Promise<Ok<'PUT /tracks/:id/lyrics/parts'>> {
  const { place, shown } = await lockOwn(tx, viewer, id)
  const checked = checkedLines(kind, lines, place.durationMs)
  const before = splitParts(shown).find(part => part.kind === kind && (kind === 'main' || part.language === language))
  // The same again, as after an answer that was lost: it is there already.
  const repeat =
    before !== undefined && before.language === language && JSON.stringify(plain(before.lines)) === JSON.stringify(plain(checked.lines))
  if (!repeat) {
    checkBase(shown, kind, language, base)
    if (before !== undefined || checked.lines.length > 0)
      await change(tx, shown, {
        recording: place.recording,
        kind,
        language,
        ...checked,
        source: 'maker',
        licence,
        approvedBy: viewer.id,
        person: null,
        at: clock.now(),
      })
  }
  return getSheet(tx, viewer, { id })
}
/** What makes two texts the same, whatever order their fields were kept in. */
export const plain = (lines: PartRow['lines']): unknown[] =>
  lines.map(({ startMs, endMs, text, agent, words }) => [
    startMs,
    endMs,
    text,
    agent ?? null,
    (words ?? []).map(word => [word.text, word.startMs, word.endMs]),
  ])

export async function getVersions(
  db: Read,
  viewer: Viewer,
  { id }: Input<'GET /tracks/:id/lyrics/versions'>,
): Promise<Ok<'GET /tracks/:id/lyrics/versions'>> {
  const place = await readPlace(db, viewer, id)
  if (place === undefined || !place.editor) throw fault('not_found')
  const rows = await listVersions(db, place.recording)
  return { items: rows.map(row => ({ ...row, hands: row.hands.map(({ name, page, role }) => ({ name, page, role })) })) }
}

export async function restore(
  tx: Tx,
  viewer: Viewer,
  { id, version }: Input<'POST /tracks/:id/lyrics/restore'>,
): Promise<Ok<'POST /tracks/:id/lyrics/restore'>> {
  const { place, shown } = await lockOwn(tx, viewer, id)
  const found = await readVersion(tx, place.recording, version)
  if (found === undefined) throw fault('not_found')
  if (found.replacedAt !== null) {
    const { kind, language, timing, lines, source, licence, firstId, firstAt } = found
    const at = clock.now()
    // Whoever made it is thanked again, also where nothing stands in its place now.
    const before = shown.find(part => part.kind === kind && (kind === 'main' || part.language === language))
    const again: PartRow = { kind, language, timing, source, licence, lines, hands: found.hands, base: version, version, changedAt: at }
    const thanked = [...shown.filter(part => part !== before), { ...(before ?? again), lines, hands: found.hands }]
    await change(tx, thanked, {
      recording: place.recording,
      kind,
      language,
      timing,
      lines,
      source,
      licence,
      approvedBy: viewer.id,
      person: null,
      restored: firstId,
      at,
    })
    // What was accepted after it is shown no more; what stood in it then is again.
    const text = { recording: place.recording, kind, language }
    const gone = await undo(tx, text, { after: firstAt }, at)
    const back = await redo(tx, text, firstAt)
    await tellAll(tx, [
      ...gone.map(({ id: contribution, person }) => ({ type: 'lyrics_undone' as const, contribution, person })),
      ...back.map(({ id: contribution, person }) => ({ type: 'lyrics_redone' as const, contribution, person })),
    ])
  }
  return getSheet(tx, viewer, { id })
}

export async function lock(
  tx: Tx,
  viewer: Viewer,
  { id, locked }: Input<'PUT /tracks/:id/lyrics/lock'>,
): Promise<Ok<'PUT /tracks/:id/lyrics/lock'>> {
  const { place } = await lockOwn(tx, viewer, id)
  await setLock(tx, place.recording, viewer.id, locked, clock.now())
  return getSheet(tx, viewer, { id })
}

const han = /\p{Script=Han}/u
/** Chinese lines in pinyin with tones; other letters stay as they are. */
export const suggestPinyin = (_db: Read, _viewer: Viewer | null, { lines }: Input<'POST /lyrics/pinyin'>): Ok<'POST /lyrics/pinyin'> => ({
  lines: lines.map(text =>
    han.test(text)
      ? pinyinPro()
          .pinyin(text, { toneType: 'symbol', type: 'array', nonZh: 'consecutive' })
          .map(one => one.trim())
          .filter(one => one !== '')
          .join(' ')
          .replace(/ ([,.!?;:，。！？；：、…」』）)])/g, '$1')
      : null,
  ),
})
