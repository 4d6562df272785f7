/** rights: split sheets. A sheet says who shares what in the master or in the work of a release or of one track, in basis points, signed by each party. */
import { z } from 'zod'
import { command, cursor, limit, line, page, query, room, text } from './contract.ts'
import { id } from './ids.ts'
import { party } from './people.ts'
import { time } from './time.ts'

/** work: the words and the music · master: the recording. */
export const splitKind = z.enum(['work', 'master'])
/** open (waits for signatures) → signed (in force until a newer one is signed) | declined by a party | withdrawn by who proposed it | replaced by a newer one. */
export const sheetState = z.enum(['open', 'signed', 'declined', 'withdrawn', 'replaced'])
export const splitSubject = z.string().regex(/^(rel|trk)_[0-9a-hjkmnp-tv-z]{26}$/)

export const SplitParty = z.object({
  party,
  name: z.string(),
  role: z.string(),
  shareBp: z.number().int(),
  signedAt: time.nullable(),
  declinedAt: time.nullable(),
})
export const SplitSheet = z.object({
  id: id('spl'),
  subject: splitSubject,
  title: z.string(),
  kind: splitKind,
  version: z.number().int(),
  state: sheetState,
  parties: z.array(SplitParty),
  note: z.string(),
  createdAt: time,
  createdBy: z.string(),
  inForceFrom: time.nullable(),
  inForceUntil: time.nullable(),
  /** What each party signs, word for word, and its SHA-256 (hex). */
  text: z.string(),
  hash: z.string(),
  can: z.object({ sign: z.boolean(), withdraw: z.boolean() }),
})

export const rights = room('rights', {
  'POST /split-sheets': command({
    access: 'member',
    summary: 'Proposes a new version for a release or track of a page one may edit; one’s own share is signed at once.',
    input: {
      id: id('spl').optional(),
      subject: splitSubject,
      kind: splitKind,
      note: text(1000).default(''),
      /** By id, or by the e-mail of someone who signed up. Shares sum to 10,000. */
      parties: z
        .array(
          z.object({ party: party.optional(), email: z.email().optional(), role: line(60), shareBp: z.number().int().min(1).max(10_000) }),
        )
        .min(1)
        .max(50),
    },
    ok: SplitSheet,
    faults: ['not_found', 'forbidden', 'split_not_whole', 'split_party_twice', 'no_such_person', 'key_reused'],
  }),
  'GET /split-sheets/:id': query({
    access: 'member',
    summary: 'A sheet, for its parties and those who may edit its page.',
    input: { id: id('spl') },
    ok: SplitSheet,
    faults: ['not_found'],
  }),
  'POST /split-sheets/:id/sign': command({
    access: 'member',
    summary: 'Signs for oneself, or for an organisation as its owner. `hash` is what one read.',
    input: { id: id('spl'), hash: z.string().length(64), as: party.optional() },
    ok: SplitSheet,
    faults: ['not_found', 'not_a_party', 'conflict', 'split_closed'],
  }),
  'POST /split-sheets/:id/decline': command({
    access: 'member',
    summary: 'Declines; the sheet is closed.',
    input: { id: id('spl'), as: party.optional(), reason: text(500).default('') },
    ok: SplitSheet,
    faults: ['not_found', 'not_a_party', 'split_closed'],
  }),
  'POST /split-sheets/:id/withdraw': command({
    access: 'member',
    summary: 'Takes an open sheet back that one proposed.',
    input: { id: id('spl') },
    ok: SplitSheet,
    faults: ['not_found', 'forbidden', 'split_closed'],
  }),
  'GET /me/split-sheets': query({
    access: 'member',
    summary: 'Sheets one is a party of or proposed; those that wait for one first.',
    input: { waiting: z.enum(['true', 'false']).optional(), cursor: cursor(), limit: limit() },
    ok: page(SplitSheet),
  }),
  'GET /releases/:id/splits': query({
    access: 'anyone',
    summary: 'Who shares in a release: the sheets in force, and open ones for those who may see them.',
    input: { id: id('rel') },
    ok: z.object({ items: z.array(SplitSheet), sole: z.object({ party, name: z.string() }).nullable() }),
    faults: ['not_found'],
  }),
})
