import { Form, type Section, type Song } from './form.ts'
import { pick, randomOf, wobble } from './signal.ts'
import type { Layer, Style } from './styles.ts'
import { type Beat, below, contours, melody, nearest, pickFrom, scaleOf, syllableRhythm, voicing, wordsOf } from './theory.ts'
import type { Hit } from './drums.ts'
import type { Sung } from './sing.ts'
import type { Note } from './voices.ts'

export type Part = { layer: Layer; voice: string; notes: Note[]; hits: Hit[]; sung: Sung[] }
export type SungLine = { text: string; translation: string; words: { text: string; start: number; end: number }[] }
/** A finished score. Times in seconds; `kicks` are there for what ducks under them. */
export type Score = { song: Song; style: Style; seconds: number; beatSeconds: number; parts: Part[]; lines: SungLine[]; kicks: number[] }

class Composer extends Form {
  private note(part: Part, section: Section, beat: number, len: number, midi: number, vel: number, more = 0, from?: number) {
    const start = this.at(section.start + beat)
    const end = this.at(section.start + beat + len)
    const at = Math.max(0, start + wobble(this.random) * this.style.loose + more)
    part.notes.push({
      at,
      len: Math.max(0.04, end - start),
      midi,
      vel: Math.max(0.15, Math.min(1, vel + wobble(this.random) * 0.06)),
      from,
    })
  }

  part(layer: Layer, index: number): Part {
    const voice = pickFrom(layer.voice.split('|'), this.song.take + index)
    const part: Part = { layer, voice, notes: [], hits: [], sung: [] }
    const steps = pickFrom(layer.steps.split('/'), this.song.take + (index >> 1))
    for (const section of this.sections) {
      if (section.energy < layer.from || section.energy > layer.to) continue
      if (layer.role === 'comp') this.comp(part, section, steps)
      if (layer.role === 'bass') this.bassline(part, section, steps)
      if (layer.role === 'drums') this.drumming(part, section, steps)
      if (layer.role === 'lead') this.lead(part, section)
      if (layer.role === 'counter') this.counter(part, section)
    }
    return part
  }

  /** Walks a step string over a section's bars: the character, its beat, and how long it holds. */
  private walk(section: Section, steps: string, each: (char: string, beat: number, len: number) => void) {
    const bars = steps.split(' ')
    const { meter } = this.style
    for (let bar = 0; bar < section.bars; bar++) {
      const row = bars[bar % bars.length]!
      const unit = meter / row.length
      for (let i = 0; i < row.length; i++) {
        const char = row[i]!
        if (char === '.' || char === '-') continue
        let n = 1
        while (row[i + n] === '-') n++
        each(char, bar * meter + i * unit, n * unit)
      }
    }
  }

  private comp(part: Part, section: Section, steps: string) {
    const { layer } = part
    const lastBar = section.kind === 'outro' ? (section.bars - 1) * this.style.meter : Infinity
    const held = steps.includes('x---------------') || steps.includes('o---------------')
    this.walk(section, steps, (char, beat, len) => {
      if (beat > lastBar) return
      const chord = this.chordAt(section, beat)
      const tones = voicing(chord, layer.centre)
      const end = beat === lastBar
      const long = end ? this.style.meter * 1.2 : Math.max(layer.ring, len)
      const accent = beat % this.style.meter === 0 ? 0.06 : 0
      if ('xXo'.includes(char) || end) {
        const vel = (char === 'X' ? 0.95 : char === 'o' ? 0.6 : 0.78) + accent - (section.energy < 2 ? 0.1 : 0)
        // A bar held through is cut where the chord changes within it.
        const chords = held ? section.chords.filter(c => c.beat >= beat && c.beat < beat + len) : [chord]
        for (const c of chords) {
          const notes = c === chord ? tones : voicing(c, layer.centre)
          const from = c === chord ? beat : c.beat
          const lasts = held && !end ? Math.min(c.beat + c.len, beat + len) - from : long
          const down = Math.round(beat * 4) % 4 !== 2
          notes.forEach((midi, i) =>
            this.note(part, section, from, lasts, midi, vel - i * 0.01, layer.strum * (down ? i : notes.length - 1 - i)),
          )
        }
      } else {
        const n = Number(char)
        const midi =
          n === 0 ? nearest(chord.bass, layer.centre - 17) : tones[(n - 1) % tones.length]! + 12 * Math.floor((n - 1) / tones.length)
        this.note(part, section, beat, long, midi, 0.7 + accent * 1.5 + (n === 0 ? 0.08 : 0) - (section.energy < 2 ? 0.08 : 0))
      }
    })
  }

