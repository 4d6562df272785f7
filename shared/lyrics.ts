/** lyrics: words of recordings that stand in time, what people add to them, and who is thanked for it. Formats are read and written by shared/timedtext. */
import { z } from 'zod'
import { command, query, room, text } from './contract.ts'
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
/** Who is thanked, and for what. `page`: their page, where they have one. */
export const LyricsHand = z.object({
  name: z.string(),
  page: id('pag').nullable(),
  role: z.enum(['words', 'timing', 'correction', 'translation', 'romanisation']),
})
/** A text that is shown. `base` names exactly this state of it: it is sent with a change of it. */
export const LyricsPart = z.object({
  kind: lyricsKind,
  language: languageTag,
  timing,
  source: z.enum(['file', 'maker', 'community']),
  base: z.string(),
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

export const lyrics = room('lyrics', {
  'GET /tracks/:id/lyrics': query({
    access: 'anyone',
    summary: 'Timed lyrics with translation and romanisation beside each line, and who made them.',
    input: { id: id('trk'), translation: languageTag.optional() },
    ok: Lyrics,
    faults: ['not_found'],
  }),
  'PUT /tracks/:id/lyrics': command({
    access: 'member',
    summary: 'Sets the lyrics from text of any format: LRC, enhanced LRC, TRC, TTML, SRT, WebVTT or plain. Empty text takes them away.',
    input: { id: id('trk'), language: languageTag, text: text(400_000) },
    ok: Lyrics,
    faults: ['not_found', 'forbidden', 'lyrics_unreadable'],
  }),
})
