/** intake: folders of music on the planet's own machine that are watched, files that are missing, and recordings that sound alike. */
import { z } from 'zod'
import { ArtistRef, Track } from './catalogue.ts'
import { command, cursor, done, limit, page, query, room, text } from './contract.ts'
import { id } from './ids.ts'
import { time } from './time.ts'

/** waiting: not looked at yet · scanning · watching: up to date · away: all of it is gone at once (a mount is missing) · failed: it cannot be read. */
export const folderState = z.enum(['waiting', 'scanning', 'watching', 'away', 'failed'])
export const Folder = z.object({
  id: id('wfd'),
  path: z.string(),
  /** All in it belongs to this page; null: by the artist tags. */
  page: ArtistRef.nullable(),
  state: folderState,
  reason: z.string().nullable(),
  /** Since when it is as it is. */
  since: time,
  scannedAt: time.nullable(),
  scanMs: z.number().int().nullable(),
  /** Files of it that the planet knows, and those of them that are not where they were. */
  files: z.number().int(),
  missing: z.number().int(),
  /** The last look that brought or refused something. */
  import: z
    .object({
      id: id('imp'),
      found: z.number().int(),
      done: z.number().int(),
      failed: z.number().int(),
    })
    .nullable(),
})
/** A file that is missing, or that could not be imported. */
export const FolderFile = z.object({
  file: z.string(),
  reason: z.string().nullable(),
  since: time.nullable(),
  track: z.object({ id: id('trk'), title: z.string(), release: z.string() }).nullable(),
})
/** Two recordings that sound alike; `difference` is the share of differing bits of their fingerprints. */
export const Alike = z.object({ one: z.string(), other: z.string(), difference: z.number(), tracks: z.tuple([Track, Track]) })

export const intake = room('intake', {
  'GET /folders': query({ access: 'operator', summary: 'Watched folders and how they are.', ok: z.object({ items: z.array(Folder) }) }),
  'POST /folders': command({
    access: 'operator',
    summary: 'Watches a folder of this machine: what is in it comes in, and what changes in it from now on.',
    input: { id: id('wfd').optional(), path: text(1000), page: id('pag').nullable().default(null) },
    ok: Folder,
    faults: ['not_found', 'folder_missing', 'folder_refused', 'folder_nested', 'key_reused'],
  }),
  'DELETE /folders/:id': command({
    access: 'operator',
    summary: 'Watches a folder no longer. Nothing that came from it is taken away.',
    input: { id: id('wfd') },
    ok: done,
    faults: ['not_found'],
  }),
  'POST /folders/:id/scan': command({
    access: 'operator',
    summary: 'Looks at a folder now.',
    input: { id: id('wfd') },
    ok: Folder,
    faults: ['not_found'],
  }),
  'GET /folders/:id/files': query({
    access: 'operator',
    summary: 'Files of a folder that are missing, or that the last look could not import.',
    input: { id: id('wfd'), state: z.enum(['missing', 'failed']), cursor: cursor(), limit: limit() },
    ok: page(FolderFile),
    faults: ['not_found'],
  }),
  'POST /folders/:id/forget': command({
    access: 'operator',
    summary:
      'Takes out the tracks of all files that are missing. Those that were sold or are shared stay; those that were heard are hidden. `missing` is how many the person saw.',
    input: { id: id('wfd'), missing: z.number().int().min(1) },
    ok: z.object({ removed: z.number().int(), hidden: z.number().int(), kept: z.number().int() }),
    faults: ['not_found', 'changed_meanwhile'],
  }),
  'GET /alike': query({
    access: 'operator',
    summary: 'Recordings that sound alike and may be one.',
    input: { cursor: cursor(), limit: limit() },
    ok: page(Alike),
  }),
  'POST /alike': command({
    access: 'operator',
    summary: 'Says that two recordings are the same (they become one; their tracks stay two) or different (they are not asked again).',
    input: { one: id('rec'), other: id('rec'), same: z.boolean() },
    ok: done,
    faults: ['not_found'],
  }),
})