  private bassline(part: Part, section: Section, steps: string) {
    const { layer } = part
    const lastBar = section.kind === 'outro' ? (section.bars - 1) * this.style.meter : Infinity
    this.walk(section, steps, (char, beat, len) => {
      if (beat > lastBar) return
      const chord = this.chordAt(section, beat)
      const root = nearest(chord.bass, layer.centre)
      const next = this.chordAt(section, (beat + len + 0.01) % (section.bars * this.style.meter))
      const third = (chord.tones[1]! - chord.tones[0]! + 12) % 12
      const seventh = chord.tones[3] === undefined ? 12 : (chord.tones[3] - chord.tones[0]! + 12) % 12
      const step =
        {
          r: 0,
          R: 0,
          f: 7,
          o: 12,
          t: third,
          s: seventh,
          a: nearest(next.bass, root) - root > 0 ? nearest(next.bass, root) - root - 1 : nearest(next.bass, root) - root + 1,
        }[char] ?? 0
      const end = beat === lastBar
      this.note(
        part,
        section,
        beat,
        end ? this.style.meter : Math.max(layer.ring, len * 0.94),
        root + step,
        (char === 'R' ? 0.98 : 0.82) + (beat % this.style.meter === 0 ? 0.06 : 0),
      )
    })
  }

  private drumming(part: Part, section: Section, steps: string) {
    const fills = section.bars >= 4 && section.energy >= 3 && this.style.fill !== 'none' && steps.includes('s:')
    const lastBeat = section.bars * this.style.meter - this.style.meter / 2
    for (const row of steps.split(';')) {
      const [name = 'k', pattern = '.'] = row.split(':')
      this.walk(section, pattern, (char, beat) => {
        if (fills && beat >= lastBeat && name !== 'k') return
        const force = { X: 1, x: 0.82, o: 0.5, g: 0.34 }[char] ?? 0.7
        this.hit(part, section, beat, char === 'g' ? 'g' : name, force + (name === 'h' && beat % 1 === 0 ? 0.1 : 0))
      })
    }
    if (fills) {
      const drums = this.style.fill === 'toms' ? ['s', 's', 't', 't', 't', 'l', 'l', 'l'] : ['s', 'g', 's', 's', 'g', 's', 's', 's']
      drums.forEach((drum, i) => this.hit(part, section, lastBeat + i * 0.25, drum, 0.5 + i * 0.055))
    }
    if (section.kind === 'chorus' && steps.includes('s:') && this.style.meter === 4 && !['bossa', 'lofi'].includes(this.song.style)) {
      this.hit(part, section, 0, 'y', 0.75)
      this.hit(part, section, -1.55 / this.spb, 'z', 0.6)
    }
  }

  private hit(part: Part, section: Section, beat: number, drum: string, vel: number) {
    const at = Math.max(0, this.at(Math.max(0, section.start + beat)) + wobble(this.random) * this.style.loose * 0.6)
    part.hits.push({ at, drum, vel: Math.max(0.1, Math.min(1, vel + wobble(this.random) * 0.07)) })
  }

