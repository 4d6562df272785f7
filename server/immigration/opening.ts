/**
 * Opening what people bring: uploads become files of ours, zips are unpacked beside them. Names of strangers become numbers on our disk (traps 40), and nothing unpacks
 * to more than it may (traps 39).
 */
import { createWriteStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import type { Entry, Options, ZipFile } from 'yauzl'
import { textIn } from '../../shared/encoding.ts'
import type { Config } from '../foundation/config.ts'
import { later } from '../foundation/later.ts'

const yauzl = later<typeof import('yauzl')>('yauzl')

/** A file of an archive: `path` as the archive says it (only ever shown), `absolute` where it lies. */
export type Brought = { path: string; absolute: string; sizeBytes: number }
/** Something that cannot be opened, in one sentence; its code is worded for people. */
export class Unreadable extends Error {
  readonly code: string
  readonly about: string | null
  constructor(code: string, about: string | null = null) {
    super(about === null ? code : `${code}: ${about}`)
    this.code = code
    this.about = about
  }
}

const mostEntries = 20_000
/** No text that people move in with is larger. */
export const mostTextBytes = 64 * 1024 * 1024
/** How many times its own size a zip may unpack to, beyond the first 64 MB. */
const mostRatio = 60

export const folderOf = (config: Pick<Config, 'home'>, archive: string): string => join(config.home, 'immigration', archive)
export const forget = (config: Pick<Config, 'home'>, archive: string): Promise<void> =>
  rm(folderOf(config, archive), { recursive: true, force: true })

/** Takes a finished upload over as file `n`; does nothing when that was done before. */
export async function takeIn(config: Pick<Config, 'home'>, archive: string, n: number, from: string): Promise<void> {
  const to = join(folderOf(config, archive), 'in', String(n))
  await mkdir(join(folderOf(config, archive), 'in'), { recursive: true })
  if (await stat(to).catch(() => undefined)) return
  await rename(from, to)
}

const openZip = promisify((path: string, options: Options, done: (error: Error | null, zip: ZipFile) => void) =>
  yauzl().open(path, options, done),
)

async function isZip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0)
    return bytesRead === 4 && buffer.readUInt32LE(0) === 0x04034b50
  } finally {
    await file.close()
  }
}

/** Unpacks one zip into a folder as numbered files. */
async function unpack(
  zipPath: string,
  folder: string,
  from: number,
  wanted: (path: string) => boolean,
  roomBytes: number,
): Promise<Brought[]> {
  let zip: ZipFile
  try {
    zip = await openZip(zipPath, {
      lazyEntries: true,
      validateEntrySizes: true,
      strictFileNames: false,
      decodeStrings: true,
      autoClose: true,
    })
  } catch {
    throw new Unreadable('zip_broken')
  }
  const packed = (await stat(zipPath)).size
  const most = Math.min(roomBytes, Math.max(64 * 1024 * 1024, packed * mostRatio))
  const out: Brought[] = []
  let sum = 0
  let seen = 0
  await mkdir(folder, { recursive: true })
  try {
    await new Promise<void>((done, fail) => {
      zip.once('error', () => fail(new Unreadable('zip_broken')))
      zip.once('end', done)
      zip.on('entry', (entry: Entry) => {
        const take = async (): Promise<void> => {
          if (++seen > mostEntries) throw new Unreadable('too_many_files')
          if (entry.fileName.endsWith('/') || !wanted(entry.fileName)) return
          if (entry.isEncrypted()) throw new Unreadable('zip_locked')
          sum += entry.uncompressedSize
          if (sum > most) throw new Unreadable('zip_too_large')
          const absolute = join(folder, String(from + out.length))
          // An interrupted reading left it half: written beside, renamed.
          const stream = await promisify(
            zip.openReadStream.bind(zip) as (entry: Entry, done: (error: Error | null, stream: NodeJS.ReadableStream) => void) => void,
          )(entry)
          await pipeline(stream, createWriteStream(`${absolute}.part`))
          await rename(`${absolute}.part`, absolute)
          out.push({ path: entry.fileName.replaceAll('\\', '/').slice(0, 1000), absolute, sizeBytes: entry.uncompressedSize })
        }
        take().then(
          () => zip.readEntry(),
          error => fail(error instanceof Unreadable ? error : new Unreadable('zip_broken', entry.fileName.slice(0, 200))),
        )
      })
      zip.readEntry()
    })
  } finally {
    zip.close()
  }
  return out
}

const ignored = /(^|\/)(__MACOSX\/|\.)|(^|\/)(Thumbs\.db|desktop\.ini)$/i

/** All files that were brought, those inside zips instead of the zips. `names`: of the uploads, in order. */
export async function openAll(config: Config, archive: string, names: readonly string[]): Promise<Brought[]> {
  const folder = folderOf(config, archive)
  await rm(join(folder, 'un'), { recursive: true, force: true })
  const out: Brought[] = []
  for (const [n, name] of names.entries()) {
    const absolute = join(folder, 'in', String(n))
    if (await isZip(absolute))
      out.push(...(await unpack(absolute, join(folder, 'un', String(n)), 0, path => !ignored.test(path), 8 * config.uploadLimitBytes)))
    else out.push({ path: name, absolute, sizeBytes: (await stat(absolute)).size })
  }
  return out
}

/** The text of a file, in whatever encoding it is. */
export async function textOf(file: Brought): Promise<string> {
  if (file.sizeBytes > mostTextBytes) throw new Unreadable('text_too_large', file.path)
  const text = textIn(await readFile(file.absolute), TextDecoder)
  if (text === null) throw new Unreadable('not_text', file.path)
  return text
}

/** Folders of archives that are no more (a crash between forgetting the row and the folder). */
export const listFolders = (config: Pick<Config, 'home'>): Promise<string[]> => readdir(join(config.home, 'immigration')).catch(() => [])
