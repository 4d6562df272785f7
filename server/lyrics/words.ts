/** Lyrics as they are shown, and how those who keep a page set them. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import type { lyrics } from '../../shared/lyrics.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import type { Viewer } from '../foundation/session.ts'
import { parseTimed, TimedFault, wholeLines, type TimedLine, type TimedText, type Timing } from '../timedtext/index.ts'
import { change, checkedLines, placeOf } from './changing.ts'
import { beside, besideLines, besideWords, splitParts } from './joining.ts'
import { lockRecording, readParts, readPlace, type Kind, type PartRow, type PlaceRow, type Who } from './store.ts'

type Entries = typeof lyrics.entries
export type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
export type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>

export type ShownLyrics = { language: string; kind: 'main' | 'translation' | 'romanisation'; timing: Timing; lines: TimedLine[] }

/** Everything that is shown of a track's words, each kind and language by itself: words first. Empty where there are none or the viewer sees no such track. */
export async function lyricsOf(db: Read, viewer: Who, track: string): Promise<ShownLyrics[]> {
  const parts = splitParts((await readParts(db, viewer, track)) ?? [])
  const main = parts.find(part => part.kind === 'main')
  if (main === undefined) return []
  const words = main.lines as TimedLine[]
  return parts.map(({ language, kind, timing, lines }) => ({
    language,
    kind,
    timing: kind === 'main' ? timing : main.timing === 'none' ? 'none' : 'line',
    // Line by line as the words are, so that a client can lay one beside the other.
    lines: kind === 'main' ? words : besideWords(words, lines),
  }))
}

export const showPart = (part: PartRow): Ok<'GET /tracks/:id/lyrics'>['parts'][number] => ({
  kind: part.kind,
  language: part.language,
  timing: part.timing,
  source: part.source,
  base: part.base,
  changedAt: part.changedAt,
  licence: part.licence,
  hands: part.hands.map(({ name, page, role }) => ({ name, page, role })),
})

/** The words with a translation (the one asked for, else the viewer's own language, else any) and romanisation beside each line. */
export function joined(
  track: string,
  shown: readonly PartRow[],
  wanted: { translation?: string | undefined; locale?: string | undefined },
): Ok<'GET /tracks/:id/lyrics'> {
  const parts = splitParts(shown)
  const main = parts.find(part => part.kind === 'main')
  if (main === undefined) throw fault('not_found')
  const words = main.lines as TimedLine[]
  const translations = parts.filter(part => part.kind === 'translation')
  const translation =
    translations.find(part => part.language === wanted.translation) ??
    translations.find(part => part.language.split('-')[0] === wanted.locale) ??
    translations[0]
  const romanisation = parts.find(part => part.kind === 'romanisation')
  const translated = translation === undefined ? [] : beside(words, translation.lines)
  const romanised = romanisation === undefined ? [] : beside(words, romanisation.lines)
  return {
    track,
    language: main.language,
    timing: main.timing,
    lines: words.map((line, i) => ({ ...line, translation: translated[i] ?? null, romanisation: romanised[i] ?? null })),
    translationLanguage: translation?.language ?? null,
    romanised: romanisation !== undefined,
    parts: parts.map(showPart),
  }
}

export async function getLyrics(
  db: Read,
  viewer: Viewer | null,
  { id, translation }: Input<'GET /tracks/:id/lyrics'>,
): Promise<Ok<'GET /tracks/:id/lyrics'>> {
  const parts = await readParts(db, viewer, id)
  if (parts === undefined) throw fault('not_found')
  return joined(id, parts, { translation, locale: viewer?.locale })
}

/** Text of any format, or a refusal that says what is wrong and in which line. */
export function readWords(text: string, hint?: string): TimedText {
  try {
    return parseTimed(text, hint, true)
  } catch (error) {
    if (!(error instanceof TimedFault)) throw error
    throw fault('invalid', 'lyrics_unreadable', { fields: { text: `${error.problem}${error.line > 0 ? `:${error.line}` : ''}` } })
  }
}

/** A track one may edit, its recording locked for this change, and what is shown of it. */
export async function lockOwn(tx: Tx, viewer: Viewer, id: string): Promise<{ place: PlaceRow; shown: PartRow[] }> {
  const place = await readPlace(tx, viewer, id)
  if (place === undefined) throw fault('not_found')
  if (!place.editor) throw fault('forbidden')
  await lockRecording(tx, place.recording)
  return { place, shown: (await readParts(tx, viewer, id)) ?? [] }
}

/** Refuses to write over what came meanwhile. */
export function checkBase(shown: readonly PartRow[], kind: Kind, language: string, base: string | null): void {
  if ((placeOf(splitParts(shown), kind, language)?.base ?? null) !== base) throw fault('conflict', 'lyrics_changed')
}

/** Sets the lyrics from text; what the text holds beside the words (translations, romanisation) becomes theirs too. Empty text takes all away. */
export async function setLyrics(
  tx: Tx,
  viewer: Viewer,
  { id, language: told, text, base }: Input<'PUT /tracks/:id/lyrics'>,
): Promise<Ok<'PUT /tracks/:id/lyrics'>> {
  const { place, shown } = await lockOwn(tx, viewer, id)
  const parsed = text.trim() === '' ? null : readWords(text)
  const language = told ?? parsed?.language ?? 'other'
  if (base !== undefined) checkBase(shown, 'main', language, base)
  const lines = wholeLines(parsed?.lines ?? [])
  const given = {
    recording: place.recording,
    source: 'maker' as const,
    licence: null,
    approvedBy: viewer.id,
    person: null,
    at: clock.now(),
  }
  await change(tx, shown, { ...given, kind: 'main', language, ...checkedLines('main', lines, place.durationMs) })
  for (const kind of ['translation', 'romanisation'] as const) {
    const kept = besideLines(
      lines,
      lines.map(line => line[kind]),
    )
    if (kept.length === 0) continue
    const said = parsed?.translationLanguage ?? 'other'
    const other = kind === 'romanisation' ? language : said === language ? 'other' : said
    await change(tx, (await readParts(tx, viewer, id)) ?? [], { ...given, kind, language: other, ...checkedLines(kind, kept, 0) })
  }
  if (lines.length === 0) return { track: id, language, timing: 'none', lines: [], translationLanguage: null, romanised: false, parts: [] }
  return joined(id, (await readParts(tx, viewer, id))!, { locale: viewer.locale })
}
