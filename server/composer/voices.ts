import {
  bend,
  filter,
  hzOf,
  lowpass,
  modal,
  place,
  RATE,
  type Random,
  randomOf,
  seconds,
  type Shape,
  sine,
  SIZE,
  type Stereo,
  waveTable,
  wobble,
} from './signal.ts'

/** A note of a score. `at` and `len` in seconds, `vel` 0…1; `from` is the pitch a legato voice glides in from. */
export type Note = { at: number; len: number; midi: number; vel: number; from?: number }
/** Adds one note to a part's two channels. `pan` −1…1. */
export type Voice = (out: Stereo, note: Note, random: Random, pan: number) => void

type Patch = {
  shape: Shape
  /** second oscillator: shape, level, interval in semitones */
  second?: [Shape, number, number]
  unison?: number
  /** width of the unison in cents */
  spread?: number
  a: number
  d: number
  s: number
  r: number
  /** filter: Hz at middle C, key tracking, envelope in octaves and its time in seconds, resonance */
  cutoff?: number
  track?: number
  env?: number
  envTime?: number
  q?: number
  /** slow filter movement: Hz, octaves */
  sweep?: [number, number]
  /** Hz, cents, seconds until it is there */
  vibrato?: [number, number, number]
  noise?: number
  glide?: number
  drive?: number
  /** frequency modulation: ratio, index, decay seconds */
  fm?: [number, number, number]
  /** octave shift in semitones */
  shift?: number
}

const BLOCK = 64
const scratch = new Float32Array(RATE * 30)
const block = new Float64Array(BLOCK)

