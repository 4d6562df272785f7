/** Putting a text in the place of what is shown: checked and thanked for. The releases it is on tell that they changed. */
import { fault } from '../../shared/faults.ts'
import { settleReleases } from '../catalogue/index.ts'
import { newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { tellAll } from '../foundation/events.ts'
import { settle, timingOf, wholeLines, type TimedLine, type Timing } from '../timedtext/index.ts'
import { splitParts } from './joining.ts'
import { insertVersion, releasesOf, retire, type KeptLine, type Kind, type PartRow, type Role } from './store.ts'
import { undo } from './store-contributions.ts'

/** How far beyond the sound a line may begin: lengths told by files are not exact. */
const slackMs = 2000

/** Lines as they are kept, of what someone sent. Faults: `lyrics_after_end`. */
export function checkedLines(kind: Kind, given: readonly KeptLine[], durationMs: number): { timing: Timing; lines: KeptLine[] } {
  if (kind !== 'main') {
    const lines = given.flatMap(({ startMs, endMs, text, of }) =>
      text.trim() === '' ? [] : [{ startMs, endMs: Math.max(startMs, endMs), text: text.trim(), ...(of === undefined ? {} : { of }) }],
    )
    return { timing: lines.some(line => line.endMs > 0) ? 'line' : 'none', lines }
  }
  const whole = wholeLines(
    given.map(({ startMs, endMs, text, agent, words = [] }) => {
      const sung = words.filter(word => word.text !== '')
      const joined = sung.map(word => word.text).join('')
      return { startMs, endMs, text: sung.length > 0 ? joined : text.trim(), translation: null, agent: agent ?? null, words: sung }
    }),
  )
  const timed = timingOf(whole) !== 'none'
  const lines = timed ? settle(whole.filter(line => line.text !== '')) : whole
  if (durationMs > 0 && lines.some(line => line.startMs > durationMs + slackMs))
    throw fault('invalid', 'lyrics_after_end', { fields: { lines: 'lyrics_after_end' } })
  return { timing: timingOf(lines), lines }
}

/** Of these lines, how many are word for word among the others. */
function sameTexts(lines: readonly KeptLine[], others: readonly KeptLine[]): number {
  const left = new Map<string, number>()
  for (const { text } of others) left.set(text, (left.get(text) ?? 0) + 1)
  let same = 0
  for (const { text } of lines) {
    const count = left.get(text) ?? 0
    if (count === 0) continue
    left.set(text, count - 1)
    same++
  }
  return same
}
const fineness: Record<Timing, number> = { none: 0, line: 1, word: 2 }

/** What someone did to a text, for which they are thanked. */
export function rolesOf(
  kind: Kind,
  before: { timing: Timing; lines: readonly KeptLine[] } | undefined,
  after: { timing: Timing; lines: readonly KeptLine[] },
): Role[] {
  if (before === undefined || before.lines.length === 0) {
    if (kind !== 'main') return [kind]
    return after.timing === 'none' ? ['words'] : ['words', 'timing']
  }
  const same = sameTexts(after.lines, before.lines)
  const roles = new Set<Role>()
  if (same < after.lines.length || after.lines.length < before.lines.length)
    roles.add(same * 2 >= after.lines.length ? 'correction' : kind === 'main' ? 'words' : kind)
  if (kind === 'main' && after.timing !== 'none') {
    const starts = new Set(before.lines.map(line => `${line.startMs} ${line.text}`))
    const texts = new Set(before.lines.map(line => line.text))
    const moved = after.lines.filter(line => texts.has(line.text) && !starts.has(`${line.startMs} ${line.text}`)).length
    if (fineness[after.timing] > fineness[before.timing] || moved * 5 > after.lines.length) roles.add('timing')
  }
  return roles.size === 0 ? ['correction'] : [...roles]
}

export type Change = {
  recording: string
  kind: Kind
  language: string
  timing: Timing
  lines: readonly KeptLine[]
  source: 'maker' | 'community'
  licence: string | null
  approvedBy: string | null
  /** Who is thanked for it; those who keep the page thank nobody for their own. */
  person: string | null
  /** The version whose words these are again. */
  restored?: string
  at: Date
}

/** The part this change takes the place of. Of the words there is one, whatever its language. */
export const placeOf = (parts: readonly PartRow[], kind: Kind, language: string): PartRow | undefined =>
  parts.find(part => part.kind === kind && (kind === 'main' || part.language === language))

/** The caller holds the recording's lock and gives what is shown (`readParts`). Gives the new version's id, undefined when something was taken away. */
export async function change(tx: Tx, shown: readonly PartRow[], given: Change): Promise<string | undefined> {
  const { recording, kind, at, person } = given
  const parts = splitParts(shown)
  const before = placeOf(parts, kind, given.language)
  // What stands beside the words inside a file would go with them: it becomes a text of its own.
  if (kind === 'main' && given.lines.length > 0) await ownTexts(tx, parts, given)
  let version: string | undefined
  if (given.lines.length === 0 && kind !== 'main') {
    await retire(tx, recording, kind, given.language, at)
    await outOfWords(tx, shown, parts, given)
  } else {
    version = newId('lyr', at)
    const kept = before !== undefined && sameTexts(given.lines, before.lines) * 2 >= given.lines.length ? before.hands : []
    const mine = person === null ? [] : rolesOf(kind, before, given).map(role => ({ person, role }))
    await insertVersion(tx, {
      ...given,
      id: version,
      hands: given.lines.length === 0 ? [] : [...kept.map(hand => ({ person: hand.person, role: hand.role })), ...mine],
    })
  }
  if (given.lines.length === 0 && kind === 'main')
    for (const other of ['translation', 'romanisation'] as const) await retire(tx, recording, other, null, at)
  if (given.lines.length === 0) await takenAway(tx, kind === 'main' ? parts : before === undefined ? [] : [before], given)
  await settleReleases(tx, await releasesOf(tx, recording))
  return version
}

/** What stands beside the words inside a file becomes a text of its own. */
async function ownTexts(tx: Tx, parts: readonly PartRow[], given: Change): Promise<void> {
  for (const { base, kind, language, timing, lines, licence } of parts)
    if (base === null)
      await insertVersion(tx, {
        ...given,
        id: newId('lyr', given.at),
        kind,
        language,
        timing,
        lines,
        source: 'maker',
        licence,
        approvedBy: null,
        restored: null,
        hands: [],
      })
}
/** A translation or romanisation that was taken away must not come back out of the words it stood in: they are shown without it from now on. */
async function outOfWords(tx: Tx, shown: readonly PartRow[], parts: readonly PartRow[], given: Change): Promise<void> {
  const file = shown.find(part => part.kind === 'main')
  const main = parts.find(part => part.kind === 'main')
  const gone = (part: PartRow): boolean => part.kind === given.kind && part.language === given.language
  if (file === undefined || main === undefined || !splitParts([file]).some(gone)) return
  await ownTexts(
    tx,
    parts.filter(part => !gone(part)),
    given,
  )
  const { language, timing, lines, licence, hands, source } = main
  await insertVersion(tx, {
    ...given,
    id: newId('lyr', given.at),
    kind: 'main',
    language,
    timing,
    lines,
    licence,
    source: source === 'community' ? 'community' : 'maker',
    hands,
  })
}

/** Whoever had a hand in what is shown no more is told: what they were given for it goes back. */
async function takenAway(tx: Tx, parts: readonly PartRow[], { recording, at }: Pick<Change, 'recording' | 'at'>): Promise<void> {
  for (const { kind, language, hands } of parts) {
    const undone = await undo(tx, { recording, kind, language }, { of: hands.map(hand => hand.person) }, at)
    await tellAll(
      tx,
      undone.map(({ id, person }) => ({ type: 'lyrics_undone', contribution: id, person })),
    )
  }
}

/** Lines with all their fields, for the wire. */
export const whole = (lines: readonly KeptLine[]): TimedLine[] =>
  wholeLines(lines.map(({ of: _of, ...line }) => ({ translation: null, words: [], ...line })))
