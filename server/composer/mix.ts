import { drum } from './drums.ts'
import type { Part, Score } from './score.ts'
import { bend, filter, gainOf, highpass, lowpass, RATE, randomOf, seconds, sine, type Stereo } from './signal.ts'
import { sing, singers } from './sing.ts'
import { master } from './master.ts'
import { voiceOf, wideVoices } from './voices.ts'

const stereo = (length: number): Stereo => [new Float32Array(length), new Float32Array(length)]

/** 50 ms. */
const BLOCK = 2205

type Space = { size: number; seconds: number; damp: number; level: number }
const spaces: Record<string, Space> = {
  room: { size: 0.55, seconds: 0.8, damp: 4200, level: 0.8 },
  plate: { size: 0.8, seconds: 1.7, damp: 6200, level: 0.85 },
  hall: { size: 1.2, seconds: 2.6, damp: 4300, level: 0.9 },
  vast: { size: 1.7, seconds: 5, damp: 3300, level: 0.95 },
}

/**
 * A feedback delay network: eight lines mixed by a Hadamard matrix, each losing its top as it goes round. Replaces the send with the room's answer.
 * Works in blocks shorter than the shortest line, so that every loop is a plain one.
 */
function reverb([left, right]: Stereo, { size, seconds: ring, damp, level }: Space) {
  const lengths = [1087, 1283, 1429, 1601, 1823, 2039, 2287, 2503].map(n => Math.floor(n * size))
  const k = 1 - Math.exp((-2 * Math.PI * damp) / RATE)
  const block = 512
  const lines = lengths.map(n => ({
    memory: new Float32Array(n),
    spot: 0,
    state: 0,
    gain: 0.35355 * 10 ** ((-3 * n) / (ring * RATE)),
    v: new Float32Array(block),
  }))
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
  for (let start = 0; start < left.length; start += block) {
    const n = Math.min(block, left.length - start)
    for (const line of lines) {
      const { memory, v } = line
      let { spot, state } = line
      for (let i = 0; i < n; i++) {
        v[i] = state += k * (memory[spot]! - state)
        if (++spot === memory.length) spot = 0
      }
      line.state = state
    }
    const [a, b, c, d, e, f, g, h] = lines.map(l => l.v) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ]
    const [inL, inR] = [left.slice(start, start + n), right.slice(start, start + n)]
    for (let i = 0; i < n; i++) {
      left[start + i] = (a[i]! - c[i]! + e[i]! - g[i]!) * level
      right[start + i] = (b[i]! - d[i]! + f[i]! - h[i]!) * level
    }
    for (let step = 1; step < 8; step *= 2) {
      for (let low = 0; low < 8; low++) {
        if (low & step) continue
        const [x, y] = [lines[low]!.v, lines[low + step]!.v]
        for (let i = 0; i < n; i++) {
          const sum = x[i]! + y[i]!
          y[i] = x[i]! - y[i]!
          x[i] = sum
        }
      }
    }
    lines.forEach((line, which) => {
      const { memory, v, gain } = line
      const input = which & 1 ? inR : inL
      let { spot } = line
      for (let i = 0; i < n; i++) {
        memory[spot] = v[i]! * gain + input[i]! * 0.35
        if (++spot === memory.length) spot = 0
      }
      line.spot = spot
    })
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

/** Short moving delays, opposite on both sides: width and shimmer. `wet` 0…1. */
function chorus([left, right]: Stereo, wet: number) {
  for (const [data, offset] of [
    [left, 0],
    [right, 0.5],
  ] as const) {
    const dry = data.slice()
    for (let start = 900; start < data.length; start += 64) {
      // The delay moves in a straight line within 64 samples.
      const back = 520 + 190 * sine((0.63 * start) / RATE + offset)
      const slope = (520 + 190 * sine((0.63 * (start + 64)) / RATE + offset) - back) / 64
      const end = Math.min(64, data.length - start)
      for (let i = 0; i < end; i++) {
        const p = start + i - back - slope * i
        const k = Math.floor(p)
        const x = dry[k]! + (dry[k + 1]! - dry[k]!) * (p - k)
        data[start + i] = dry[start + i]! * (1 - wet * 0.4) + x * wet
      }
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
    // One singer stands in the middle; harmonies stand apart, and a choir is several people.
    const takes = layer.role === 'harmony' ? [0.35] : part.voice === 'choir' ? [-0.5, 0.5] : [0]
    takes.forEach((pan, i) => {
      const voice = sing(
        length,
        part.sung,
        { ...singer, size: singer.size * (1 + (i - 0.5) * 0.05) },
        `${score.song.key} ${layer.role} ${i}`,
      )
      const [l, r] = [0.8 * (1 - Math.max(0, pan)), 0.8 * (1 + Math.min(0, pan))]
      for (let k = 0; k < length; k++) {
        const x = voice[k]!
        out[0][k]! += x * l
        out[1][k]! += x * r
      }
    })
    chorus(out, part.voice === 'choir' ? 0.55 : layer.role === 'harmony' ? 0.6 : 0.28)
  }
  if (layer.fx === 'drive') drive(out)
  if (layer.fx === 'chorus') chorus(out, 0.55)
  if (wideVoices.has(part.voice) && part.notes.length) chorus(out, 0.7)
  if (layer.fx === 'low') for (const data of out) lowpass(data, 3400)
  if (layer.fx === 'duck') duck(out, score.kicks)
}

/**
 * How loud a part is while it plays: the mean of the 50 ms blocks that count, lows and highs weighed a little as an ear does. Parts are brought to one
 * level before the arrangement's dB are applied, so that a mix does not depend on how strong an instrument happens to be.
 */
function presence([left, right]: Stereo): { level: number; blocks: number[] } {
  const blocks: number[] = []
  let most = 0
  for (let start = 0; start < left.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, left.length)
    let sum = 0
    for (let i = start + 1; i < end; i += 3) {
      const l = left[i]! - 0.5 * left[i - 1]!
      const r = right[i]! - 0.5 * right[i - 1]!
      sum += l * l + r * r
    }
    sum /= BLOCK / 1.5
    blocks.push(sum)
    if (sum > most) most = sum
  }
  const counted = blocks.filter(x => x > most * 0.02)
  return { level: Math.sqrt(counted.reduce((a, b) => a + b, 0) / Math.max(1, counted.length)), blocks }
}

/** dB by which roles differ at equal written gain. */
const balance = { vocal: 0, harmony: 0, lead: 0, counter: 0, comp: 0, bass: 3, drums: 4 }

/** Plays a score into 44.1 kHz stereo: parts, their effects, room and echo, then tape, loudness and limiter. Peaks stay below 0.8. */
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
    const { level, blocks } = presence(sound)
    const gain = (gainOf(db + balance[role]) * 0.04) / (level || 1)
    if (repeat) echoed = true
    for (const side of [0, 1] as const) {
      const [from, to, wet, back] = [sound[side], main[side], room[side], echo[side]]
      // Where a part is silent there is nothing to add.
      blocks.forEach((power, block) => {
        if (power < 1e-14) return
        const end = Math.min(length, (block + 1) * BLOCK)
        for (let i = block * BLOCK; i < end; i++) {
          const x = from[i]! * gain
          to[i]! += x
          wet[i]! += x * verb
        }
        if (repeat) for (let i = block * BLOCK; i < end; i++) back[i]! += from[i]! * gain * repeat
      })
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
  const air = score.style.fx === 'tape' ? 0.7 : 0.85
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
  master(main, score.style.lufs + (randomOf(`level ${score.song.key}`)() - 0.5) * 1.8)
  return main
}