function synthesise(note: Note, patch: Patch, random: Random): number {
  const midi = note.midi + (patch.shift ?? 0)
  const hz = hzOf(midi)
  const hold = seconds(note.len)
  const total = Math.min(scratch.length, hold + seconds(patch.r))
  const oscillators: { table: Float32Array; ratio: number; level: number; phase: number; fm: number }[] = []
  const unison = patch.unison ?? 1
  for (let i = 0; i < unison; i++) {
    const cents = unison > 1 ? (patch.spread ?? 10) * ((i / (unison - 1)) * 2 - 1 + wobble(random) * 0.25) : wobble(random) * 2
    oscillators.push({
      table: waveTable(patch.shape, hz),
      ratio: 2 ** (cents / 1200),
      level: 1 / Math.sqrt(unison),
      phase: random() * SIZE,
      fm: 0,
    })
  }
  if (patch.second) {
    const [shape, level, interval] = patch.second
    const ratio = 2 ** (interval / 12)
    oscillators.push({
      table: waveTable(shape, hz * ratio),
      ratio: ratio * (1 + wobble(random) * 0.001),
      level,
      phase: random() * SIZE,
      fm: 0,
    })
  }
  const { a, d, s } = patch
  const envelope = (t: number) => {
    const x = t < a ? (t / a) * (2 - t / a) : s + (1 - s) * Math.exp(-(t - a) / d)
    return x
  }
  const heldTo = envelope(hold / RATE)
  const levelAt = (frame: number) => {
    if (frame < hold) return envelope(frame / RATE)
    const t = (frame - hold) / Math.max(1, total - hold)
    return heldTo * Math.exp(-3.5 * t) * (1 - t)
  }
  const loud = 0.25 + 0.75 * note.vel * note.vel
  const vibratoPhase = random()
  const sweepPhase = random()
  let s1 = 0
  let s2 = 0
  let seed = (random() * 4294967296) | 0
  let level = levelAt(0) * loud
  const mixed = block
  for (let at = 0; at < total; at += BLOCK) {
    const t = at / RATE
    const n = Math.min(BLOCK, total - at)
    let cents = 0
    if (patch.vibrato) {
      const [rate, depth, delay] = patch.vibrato
      cents += sine(rate * t + vibratoPhase) * depth * Math.min(1, Math.max(0, (t - delay * 0.4) / delay))
    }
    if (note.from !== undefined && patch.glide && t < patch.glide * 4)
      cents += (note.from - note.midi) * 100 * Math.exp(-t / (patch.glide * 0.5))
    const bendRatio = cents === 0 ? 1 : 2 ** (cents / 1200)
    let first = true
    const step = (hz * bendRatio * SIZE) / RATE
    for (const o of oscillators) {
      const { table, level: gain } = o
      const inc = step * o.ratio
      let phase = o.phase
      if (patch.fm) {
        const [ratio, index, decay] = patch.fm
        const depth = index * SIZE * 0.16 * note.vel * Math.exp(-t / decay)
        for (let i = 0; i < n; i++) {
          o.fm += (hz * ratio) / RATE
          const p = (((phase + depth * sine(o.fm)) % SIZE) + SIZE) % SIZE
          mixed[i] = gain * table[p | 0]! + (first ? 0 : mixed[i]!)
          phase += inc
          if (phase >= SIZE) phase -= SIZE
        }
      } else {
        for (let i = 0; i < n; i++) {
          const k = phase | 0
          const x = table[k]!
          const y = gain * (x + (table[k + 1]! - x) * (phase - k))
          mixed[i] = first ? y : mixed[i]! + y
          phase += inc
          if (phase >= SIZE) phase -= SIZE
        }
      }
      o.phase = phase
      first = false
    }
    if (patch.noise) {
      for (let i = 0; i < n; i++) {
        seed = (Math.imul(seed, 1664525) + 1013904223) | 0
        mixed[i]! += seed * 4.6566e-10 * patch.noise
      }
    }
    if (patch.cutoff) {
      let octaves = ((patch.track ?? 0.5) * (midi - 60)) / 12 + (note.vel - 0.8) * 1.2
      if (patch.env) octaves += patch.env * Math.exp(-t / (patch.envTime ?? 0.2))
      if (patch.sweep) octaves += patch.sweep[1] * sine(patch.sweep[0] * t + sweepPhase)
      const g = Math.tan((Math.PI * Math.min(15_000, Math.max(40, patch.cutoff * 2 ** octaves))) / RATE)
      const k = 1 / (patch.q ?? 0.75)
      const a1 = 1 / (1 + g * (g + k))
      for (let i = 0; i < n; i++) {
        const band = a1 * (g * (mixed[i]! - s2) + s1)
        const low = s2 + g * band
        s1 = 2 * band - s1
        s2 = 2 * low - s2
        mixed[i] = low
      }
    }
    if (patch.drive) for (let i = 0; i < n; i++) mixed[i] = bend(mixed[i]! * patch.drive) / Math.sqrt(patch.drive)
    const next = levelAt(at + n) * loud
    const slope = (next - level) / n
    for (let i = 0; i < n; i++) scratch[at + i] = mixed[i]! * (level + slope * i)
    level = next
  }
  return total
}

const synth =
  (patch: Patch): Voice =>
  (out, note, random, pan) =>
    place(out, scratch, synthesise(note, patch, random), seconds(note.at), 1, pan)

