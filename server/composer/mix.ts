import { drum } from './drums.ts'
import type { Part, Score } from './score.ts'
import { bend, filter, gainOf, highpass, lowpass, RATE, randomOf, seconds, sine, type Stereo } from './signal.ts'
import { sing, singers } from './sing.ts'
import { voiceOf } from './voices.ts'

const stereo = (length: number): Stereo => [new Float32Array(length), new Float32Array(length)]

type Space = { size: number; seconds: number; damp: number; level: number }
const spaces: Record<string, Space> = {
  room: { size: 0.55, seconds: 0.8, damp: 4200, level: 0.8 },
  plate: { size: 0.8, seconds: 1.7, damp: 6200, level: 0.85 },
  hall: { size: 1.2, seconds: 2.6, damp: 4300, level: 0.9 },
  vast: { size: 1.7, seconds: 5, damp: 3300, level: 0.95 },
}

/** A feedback delay network: eight lines mixed by a Hadamard matrix, each losing its top as it goes round. Replaces the send with the room's answer. */
function reverb([left, right]: Stereo, { size, seconds: ring, damp, level }: Space) {
  const lengths = [1087, 1283, 1429, 1601, 1823, 2039, 2287, 2503].map(n => Math.floor(n * size))
  const lines = lengths.map(n => new Float32Array(n))
  const gains = lengths.map(n => 10 ** ((-3 * n) / (ring * RATE)))
  const k = 1 - Math.exp((-2 * Math.PI * damp) / RATE)
  const spot = new Int32Array(8)
  const state = new Float64Array(8)
  const v = new Float64Array(8)
  const before = seconds(0.012 * size)
  highpass(left, 160)
  highpass(right, 160)
  // Diffusion first, so that a click does not answer with eight clicks.
  for (const [data, taps] of [
    [left, [229, 347, 113]],
    [right, [251, 317, 131]],
  ] as const) {
    for (const n of taps) {
      const memory = new Float32Array(n)
      for (let i = 0, p = 0; i < data.length; i++) {
        const held = memory[p]!
        const x = data[i]! - 0.6 * held
        memory[p] = x
        data[i] = held + 0.6 * x
        if (++p === n) p = 0
      }
    }
  }
  const delay = stereo(before)
  for (let i = 0, d = 0; i < left.length; i++) {
    const l = delay[0][d]!
    const r = delay[1][d]!
    delay[0][d] = left[i]!
    delay[1][d] = right[i]!
    if (++d === before) d = 0
    for (let n = 0; n < 8; n++) v[n] = state[n]! += k * (lines[n]![spot[n]!]! - state[n]!)
    left[i] = (v[0]! - v[2]! + v[4]! - v[6]!) * level
    right[i] = (v[1]! - v[3]! + v[5]! - v[7]!) * level
    for (let h = 1; h < 8; h *= 2) {
      for (let n = 0; n < 8; n++) {
        if (n & h) continue
        const a = v[n]!
        const b = v[n + h]!
        v[n] = a + b
        v[n + h] = a - b
      }
    }
    for (let n = 0; n < 8; n++) {
      lines[n]![spot[n]!] = v[n]! * 0.35355 * gains[n]! + (n & 1 ? r : l) * 0.35
      if (++spot[n]! === lengths[n]) spot[n] = 0
    }
  }
}

/** Echoes that walk from side to side, three quarters of a beat apart, darker each time. */
function pingPong([left, right]: Stereo, time: number) {
  const n = Math.max(1, seconds(time))
  const [a, b] = stereo(n)
  const k = 1 - Math.exp((-2 * Math.PI * 2600) / RATE)
  let [fa, fb] = [0, 0]
  for (let i = 0, p = 0; i < left.length; i++) {
    const x = a[p]!
    const y = b[p]!
    fa += k * (x - fa)
    fb += k * (y - fb)
    a[p] = (left[i]! + right[i]!) * 0.5 + fb * 0.44
    b[p] = fa
    left[i] = x
    right[i] = y
    if (++p === n) p = 0
  }
}