  /** A tune in phrases of four bars (a b a c) from two or three rhythmic cells; in songs only where nobody sings. */
  private lead(part: Part, section: Section) {
    const { meter } = this.style
    const singing = section.lines.length > 0
    if (singing || (section.kind === 'intro' && !this.stanzas.length && section.bars < 4)) return
    if (section.kind === 'outro' && this.stanzas.length && section.bars > 2) return
    const tune = section.kind === 'chorus' ? 'B' : 'A'
    const choose = randomOf(`${this.song.key} cells ${tune}`)
    const cells = [pick(choose, this.style.cells), pick(choose, this.style.cells)]
    const closing = meter === 3 ? '2 -1' : pick(choose, ['3 -1', '2 -2', '2.5 -1.5'])
    const phrases = Math.max(1, Math.floor(section.bars / 4))
    const span = section.bars / phrases
    const [low, high] = [part.layer.centre - (tune === 'A' ? 9 : 6), part.layer.centre + (tune === 'A' ? 5 : 9)]
    let before: number | undefined
    for (let p = 0; p < phrases; p++) {
      // Only the beginning of the tune is heard in intro and outro.
      if (section.kind === 'intro' && p > 0 && phrases > 1) break
      const rhythm: Beat[] = []
      for (let bar = 0; bar < span; bar++) {
        let beat = bar * meter
        const cell = bar === span - 1 ? closing : cells[bar % 2]!
        for (const token of cell.split(' ')) {
          const len = Math.abs(Number(token))
          if (!token.startsWith('-')) rhythm.push({ beat: p * span * meter + beat, len })
          beat += len
        }
      }
      const phrase = `${this.song.key} tune ${tune} ${p % 2 === 0 ? 0 : phrases > 2 && p === phrases - 1 ? 2 : 1}`
      const shape = pick(randomOf(phrase), tune === 'A' ? contours.tuneA : contours.tuneB)
      const line = melody(
        rhythm,
        b => this.chordAt(section, b),
        { scale: scaleOf(this.tonic, this.style.scale), tonic: this.tonic, low, high, shape, end: p === phrases - 1 ? 'home' : 'open' },
        randomOf(phrase),
        before,
      )
      rhythm.forEach((r, i) => {
        const len = Math.max(r.len * 0.96, part.layer.ring)
        const arc = 0.1 * Math.sin((Math.PI * i) / rhythm.length)
        this.note(part, section, r.beat, len, line[i]!, 0.72 + arc + (r.beat % 1 === 0 ? 0.05 : 0), 0, i ? line[i - 1] : undefined)
      })
      before = line.at(-1)
    }
  }

  /** Long notes that move by step through the chords: a second voice below the tune. */
  private counter(part: Part, section: Section) {
    let before = part.layer.centre
    for (const chord of section.chords) {
      const options = chord.tones.slice(1).map(pc => nearest(pc, before))
      const midi = options.reduce((a, b) => (Math.abs(b - before) < Math.abs(a - before) ? b : a))
      before =
        Math.max(part.layer.centre - 7, Math.min(part.layer.centre + 7, midi)) === midi ? midi : nearest(midi % 12, part.layer.centre)
      this.note(part, section, chord.beat, chord.len * 0.97, before, 0.7)
    }
  }