type String_ = { bright: number; ring: number; at: number; body?: [number, number][]; attack?: number }
/** Karplus–Strong: a burst runs round a delay line whose filter loses a little of the top each time. */
function pluck(hz: number, { bright, ring, at, body, attack }: String_, random: Random): Float32Array {
  const t60 = Math.max(0.35, ring * (220 / hz) ** 0.45)
  const out = new Float32Array(seconds(Math.min(5, t60 * 1.1)))
  const damp = 0.5 * (1 - bright) * Math.min(1, (330 / hz) ** 0.35)
  const period = RATE / hz
  // The loop filter delays by `damp` samples and the all-pass by the rest, so that the string is in tune.
  const line = Math.floor(period - damp - 0.2)
  const rest = period - damp - line
  const allpass = (1 - rest) / (1 + rest)
  // The shape of a string pulled aside at `at`: harmonics fall with brightness, those with a node there are missing; a breath of noise is the nail.
  const excited = new Float32Array(line)
  const slope = 1.55 - 0.62 * bright
  const soft = 500 + bright * bright * 8000
  for (let k = 1; k <= Math.min(90, line / 2.2); k++) {
    const level = (Math.abs(Math.sin(Math.PI * k * at)) * (0.75 + 0.5 * random())) / k ** slope / (1 + ((k * hz) / soft) ** 2)
    const turn = random() * 0.3
    for (let i = 0; i < line; i++) excited[i]! += level * sine((k * i) / line + turn)
  }
  let power = 1e-9
  for (let i = 0; i < line; i++) power += (excited[i]! += (random() - 0.5) * 0.5 * bright) ** 2 / line
  const norm = 0.34 / Math.sqrt(power)
  const loss = 10 ** ((-3 * period) / (t60 * RATE))
  let last = 0
  let x1 = 0
  let y1 = 0
  for (let i = 0, k = 0; i < out.length; i++) {
    const x = excited[k]!
    out[i] = x * norm
    const low = loss * ((1 - damp) * x + damp * last)
    last = x
    y1 = allpass * (low - y1) + x1
    x1 = low
    excited[k] = y1
    if (++k === line) k = 0
  }
  if (body) {
    const dry = out.slice()
    for (const [centre, level] of body) {
      const part = dry.slice()
      filter(part, 'band', centre, 1.6)
      for (let i = 0; i < out.length; i++) out[i]! += part[i]! * level
    }
  }
  const rise = seconds(attack ?? 0.0015)
  for (let i = 0; i < rise; i++) out[i]! *= i / rise
  const end = Math.min(out.length, 3000)
  for (let i = 0; i < end; i++) out[out.length - 1 - i]! *= i / end
  return out
}

/** A sound that is struck and then left alone: rendered once per pitch and force, kept, and faded when the note ends. */
const struck = (
  name: string,
  release: number,
  make: (hz: number, soft: boolean, random: Random) => Float32Array,
  spreadPan = 0.25,
): Voice => {
  const known = new Map<number, Float32Array>()
  return (out, note, random, pan) => {
    const soft = note.vel < 0.62
    const key = note.midi * 4 + (soft ? 2 : 0) + (random() < 0.5 ? 1 : 0)
    let sound = known.get(key)
    if (!sound) known.set(key, (sound = make(hzOf(note.midi), soft, randomOf(`${name}${key}`))))
    const hold = Math.min(sound.length, seconds(note.len))
    const tail = Math.min(sound.length - hold, seconds(release))
    const gain = 0.2 + 0.8 * note.vel * note.vel
    const where = Math.max(-1, Math.min(1, pan + ((note.midi - 62) / 30) * spreadPan))
    const start = seconds(note.at)
    place(out, sound, hold, start, gain, where)
    if (tail < 1) return
    for (let i = 0; i < tail; i++) scratch[i] = sound[hold + i]! * (1 - i / tail) ** 2
    place(out, scratch, tail, start + hold, gain, where)
  }
}

const string = (name: string, release: number, how: String_, spreadPan?: number) =>
  struck(name, release, (hz, soft, random) => pluck(hz, { ...how, bright: how.bright * (soft ? 0.82 : 1) }, random), spreadPan)

function piano(hz: number, soft: boolean, random: Random) {
  const ring = Math.min(7, 4.2 * (262 / hz) ** 0.55)
  const stiff = 0.00035 * (hz / 262) ** 1.2
  const partials: [number, number, number][] = []
  for (let k = 1; k <= Math.min(16, 9000 / hz); k++) {
    const ratio = k * Math.sqrt(1 + stiff * k * k)
    const level = (0.34 / k ** (soft ? 1.4 : 0.9)) * (1 - 0.75 * Math.exp(-((hz * k) / 130))) * (k % 8 === 0 ? 0.3 : 1)
    const slow = ring / (1 + 0.32 * (k - 1))
    partials.push([ratio, level * 0.7, slow * 0.45])
    if (k < 7) partials.push([ratio * (1 + 0.0005 * (random() - 0.3)), level * 0.45, slow])
  }
  const out = modal(hz, partials, Math.min(5, ring), random)
  const knock = Float32Array.from({ length: 1500 }, (_, i) => (random() * 2 - 1) * Math.exp(-i / 260))
  filter(knock, 'low', soft ? 500 : 1100)
  for (let i = 0; i < Math.min(knock.length, out.length); i++) out[i]! += knock[i]! * (soft ? 0.02 : 0.045)
  return out
}