/** Short moving delays on both sides: width and shimmer. */
function chorus([left, right]: Stereo) {
  for (const [data, offset] of [
    [left, 0],
    [right, 0.27],
  ] as const) {
    const dry = data.slice()
    for (let i = 900; i < data.length; i++) {
      const back = 520 + 190 * sine((0.63 * i) / RATE + offset)
      const p = i - back
      const k = Math.floor(p)
      const x = dry[k]! + (dry[k + 1]! - dry[k]!) * (p - k)
      data[i] = dry[i]! * 0.75 + x * 0.55
    }
  }
}

/** An amplifier: tightened bass, bent hard, its cabinet's top rolled off. */
function drive(out: Stereo) {
  for (const data of out) {
    highpass(data, 120)
    for (let i = 0; i < data.length; i++) data[i] = bend(data[i]! * 9) * 0.42
    filter(data, 'low', 3600, 0.9)
    filter(data, 'low', 4800, 0.6)
  }
}

/** Makes way for the kick drum. */
function duck(out: Stereo, kicks: readonly number[]) {
  const shape = Float32Array.from(
    { length: seconds(0.3) },
    (_, i) => 1 - 0.62 * Math.exp(-((i / RATE) ** 1.3) / 0.05) * Math.min(1, i / 200),
  )
  for (const kick of kicks) {
    const start = seconds(kick)
    for (const data of out) for (let i = 0; i < shape.length && start + i < data.length; i++) data[start + i]! *= shape[i]!
  }
}

/** A worn cassette: slow and quick speed wander, less top, a bed of hiss and a little dust. */
function tape(out: Stereo, seed: string) {
  const random = randomOf(`tape ${seed}`)
  const [hiss, crackle] = [randomOf(`hiss ${seed}`), 0.00008]
  out.forEach((data, side) => {
    const dry = data.slice()
    for (let i = 400; i < data.length; i++) {
      const t = i / RATE
      const p = i - 130 - 70 * sine(0.47 * t) - 9 * sine(5.1 * t)
      const k = Math.floor(p)
      data[i] = dry[k]! + (dry[k + 1]! - dry[k]!) * (p - k)
    }
    lowpass(data, 8500)
    let soft = 0
    let spark = 0
    for (let i = 0; i < data.length; i++) {
      soft += 0.25 * (hiss() - 0.5 - soft)
      if (random() < crackle) spark = (random() - 0.5) * 0.05
      spark *= 0.72
      data[i] = data[i]! + soft * 0.004 + spark * (side ? 0.7 : 1)
    }
  })
}

function playPart(part: Part, score: Score, out: Stereo) {
  const { layer } = part
  const length = out[0].length
  for (const data of out) data.fill(0)
  const random = randomOf(`play ${score.song.key} ${layer.role} ${part.voice} ${layer.pan}`)
  if (part.hits.length) drum(out, part.voice, part.hits)
  if (part.notes.length) {
    const play = voiceOf(part.voice)
    for (const note of part.notes) play(out, note, random, layer.pan)
  }
  if (part.sung.length) {
    const singer = singers[part.voice] ?? singers['lin']!
    // Two takes side by side sound like one person with a presence; a choir takes more of them.
    const takes = part.voice === 'choir' ? [-0.7, -0.25, 0.25, 0.7] : layer.role === 'harmony' ? [-0.55, 0.55] : [-0.12, 0.14]
    takes.forEach((pan, i) => {
      const voice = sing(
        length,
        part.sung,
        { ...singer, size: singer.size * (1 + (i - 0.5) * (part.voice === 'choir' ? 0.05 : 0.012)) },
        `${score.song.key} ${layer.role} ${i}`,
      )
      const gain = (i === 1 && takes.length === 2 && layer.role === 'vocal' ? 0.55 : 0.85) / Math.sqrt(takes.length / 2)
      for (let k = 0; k < length; k++) {
        out[0][k]! += voice[k]! * gain * (1 - Math.max(0, pan))
        out[1][k]! += voice[k]! * gain * (1 + Math.min(0, pan))
      }
    })
  }
  if (layer.fx === 'drive') drive(out)
  if (layer.fx === 'chorus') chorus(out)
  if (layer.fx === 'low') for (const data of out) lowpass(data, 3400)
  if (layer.fx === 'duck') duck(out, score.kicks)
}

