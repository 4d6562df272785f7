/** Hears what a page really plays: every sample that leaves its audio graph, and how it lies against the music as it was made. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

export type Stereo = { rate: number; channels: [Float32Array, Float32Array] }

const worklet = `
registerProcessor('tap', class extends AudioWorkletProcessor {
  process(inputs) {
    const [left, right = left] = inputs[0] ?? []
    const block = new Float32Array(256)
    if (left) { block.set(left); block.set(right, 128) }
    this.port.postMessage(block, [block.buffer])
    return true
  }
})`

/** Beside everything that goes to the loudspeaker sits a recorder. */
const tap = `{
  const connect = AudioNode.prototype.connect
  const taps = new WeakMap()
  window.tap = { rate: 0, blocks: [] }
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to === this.context.destination && this.context.audioWorklet) {
      const { context } = this
      if (!taps.has(context)) taps.set(context, context.audioWorklet.addModule(URL.createObjectURL(new Blob([${JSON.stringify(worklet)}], { type: 'text/javascript' }))).then(() => {
        const node = new AudioWorkletNode(context, 'tap', { outputChannelCount: [2] })
        window.tap.rate = context.sampleRate
        node.port.onmessage = event => window.tap.blocks.push(event.data)
        connect.call(node, context.destination)
        return node
      }))
      void taps.get(context).then(node => connect.call(this, node))
    }
    return connect.call(this, to, ...rest)
  }
}`

/** Hands over what was recorded so far, as base64 of 32-bit floats. */
const read = `{
  const { rate, blocks } = window.tap
  window.tap.blocks = []
  const all = new Float32Array(blocks.length * 256)
  for (const [index, block] of blocks.entries()) all.set(block, index * 256)
  const bytes = new Uint8Array(all.buffer)
  let text = ''
  for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768))
  ;({ rate, text: btoa(text) })
}`

/** Before the page is opened. */
export async function tapSound(page: Page): Promise<void> {
  // The recorder comes from no server: the page's own policy would refuse it.
  await (await page.context().newCDPSession(page)).send('Page.setBypassCSP', { enabled: true })
  await page.addInitScript(tap)
}

/** What was heard since the last call. */
export async function heard(page: Page): Promise<Stereo> {
  const { rate, text } = await page.evaluate<{ rate: number; text: string }>(read)
  const bytes = Buffer.from(text, 'base64')
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  const blocks = all.length / 256
  const channels: Stereo['channels'] = [new Float32Array(blocks * 128), new Float32Array(blocks * 128)]
  for (let block = 0; block < blocks; block++) {
    channels[0].set(all.subarray(block * 256, block * 256 + 128), block * 128)
    channels[1].set(all.subarray(block * 256 + 128, block * 256 + 256), block * 128)
  }
  return { rate, channels }
}

/** A WAV file: 16 bits, or 32-bit floats for what may pass full scale. */
export function writeSound(path: string, { rate, channels }: Stereo, float = false): string {
  const bytesEach = float ? 4 : 2
  const length = channels[0].length
  const bytes = Buffer.alloc(44 + length * 2 * bytesEach)
  bytes.write('RIFF', 0)
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.write('WAVEfmt ', 8)
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(float ? 3 : 1, 20)
  bytes.writeUInt16LE(2, 22)
  bytes.writeUInt32LE(rate, 24)
  bytes.writeUInt32LE(rate * 2 * bytesEach, 28)
  bytes.writeUInt16LE(2 * bytesEach, 32)
  bytes.writeUInt16LE(8 * bytesEach, 34)
  bytes.write('data', 36)
  bytes.writeUInt32LE(length * 2 * bytesEach, 40)
  for (let i = 0; i < length; i++)
    for (let c = 0; c < 2; c++) {
      const value = channels[c]![i]!
      const at = 44 + (i * 2 + c) * bytesEach
      if (float) bytes.writeFloatLE(value, at)
      else bytes.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(value * 32_767))), at)
    }
  writeFileSync(path, bytes)
  return path
}

/** What the browser of someone holds who was here before: the queue stands at its first track. */
export const kept = (tracks: readonly object[], positionMs: number, more: Record<string, unknown> = {}): string => {
  const queue = { keys: tracks.map((_, index) => index + 1), at: 0, repeat: 'off', shuffle: false, nextKey: tracks.length + 1 }
  const all = {
    'planet.queue.v2': {
      tracks: tracks.map((track, index) => [index + 1, { ...track, playable: 'full', source: 'release' }]),
      queue,
      past: [],
      future: [],
    },
    'planet.place.v2': { volume: 1, muted: false, positionMs },
    ...more,
  }
  return `for (const [name, value] of Object.entries(${JSON.stringify(all)})) localStorage.setItem(name, JSON.stringify(value))`
}

