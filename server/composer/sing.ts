import { later } from '../foundation/later.ts'
import { highpass, hzOf, lowpass, RATE, randomOf, sine, SIZE, VOWELS, waveTable, wobble } from './signal.ts'

const pinyinPro = later<typeof import('pinyin-pro')>('pinyin-pro')

/** One syllable of a song: when, how high, and what is sung. `line` numbers the lyric line it belongs to. */
export type Sung = { at: number; len: number; midi: number; vel: number; text: string; line: number }
/** A singer: `size` scales the formants (1.15 light, 0.95 dark), `breath` 0…1, `vibrato` in cents, `scoop` how far below a note begins. */
export type Singer = { size: number; breath: number; vibrato: number; scoop: number; bright: number }

export const singers: Record<string, Singer> = {
  lin: { size: 1.14, breath: 0.4, vibrato: 24, scoop: 0.5, bright: 1 },
  beacon: { size: 1.02, breath: 0.55, vibrato: 16, scoop: 0.7, bright: 0.9 },
  comet: { size: 0.95, breath: 0.3, vibrato: 14, scoop: 0.9, bright: 1.1 },
  ada: { size: 1.17, breath: 0.3, vibrato: 28, scoop: 0.4, bright: 0.85 },
  egret: { size: 1.1, breath: 0.75, vibrato: 12, scoop: 0.3, bright: 0.7 },
  soda: { size: 1.0, breath: 0.25, vibrato: 18, scoop: 1, bright: 1.2 },
  choir: { size: 1.06, breath: 0.5, vibrato: 20, scoop: 0.3, bright: 0.75 },
  moon: { size: 1.2, breath: 0.65, vibrato: 22, scoop: 0.5, bright: 0.8 },
}

type Onset = { kind: 'open' | 'stop' | 'hiss' | 'nasal' | 'glide'; hz: number; noise: number; seconds: number }
type Sound = { onset: Onset; path: string[]; nasal: boolean }

const onset = (kind: Onset['kind'], hz = 0, noise = 0, length = 0): Onset => ({ kind, hz, noise, seconds: length })
const onsets: Record<string, Onset> = {
  '': onset('open'),
  b: onset('stop', 700, 0.25, 0.045),
  p: onset('stop', 900, 0.5, 0.07),
  d: onset('stop', 3300, 0.3, 0.04),
  t: onset('stop', 3800, 0.55, 0.065),
  g: onset('stop', 1700, 0.3, 0.045),
  k: onset('stop', 2000, 0.55, 0.07),
  j: onset('stop', 3900, 0.45, 0.06),
  q: onset('hiss', 4300, 0.5, 0.09),
  x: onset('hiss', 4700, 0.5, 0.1),
  z: onset('stop', 5800, 0.4, 0.06),
  c: onset('hiss', 6200, 0.5, 0.09),
  s: onset('hiss', 6500, 0.55, 0.1),
  zh: onset('stop', 2900, 0.45, 0.06),
  ch: onset('hiss', 3100, 0.5, 0.08),
  sh: onset('hiss', 3000, 0.5, 0.1),
  f: onset('hiss', 5200, 0.22, 0.08),
  v: onset('glide', 900, 0.1, 0.05),
  th: onset('hiss', 5600, 0.16, 0.06),
  h: onset('hiss', 1500, 0.28, 0.07),
  m: onset('nasal', 0, 0, 0.06),
  n: onset('nasal', 0, 0, 0.055),
  l: onset('glide', 0, 0, 0.05),
  r: onset('glide', 0, 0, 0.06),
  w: onset('glide', 0, 0, 0.05),
  y: onset('glide', 0, 0, 0.045),
}

