/** Takes a zip apart with nothing but Node, to look into what was bought: `node unzip.ts FILE FOLDER`. Reads the central directory, as any unzip does. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { inflateRawSync } from 'node:zlib'

const [file, folder] = process.argv.slice(2) as [string, string]
const bytes = readFileSync(file)
const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
let at = bytes.readUInt32LE(end + 16)
for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
  const method = bytes.readUInt16LE(at + 10)
  const size = bytes.readUInt32LE(at + 20)
  const nameLength = bytes.readUInt16LE(at + 28)
  const name = bytes.subarray(at + 46, at + 46 + nameLength).toString('utf8')
  const start = bytes.readUInt32LE(at + 42)
  const data = start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28)
  const raw = bytes.subarray(data, data + size)
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  if (!name.endsWith('/')) writeFileSync(path, method === 0 ? raw : inflateRawSync(raw))
  at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
}