/** A stretch of it. */
export const cut = ({ rate, channels }: Stereo, fromSeconds: number, toSeconds: number): Stereo => ({
  rate,
  channels: [
    channels[0].slice(Math.round(fromSeconds * rate), Math.round(toSeconds * rate)),
    channels[1].slice(Math.round(fromSeconds * rate), Math.round(toSeconds * rate)),
  ],
})

const mono = ({ channels: [left, right] }: Stereo): Float32Array => left.map((value, index) => (value + right[index]!) / 2)

/** The same music at another rate (windowed sinc). */
export function resampled(sound: Stereo, rate: number): Stereo {
  if (sound.rate === rate) return sound
  const ratio = sound.rate / rate
  const scale = Math.min(1, 1 / ratio)
  const one = (from: Float32Array): Float32Array =>
    Float32Array.from({ length: Math.floor(from.length / ratio) }, (_, index) => {
      const at = index * ratio
      const middle = Math.floor(at)
      let sum = 0
      for (let i = middle - 23; i <= middle + 24; i++) {
        const distance = (at - i) * scale
        const shape = distance === 0 ? 1 : Math.sin(Math.PI * distance) / (Math.PI * distance)
        sum += (from[i] ?? 0) * shape * Math.cos(((at - i) / 50) * Math.PI) ** 2 * scale
      }
      return sum
    })
  return { rate, channels: [one(sound.channels[0]), one(sound.channels[1])] }
}

const similarity = (a: Float32Array, b: Float32Array, at: number, step = 1): number => {
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i += step) {
    const [x, y] = [a[i]!, b[at + i] ?? 0]
    ab += x * y
    aa += x * x
    bb += y * y
  }
  return ab / (Math.sqrt(aa * bb) || 1)
}

/**
 * Where a stretch of music lies in what was heard, by cross-correlation, in seconds (finer than a sample), and how alike the two are there (1: the same
 * but for loudness). Both at one rate; `near` ± `within` seconds narrows the search.
 */
export function find(stretch: Stereo, recording: Stereo, near?: number, within = 0.25): { at: number; like: number } {
  const { rate } = recording
  const [a, b] = [mono(stretch), mono(recording)]
  // Coarse: both as loudness-free low sound, 16 times fewer samples.
  const thin = (sound: Float32Array): Float32Array =>
    Float32Array.from({ length: Math.floor(sound.length / 16) }, (_, index) => {
      let sum = 0
      for (let i = 0; i < 16; i++) sum += sound[index * 16 + i]!
      return sum / 16
    })
  const [thinA, thinB] = [thin(a), thin(b)]
  const lowest = near === undefined ? 0 : Math.max(0, Math.round(((near - within) * rate) / 16))
  const highest =
    near === undefined ? thinB.length - thinA.length : Math.min(thinB.length - thinA.length, Math.round(((near + within) * rate) / 16))
  let coarse = lowest
  let best = -1
  for (let lag = lowest; lag <= highest; lag++) {
    const like = similarity(thinA, thinB, lag)
    if (like > best) [best, coarse] = [like, lag]
  }
  let fine = coarse * 16
  best = -1
  for (let lag = Math.max(0, coarse * 16 - 40); lag <= coarse * 16 + 40; lag++) {
    const like = similarity(a, b, lag)
    if (like > best) [best, fine] = [like, lag]
  }
  const [before, after] = [similarity(a, b, fine - 1), similarity(a, b, fine + 1)]
  const bend = before - 2 * best + after
  return { at: (fine + (bend === 0 ? 0 : (before - after) / (2 * bend))) / rate, like: best }
}

/** Loudness of each stretch of `seconds` as RMS. */
export function levels(sound: Stereo, seconds: number): number[] {
  const samples = mono(sound)
  const size = Math.max(1, Math.round(seconds * sound.rate))
  return Array.from({ length: Math.floor(samples.length / size) }, (_, index) => {
    let sum = 0
    for (let i = 0; i < size; i++) sum += samples[index * size + i]! ** 2
    return Math.sqrt(sum / size)
  })
}

/** A file of any kind, decoded by Debian's ffmpeg: a judge that is not ours. */
export function decoded(path: string, rate: number): Stereo {
  const bytes = execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-f', 'f32le', '-ac', '2', '-ar', String(rate), '-'], {
    maxBuffer: 1 << 30,
  })
  const all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
  const channels: Stereo['channels'] = [new Float32Array(all.length / 2), new Float32Array(all.length / 2)]
  for (let i = 0; i < all.length / 2; i++) {
    channels[0][i] = all[2 * i]!
    channels[1][i] = all[2 * i + 1]!
  }
  return { rate, channels }
}
