import { type Random, randomOf } from './signal.ts'
import { type Style, styles } from './styles.ts'
import { type Chord, pickFrom, pieceForms, pitchClass, progression, type Stanza, stanzas } from './theory.ts'

/** What a song gives the composer. `take` turns the style's alternatives so that songs of one style differ. */
export type Song = { key: string; style: string; bpm: number; tonic: string; take: number; voice?: string; lyrics?: string; aim: number }
export type Section = {
  kind: 'intro' | 'verse' | 'chorus' | 'break' | 'outro'
  start: number
  bars: number
  energy: number
  chords: Chord[]
  lines: number[]
}

/** The plan of a song: its sections with their chords, and the way from beats to seconds. */
export class Form {
  readonly random: Random
  readonly style: Style
  readonly sections: Section[] = []
  readonly stanzas: Stanza[]
  readonly lineBars: number
  readonly shift: number
  readonly tonic: number
  readonly spb: number
  readonly song: Song
  bars = 0

  constructor(song: Song) {
    const style = styles[song.style]
    if (!style) throw new Error(`no style is called ${song.style}`)
    this.song = song
    this.style = style
    this.random = randomOf(`score ${song.key}`)
    this.spb = 60 / song.bpm
    const home = { C: 0, A: 9, D: 2, G: 7, F: 5 }[style.tonic]
    this.tonic = pitchClass(song.tonic)
    this.shift = ((this.tonic - home + 18) % 12) - 6
    this.stanzas = song.lyrics ? stanzas(song.lyrics) : []
    const bar = style.meter * this.spb
    this.lineBars = [1, 2, 4].reduce((a, b) => (Math.abs(Math.log((b * bar) / 4.85)) < Math.abs(Math.log((a * bar) / 4.85)) ? b : a))
    this.form()
  }

  /** Lays out the sections: a song follows its stanzas, a piece takes the A A B A form nearest to the wanted length. */
  private form() {
    const { style, song } = this
    const bar = style.meter * this.spb
    const verse = pickFrom(style.verse, song.take)
    const chorus = pickFrom(style.chorus, song.take + (song.key.length % 2))
    const add = (kind: Section['kind'], bars: number, energy: number, lines: number[] = []) => {
      const text = kind === 'chorus' ? chorus : verse
      const names = text.split(' ')
      const wanted = Array.from({ length: bars }, (_, i) => names[i % names.length]!)
      // A piece ends at home, in the colour its own chords have there.
      const { tonic } = style
      const home = `${verse} ${chorus}`.split(/[ ,]/).find(name => name.startsWith(tonic) && !/^.[#b\d]|7$|\//.test(name))
      if (kind === 'outro') wanted[bars - 1] = home ?? (['C', 'G', 'F'].includes(tonic) ? tonic : `${tonic}m`)
      this.sections.push({
        kind,
        start: this.bars * style.meter,
        bars,
        energy,
        lines,
        chords: progression(wanted.join(' '), style.meter, this.shift),
      })
      this.bars += bars
    }
    if (this.stanzas.length) {
      const sung = this.stanzas.reduce((n, s) => n + s.lines.length, 0) * this.lineBars
      const spare = Math.floor((82 - sung * bar) / bar)
      const edge = bar < 2.1 ? 4 : 2
      const intro = Math.max(2, Math.min(edge + (spare > edge * 3 ? 2 : 0), Math.floor(spare / 2)))
      const pause = spare - intro - edge >= edge ? edge : 0
      add('intro', intro, 1)
      let line = 0
      let verses = 0
      this.stanzas.forEach((stanza, i) => {
        const lines = stanza.lines.map(() => line++)
        const middle = Math.ceil(this.stanzas.length / 2)
        if (pause && i === middle && this.stanzas.length > 2) add('break', pause, 3)
        add(stanza.chorus ? 'chorus' : 'verse', stanza.lines.length * this.lineBars, stanza.chorus ? 4 : Math.min(3, 2 + verses), lines)
        if (!stanza.chorus) verses++
      })
      add('outro', Math.max(2, edge), 1)
    } else {
      const length = (form: number[]) => form.reduce((a, b) => a + b, 0) * bar + 3
      const form = pieceForms.reduce((a, b) => (Math.abs(length(b) - song.aim) < Math.abs(length(a) - song.aim) ? b : a))
      const middle = form.length - 3
      form.forEach((bars, i) => {
        if (i === 0) add('intro', bars, 1)
        else if (i === form.length - 1) add('outro', bars, 1)
        else if (i === middle && form.length > 5) add('chorus', bars, 4)
        else if (i === middle) add('chorus', bars, 4)
        else add('verse', bars, i === 1 ? 2 : i > middle ? 4 : 3)
      })
    }
  }

  /** Beats to seconds: swing, and a slowing at the end where the style has one. */
  at(beat: number): number {
    const { swing, swingUnit, slowing } = this.style
    let b = beat
    if (swing) {
      const pair = swingUnit * 2
      const x = (b % pair) / pair
      const late = 0.5 + swing / 2
      b = b - (b % pair) + pair * (x < 0.5 ? (x / 0.5) * late : late + ((x - 0.5) / 0.5) * (1 - late))
    }
    let time = b * this.spb
    const from = (this.bars - 2) * this.style.meter
    if (slowing && beat > from) time += 0.022 * this.spb * (beat - from) ** 2
    return time + 0.12
  }

  chordAt(section: Section, beat: number): Chord {
    return section.chords.find(c => beat >= c.beat && beat < c.beat + c.len) ?? section.chords.at(-1)!
  }
}
