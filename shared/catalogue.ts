/** catalogue: works, recordings, releases, tracks, credits, lyrics, search, import. Artists are pages of people. */
import { z } from 'zod'
import { command, cursor, limit, line, page, query, room, stream, text } from './contract.ts'
import { id } from './ids.ts'
import { money } from './money.ts'
import { day, time } from './time.ts'

export const creditRole = z.enum([
  'composer',
  'lyricist',
  'arranger',
  'producer',
  'performer',
  'vocals',
  'guitar',
  'bass',
  'drums',
  'keys',
  'strings',
  'mixing',
  'mastering',
  'artwork',
  'other',
])
export const releaseKind = z.enum(['album', 'ep', 'single', 'compilation'])
/** public: everyone · unlisted: who has the address · draft: those who may edit. */
export const visibility = z.enum(['public', 'unlisted', 'draft'])
/** full: anyone may stream it · preview: 30 seconds, all of it for buyers · none: not streamed. */
export const streaming = z.enum(['full', 'preview', 'none'])

export const ArtistRef = z.object({ id: id('pag'), name: z.string() })
/** Addresses of one picture in its widths, and a colour from it (`#rrggbb`). Null where there is none: the page's planet stands in. */
export const Cover = z.object({ small: z.string(), medium: z.string(), large: z.string(), accent: z.string() })
export const Credit = z.object({ name: z.string(), role: creditRole, page: id('pag').nullable() })

export const Track = z.object({
  id: id('trk'),
  title: z.string(),
  disc: z.number().int(),
  number: z.number().int(),
  durationMs: z.number().int(),
  artists: z.array(ArtistRef),
  release: z.object({ id: id('rel'), title: z.string() }),
  cover: Cover.nullable(),
  streaming,
  /** What this viewer can play now, and why not. */
  playable: z.enum(['full', 'preview', 'no']),
  /** waiting: in the queue · working: being prepared · ready · failed: with the reason for those who may edit. */
  state: z.enum(['waiting', 'working', 'ready', 'failed']),
  problem: z.string().nullable(),
  /** For playing at −14 LUFS: track and album loudness in LUFS, true peak in dBTP. */
  loudness: z.object({ track: z.number(), album: z.number(), peak: z.number() }).nullable(),
  hasLyrics: z.boolean(),
  instrumental: z.boolean(),
  plays: z.number().int(),
})
export const ReleaseCard = z.object({
  id: id('rel'),
  title: z.string(),
  kind: releaseKind,
  artists: z.array(ArtistRef),
  cover: Cover.nullable(),
  releasedOn: day.nullable(),
  genre: z.string().nullable(),
  trackCount: z.number().int(),
  durationMs: z.number().int(),
  demo: z.boolean(),
  visibility,
  /** Of its tracks, how many can be played already. */
  ready: z.number().int(),
})
export const OfferSummary = z.object({
  id: id('off'),
  kind: z.literal('digital'),
  pricing: z.enum(['fixed', 'name_your_price', 'free']),
  price: money,
  /** When its sale begins, as long as it has not; when it ends. */
  opensAt: time.nullable(),
  closesAt: time.nullable(),
  formats: z.array(z.string()),
})
export const Release = ReleaseCard.extend({
  tracks: z.array(Track),
  label: z.string().nullable(),
  description: z.object({ zh: z.string(), en: z.string() }),
  upc: z.string().nullable(),
  copyright: z.string().nullable(),
  page: ArtistRef,
  credits: z.array(Credit),
  offers: z.array(OfferSummary),
  /** The viewer bought it. */
  owned: z.boolean(),
  can: z.object({ edit: z.boolean() }),
})
export const TrackPage = Track.extend({
  credits: z.array(Credit),
  isrc: z.string().nullable(),
  work: z.object({ id: id('wrk'), title: z.string(), iswc: z.string().nullable() }).nullable(),
  bpm: z.number().nullable(),
  audio: z.object({ format: z.string(), sampleRate: z.number().int(), channels: z.number().int() }).nullable(),
  can: z.object({ edit: z.boolean() }),
})
export const ImportItem = z.object({
  file: z.string(),
  state: z.enum(['waiting', 'working', 'done', 'unchanged', 'failed']),
  reason: z.string().nullable(),
  track: id('trk').nullable(),
})
export const Import = z.object({
  id: id('imp'),
  state: z.enum(['running', 'done', 'cancelled']),
  source: z.enum(['folder', 'upload']),
  found: z.number().int(),
  new: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  failed: z.number().int(),
  /** Files that wait or are worked on. */
  open: z.number().int(),
  /** Of the tracks it brought, how many can be played already. */
  ready: z.number().int(),
  /** The first hundred. */
  releases: z.array(z.object({ id: id('rel'), title: z.string() })),
  startedAt: time,
  /** The first five hundred files; all of them: GET /imports/:id/items. */
  items: z.array(ImportItem),
})

