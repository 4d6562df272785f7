import { api, ApiError } from '../../api.ts'
import { soundSettings } from '../sound-settings.ts'
import { soundOf } from '../source.ts'
import { codecFor, type Playable } from '../track.ts'
import { readHead, type Head } from './cmaf.ts'

/** Why there is no sound: the file or the right to it (another try is the same), or the way to it. */
export class SoundFault extends Error {
  readonly kind: 'media' | 'network'
  constructor(kind: 'media' | 'network', message: string) {
    super(message)
    this.kind = kind
  }
}

/** Bytes of one sound, wherever they are. */
export type Source = {
  /** What an audio element takes when the bytes cannot be joined. */
  url: () => Promise<string>
  read: (from: number, to: number, signal: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>
  /** The length when it is known. */
  size: number | null
}

/** How long a broken way is tried before it is told, in ms. */
const patience = 45_000
/** Enough for the head and the first seconds of most files: one request less before the first sound. */
const firstBytes = 160_000

const wait = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const over = () => {
      clearTimeout(timer)
      removeEventListener('online', done)
      signal.removeEventListener('abort', stop)
    }
    const done = () => {
      over()
      resolve()
    }
    const stop = () => {
      over()
      reject(new DOMException('no longer wanted', 'AbortError'))
    }
    const timer = setTimeout(done, milliseconds)
    // The network coming back ends the wait.
    addEventListener('online', done, { once: true })
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })

/** Tries until it works, waiting longer each time. `once` throws a SoundFault of kind "media" when trying is in vain. */
async function insist<T>(once: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const since = performance.now()
  for (let pause = 400; ; pause = Math.min(pause * 2, 8000)) {
    try {
      return await once()
    } catch (error) {
      if (signal.aborted || (error instanceof SoundFault && error.kind === 'media')) throw error
      if (performance.now() - since > patience) throw new SoundFault('network', String(error))
      await wait(pause, signal)
    }
  }
}

const wantsLess = (): boolean => {
  const { quality } = soundSettings()
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } }
  return quality === 'saver' || (quality === 'auto' && connection?.saveData === true)
}

/** A signed address. Refusals are final; a planet that is away or still preparing is asked again. */
async function address(track: string, codec: 'aac' | 'opus', signal: AbortSignal): Promise<string> {
  try {
    return (await api('GET /tracks/:id/stream', { id: track, codec, quality: wantsLess() ? 'low' : 'high' }, { signal })).url
  } catch (error) {
    if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429)
      throw new SoundFault('media', error.code)
    throw error
  }
}

/** A sound of the planet: asks for an address when there is none or when it has ended (an address holds about an hour). */
function planetSource(track: string, codec: 'aac' | 'opus'): Source {
  let known: string | null = null
  const url = async (signal: AbortSignal): Promise<string> => (known ??= await address(track, codec, signal))
  const source: Source = {
    size: null,
    url: () => {
      known = null
      return insist(() => url(new AbortController().signal), AbortSignal.timeout(2 * patience))
    },
    read: (from, to, signal) =>
      insist(async () => {
        const response = await fetch(await url(signal), {
          headers: { range: `bytes=${from}-${to - 1}` },
          credentials: 'same-origin',
          signal,
        })
        if (response.status === 416) throw new SoundFault('media', 'the file is shorter than it says')
        if (!response.ok) {
          // Ended, withdrawn or replaced: a new address says which.
          known = null
          throw new Error(`the sound answered ${response.status}`)
        }
        const total = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]
        if (total !== undefined) source.size = Number(total)
        const bytes = new Uint8Array(await response.arrayBuffer())
        return response.status === 206 ? bytes : bytes.slice(from, to)
      }, signal),
  }
  return source
}

function blobSource(blob: Blob): Source {
  let made: string | null = null
  return {
    size: blob.size,
    url: async () => (made ??= URL.createObjectURL(blob)),
    read: async (from, to) => new Uint8Array(await blob.slice(from, to).arrayBuffer()),
  }
}

export async function sourceOf(track: Playable): Promise<Source> {
  const sound = await soundOf(track)
  if (sound.kind === 'blob') return blobSource(sound.blob)
  const probe = new Audio()
  const codec = codecFor(type => probe.canPlayType(type))
  if (codec === null) throw new SoundFault('media', 'this browser plays none of the renditions')
  return planetSource(track.id, codec)
}

/** A CMAF file opened for joining: its head and the bytes that came with it. */
export type Opened = { head: Head; read: Source['read'] }

/** Null when the file is of another kind: it then plays from its address. */
export async function openCmaf(source: Source, signal: AbortSignal): Promise<Opened | null> {
  let first = await source.read(0, Math.min(firstBytes, source.size ?? firstBytes), signal)
  let head = readHead(first)
  for (let tries = 0; typeof head === 'number' && tries < 4; tries++) {
    if (head <= first.length || head > 16_000_000) return null
    first = await source.read(0, head, signal)
    head = readHead(first)
  }
  if (head === null || typeof head === 'number') return null
  const read: Source['read'] = async (from, to, stop) => {
    if (to <= first.length) return first.slice(from, to)
    if (from >= first.length) return source.read(from, to, stop)
    const rest = await source.read(first.length, to, stop)
    const all = new Uint8Array(to - from)
    all.set(first.subarray(from))
    all.set(rest, first.length - from)
    return all
  }
  return { head, read }
}