function tine(hz: number, soft: boolean, random: Random) {
  const out = new Float32Array(seconds(Math.min(4, 3 * (262 / hz) ** 0.4)))
  const tilt = random() * 0.02
  const body = soft ? 0.1 : 0.2
  for (let i = 0; i < out.length; i++) {
    const t = i / RATE
    const fade = Math.exp(-t * 1.5 * (hz / 262) ** 0.4)
    const bell = (soft ? 0.025 : 0.055) * Math.exp(-t * 24)
    const p = hz * t
    out[i] = 0.36 * fade * sine(p + body * fade * sine(p + tilt) + bell * sine(p * 14)) * Math.min(1, i / 60)
  }
  const end = Math.min(out.length, 4000)
  for (let i = 0; i < end; i++) out[out.length - 1 - i]! *= i / end
  return out
}

const bars = (name: string, release: number, partials: [number, number, number][], ring: number) =>
  struck(
    name,
    release,
    (hz, soft, random) => {
      const k = (330 / hz) ** 0.35
      return modal(
        hz,
        partials.map(([r, l, d]) => [r, r > 1.5 && soft ? l * 0.5 : l, d * k] as const),
        ring * k,
        random,
      )
    },
    0.5,
  )

/** Every pitched voice by name. */
// oxfmt-ignore
const voices: Record<string, () => Voice> = {
  piano: () => struck('piano', 0.22, piano, 0.45),
  felt: () => struck('felt', 0.3, (hz, _, random) => { const x = piano(hz, true, random); lowpass(x, 1500); return x.map(v => v * 1.5) }, 0.4),
  tine: () => struck('tine', 0.25, tine, 0.35),
  nylon: () => string('nylon', 0.18, { bright: 0.45, ring: 2.6, at: 0.23, body: [[110, 0.9], [205, 0.7], [400, 0.3]] }),
  steel: () => string('steel', 0.22, { bright: 0.86, ring: 4, at: 0.14, body: [[105, 0.6], [190, 0.5]] }),
  electric: () => string('electric', 0.15, { bright: 0.8, ring: 4, at: 0.2, body: [[900, 0.3]] }),
  muted: () => string('muted', 0.06, { bright: 0.5, ring: 0.55, at: 0.2, body: [[180, 0.6]] }),
  clav: () => string('clav', 0.05, { bright: 0.93, ring: 1.6, at: 0.09, body: [[1400, 0.5]] }),
  guzheng: () => string('guzheng', 0.9, { bright: 0.95, ring: 4.6, at: 0.11, body: [[260, 0.5], [620, 0.4]] }, 0.7),
  pipa: () => string('pipa', 0.2, { bright: 0.9, ring: 1.2, at: 0.08, body: [[480, 0.7], [1100, 0.4]] }),
  harp: () => string('harp', 1.2, { bright: 0.6, ring: 3.4, at: 0.42 }, 0.7),
  pizz: () => string('pizz', 0.3, { bright: 0.3, ring: 0.7, at: 0.3, body: [[290, 0.9], [560, 0.5]] }, 0.5),
  upright: () => string('upright', 0.09, { bright: 0.2, ring: 1.5, at: 0.3, body: [[90, 0.6]], attack: 0.004 }, 0),
  slap: () => string('slap', 0.05, { bright: 0.78, ring: 1.6, at: 0.12, body: [[80, 0.8]] }, 0),
  finger: () => string('finger', 0.07, { bright: 0.42, ring: 2.4, at: 0.25, body: [[75, 0.8]], attack: 0.003 }, 0),
  musicbox: () => bars('musicbox', 1.5, [[1, 0.34, 2.4], [2.01, 0.06, 1.2], [5.4, 0.09, 0.35], [8.9, 0.05, 0.12]], 2.6),
  kalimba: () => bars('kalimba', 0.4, [[1, 0.4, 1.3], [2, 0.03, 0.6], [5.8, 0.08, 0.12]], 1.5),
  marimba: () => bars('marimba', 0.4, [[1, 0.42, 0.9], [3.93, 0.12, 0.22], [9.2, 0.05, 0.06]], 1.1),
  vibes: () => bars('vibes', 0.5, [[1, 0.36, 3.2], [4, 0.08, 1], [10.1, 0.03, 0.2]], 3.3),
  bell: () => bars('bell', 1.6, [[0.5, 0.08, 3], [1, 0.26, 2.8], [1.19, 0.06, 2], [2, 0.12, 1.6], [2.74, 0.08, 1], [5.4, 0.04, 0.5]], 3.2),
  bass: () => synth({ shape: 'saw', second: ['square', 0.5, -12], a: 0.004, d: 0.3, s: 0.65, r: 0.06, cutoff: 900, env: 1.6, envTime: 0.12, q: 1.1, track: 0.3 }),
  sub: () => synth({ shape: 'soft', a: 0.006, d: 0.6, s: 0.8, r: 0.08, drive: 1.6 }),
  reese: () => synth({ shape: 'saw', unison: 2, spread: 16, second: ['sine', 0.8, 0], a: 0.01, d: 0.5, s: 0.9, r: 0.08, cutoff: 750, track: 0.2, sweep: [0.31, 0.7], q: 1.2, drive: 1.5 }),
  fmbass: () => synth({ shape: 'sine', a: 0.003, d: 0.25, s: 0.55, r: 0.06, fm: [1, 1.6, 0.18], second: ['sine', 0.4, -12] }),
  acid: () => synth({ shape: 'saw', a: 0.003, d: 0.25, s: 0.5, r: 0.05, cutoff: 420, env: 3, envTime: 0.11, q: 4.5, track: 0.2, glide: 0.04 }),
  pad: () => synth({ shape: 'saw', unison: 2, spread: 12, a: 0.5, d: 1, s: 0.85, r: 1.1, cutoff: 1300, track: 0.4, sweep: [0.12, 0.6] }),
  glass: () => synth({ shape: 'triangle', second: ['soft', 0.4, 12], unison: 2, spread: 7, a: 0.7, d: 1, s: 0.9, r: 1.6, vibrato: [4.2, 4, 0.5] }),
  warm: () => synth({ shape: 'pulse', second: ['saw', 0.6, 0], unison: 2, spread: 9, a: 0.25, d: 1, s: 0.8, r: 0.7, cutoff: 900, track: 0.5 }),
  stab: () => synth({ shape: 'saw', unison: 3, spread: 14, a: 0.004, d: 0.18, s: 0.25, r: 0.14, cutoff: 1500, env: 1.8, envTime: 0.12 }),
  strings: () => synth({ shape: 'strings', unison: 2, spread: 11, a: 0.16, d: 1, s: 0.9, r: 0.42, cutoff: 3200, vibrato: [5.1, 7, 0.4] }),
  cello: () => synth({ shape: 'strings', second: ['soft', 0.4, 0], a: 0.12, d: 1, s: 0.88, r: 0.3, cutoff: 1800, vibrato: [5, 14, 0.3], glide: 0.05, noise: 0.008 }),
  brass: () => synth({ shape: 'brass', unison: 2, spread: 9, a: 0.03, d: 0.3, s: 0.75, r: 0.12, cutoff: 1500, env: 1.1, envTime: 0.2 }),
  choir: () => synth({ shape: 'ah', unison: 2, spread: 14, a: 0.3, d: 1, s: 0.9, r: 0.8, vibrato: [4.9, 11, 0.5], noise: 0.012, cutoff: 5000 }),
  hum: () => synth({ shape: 'oo', second: ['oh', 0.5, 0], unison: 2, spread: 12, a: 0.4, d: 1, s: 0.9, r: 0.9, vibrato: [4.6, 9, 0.5], cutoff: 3000 }),
  organ: () => synth({ shape: 'organ', a: 0.012, d: 1, s: 0.95, r: 0.09, vibrato: [6.3, 7, 0.1] }),
  accordion: () => synth({ shape: 'reed', unison: 2, spread: 8, a: 0.05, d: 1, s: 0.92, r: 0.09, cutoff: 4200 }),
  harmonica: () => synth({ shape: 'reed', a: 0.05, d: 1, s: 0.9, r: 0.1, vibrato: [5.4, 16, 0.35], glide: 0.03, cutoff: 3200, noise: 0.01 }),
  saw: () => synth({ shape: 'saw', unison: 2, spread: 9, a: 0.012, d: 0.4, s: 0.75, r: 0.14, cutoff: 2600, env: 0.8, vibrato: [5.6, 12, 0.4], glide: 0.035 }),
  square: () => synth({ shape: 'square', a: 0.008, d: 0.3, s: 0.7, r: 0.1, cutoff: 2400, vibrato: [5.8, 12, 0.3], glide: 0.03 }),
  whistle: () => synth({ shape: 'soft', a: 0.03, d: 0.5, s: 0.85, r: 0.18, vibrato: [5.2, 16, 0.35], glide: 0.05, noise: 0.012 }),
  flute: () => synth({ shape: 'flute', a: 0.05, d: 0.5, s: 0.88, r: 0.13, vibrato: [5, 10, 0.35], glide: 0.025, noise: 0.02, cutoff: 4200 }),
  dizi: () => synth({ shape: 'flute', second: ['reed', 0.16, 0], a: 0.035, d: 0.5, s: 0.9, r: 0.12, vibrato: [5.6, 16, 0.3], glide: 0.03, noise: 0.026, cutoff: 6000 }),
  erhu: () => synth({ shape: 'erhu', a: 0.09, d: 0.8, s: 0.9, r: 0.16, vibrato: [5.7, 24, 0.3], glide: 0.07, noise: 0.014, cutoff: 3600 }),
  pulse: () => synth({ shape: 'pulse', a: 0.002, d: 0.3, s: 0.6, r: 0.03, vibrato: [6, 14, 0.3] }),
  thin: () => synth({ shape: 'thin', a: 0.002, d: 0.12, s: 0.35, r: 0.03 }),
  chipbass: () => synth({ shape: 'triangle', a: 0.002, d: 1, s: 0.95, r: 0.02 }),
  arp: () => synth({ shape: 'pulse', second: ['saw', 0.4, 0.06], a: 0.003, d: 0.14, s: 0.2, r: 0.12, cutoff: 1400, env: 1.7, envTime: 0.09, q: 1.4 }),
  dust: () => synth({ shape: 'soft', second: ['sine', 0.5, 12], a: 0.9, d: 2, s: 0.6, r: 2.2, noise: 0.02, cutoff: 1100, sweep: [0.2, 0.8] }),
}

/** A fresh instrument (with its own memory of rendered notes). Throws on a name nobody plays. */
export function voiceOf(name: string): Voice {
  const make = voices[name]
  if (!make) throw new Error(`no voice is called ${name}`)
  return make()
}
export const voiceNames = Object.keys(voices)
/** Voices that fill the width: played once, then spread over both sides. */
export const wideVoices = new Set(['pad', 'glass', 'warm', 'stab', 'strings', 'brass', 'choir', 'hum', 'organ', 'dust'])
