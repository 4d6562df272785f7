/** lyrics: words of recordings that stand in time, what people add to them, and who is thanked for it. Formats are read and written by shared/timedtext. */
import { z } from 'zod'
import { command, cursor, flag, limit, line, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { time } from './time.ts'

/** A language tag (zh, en, ja, zh-Hant …), or `other`. */
export const languageTag = z
  .string()
  .max(35)
  .regex(/^[a-z]{2,8}(-[A-Za-z0-9]{1,8})*$/)
export const lyricsKind = z.enum(['main', 'translation', 'romanisation'])
export const timing = z.enum(['word', 'line', 'none'])
const ms = z.number().int().min(0).max(86_400_000)
export const LyricWord = z.object({ text: z.string().max(1000), startMs: ms, endMs: ms })
export const LyricLine = z.object({
  startMs: ms,
  endMs: ms,
  text: z.string().max(1000),
  translation: z.string().max(1000).nullable(),
  romanisation: z.string().max(1000).nullable(),
  /** Who sings it where several do: v1, v2 …; bg for voices behind. */
  agent: z.string().max(40).nullable(),
  words: z.array(LyricWord).max(400),
})
/** A line as it is sent: of the words themselves, or of a translation or romanisation, which names the line it belongs to (`of`). */
export const GivenLine = z.object({
  startMs: ms,
  endMs: ms,
  text: z.string().max(1000),
  agent: z.string().max(40).nullable().default(null),
  words: z.array(LyricWord).max(400).default([]),
  of: z.string().max(1000).optional(),
})
const givenLines = z.array(GivenLine).max(2000)
/** What exactly was shown when someone began to change it; null: nothing. */
const base = z.string().max(60).nullable()
/** Who is thanked, and for what. `page`: their page, where they have one. */
export const LyricsHand = z.object({
  name: z.string(),
  page: id('pag').nullable(),
  role: z.enum(['words', 'timing', 'correction', 'translation', 'romanisation']),
})
/** A text that is shown. `base` names exactly this state of it: it is sent with a change of it. Null: it stands inside the words of a file. */
export const LyricsPart = z.object({
  kind: lyricsKind,
  language: languageTag,
  timing,
  source: z.enum(['file', 'maker', 'community']),
  base: z.string().nullable(),
  changedAt: time,
  licence: z.string().nullable(),
  hands: z.array(LyricsHand),
})
/** timing: word > line > none. Lines of untimed lyrics have zeros. Translation and romanisation stand line by line beside the words. */
export const Lyrics = z.object({
  track: id('trk'),
  language: z.string(),
  timing,
  lines: z.array(LyricLine),
  translationLanguage: z.string().nullable(),
  romanised: z.boolean(),
  /** Everything that is shown of this recording, to choose another translation from. */
  parts: z.array(LyricsPart),
})

/** A text with its lines, as an editor needs it. Of translations and romanisations one line for each line of the words. */
export const LyricsText = LyricsPart.extend({ lines: z.array(LyricLine) })
export const contributionState = z.enum(['open', 'asked', 'accepted', 'refused', 'withdrawn'])
export const Contribution = z.object({
  id: id('ctr'),
  track: z.object({ id: id('trk'), title: z.string(), artists: z.string(), durationMs: z.number().int() }),
  kind: lyricsKind,
  language: languageTag,
  timing,
  state: contributionState,
  by: z.object({ name: z.string(), page: id('pag').nullable() }),
  mine: z.boolean(),
  note: z.string(),
  licence: z.string().nullable(),
  /** Why it was refused, or what was asked; and who looked at it. */
  reason: z.string().nullable(),
  reviewer: z.string().nullable(),
  at: time,
  decidedAt: time.nullable(),
  /** What is shown changed since it was made: it has to be laid over the new state first. */
  stale: z.boolean(),
  /** review: accept, refuse, ask · revise: send a better one in its place, or withdraw. */
  can: z.object({ review: z.boolean(), revise: z.boolean() }),
})
export const ContributionPage = Contribution.extend({
  lines: z.array(LyricLine),
  /** What was shown when it was made, and what is shown now. */
  baseLines: z.array(LyricLine),
  shownLines: z.array(LyricLine),
  shownBase: z.string().nullable(),
  /** The words themselves, to read a translation beside. */
  mainLines: z.array(LyricLine),
})
/** Everything an editor of lyrics needs of one track. */
export const LyricsSheet = z.object({
  track: id('trk'),
  title: z.string(),
  durationMs: z.number().int(),
  parts: z.array(LyricsText),
  locked: z.boolean(),
  /** edit: what is saved is shown at once · propose: someone of the page looks at it first. */
  can: z.object({ edit: z.boolean(), propose: z.boolean() }),
  mine: z.array(Contribution),
  /** Proposals of others that wait. */
  waiting: z.number().int(),
})
export const LyricsReport = z.object({
  id: id('lyr'),
  track: z.object({ id: id('trk'), title: z.string(), artists: z.string() }),
  line: z.string().nullable(),
  startMs: z.number().int().nullable(),
  reason: z.string(),
  by: z.string(),
  at: time,
})
export const LyricsVersion = z.object({
  id: id('lyr'),
  kind: lyricsKind,
  language: languageTag,
  timing,
  source: z.enum(['maker', 'community']),
  at: time,
  replacedAt: time.nullable(),
  lineCount: z.number().int(),
  hands: z.array(LyricsHand),
})

const tracks = { id: id('trk') }
const contributions = { id: id('ctr') }

export const lyrics = room('lyrics', {
  'GET /tracks/:id/lyrics': query({
    access: 'anyone',
    summary: 'Timed lyrics with translation and romanisation beside each line, and who made them.',
    input: { ...tracks, translation: languageTag.optional() },
    ok: Lyrics,
    faults: ['not_found'],
  }),
  'PUT /tracks/:id/lyrics': command({
    access: 'member',
    summary:
      'Sets the lyrics from text of any format: LRC, enhanced LRC, TRC, TTML, SRT, WebVTT or plain; `base` refuses to write over what came meanwhile. Empty text takes them away.',
    input: { ...tracks, language: languageTag.optional(), text: text(400_000), base: base.optional() },
    ok: Lyrics,
    faults: ['not_found', 'forbidden', 'lyrics_unreadable', 'lyrics_changed'],
  }),
  'GET /tracks/:id/lyrics/file': stream({
    access: 'anyone',
    summary: 'The lyrics as a file: lrc, elrc (words in time), trc, ttml, srt, vtt or txt, with who made them.',
    input: {
      ...tracks,
      format: z.enum(['lrc', 'elrc', 'trc', 'ttml', 'srt', 'vtt', 'txt']).default('lrc'),
      translation: languageTag.optional(),
      /** Without translation and romanisation. */
      bare: flag(),
    },
    ok: z.string(),
    faults: ['not_found'],
  }),
  'GET /tracks/:id/lyrics/sheet': query({
    access: 'anyone',
    summary: 'All texts of a track for editing, what one may do with them and what one has proposed.',
    input: tracks,
    ok: LyricsSheet,
    faults: ['not_found'],
  }),
  'PUT /tracks/:id/lyrics/parts': command({
    access: 'member',
    summary: 'Sets one text (the words, a translation, a romanisation); no lines take a translation or romanisation away.',
    input: { ...tracks, kind: lyricsKind, language: languageTag, lines: givenLines, base, licence: line(300).nullable().default(null) },
    ok: LyricsSheet,
    faults: ['not_found', 'forbidden', 'lyrics_changed', 'lyrics_after_end'],
  }),
  'GET /tracks/:id/lyrics/versions': query({
    access: 'member',
    summary: 'Earlier texts, the newest first, for those who may edit.',
    input: tracks,
    ok: z.object({ items: z.array(LyricsVersion) }),
    faults: ['not_found'],
  }),
  'POST /tracks/:id/lyrics/restore': command({
    access: 'member',
    summary: 'Shows an earlier text again, as a new version.',
    input: { ...tracks, version: id('lyr') },
    ok: LyricsSheet,
    faults: ['not_found', 'forbidden'],
  }),
  'PUT /tracks/:id/lyrics/lock': command({
    access: 'member',
    summary: 'Wants no proposals for these lyrics, or wants them again.',
    input: { ...tracks, locked: z.boolean() },
    ok: LyricsSheet,
    faults: ['not_found', 'forbidden'],
  }),
  'POST /lyrics/pinyin': query({
    access: 'anyone',
    summary: 'Chinese lines in pinyin with tones, as a start for a romanisation; null where a line has no Chinese.',
    input: { lines: z.array(z.string().max(1000)).max(2000) },
    ok: z.object({ lines: z.array(z.string().nullable()) }),
    perMinute: 60,
  }),
  'POST /tracks/:id/lyrics/contributions': command({
    access: 'member',
    summary: 'Proposes a text. The id made by the caller makes a repeat harmless.',
    input: {
      ...tracks,
      contribution: id('ctr').optional(),
      kind: lyricsKind,
      language: languageTag,
      lines: givenLines.min(1),
      base,
      note: text(1000).default(''),
      licence: line(300).nullable().default(null),
    },
    ok: Contribution,
    faults: ['not_found', 'lyrics_locked', 'lyrics_same', 'lyrics_after_end', 'too_many_contributions', 'banned', 'key_reused'],
  }),
  'GET /me/lyrics-contributions': query({
    access: 'member',
    summary: 'What I proposed, newest first.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(Contribution),
  }),
  'GET /lyrics/contributions': query({
    access: 'member',
    summary: 'Proposals that wait for me: of pages I edit; of all for reviewers and operators. Oldest first.',
    input: { page: id('pag').optional(), cursor: cursor(), limit: limit() },
    ok: page(Contribution),
  }),
  'GET /lyrics/contributions/:id': query({
    access: 'member',
    summary: 'A proposal with its lines, what it began from and what is shown now; for who made it and who may look at it.',
    input: contributions,
    ok: ContributionPage,
    faults: ['not_found'],
  }),
  'PUT /lyrics/contributions/:id': command({
    access: 'member',
    summary: 'Sends a better one in its place, also laid over what is shown by now.',
    input: { ...contributions, language: languageTag.optional(), lines: givenLines.min(1), base, note: text(1000).default('') },
    ok: Contribution,
    faults: ['not_found', 'contribution_closed', 'lyrics_same', 'lyrics_after_end'],
  }),
  'POST /lyrics/contributions/:id/accept': command({
    access: 'member',
    summary: 'Shows it from now on, with thanks. `base` is what the reviewer saw as shown: if it changed since, nothing happens.',
    input: { ...contributions, base },
    ok: Contribution,
    faults: ['not_found', 'forbidden', 'own_contribution', 'contribution_closed', 'lyrics_changed'],
  }),
  'POST /lyrics/contributions/:id/refuse': command({
    access: 'member',
    summary: 'Refuses it with a reason that its maker reads.',
    input: { ...contributions, reason: line(500) },
    ok: Contribution,
    faults: ['not_found', 'forbidden', 'own_contribution', 'contribution_closed'],
  }),
  'POST /lyrics/contributions/:id/ask': command({
    access: 'member',
    summary: 'Asks its maker for something first.',
    input: { ...contributions, question: line(500) },
    ok: Contribution,
    faults: ['not_found', 'forbidden', 'own_contribution', 'contribution_closed'],
  }),
  'POST /lyrics/contributions/:id/withdraw': command({
    access: 'member',
    summary: 'Takes back what one proposed.',
    input: contributions,
    ok: Contribution,
    faults: ['not_found', 'contribution_closed'],
  }),
  'POST /tracks/:id/lyrics/reports': command({
    access: 'member',
    summary: 'Says that the lyrics, or one line of them, are wrong.',
    input: { ...tracks, line: line(1000).nullable().default(null), startMs: ms.nullable().default(null), reason: line(500) },
    ok: z.object({ ok: z.literal(true) }),
    faults: ['not_found', 'too_many_contributions'],
  }),
  'GET /lyrics/reports': query({
    access: 'member',
    summary: 'Reports of wrong lyrics that wait for me, oldest first.',
    input: { page: id('pag').optional(), cursor: cursor(), limit: limit() },
    ok: page(LyricsReport),
  }),
  'POST /lyrics/reports/:id/settle': command({
    access: 'member',
    summary: 'Closes a report with an answer.',
    input: { id: id('lyr'), answer: line(500) },
    ok: z.object({ ok: z.literal(true) }),
    faults: ['not_found', 'contribution_closed'],
  }),
})