// oxfmt-ignore
const finals: Record<string, string> = {
  a: 'a', o: 'o', e: 'e', i: 'i', u: 'u', v: 'v', ai: 'aI', ei: 'EI', ao: 'ao', ou: 'ou', an: 'an', en: 'en', ang: 'an', eng: 'en', ong: 'on', er: 'R',
  ia: 'ia', ie: 'iE', iao: 'iao', iu: 'iou', ian: 'iEn', in: 'in', iang: 'ian', ing: 'in', iong: 'ion', ua: 'ua', uo: 'uo', uai: 'uaI', ui: 'uEI',
  uan: 'uan', un: 'uen', uang: 'uan', ue: 'vE', ve: 'vE', van: 'vEn', vn: 'vn',
}

const spelled = (code: string, first: string): Sound => {
  const nasal = code.length > 1 && code.endsWith('n')
  return { onset: onsets[first] ?? onsets['']!, path: (nasal ? code.slice(0, -1) : code).split(''), nasal }
}

/** Mandarin: initial and final of the pinyin. */
function mandarin(syllable: string): Sound {
  const [, first = '', rest = 'a'] = /^(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(.*)$/.exec(syllable) ?? []
  if (/^(zh|ch|sh|r|z|c|s)$/.test(first) && rest === 'i') return spelled('e', first)
  if (/^[jqxy]$/.test(first) && rest.startsWith('u')) return spelled(finals[rest.replace('u', 'v')] ?? 'v', first)
  return spelled(finals[rest] ?? 'a', first)
}

// oxfmt-ignore
const english: [RegExp, string][] = [
  [/igh|ie$|y$|i[^aeiou]e|ind|uy/, 'aI'], [/ee|ea|ey|e$/, 'i'], [/oo|ew|ue|u[^aeiou]e/, 'u'], [/ou|ow/, 'au'], [/oa|o[^aeiou]e|o$|old/, 'ou'], [/ai|ay|a[^aeiou]e|ei/, 'EI'],
  [/oi|oy/, 'oI'], [/er|ir|ur|ear/, 'R'], [/ar/, 'a'], [/or|aw|au|al/, 'o'], [/a/, 'A'], [/e/, 'E'], [/i/, 'I'], [/o/, 'o'], [/u/, 'e'], [/y/, 'i'],
]
/** English: the consonants before the vowel letters, and the likeliest sound of those letters. Approximate on purpose. */
function latin(syllable: string): Sound {
  const text = syllable.toLowerCase().replace(/[^a-z]/g, '')
  const [, head = '', rest = text] = /^([^aeiou]*?)(y?[aeiou].*|y)?$/.exec(text) ?? []
  const first = /(sh|ch|th|wh|ph|kn|qu)$/.exec(head)?.[1] ?? head.at(-1) ?? ''
  const alias: Record<string, string> = { wh: 'w', ph: 'f', kn: 'n', qu: 'k', c: 'k', j: 'zh', x: 's', q: 'k' }
  const vowel = english.find(([pattern]) => pattern.test(rest))?.[1] ?? 'e'
  return { onset: onsets[alias[first] ?? first] ?? onsets['']!, path: vowel.split(''), nasal: /[mn]g?$|[mn][dtk]s?$/.test(rest) }
}

function soundsOf(notes: readonly Sung[]): Sound[] {
  const chinese = (text: string) => /\p{Script=Han}/u.test(text)
  const spoken = pinyinPro().pinyin(notes.map(n => (chinese(n.text) ? n.text : '、')).join(''), {
    toneType: 'none',
    type: 'array',
    v: true,
  })
  return notes.map((note, i) => (chinese(note.text) ? mandarin(spoken[i] ?? 'a') : latin(note.text)))
}

const STEP = 64
/**
 * Sings a line of syllables into a mono track: a glottal wavetable and breath through four resonators in a row whose centres follow the
 * vowels, with hisses and bursts for consonants. Vowels begin on the note, consonants just before it, as singers do. `take` varies the performance.
 */
export function sing(length: number, notes: readonly Sung[], singer: Singer, take: string): Float32Array {
  const random = randomOf(take)
  const steps = Math.ceil(length / STEP) + 1
  const [pitch, voiced, hiss, hissHz] = [0, 0, 0, 0].map(() => new Float32Array(steps)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  const vowels: (readonly number[] | undefined)[] = Array.from({ length: steps })
  const sounds = soundsOf(notes)
  const at = (t: number) => Math.max(0, Math.min(steps - 1, Math.floor((t * RATE) / STEP)))
  let open: readonly number[] = VOWELS['e']!
  const phase = random()
  notes.forEach((note, index) => {
    const sound = sounds[index]!
    const before = notes[index - 1]
    const after = notes[index + 1]
    const tied = before !== undefined && note.at - (before.at + before.len) < 0.08
    const held = after !== undefined && after.at - (note.at + note.len) < 0.08
    const until = held ? after.at : note.at + note.len
    const [from, to] = [at(note.at - sound.onset.seconds), at(until)]
    const drift = wobble(random) * 6
    const glide = sound.path.length > 1 && 'iuv'.includes(sound.path[0]!)
    for (let step = from; step <= to; step++) {
      const t = (step * STEP) / RATE - note.at
      const left = until - note.at - t
      const u = Math.max(0, t)
      // Pitch: slides from the note before (or scoops up), then settles; vibrato grows on long notes.
      const origin = tied ? before.midi : note.midi - singer.scoop
      const slide = Math.exp(-u / (tied ? 0.028 : 0.05))
      const depth = (singer.vibrato * Math.min(1, Math.max(0, (u - 0.22) / 0.35)) * Math.min(1, left / 0.1)) / 100
      pitch[step] = note.midi + (origin - note.midi) * slide + depth * sine(5.4 * u + phase) + drift / 100
      // Loudness: a consonant dips or stops the voice; the end of a phrase fades.
      let level = 0.72 + 0.28 * Math.min(1, u / 0.25)
      if (!tied) level *= Math.min(1, Math.max(0, (t + 0.01) / 0.05))
      if (t < 0 || (tied && u < 0.03)) {
        const closed = { open: 0.85, stop: 0, hiss: 0, nasal: 0.5, glide: 0.6 }[sound.onset.kind]
        level *= t < 0 ? closed : closed + (1 - closed) * (u / 0.03)
      }
      if (!held) level *= Math.min(1, left / Math.min(0.16, note.len * 0.4))
      voiced[step] = Math.max(0, level) * (0.45 + 0.55 * note.vel)
      if (sound.onset.noise && t < 0.012) {
        const s = 1 + t / Math.max(0.01, sound.onset.seconds)
        const shape = sound.onset.kind === 'stop' ? (s > 0.55 ? 1 : 0) : Math.sin(Math.PI * Math.min(1, Math.max(0, s * 0.86)))
        hiss[step] = sound.onset.noise * shape
        hissHz[step] = sound.onset.hz
      }
      // Vowel: short glide in, the open vowel, a short glide out, a nasal close.
      const out = Math.min(0.2, (until - note.at) * 0.3)
      let name = sound.path[0]!
      const core = sound.path[glide ? 1 : 0]!
      if (!glide || t > 0.07) name = core
      if (sound.path.length > (glide ? 2 : 1) && left < out) name = sound.path.at(-1)!
      if (sound.nasal && left < 0.085) name = 'n'
      if (t < 0) name = sound.onset.kind === 'nasal' ? 'n' : sound.path[0]!
      vowels[step] = open = VOWELS[name] ?? open
    }
  })
  const out = new Float32Array(length)
  const table = waveTable('glottis', 260)
  const bright = waveTable('glottis', 420)
  const centre = [500, 1400, 2700, 3600, 4500 * singer.size]
  const [a, b, c] = [0, 0, 0].map(() => new Float64Array(5)) as [Float64Array, Float64Array, Float64Array]
  const [y1, y2] = [new Float64Array(5), new Float64Array(5)]
  let [osc, seed, amp, air, n1, n2, midi, last] = [0, 77, 0, 0, 0, 0, 60, 0]
  let quiet = 0
  const voice = new Float64Array(STEP)
  const white = new Float64Array(STEP)
  for (let step = 0; step < steps - 1; step++) {
    const base = step * STEP
    const [goal, noise] = [voiced[step]!, hiss[step]!]
    if (goal > 0 && pitch[step]! > 0) midi = amp < 0.001 ? pitch[step]! : midi + (pitch[step]! - midi) * 0.5
    quiet = goal === 0 && noise === 0 ? quiet + 1 : 0
    if (quiet > 60) continue
    const vowel = vowels[step]
    for (let f = 0; f < 5; f++) {
      if (vowel && f < 4) centre[f]! += (vowel[f]! * singer.size - centre[f]!) * 0.062
      const width = [85, 100, 150, 230, 380][f]!
      const r = Math.exp((-Math.PI * width) / RATE)
      c[f] = -r * r
      // The first formant follows the pitch up, as a trained singer's does.
      const hz = f === 0 ? Math.max(centre[0]!, hzOf(midi) * 1.05) : centre[f]!
      b[f] = 2 * r * Math.cos((2 * Math.PI * hz) / RATE)
      a[f] = 1 - b[f]! - c[f]!
    }
    const wave = midi > 64 ? bright : table
    const inc = (hzOf(midi + wobble(random) * 0.04) * SIZE) / RATE
    const [da, dn] = [(goal - amp) / STEP / 3, (noise - air) / STEP / 1.6]
    const g = Math.tan((Math.PI * Math.max(600, hissHz[step]!)) / RATE)
    const k = 0.7
    const n0 = 1 / (1 + g * (g + k))
    const size = Math.min(STEP, length - base)
    for (let i = 0; i < size; i++) {
      amp += da
      const p = osc | 0
      seed = (Math.imul(seed, 1664525) + 1013904223) | 0
      const x = seed * 4.6566e-10
      white[i] = x
      voice[i] = (wave[p]! + (wave[p + 1]! - wave[p]!) * (osc - p) + x * singer.breath * 0.09) * amp
      osc += inc
      if (osc >= SIZE) osc -= SIZE
    }
    for (let f = 0; f < 5; f++) {
      const [af, bf, cf] = [a[f]!, b[f]!, c[f]!]
      let [z1, z2] = [y1[f]!, y2[f]!]
      for (let i = 0; i < size; i++) {
        const y = af * voice[i]! + bf * z1 + cf * z2
        z2 = z1
        z1 = y
        voice[i] = y
      }
      y1[f] = z1
      y2[f] = z2
    }
    for (let i = 0; i < size; i++) {
      air += dn
      const band = n0 * (g * (white[i]! - n2) + n1)
      const low = n2 + g * band
      n1 = 2 * band - n1
      n2 = 2 * low - n2
      // A little of the change from sample to sample brings back the air that resonators in a row take away.
      const x = voice[i]!
      out[base + i] = x + (x - last) * 1.6 * singer.bright + band * k * air * 0.55
      last = x
    }
  }
  highpass(out, 110)
  // Presence: a shelf from 2.2 kHz, as a close microphone gives.
  let body = 0
  for (let i = 0; i < length; i++) {
    body += 0.27 * (out[i]! - body)
    out[i] = body + (out[i]! - body) * 2.6 * singer.bright
  }
  lowpass(out, 11_000)
  let [power, count] = [0, 0]
  for (let i = 0; i < length; i += 5) {
    if (Math.abs(out[i]!) < 0.002) continue
    power += out[i]! ** 2
    count++
  }
  const scale = 0.16 / Math.sqrt(power / Math.max(1, count) || 1)
  for (let i = 0; i < length; i++) out[i]! *= scale
  return out
}
