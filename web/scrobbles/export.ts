/** Reads a ListenBrainz export in the browser: a zip with `listens/*.jsonl`, lines of JSON, or one JSON list. Nothing but listens is looked at. */

/** Bytes of one unpacked file, so that a small zip cannot fill the memory. */
const mostBytes = 200 * 1024 * 1024

export async function listensIn(file: File): Promise<unknown[]> {
  const head = new Uint8Array(await file.slice(0, 4).arrayBuffer())
  const zipped = head[0] === 0x50 && head[1] === 0x4b
  const texts = zipped ? await unzip(file) : [await file.text()]
  return texts.flatMap(listensOf)
}

/** A JSON list of listens, or a listen a line; what is neither is left out. */
export function listensOf(text: string): unknown[] {
  const trimmed = text.trim()
  if (trimmed.startsWith('[')) {
    const found: unknown = parsed(trimmed)
    return Array.isArray(found) ? found.filter(isListen) : []
  }
  return trimmed.split('\n').map(parsed).filter(isListen)
}
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
const isListen = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'listened_at' in value && 'track_metadata' in value

/** The texts of a zip's listens, by its central directory. */
async function unzip(file: File): Promise<string[]> {
  const tail = new DataView(await file.slice(Math.max(0, file.size - 65_557)).arrayBuffer())
  let end = tail.byteLength - 22
  while (end >= 0 && tail.getUint32(end, true) !== 0x0605_4b50) end--
  if (end < 0) return []
  const [size, start] = [tail.getUint32(end + 12, true), tail.getUint32(end + 16, true)]
  const directory = new DataView(await file.slice(start, start + size).arrayBuffer())
  const texts: string[] = []
  for (let at = 0; at + 46 <= directory.byteLength && directory.getUint32(at, true) === 0x0201_4b50;) {
    const [method, packed, unpacked] = [
      directory.getUint16(at + 10, true),
      directory.getUint32(at + 20, true),
      directory.getUint32(at + 24, true),
    ]
    const [nameLength, extra, comment] = [
      directory.getUint16(at + 28, true),
      directory.getUint16(at + 30, true),
      directory.getUint16(at + 32, true),
    ]
    const place = directory.getUint32(at + 42, true)
    const name = new TextDecoder().decode(new Uint8Array(directory.buffer, at + 46, nameLength))
    at += 46 + nameLength + extra + comment
    if (!/listens\/.*\.jsonl?$|listens[^/]*\.jsonl?$/.test(name) || unpacked > mostBytes) continue
    const local = new DataView(await file.slice(place, place + 30).arrayBuffer())
    const from = place + 30 + local.getUint16(26, true) + local.getUint16(28, true)
    const body = file.slice(from, from + packed)
    if (method === 0) texts.push(await body.text())
    else if (method === 8) texts.push(await new Response(body.stream().pipeThrough(new DecompressionStream('deflate-raw'))).text())
  }
  return texts
}
