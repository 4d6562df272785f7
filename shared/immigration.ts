/**
 * immigration: moving in with an archive, and taking everything out. An archive is read first (a dry run that says what would become of each piece), applied when its
 * owner says so, and can be undone for thirty days.
 */
import { z } from 'zod'
import { command, cursor, flag, limit, page, query, room, stream } from './contract.ts'
import { id } from './ids.ts'
import { time } from './time.ts'

/** reading → ready → applying → applied → undoing → undone; failed when it cannot be read; discarded before it was applied. */
export const immigrationState = z.enum(['reading', 'ready', 'applying', 'applied', 'undoing', 'undone', 'failed', 'discarded'])
/** release: with its tracks and files · files: sound without a catalogue, sorted by its tags · plays and followers: one piece each, with how many they hold. */
export const pieceKind = z.enum(['release', 'files', 'playlist', 'favourite', 'follow', 'plays', 'followers'])
/**
 * new: would come in · duplicate: is here already, nothing to do · conflict: something else stands in its place, taken only when one says so · partly: a part of it is
 * here or could be understood · missing: the planet has no such music (yet) · refused: cannot be taken, with the reason.
 */
export const pieceOutcome = z.enum(['new', 'duplicate', 'conflict', 'partly', 'missing', 'refused'])
/** done: came in · failed: with the reason · left: stays although it was undone (sold, or changed by hand since) · undone. */
export const pieceResult = z.enum(['done', 'failed', 'left', 'undone'])
/** Why, as a code the pages word (shared/words/immigration.ts), with what it speaks of. */
export const Note = z.object({ code: z.string(), text: z.string().nullable() })
export const Piece = z.object({
  n: z.number().int(),
  kind: pieceKind,
  title: z.string(),
  detail: z.string(),
  /** The file of the archive it came from. */
  file: z.string(),
  outcome: pieceOutcome,
  /** How many it holds (tracks, entries, plays, followers), and how many of them would come in. */
  count: z.number().int(),
  usable: z.number().int(),
  take: z.boolean(),
  notes: z.array(Note),
  result: pieceResult.nullable(),
  /** What it became: a release, playlist, track, page. */
  made: z.string().nullable(),
})
export const Immigration = z.object({
  id: id('imm'),
  state: immigrationState,
  /** The page whose music and followers these are; null: one's own listening, and pages by the names of the artists. */
  page: z.object({ id: id('pag'), name: z.string() }).nullable(),
  files: z.array(z.string()),
  /** What it was taken for: planet, spotify, listenbrainz, lastfm, catalogue, playlists, folder. */
  formats: z.array(z.string()),
  problem: Note.nullable(),
  /** Pieces by kind and outcome. */
  summary: z.array(z.object({ kind: pieceKind, outcome: pieceOutcome, pieces: z.number().int(), usable: z.number().int() })),
  /** Of the pieces that are taken: how many are done. */
  progress: z.object({ done: z.number().int(), failed: z.number().int(), of: z.number().int() }),
  startedAt: time,
  appliedAt: time.nullable(),
  /** Until then it can be undone; null when it cannot. */
  undoUntil: time.nullable(),
})

export const immigration = room('immigration', {
  'GET /me/export': stream({
    access: 'member',
    summary:
      'Everything one owns as one zip, made while it is sent: account, pages, catalogue, playlists, favourites, history, lyrics, receipts, statements; with `music` the files too.',
    input: { music: flag() },
    ok: z.object({}),
    perMinute: 6,
  }),
  'GET /me/export/size': query({
    access: 'member',
    summary: 'How much music an export would hold.',
    ok: z.object({ tracks: z.number().int(), bytes: z.number().int() }),
  }),
  'POST /immigrations': command({
    access: 'member',
    summary:
      'Reads finished uploads (zips, catalogues, playlists, listening histories, follower lists, sound) as a dry run; with the same id again it is the same one.',
    input: { id: id('imm'), page: id('pag').nullable().default(null), uploads: z.array(id('upl')).min(1).max(500) },
    ok: Immigration,
    faults: ['not_found', 'forbidden', 'key_reused', 'immigrations_open'],
  }),
  'GET /me/immigrations': query({
    access: 'member',
    summary: 'Mine, newest first.',
    input: { cursor: cursor(), limit: limit(50, 12) },
    ok: page(Immigration),
  }),
  'GET /immigrations/:id': query({
    access: 'member',
    summary: 'How far it is and what it holds.',
    input: { id: id('imm') },
    ok: Immigration,
    faults: ['not_found'],
  }),
  'GET /immigrations/:id/pieces': query({
    access: 'member',
    summary: 'What would become, or became, of each piece.',
    input: { id: id('imm'), kind: pieceKind.optional(), outcome: pieceOutcome.optional(), cursor: cursor(), limit: limit(200, 50) },
    ok: page(Piece),
    faults: ['not_found'],
  }),
  'PATCH /immigrations/:id/pieces': command({
    access: 'member',
    summary: 'Takes pieces or leaves them: one, or all of a kind and outcome. Refused and doubled ones cannot be taken.',
    input: {
      id: id('imm'),
      n: z.number().int().min(0).optional(),
      kind: pieceKind.optional(),
      outcome: pieceOutcome.optional(),
      take: z.boolean(),
    },
    ok: Immigration,
    faults: ['not_found', 'not_ready'],
  }),
  'POST /immigrations/:id/apply': command({
    access: 'member',
    summary: 'Brings in what is taken. Again: nothing more happens.',
    input: { id: id('imm') },
    ok: Immigration,
    faults: ['not_found', 'not_ready'],
  }),
  'POST /immigrations/:id/undo': command({
    access: 'member',
    summary: 'Takes out again what it brought in, within thirty days; what was sold or changed by hand since stays, and says so.',
    input: { id: id('imm') },
    ok: Immigration,
    faults: ['not_found', 'not_ready', 'undo_over'],
  }),
  'POST /immigrations/:id/discard': command({
    access: 'member',
    summary: 'Forgets an archive that was not applied.',
    input: { id: id('imm') },
    ok: Immigration,
    faults: ['not_found', 'not_ready'],
  }),
  // Streams only because they need the planet's secret.
  'GET /me/invitations': stream({
    access: 'member',
    summary: 'Pages that moved in and named one as a follower (by e-mail address): nobody follows unasked.',
    ok: z.object({
      items: z.array(z.object({ page: id('pag'), name: z.string(), picture: z.string().nullable(), followers: z.number().int() })),
    }),
  }),
  'POST /me/invitations/:page': stream({
    access: 'member',
    summary: 'Follows the page, or declines for good.',
    input: { page: id('pag'), accept: z.boolean() },
    ok: z.object({ ok: z.literal(true) }),
    faults: ['not_found'],
  }),
})