/**
 * How loud a part is while it plays: the mean of the 50 ms blocks that count, lows and highs weighed a little as an ear does. Parts are brought to one
 * level before the arrangement's dB are applied, so that a mix does not depend on how strong an instrument happens to be.
 */
function presence([left, right]: Stereo): number {
  const block = seconds(0.05)
  const blocks: number[] = []
  let most = 0
  for (let start = block; start + block < left.length; start += block) {
    let sum = 0
    for (let i = start; i < start + block; i += 3) sum += (left[i]! - 0.5 * left[i - 1]!) ** 2 + (right[i]! - 0.5 * right[i - 1]!) ** 2
    sum /= block / 1.5
    blocks.push(sum)
    if (sum > most) most = sum
  }
  const counted = blocks.filter(x => x > most * 0.02)
  return Math.sqrt(counted.reduce((a, b) => a + b, 0) / Math.max(1, counted.length))
}

/** Integrated loudness in LUFS (K-weighting, 400 ms blocks, absolute and relative gate). */
export function loudness([left, right]: Stereo): number {
  const block = seconds(0.1)
  const count = Math.floor(left.length / block)
  const power = new Float64Array(count)
  for (const data of [left, right]) {
    // The two K-weighting stages, coefficients for 44.1 kHz.
    let [a1, a2, b1, b2, x1, x2, y1, y2] = [0, 0, 0, 0, 0, 0, 0, 0]
    for (let n = 0; n < count; n++) {
      let sum = 0
      for (let i = n * block; i < (n + 1) * block; i++) {
        const x = data[i]!
        const y = 1.5308412 * x - 2.6509799 * x1 + 1.1690791 * x2 + 1.6636551 * y1 - 0.7125955 * y2
        x2 = x1
        x1 = x
        y2 = y1
        y1 = y
        const z = y - 2 * a1 + a2 + 1.9891697 * b1 - 0.9891991 * b2
        a2 = a1
        a1 = y
        b2 = b1
        b1 = z
        sum += z * z
      }
      power[n]! += sum / block
    }
  }
  const blocks: number[] = []
  for (let n = 3; n < count; n++) blocks.push((power[n]! + power[n - 1]! + power[n - 2]! + power[n - 3]!) / 4)
  const mean = (list: number[]) => list.reduce((a, b) => a + b, 0) / Math.max(1, list.length)
  const level = (p: number) => -0.691 + 10 * Math.log10(p || 1e-12)
  const audible = blocks.filter(p => level(p) > -70)
  const gate = level(mean(audible)) - 10
  return level(mean(audible.filter(p => level(p) > gate)))
}

/** Keeps every sample, and the curve between samples, under the ceiling: looks 2 ms ahead and turns down smoothly. */
function limit([left, right]: Stereo, ceiling: number) {
  const ahead = 96
  const n = left.length
  const need = new Float32Array(n + ahead).fill(1)
  for (let i = 4; i < n - 5; i++) {
    let peak = 0
    for (const d of [left, right]) {
      const x = Math.abs(d[i]!)
      if (x > peak) peak = x
      if (x < ceiling * 0.6) continue
      // Half-way points on both sides by a short sinc: where the true peak hides.
      const between = Math.abs(
        0.628 * (d[i]! + d[i + 1]!) -
          0.187 * (d[i - 1]! + d[i + 2]!) +
          0.087 * (d[i - 2]! + d[i + 3]!) -
          0.039 * (d[i - 3]! + d[i + 4]!) +
          0.013 * (d[i - 4]! + d[i + 5]!),
      )
      if (between > peak) peak = between
    }
    if (peak > ceiling) need[i] = ceiling / peak
  }
  // The lowest gain needed within the next 2 ms, then an even slope down to it.
  const held = new Float32Array(n)
  let least = 1
  let until = 0
  for (let i = 0; i < n; i++) {
    const next = need[i + ahead - 1]!
    if (next <= least) {
      least = next
      until = i + ahead - 1
    } else if (i > until) {
      least = 1
      for (let k = i; k < i + ahead; k++) {
        if (need[k]! > least) continue
        least = need[k]!
        until = k
      }
    }
    held[i] = least
  }
  let gain = 1
  let sum = ahead
  const window = new Float32Array(ahead).fill(1)
  for (let i = 0, p = 0; i < n; i++) {
    gain = Math.min(held[i]!, gain + (1 - gain) * 0.00035)
    sum += gain - window[p]!
    window[p] = gain
    if (++p === ahead) p = 0
    const g = sum / ahead
    const from = i - ahead + 1
    if (from < 0) continue
    left[from]! *= g
    right[from]! *= g
  }
}