export const catalogue = room('catalogue', {
  'GET /releases': query({
    access: 'anyone',
    summary: 'Public releases.',
    input: {
      sort: z.enum(['new', 'popular', 'title']).default('new'),
      artist: id('pag').optional(),
      genre: line(60).optional(),
      kind: releaseKind.optional(),
      cursor: cursor(),
      limit: limit(),
    },
    ok: page(ReleaseCard),
  }),
  'GET /releases/:id': query({
    access: 'anyone',
    summary: 'A release with its tracks, credits and offers.',
    input: { id: id('rel') },
    ok: Release,
    faults: ['not_found'],
  }),
  'PATCH /releases/:id': command({
    access: 'member',
    summary: 'Changes a release of a page one may edit.',
    input: {
      id: id('rel'),
      title: line(200).optional(),
      kind: releaseKind.optional(),
      releasedOn: day.nullable().optional(),
      genre: line(60).nullable().optional(),
      label: line(120).nullable().optional(),
      description: z.object({ zh: text(3000), en: text(3000) }).optional(),
      visibility: visibility.optional(),
      upc: z
        .string()
        .regex(/^\d{12,13}$/)
        .nullable()
        .optional(),
    },
    ok: Release,
    faults: ['not_found', 'forbidden', 'upc_used'],
  }),
  'GET /me/releases': query({
    access: 'member',
    summary: 'Releases of the pages one may edit, drafts too.',
    input: { page: id('pag').optional(), cursor: cursor(), limit: limit() },
    ok: page(ReleaseCard),
  }),
  'GET /artists/:id': query({
    access: 'anyone',
    summary: 'What an artist released and the five most played tracks.',
    input: { id: id('pag') },
    ok: z.object({ releases: z.array(ReleaseCard), appearsOn: z.array(ReleaseCard), top: z.array(Track), plays30d: z.number().int() }),
    faults: ['not_found'],
  }),
  'GET /tracks': query({
    access: 'anyone',
    summary: 'Public tracks that can be played; popular: most played in 30 days.',
    input: { sort: z.enum(['popular', 'new']).default('popular'), cursor: cursor(), limit: limit() },
    ok: page(Track),
  }),
  'GET /tracks/:id': query({ access: 'anyone', summary: 'A track.', input: { id: id('trk') }, ok: TrackPage, faults: ['not_found'] }),
  'PATCH /tracks/:id': command({
    access: 'member',
    summary: 'Changes a track of a page one may edit.',
    input: {
      id: id('trk'),
      title: line(200).optional(),
      streaming: streaming.optional(),
      instrumental: z.boolean().optional(),
      isrc: z
        .string()
        .regex(/^[A-Z]{2}[A-Z0-9]{3}\d{7}$/)
        .nullable()
        .optional(),
    },
    ok: TrackPage,
    faults: ['not_found', 'forbidden'],
  }),
  'PUT /tracks/:id/credits': command({
    access: 'member',
    summary: 'Replaces the credits.',
    input: {
      id: id('trk'),
      credits: z.array(z.object({ name: line(120), role: creditRole, page: id('pag').nullable().default(null) })).max(100),
    },
    ok: TrackPage,
    faults: ['not_found', 'forbidden'],
  }),
  'GET /tracks/:id/waveform': query({
    access: 'anyone',
    summary: 'Peaks from 0 to 255, evenly over the track.',
    input: { id: id('trk') },
    ok: z.object({ peaks: z.array(z.number().int()) }),
    faults: ['not_found', 'not_ready'],
  }),
  'GET /tracks/:id/stream': stream({
    access: 'anyone',
    summary:
      'The sound: audio with Range, or a redirect to a signed address. Tracks that are not free give their preview to those who do not own them.',
    input: {
      id: id('trk'),
      quality: z.enum(['high', 'low']).default('high'),
      codec: z.enum(['aac', 'opus']).default('aac'),
      part: z.enum(['auto', 'preview']).default('auto'),
    },
    ok: z.object({ url: z.string() }),
    faults: ['not_found', 'not_playable', 'not_ready'],
  }),
  'GET /genres': query({
    access: 'anyone',
    summary: 'Genres in use, most releases first.',
    ok: z.object({ items: z.array(z.object({ name: z.string(), releases: z.number().int() })) }),
  }),
  'POST /imports': command({
    access: 'member',
    summary:
      'Turns finished uploads into releases of a page one may edit (null: pages are made or found by the artist tags, owned by oneself).',
    input: { id: id('imp').optional(), page: id('pag').nullable(), uploads: z.array(id('upl')).min(1).max(500) },
    ok: Import,
    faults: ['not_found', 'forbidden', 'key_reused'],
  }),
  'GET /imports/:id': query({
    access: 'member',
    summary: 'How far an import is, file by file.',
    input: { id: id('imp') },
    ok: Import,
    faults: ['not_found'],
  }),
  'GET /imports/:id/items': query({
    access: 'member',
    summary: 'Files of an import in their order, all or those of one state.',
    input: { id: id('imp'), state: ImportItem.shape.state.optional(), cursor: cursor(), limit: limit(200, 100) },
    ok: page(ImportItem),
    faults: ['not_found'],
  }),
  'POST /imports/:id/cancel': command({
    access: 'member',
    summary: 'Stops what has not begun.',
    input: { id: id('imp') },
    ok: Import,
    faults: ['not_found'],
  }),
  'GET /me/imports': query({
    access: 'member',
    summary: 'Imports of mine, newest first, without their items.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(Import),
  }),
})
