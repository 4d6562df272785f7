/** Renders one track: `node render.child.ts '{"track": key, "path": file.flac}'`. Exits 1 with one line on stderr when it cannot. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { demoTracks } from './catalogue.ts'
import { coverSvg } from './cover.ts'
import { encodeFlac } from './flac.ts'
import { renderTrack, tagsOf } from './render.ts'

/** Writes beside the goal, then renames: nobody sees half a file. */
function publish(path: string, data: Buffer) {
  const temp = `${path}.${process.pid}.part`
  try {
    writeFileSync(temp, data)
    renameSync(temp, path)
  } finally {
    rmSync(temp, { force: true })
  }
}

try {
  const { track: key, path } = JSON.parse(process.argv[2] ?? '{}') as { track?: string; path?: string }
  if (!key || !path) throw new Error('needs {"track": …, "path": …}')
  const track = demoTracks().find(t => t.key === key)
  if (!track) throw new Error(`no demo track has the key ${key}`)
  const width = 1200
  mkdirSync(dirname(path), { recursive: true })
  const beside = join(dirname(path), 'cover.jpg')
  // The cover of a release is drawn once, by whichever of its tracks comes first.
  const drawn = existsSync(beside)
  const jpeg = drawn ? readFileSync(beside) : await sharp(Buffer.from(coverSvg(track.release))).resize(width).jpeg({ quality: 90 }).toBuffer()
  if (!drawn) publish(beside, jpeg)
  publish(path, encodeFlac(renderTrack(key).channels, tagsOf(key), { jpeg, width }))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
