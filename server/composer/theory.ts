import type { Random } from './signal.ts'

/** A chord under a stretch of beats: pitch classes relative to C, the first is the root; `bass` may differ. */
export type Chord = { beat: number; len: number; tones: number[]; bass: number }
/** Beats of a rhythm, relative to its start. */
export type Beat = { beat: number; len: number }

const letters: Record<string, number> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 }
export const pitchClass = (name: string) => (letters[name[0]!]! + (name[1] === '#' ? 1 : name[1] === 'b' ? 11 : 0)) % 12

// oxfmt-ignore
const qualities: Record<string, number[]> = {
  '': [0, 4, 7], m: [0, 3, 7], '5': [0, 7], '7': [0, 4, 7, 10], maj7: [0, 4, 7, 11], m7: [0, 3, 7, 10], maj9: [0, 4, 7, 11, 14], m9: [0, 3, 7, 10, 14], '9': [0, 4, 7, 10, 14],
  '13': [0, 4, 10, 14, 21], m11: [0, 3, 7, 10, 17], add9: [0, 4, 7, 14], madd9: [0, 3, 7, 14], '6': [0, 4, 7, 9], m6: [0, 3, 7, 9], '69': [0, 4, 9, 14], sus2: [0, 2, 7], sus4: [0, 5, 7],
  '7sus4': [0, 5, 7, 10], '9sus4': [0, 5, 10, 14], dim: [0, 3, 6], dim7: [0, 3, 6, 9], m7b5: [0, 3, 6, 10], '7b9': [0, 4, 7, 10, 13], aug: [0, 4, 8], mmaj7: [0, 3, 7, 11],
}

