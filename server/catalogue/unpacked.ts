/** Sound that was unpacked somewhere for a moment: imported by its tags like uploads, as drafts; its files are not looked for again. */
import { stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { clock, newId } from '../foundation/clock.ts'
import { folderOf } from './album.ts'
import { finish, importFiles, type ImportCounts, type ImportTools, type Listed } from './importing.ts'
import * as store from './store-import.ts'
import * as filed from './store-known.ts'
import { lookBeside, type BesideFile } from './walk.ts'

type Unpacked = { path: string; absolute: string }

/**
 * Imports sounds and what lies beside them (pictures, words, album.json). `key` names where they came from: run again with the same one nothing comes twice.
 * Gives the import's counts and the releases it made.
 */
export async function importUnpacked(
  tools: ImportTools,
  given: {
    key: string
    person: string
    page: { id: string; name: string; kind: string; owner: string | null } | null
    sounds: readonly Unpacked[]
    beside: readonly Unpacked[]
  },
): Promise<ImportCounts & { id: string; releases: string[] }> {
  const { db } = tools
  const root = `upload:${given.person}:${given.key}`
  const id = newId('imp')
  const folders = new Map<string, BesideFile[]>()
  for (const { path, absolute } of given.beside) {
    const list = folders.get(folderOf(path)) ?? []
    const { size } = await stat(absolute)
    list.push({ name: basename(path), absolute, sizeBytes: size, modifiedMs: 0 })
    folders.set(folderOf(path), list)
  }
  const files: Listed[] = []
  for (const [position, { path, absolute }] of given.sounds.entries())
    files.push({ position, path, absolute, name: basename(path), sizeBytes: (await stat(absolute)).size, modifiedMs: 0 })
  await db.transaction(async tx => {
    await store.insertImport(tx, { id, person: given.person, page: given.page?.id ?? null, source: 'upload', root: null }, clock.now())
    await store.insertItems(
      tx,
      id,
      files.map(({ position, path }) => ({ position, file: path, upload: null })),
    )
  })
  const looked = new Map(await Promise.all([...folders].map(async ([folder, list]) => [folder, await lookBeside(list)] as const)))
  await importFiles(tools, {
    id,
    root,
    owner: given.page === null ? given.person : given.page.owner,
    page: given.page,
    visibility: 'draft',
    rootName: 'Untitled',
    aboveRoot: basename(dirname(files[0]?.path ?? 'archive/x')),
    folders: looked,
    files,
    same: new Set(),
    sources: new Map((await filed.readSources(db.read, root)).map(row => [row.path, row])),
  })
  if (tools.signal?.aborted) throw new Error('stopped before the import was finished')
  const counts = await finish(tools, id)
  return { ...counts, releases: (await store.readImport(db.write, id, null))!.releases.map(release => release.id) }
}