  /** Sets the lyrics to a tune: one note per syllable; lines of a stanza answer each other (a b a c), and stanzas of a kind share their tune. */
  sing(low: number): { sung: Sung[]; harmony: Sung[]; lines: SungLine[] } {
    const sung: Sung[] = []
    const harmony: Sung[] = []
    const lines: SungLine[] = []
    const scale = scaleOf(this.tonic, this.style.scale)
    const beats = this.lineBars * this.style.meter
    let stanza = -1
    for (const section of this.sections) {
      if (!section.lines.length) continue
      stanza++
      let before: number | undefined
      const chorus = section.kind === 'chorus'
      section.lines.forEach((line, i) => {
        const { text, translation } = this.stanzas[stanza]!.lines[i]!
        const words = wordsOf(text)
        const syllables = words.flatMap(w => w.syllables)
        const rests: number[] = []
        let n = 0
        for (const word of words) {
          n += word.syllables.length
          if (
            n < syllables.length &&
            (/[,，;；—]|\p{Script=Han}\s/u.test(word.text) || (rests.length === 0 && n > syllables.length * 0.45 && /\s$/.test(word.text)))
          )
            rests.push(n - 1)
        }
        const kind = `${this.song.key} ${section.kind} ${i % 4 === 3 || i === section.lines.length - 1 ? 'c' : i % 2 ? 'b' : 'a'}`
        const random = randomOf(kind)
        const grid = syllables.length > (beats - 2) * 1.8 ? 0.25 : beats > 10 && syllables.length < 9 ? 1 : 0.5
        const rhythm = syllableRhythm(syllables.length, beats, rests, pick(random, chorus ? [0, 0, grid] : [0, grid, grid]), grid)
        const shape = pick(random, chorus ? contours.chorus : contours.verse)
        const offset = i * beats
        const home = i % 4 === 3 || i === section.lines.length - 1
        const how = {
          scale,
          tonic: this.tonic,
          low: chorus ? low + 3 : low,
          high: chorus ? low + 16 : low + 12,
          shape,
          end: home ? 'home' : 'open',
        } as const
        const chordAt = (b: number) => this.chordAt(section, offset + b)
        const tune = melody(rhythm, chordAt, how, random, before)
        before = tune.at(-1)
        const notes = rhythm.map((r, k): Sung => {
          const start = this.at(section.start + offset + r.beat)
          const end = this.at(section.start + offset + r.beat + r.len)
          const late = wobble(this.random) * this.style.loose * 0.7
          return {
            at: start + late,
            len: (end - start) * (k === rhythm.length - 1 ? 0.92 : 1),
            midi: tune[k]!,
            vel: 0.72 + 0.1 * Math.sin((Math.PI * k) / rhythm.length) + (r.beat % 2 === 0 ? 0.06 : 0) + (chorus ? 0.06 : 0),
            text: syllables[k]!,
            line,
          }
        })
        // No note outlasts the beginning of the next.
        notes.forEach((note, k) => {
          const next = notes[k + 1]
          if (next) note.len = Math.max(0.05, next.at - note.at)
        })
        sung.push(...notes)
        harmony.push(...notes.map((note, k) => ({ ...note, midi: below(note.midi, scale, chordAt(rhythm[k]!.beat)), vel: note.vel - 0.1 })))
        let at = 0
        lines.push({
          text: text.replaceAll('·', ''),
          translation,
          words: words.map(word => {
            const first = notes[at]!
            at += word.syllables.length
            const last = notes[at - 1]!
            return { text: word.text, start: first.at, end: last.at + last.len }
          }),
        })
      })
    }
    return { sung, harmony, lines }
  }

  finish(): Score {
    const { style, song } = this
    const voice = style.layers.find(l => l.role === 'vocal')
    const set =
      voice && this.stanzas.length ? this.sing(song.voice && ['comet', 'beacon', 'soda'].includes(song.voice) ? 55 : 60) : undefined
    const parts: Part[] = []
    style.layers.forEach((layer, i) => {
      if (layer.role !== 'vocal' && layer.role !== 'harmony') return parts.push(this.part(layer, i))
      if (!set) return
      const chorusLines = new Set(this.sections.filter(s => s.energy >= layer.from).flatMap(s => s.lines))
      const notes = layer.role === 'vocal' ? set.sung : set.harmony.filter(n => chorusLines.has(n.line))
      return parts.push({ layer, voice: song.voice ?? layer.voice, notes: [], hits: [], sung: notes })
    })
    const kicks = parts.flatMap(p => p.hits.filter(h => h.drum === 'k').map(h => h.at))
    const tail = style.space === 'vast' || style.space === 'hall' ? 3.6 : 2.6
    return { song, style, seconds: this.at(this.bars * style.meter) + tail, beatSeconds: this.spb, parts, lines: set?.lines ?? [], kicks }
  }
}

/** Composes a song: the same song gives the same score, note for note. Takes a few milliseconds. */
export const compose = (song: Song): Score => new Composer(song).finish()