/** dB by which roles differ at equal written gain. */
const balance = { vocal: 0, harmony: 0, lead: 0, counter: 0, comp: 0, bass: 3, drums: 4 }

/** Plays a score into 44.1 kHz stereo: parts, their effects, room and echo, then tape, loudness and limiter. Peaks stay below 0.87. */
export function mix(score: Score): Stereo {
  const length = seconds(score.seconds)
  const main = stereo(length)
  const room = stereo(length)
  const echo = stereo(length)
  const sound = stereo(length)
  let echoed = false
  for (const part of score.parts) {
    if (!part.notes.length && !part.hits.length && !part.sung.length) continue
    playPart(part, score, sound)
    const { gain: db, verb, echo: repeat, role } = part.layer
    const gain = (gainOf(db + balance[role]) * 0.04) / (presence(sound) || 1)
    if (repeat) echoed = true
    for (const side of [0, 1] as const) {
      const [from, to, wet, back] = [sound[side], main[side], room[side], echo[side]]
      for (let i = 0; i < length; i++) {
        const x = from[i]! * gain
        to[i]! += x
        wet[i]! += x * verb
        if (repeat) back[i]! += x * repeat
      }
    }
  }
  if (echoed) {
    pingPong(echo, score.beatSeconds * 0.75)
    for (const side of [0, 1] as const) {
      for (let i = 0; i < length; i++) {
        main[side][i]! += echo[side][i]!
        room[side][i]! += echo[side][i]! * 0.25
      }
    }
  }
  reverb(room, spaces[score.style.space]!)
  for (const side of [0, 1] as const) for (let i = 0; i < length; i++) main[side][i]! += room[side][i]!
  if (score.style.fx === 'tape') tape(main, score.song.key)
  const air = score.style.fx === 'tape' ? 0.45 : 0.85
  for (const data of main) {
    highpass(data, 22)
    // A shelf from about 2.8 kHz up.
    let low = 0
    for (let i = 0; i < length; i++) {
      const x = data[i]!
      low += 0.33 * (x - low)
      data[i] = x + air * (x - low)
    }
  }
  const [left, right] = main
  let under = 0
  for (let i = 0; i < length; i++) {
    // The sides a little wider, except in the bass, which stays in the middle.
    const side = (left[i]! - right[i]!) * 0.5
    under += 0.03 * (side - under)
    const more = (side - under) * 0.45 - under * 0.5
    left[i]! += more
    right[i]! -= more
  }
  finish(main, score)
  return main
}

function finish(main: Stereo, score: Score) {
  const length = main[0].length
  const wanted = score.style.lufs + (randomOf(`level ${score.song.key}`)() - 0.5) * 1.8
  const gain = gainOf(Math.min(30, wanted - loudness(main)))
  for (const data of main) {
    // Peaks above 0.55 are rounded before the limiter has to work.
    for (let i = 0; i < length; i++) {
      const x = data[i]! * gain
      const over = Math.abs(x) - 0.55
      data[i] = over > 0 ? Math.sign(x) * (0.55 + 0.42 * bend(over / 0.42)) : x
    }
  }
  limit(main, 0.83)
  const [begin, end] = [seconds(0.004), seconds(2.2)]
  for (const data of main) {
    for (let i = 0; i < begin; i++) data[i]! *= i / begin
    for (let i = 0; i < end; i++) {
      const x = i / end
      data[length - 1 - i]! *= x * x * (3 - 2 * x)
    }
  }
}