/** Reads `Am7 Fmaj7 C,G` (a space ends a bar, a comma shares it) into chords, moved by `shift` semitones, for bars of `meter` beats. */
export function progression(text: string, meter: number, shift: number): Chord[] {
  const chords: Chord[] = []
  text.split(' ').forEach((bar, b) => {
    const names = bar.split(',')
    names.forEach((name, i) => {
      const [, root = 'C', quality = '', bass] = /^([A-G][#b]?)([^/]*)(?:\/(.+))?$/.exec(name) ?? []
      const shape = qualities[quality]
      if (!shape) throw new Error(`unknown chord ${name}`)
      const base = pitchClass(root)
      const len = meter / names.length
      chords.push({
        beat: b * meter + i * len,
        len,
        tones: shape.map(x => (base + x + shift + 24) % 12),
        bass: ((bass ? pitchClass(bass) : base) + shift + 24) % 12,
      })
    })
  })
  return chords
}

const scales: Record<string, number[]> = {
  major: [0, 2, 4, 5, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  mixolydian: [0, 2, 4, 5, 7, 9, 10],
  lydian: [0, 2, 4, 6, 7, 9, 11],
  gong: [0, 2, 4, 7, 9],
  yu: [0, 3, 5, 7, 10],
  shang: [0, 2, 5, 7, 10],
  blues: [0, 3, 5, 6, 7, 10],
}
/** Pitch classes of a scale on a tonic. */
export const scaleOf = (tonic: number, name: string) => scales[name]!.map(x => (x + tonic) % 12)

/** The chord's tones placed in close position so that they lie round `centre` (midi), lowest first. */
export function voicing(chord: Chord, centre: number): number[] {
  const low = centre - 6
  const notes = chord.tones.map(pc => low + ((((pc - low) % 12) + 12) % 12))
  // Five-note chords leave the root to the bass.
  const kept = notes.length > 4 ? notes.slice(1) : notes
  return kept.sort((a, b) => a - b)
}

/** The pitch of that class nearest to a centre. */
export const nearest = (pc: number, centre: number) => {
  const up = (((pc - centre) % 12) + 12) % 12
  return centre + (up > 6 ? up - 12 : up)
}

/** The scale as it sounds over a chord: a foreign chord tone takes the place of its neighbour. */
function ladder(scale: readonly number[], chord: Chord): number[] {
  const out = [...scale]
  for (const tone of chord.tones) {
    if (out.includes(tone)) continue
    const i = out.findIndex(pc => (pc + 1) % 12 === tone || (pc + 11) % 12 === tone)
    if (i >= 0) out[i] = tone
  }
  return out
}

export type Melodic = {
  scale: readonly number[]
  tonic: number
  /** lowest and highest pitch */
  low: number
  high: number
  /** height of the line at its beginning, middle and end, 0…1 */
  shape: readonly number[]
  /** rest on the tonic, or stay open */
  end: 'home' | 'open'
}

/**
 * Pitches for a rhythm: follows the shape, prefers steps, turns back after leaps, wants chord tones on strong beats and rests where it should.
 * The same generator state gives the same line over the same chords, which is what makes a phrase return.
 */
export function melody(rhythm: readonly Beat[], chordAt: (beat: number) => Chord, how: Melodic, random: Random, start?: number): number[] {
  const { low, high, shape } = how
  const out: number[] = []
  const total = Math.max(1, rhythm.length - 1)
  let before = start ?? Math.round(low + (high - low) * shape[0]!)
  let leap = 0
  rhythm.forEach(({ beat, len }, i) => {
    const chord = chordAt(beat)
    const pcs = ladder(how.scale, chord)
    const x = (i / total) * (shape.length - 1)
    const k = Math.min(shape.length - 2, Math.floor(x))
    const target = low + (high - low) * (shape[k]! + (shape[k + 1]! - shape[k]!) * (x - k))
    const strong = beat % 2 === 0 || len >= 1.5
    const last = i === rhythm.length - 1
    let best = before
    let least = Infinity
    for (let p = low; p <= high; p++) {
      if (!pcs.includes(p % 12)) continue
      const step = Math.abs(p - before)
      const inChord = chord.tones.includes(p % 12)
      let cost = Math.abs(p - target) * 0.46 + random() * 1.1
      cost += step === 0 ? (i === 0 ? 0 : 1.1) : step <= 2 ? 0 : step <= 4 ? 0.4 : step <= 5 ? 0.8 : step <= 7 ? 1.6 : step <= 9 ? 3 : 6
      if (!inChord) cost += last ? 4 : strong ? 2.6 : 0.5
      // Turning back and forth between two notes is what aimless tunes do.
      if (out.length > 1 && p === out.at(-2) && p !== before) cost += 1.2
      if (Math.abs(leap) > 4 && Math.sign(p - before) === Math.sign(leap)) cost += 2
      if (last && how.end === 'home' && p % 12 !== how.tonic) cost += p % 12 === (how.tonic + 7) % 12 ? 2.5 : 3.5
      if (last && how.end === 'open' && p % 12 === how.tonic) cost += 1.5
      if (cost < least) {
        least = cost
        best = p
      }
    }
    leap = best - before
    before = best
    out.push(best)
  })
  return out
}

/** A rhythm for `count` syllables in `beats` beats: even notes, the spare time at the pauses of the text (`rests`: after which syllable), the last note long. */
export function syllableRhythm(count: number, beats: number, rests: readonly number[], start: number, grid: number): Beat[] {
  const slot = grid
  const room = Math.floor((beats - start - 0.5) / slot)
  const last = Math.max(2, Math.min(Math.round(2 / slot), room - (count - 1)))
  let spare = room - last - (count - 1)
  const lens = Array.from({ length: count }, () => 1)
  lens[count - 1] = last
  if (spare < 0) {
    // More syllables than slots: pairs of half slots, late in the line.
    for (let i = count - 2; i > 0 && spare < 0; i--) {
      lens[i] = 0.5
      spare += 0.5
    }
  }
  for (const after of rests) {
    const more = Math.min(spare, 2)
    lens[after] = (lens[after] ?? 1) + more
    spare -= more
  }
  // What is left over makes dotted figures: every other syllable of the beginning is longer.
  const order = [0, 4, 2, 6, 1, 8, 3, 5, 7, 9, 10, 11, 12].filter(i => i < count - 1)
  for (let n = 0; spare >= 1 && order.length; n++) {
    lens[order[n % order.length]!]! += 1
    spare -= 1
  }
  let beat = start
  return lens.map(len => {
    const note = { beat, len: len * slot }
    beat += len * slot
    return note
  })
}

/** Bars of intro, sections and outro; a piece takes the one that comes nearest to its length. */
// oxfmt-ignore
export const pieceForms = [[2, 4, 4, 4, 2], [2, 4, 4, 4, 4, 2], [4, 4, 4, 8, 4, 4], [4, 8, 8, 8, 4], [4, 8, 8, 8, 8, 4], [8, 8, 8, 16, 8, 8], [8, 16, 16, 16, 8], [8, 16, 16, 16, 16, 8]]
/** Contours of phrases, as heights 0…1. */
// oxfmt-ignore
export const contours = {
  tuneA: [[0.3, 0.75, 0.35], [0.6, 0.3, 0.5], [0.2, 0.5, 0.8, 0.4]],
  tuneB: [[0.5, 0.95, 0.6], [0.9, 0.6, 0.75, 0.3], [0.4, 0.8, 0.95, 0.5]],
  verse: [[0.15, 0.8, 0.3], [0.65, 0.1, 0.55], [0.1, 0.5, 0.85, 0.3], [0.75, 0.4, 0.1], [0.3, 0.05, 0.6]],
  chorus: [[0.4, 1, 0.55], [0.9, 0.5, 0.95, 0.35], [0.35, 0.7, 1, 0.5], [1, 0.75, 0.4]],
}

export type Stanza = { chorus: boolean; lines: { text: string; translation: string }[] }
/** Lyrics are written as stanzas of `line | translation`; `*` above a stanza makes it a chorus, `·` divides syllables where the ear would not guess. */
export function stanzas(text: string): Stanza[] {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map(block => {
      const rows = block.split('\n').map(row => row.trim())
      const chorus = rows[0] === '*'
      return {
        chorus,
        lines: (chorus ? rows.slice(1) : rows).map(row => ({
          text: row.split('|')[0]!.trim(),
          translation: row.split('|')[1]?.trim() ?? '',
        })),
      }
    })
}

/** Words as a screen lights them (a Chinese character each), with their syllables. Joined, the words are the line. */
export function wordsOf(text: string): { text: string; syllables: string[] }[] {
  const pieces = text.match(/\p{Script=Han}[^\p{Script=Han}\p{L}]*|[^\s\p{Script=Han}]+\s*/gu) ?? []
  return pieces.map(piece => ({
    text: piece.replaceAll('·', ''),
    syllables: /\p{Script=Han}/u.test(piece) ? [piece.trim()] : piece.trim().split('-').filter(Boolean).flatMap(syllablesOf),
  }))
}

/** Turns through a list. */
export const pickFrom = <T>(list: readonly T[], n: number): T => list[n % list.length]!
/** A harmony note: the scale's (or chord's) tone a third to a fourth below. */
export function below(midi: number, scale: readonly number[], chord: Chord): number {
  for (const by of [3, 4, 5]) if (chord.tones.includes((midi - by) % 12)) return midi - by
  for (const by of [3, 4, 5]) if (scale.includes((midi - by) % 12)) return midi - by
  return midi - 12
}

/** Where syllables of an English word end: explicit `·` marks win, else groups of vowels with a silent final e. */
function syllablesOf(word: string): string[] {
  if (word.includes('·')) return word.split('·')
  const core = word.toLowerCase().replace(/[^a-z]/g, '')
  let count = (core.match(/[aeiouy]+/g) ?? []).length
  if (count > 1 && /[^aeiouyl]e(s|d)?$/.test(core) && !/[td]ed$|(s|x|z|sh|ch|c|g)es$/.test(core)) count--
  if (count <= 1) return [word]
  const parts = word.match(/[^aeiouy]*[aeiouy]+(?:[^aeiouy]+(?![aeiouy])|[^aeiouy](?=[^aeiouy]))?/gi) ?? [word]
  while (parts.length > count) parts.splice(-2, 2, parts.slice(-2).join(''))
  const used = parts.join('').length
  if (used < word.length) parts[parts.length - 1] += word.slice(used)
  return parts.length === count
    ? parts
    : Array.from({ length: count }, (_, i) =>
        word.slice(Math.floor((i * word.length) / count), Math.floor(((i + 1) * word.length) / count)),
      )
}
