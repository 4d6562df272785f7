/** One instrument of an arrangement. Steps are strings: one character per step, a space between bars, `/` between alternatives. */
export type Layer = {
  role: 'comp' | 'bass' | 'drums' | 'lead' | 'counter' | 'vocal' | 'harmony'
  /** voice or kit names, alternatives as `a|b` */
  voice: string
  /**
   * comp: `x X o` the chord (loud, louder, soft), `1…9` one of its tones, `0` its bass, `-` holds, `.` rests ·
   * bass: `r R` root, `f` fifth, `o` octave, `t` third, `s` seventh, `a` approach to the next root ·
   * drums: `k:x...;s:..x.` one row per drum
   */
  steps: string
  /** energies at which it plays: 1 intro/outro, 2 first verse, 3 later verse, 4 chorus */
  from: number
  to: number
  /** dB */
  gain: number
  pan: number
  /** sends, 0…1 */
  verb: number
  echo: number
  /** midi pitch round which it plays */
  centre: number
  /** notes ring at least so many beats */
  ring: number
  /** strum: seconds between the strings of a chord */
  strum: number
  fx: string
}
export type Style = {
  genre: string
  meter: number
  scale: string
  /** written round C (major-like) or A (minor-like) */
  tonic: 'C' | 'A' | 'D' | 'G' | 'F'
  verse: string[]
  chorus: string[]
  cells: string[]
  swing: number
  /** beat that swings: 0.5 eighths, 0.25 sixteenths */
  swingUnit: number
  /** seconds of human scatter */
  loose: number
  space: 'room' | 'plate' | 'hall' | 'vast'
  lufs: number
  fill: string
  fx: string
  slowing: boolean
  layers: Layer[]
}

type More = Partial<Omit<Layer, 'role' | 'voice' | 'steps'>>
const layer = (role: Layer['role'], voice: string, steps: string, gain: number, more: More = {}): Layer => ({
  role,
  voice,
  steps,
  gain,
  from: 1,
  to: 5,
  pan: 0,
  verb: 0.15,
  echo: 0,
  centre: 62,
  ring: 0,
  strum: 0,
  fx: '',
  ...more,
})
const comp = (voice: string, steps: string, gain: number, more?: More) => layer('comp', voice, steps, gain, more)
const bass = (voice: string, steps: string, gain: number, more?: More) =>
  layer('bass', voice, steps, gain, { from: 2, verb: 0.02, centre: 40, ...more })
const drums = (kit: string, steps: string, gain: number, more?: More) => layer('drums', kit, steps, gain, { from: 2, verb: 0.08, ...more })
const lead = (voice: string, gain: number, more?: More) => layer('lead', voice, '', gain, { verb: 0.25, centre: 74, ...more })
const counter = (voice: string, gain: number, more?: More) => layer('counter', voice, '', gain, { from: 4, verb: 0.3, centre: 66, ...more })
const vocal = (voice: string, gain = 0, more?: More) => layer('vocal', voice, '', gain, { verb: 0.2, echo: 0.1, centre: 67, ...more })
const harmony = (voice: string, gain = -7, more?: More) =>
  layer('harmony', voice, '', gain, { from: 4, verb: 0.3, pan: 0.3, centre: 67, ...more })

const base = {
  meter: 4,
  scale: 'major',
  tonic: 'C',
  swing: 0,
  swingUnit: 0.5,
  loose: 0.006,
  space: 'plate',
  lufs: -14,
  fill: 'toms',
  fx: '',
  slowing: false,
} as const
const even = ['1 1 1 1', '.5 .5 1 1 1', '1.5 .5 1 1', '1 .5 .5 2', '2 1 1']
const sync = ['.75 .75 .5 1 1', '-.5 .5 .5 .5 .75 1.25', '.5 .25 .75 .5 1 -1', '1.5 .5 .75 .75 -.5', '.5 .5 -.5 .5 1 1']

/** The ways of playing, by name. Each song of the world names one and then goes its own way by seed, key, tempo and progression. */
// oxfmt-ignore
export const styles: Record<string, Style> = {
  synthpop: { ...base, genre: 'Synth Pop', lufs: -12.6, verse: ['C G/B Am F', 'Am F C G', 'F G Am Em'], chorus: ['F G Em Am', 'C G Am F', 'Am F C G'], cells: sync, layers: [
    vocal('lin', 1), harmony('lin'), comp('warm', 'x---------------', -11, { fx: 'duck' }), comp('arp', '1.2.3.4.3.2.1.3./4.3.2.1.4.3.2.1./1.3.5.3.1.3.5.3.', -13, { echo: 0.3, pan: 0.25, centre: 70, from: 1 }),
    bass('bass', 'r.r.r.r.r.r.r.r./r..r..r.r..r..r./r.o.r.o.r.o.r.o.', -6, { fx: 'duck' }), comp('stab', '..x...x...x..x..', -13, { from: 4, fx: 'duck' }),
    drums('machine', 'k:x...x...x...x...;s:....x.......x...;h:..x...x...x...x./k:x.....x.x.......;s:....x.......x...;h:x.x.x.x.x.x.x.xx', -4), drums('machine', 'c:....x.......x...;m:x.xxx.xxx.xxx.xx', -10, { from: 4 }), lead('saw|square', -9, { echo: 0.35 }), counter('strings', -12) ] },
  citypop: { ...base, genre: 'City Pop', lufs: -13.4, verse: ['Fmaj7 Em7 Dm7 G9sus4', 'Fmaj9 E7 Am9 Gm7,C9', 'Dm9 G13 Cmaj9 A7'], chorus: ['Fmaj7 G Em7 Am7', 'Fmaj7 E7 Am7 D9', 'Dm7 G7 Em7 A7'], cells: sync, swingUnit: 0.25, swing: 0.12, layers: [
    vocal('beacon', 1), harmony('beacon'), comp('tine', 'x-..x-.x..x-..x./x---..x-.x.x----', -7, { centre: 64, fx: 'chorus', pan: -0.2 }), comp('muted', '..x.x..x..x.x.x./x.xx.x.xx.xx.x.x', -12, { pan: 0.45, centre: 66 }),
    bass('slap|finger', 'r..rr..o.r..f.o./r...r.o.f..fr.oa', -3), comp('brass', '............x.x./x..x............', -13, { from: 4, centre: 68 }), comp('strings', 'x---------------', -15, { from: 3, centre: 72 }),
    drums('acoustic', 'k:x.....x.x.x.....;s:....X..g.g..X...;h:x.xxx.x.x.x.x.x./k:x..x....x.x.....;s:....X.......X..g;h:xxxxxxxxxxxxxxxx', -5), lead('whistle|saw', -9, { echo: 0.2 }) ] },
  ballad: { ...base, genre: 'Ballad', lufs: -15.5, space: 'hall', loose: 0.011, slowing: true, verse: ['C G/B Am7 Em7 Fmaj7 C/E Dm7 G7sus4,G7', 'C Em7 Am7 G Fmaj7 C/E Dm7 G'], chorus: ['F G Em7 Am7 Dm7 G7 C C7', 'Fmaj7 G Em7 Am7 Dm7 G C C'], cells: even, fill: 'none', layers: [
    vocal('lin', 2), harmony('lin', -8), comp('piano', '0.3.2.3.1.3.2.3./0.2.3.4.3.2.3.2.', -6, { centre: 62, ring: 1.5, verb: 0.25 }), comp('piano', 'x-------o-------', -9, { centre: 62, from: 3 }), bass('finger', 'r-------f---r---', -6, { from: 3 }),
    comp('strings', 'x---------------', -13, { from: 3, centre: 67, verb: 0.4 }), counter('cello', -10, { centre: 57 }), drums('soft', 'k:x.......x.x.....;s:....x.......x...;h:x.x.x.x.x.x.x.x.', -9, { from: 4 }), lead('flute|cello', -7, { from: 1, to: 1 }) ] },
  folk: { ...base, genre: 'Folk', lufs: -16, space: 'room', loose: 0.012, slowing: true, verse: ['C G Am F', 'C Em F G', 'Am G F C', 'C F C G'], chorus: ['F C G Am', 'F G C Am', 'Am F C G'], cells: even, fill: 'none', layers: [
    vocal('ada', 2), harmony('ada', -8), comp('steel', '0.3.1.2.0.3.1.2./0.1.2.3.0.2.3.1.', -4, { ring: 1.5, centre: 60, pan: -0.1 }), comp('steel', 'x--.x-x-.-x-x-x-', -13, { from: 4, strum: 0.014, pan: 0.4, centre: 64 }), bass('upright', 'r---..f-r---....', -5, { from: 3 }),
    drums('soft', 'k:x.......x.......;e:..x...x...x...x.;i:....o.......o...', -9, { from: 4 }), lead('harmonica|whistle', -8, { from: 1, to: 1 }), counter('cello', -13, { centre: 55 }), comp('accordion', 'o---------------', -17, { from: 4, centre: 64 }) ] },
  bossa: { ...base, genre: 'Bossa', lufs: -16.5, space: 'room', loose: 0.009, verse: ['Cmaj9 Cmaj9 Dm9 G13 Em7 A7 Dm9 G7b9', 'Am9 D9 Gmaj7 Cmaj7 Fmaj7 Bm7b5 E7 Am7'], chorus: ['Fmaj7 Fm6 Em7 A7 Dm7 G7 Cmaj7 Cmaj7', 'Dm9 G13 Cmaj9 Am7 Dm9 G13 Em7 A7'], cells: sync, fill: 'none', layers: [
    vocal('egret', 1), harmony('egret', -9), comp('nylon', 'x..x..x.x..x.x../x.x..x..x..x..x.', -4, { centre: 61, ring: 0.5, strum: 0.006, pan: -0.2 }), bass('upright', 'r-----f-r-----f-/r-----rrf-----ff', -4, { from: 1 }), comp('tine', '......x-....x---', -13, { from: 3, centre: 67, pan: 0.3 }),
    drums('soft', 'i:x..x..x...x..x..;m:xoxoxoxoxoxoxoxo;k:x.....x.x.....x.', -10, { from: 2 }), lead('flute|vibes', -8, { verb: 0.3 }), counter('strings', -15) ] },
  lofi: { ...base, genre: 'Lo-fi', scale: 'dorian', tonic: 'D', lufs: -17, space: 'room', loose: 0.016, swing: 0.3, fx: 'tape', verse: ['Dm9 G13 Cmaj9 Am7', 'Fmaj9 Em7 Dm9 Cmaj7', 'Bm7b5 E7b9 Am9 D9'], chorus: ['Fmaj7 Fm6 Em7 Am9', 'Dm9 Em7 Fmaj9 G13'], cells: [...sync, '-1 .5 .5 2', '3 1'], fill: 'none', layers: [
    vocal('moon', 0, { fx: 'low' }), comp('tine|felt|nylon', 'x-----..x-x-..../x---..x-......x-/x..x----....x---', -5, { centre: 61, fx: 'chorus', strum: 0.012 }), bass('upright|sub', 'r---..r...f-..a./r-....r.r-..f...', -9), drums('dusty', 'k:x.....x...x.....;s:....x.......x..g;h:x.x.x.x.x.x.xxx./k:x..x......x.x...;s:....x..g....x...;h:x.x.xox.x.x.xoxo', -5),
    lead('vibes|kalimba|muted', -9, { verb: 0.3, echo: 0.25 }), comp('warm', 'o---------------', -19, { from: 3, centre: 66 }), counter('flute', -13) ] },
  house: { ...base, genre: 'House', scale: 'minor', tonic: 'A', lufs: -12.2, fill: 'snare', verse: ['Am9 Am9 Fmaj7 G', 'Dm9 Am7 Fmaj7 Em7', 'Am7 Dm7 Em7 Fmaj7'], chorus: ['Fmaj7 G Am9 Em7', 'Dm9 Em7 Fmaj9 G'], cells: sync, layers: [
    vocal('beacon', 1, { echo: 0.25 }), comp('stab|organ', '..x..x....x..x../x..x..x...x...../..x...x..x..x...', -9, { fx: 'duck', echo: 0.25, centre: 65 }), bass('fmbass|bass', '..r...r...r..or./r..r..o.r..r.f.o', -4, { fx: 'duck' }), comp('pad', 'x---------------', -14, { fx: 'duck', from: 2 }),
    drums('deep', 'k:x...x...x...x...', -3, { from: 2 }), drums('deep', 'o:..x...x...x...x.;c:....x.......x...;m:xoxoxoxoxoxoxoxo', -9, { from: 3 }), drums('deep', 'n:..x..x....x..x..;r:x...x...x...x...', -13, { from: 4 }), lead('arp|vibes', -9, { echo: 0.4 }), comp('piano', 'x..x..x..x..x...', -11, { from: 4, fx: 'duck', centre: 66 }) ] },
  dnb: { ...base, genre: 'Drum & Bass', scale: 'minor', tonic: 'A', lufs: -12, loose: 0.003, fill: 'snare', space: 'hall', verse: ['Am9 Am9 Fmaj7 Fmaj7 Dm9 Dm9 Em7 G', 'Fmaj9 Fmaj9 G G Am9 Am9 Em7 Em7'], chorus: ['Fmaj7 Fmaj7 G G Am7 Am7 Em7 Em7', 'Am9 Am9 G G Fmaj7 Fmaj7 Dm9 Em7'], cells: ['2 2', '1.5 1.5 1', '3 1', '-1 1 2', '1 1 2'], layers: [
    vocal('comet', 2, { echo: 0.25, verb: 0.35 }), comp('pad', 'x---------------', -6, { verb: 0.35 }), comp('glass', 'x---------------', -11, { centre: 72 }), bass('reese', 'r-----r-----r---/r---------..r-r-', -7), bass('sub', 'r-----r-----r---', -11), drums('breaks', 'k:x.........x.....;s:....X..g.g..X..g;h:x.x.x.x.x.x.x.x./k:x.x.......x.....;s:....X..g....X.g.;h:xoxoxoxoxoxoxoxo', -5, { from: 3 }),
    drums('breaks', 'h:x.x.x.x.x.x.x.x.;k:x.........x.....', -7, { from: 2, to: 2 }), drums('breaks', 'r:x...x...x...x...', -17, { from: 4 }), comp('arp', '1.3.5.3.2.4.3.5.', -14, { from: 4, echo: 0.4, pan: -0.3, centre: 72 }), lead('bell|whistle|tine', -4, { echo: 0.4, verb: 0.4 }) ] },
  ambient: { ...base, genre: 'Ambient', scale: 'lydian', tonic: 'F', lufs: -19.5, space: 'vast', loose: 0.04, fill: 'none', verse: ['Fmaj9 Fmaj9 Em7 Em7', 'Fmaj7 G/F Am9 Cmaj9', 'Am11 Fmaj9 Cmaj9 Gadd9'], chorus: ['Dm9 Fmaj9 Am9 Gadd9', 'Cmaj9 Em7 Fmaj9 Fmaj9'], cells: ['4', '3 1', '-1 3', '2 2', '-2 2'], layers: [
    comp('pad|glass|hum', 'x---------------', -6, { verb: 0.7, centre: 57 }), comp('dust|strings', 'x---------------', -10, { verb: 0.7, centre: 69, from: 2 }), bass('sub|cello', 'r---------------', -8, { from: 1 }), comp('harp|bell|kalimba', '1...3.....2.....', -10, { verb: 0.7, echo: 0.5, centre: 72, ring: 4, from: 3 }), lead('felt|glass|vibes', -5, { verb: 0.7, echo: 0.45, centre: 76, ring: 3 }), counter('choir|cello', -12, { verb: 0.7 }) ] },
  chiptune: { ...base, genre: 'Chiptune', lufs: -13, loose: 0, space: 'room', fill: 'snare', verse: ['C G Am F', 'Am G F E7', 'C Am F G', 'Dm G C Am'], chorus: ['F G Em Am', 'F G C C', 'Am F G C'], cells: ['.5 .5 .5 .5 .5 .5 1', '.75 .75 .5 1 1', '.25 .25 .5 .5 .5 1 1', '1 .5 .5 .5 .5 1', '.5 .25 .25 1 .5 .5 1'], layers: [
    lead('pulse', -5, { verb: 0.04, echo: 0.16 }), comp('thin', '1234123412341234/1324132413241324/1.2.3.2.1.2.3.2.', -9, { verb: 0.03, centre: 67, pan: -0.45 }), bass('chipbass', 'r.r.o.r.r.r.o.r./r...r.o.r...r.o./rorororororororo', -2, { from: 1, verb: 0 }), counter('thin', -9, { verb: 0.05, pan: 0.5, centre: 72 }), drums('chip', 'k:x...x...x...x...;s:....x.......x...;h:..x...x...x...x./k:x..x..x.x..x..x.;s:....x.......x..x;h:xxxxxxxxxxxxxxxx', -6, { verb: 0.03 }) ] },
  nocturne: { ...base, genre: 'Piano', scale: 'minor', tonic: 'A', meter: 4, lufs: -18.5, space: 'hall', loose: 0.018, slowing: true, fill: 'none', verse: ['Am Am/G Fmaj7 E7 Am Dm6 E7 Am', 'Am Dm7 G7 Cmaj7 Fmaj7 Bm7b5 E7 Am', 'Fmaj7 C/E Dm7 Am G/B C E7 Am'], chorus: ['C G/B Am Em F C/E Dm7 E7', 'Fmaj7 G Em7 Am Dm7 G7 C E7'], cells: ['2 1 1', '1.5 .5 2', '1 1 1.5 .5', '3 1', '.5 .5 1 2', '2 .5 .5 1'], layers: [
    comp('piano|felt', '0.2.3.2.4.3.2.3./0.1.3.5.4.3.2.1./0..2..4..3..2.3.', -5, { centre: 56, ring: 2, verb: 0.3 }), lead('piano|felt', 0, { verb: 0.3, centre: 76, ring: 1.5 }), bass('piano', 'r---------------', -7, { ring: 4, verb: 0.3, from: 2, centre: 38 }), counter('strings', -20, { verb: 0.6, centre: 67 }) ] },
  waltz: { ...base, genre: 'Waltz', scale: 'minor', tonic: 'A', meter: 3, lufs: -16, space: 'room', loose: 0.013, slowing: true, fill: 'none', verse: ['Am Am Dm Dm E7 E7 Am Am', 'Am E7 Am A7 Dm Am E7 Am', 'C G/B Am Em F C D7 G7'], chorus: ['F C E7 Am Dm Am E7 Am', 'C G7 C A7 Dm G7 C E7'], cells: ['1 1 1', '2 1', '1.5 .5 1', '3', '.5 .5 1 1', '1 .5 .5 1'], layers: [
    vocal('egret', 1), bass('upright|pizz', 'r.....', -3, { from: 1, ring: 0.9, centre: 41 }), comp('accordion|nylon|pizz', '..x.x.', -8, { centre: 62, pan: -0.25 }), comp('piano', '..o.o.', -12, { centre: 64, from: 3, pan: 0.25 }), lead('accordion|musicbox|cello|flute', -4, { centre: 72 }), counter('strings|cello', -12), drums('soft', 'b:x.o.o.;r:....o.', -11, { from: 4 }) ] },
  postrock: { ...base, genre: 'Post-rock', lufs: -13, space: 'hall', loose: 0.01, verse: ['Cadd9 G Am7 Fmaj7', 'Am7 Fmaj7 C G', 'Fmaj7 Fmaj7 Cadd9 G'], chorus: ['F C G Am', 'C G Am F', 'Am F C G'], cells: ['.5 .5 .5 .5 .5 .5 .5 .5', '1 .5 .5 1 1', '.75 .75 .5 .75 .75 .5', '1.5 .5 1.5 .5'], layers: [
    comp('electric', '1.3.2.4.3.5.4.3./1.2.3.5.4.3.2.3.', -6, { echo: 0.45, verb: 0.35, centre: 67, pan: -0.35, ring: 1 }), lead('electric', -4, { echo: 0.5, verb: 0.4, pan: 0.2, centre: 74, ring: 0.7 }), bass('finger', 'r.r.r.r.r.r.r.r.', -4), comp('electric', 'x-x-x-x-x-x-x-x-', -15, { from: 4, fx: 'drive', centre: 56, pan: -0.6 }), comp('electric', 'x-x-x-x-x-x-x-x-', -15, { from: 4, fx: 'drive', centre: 59, pan: 0.6 }), comp('strings', 'x---------------', -14, { from: 3, verb: 0.5, centre: 70 }),
    drums('acoustic', 'k:x.....x.x.....x.;s:....X.......X...;h:x.x.x.x.x.x.x.x.', -6, { from: 3, to: 3 }), drums('acoustic', 'k:x...x...x.x.x...;s:....X.......X..x;y:x.......x.......;l:..x...x....x..x.', -4, { from: 4 }) ] },
  indie: { ...base, genre: 'Indie Rock', lufs: -12.8, space: 'room', loose: 0.009, verse: ['C Am F G', 'Am F C G', 'C Em F Fm'], chorus: ['F C G Am', 'C G F F', 'Am F C G'], cells: even, layers: [
    vocal('comet', 2), harmony('comet'), comp('electric', 'x-x-x-xxx-x-x-xx/x--x--x-x--x--x-', -9, { pan: -0.45, fx: 'chorus', strum: 0.009, centre: 62 }), comp('electric', 'x-x-x-x-x-x-x-x-', -16, { from: 4, fx: 'drive', pan: 0.55, centre: 57 }), bass('finger', 'r.r.r.r.r.r.r.a./r-.rr-.rr-.rf-o.', -3), comp('organ', 'o---------------', -18, { from: 3, centre: 66 }), drums('acoustic', 'k:x.....x.x.....x.;s:....X.......X...;h:x.x.x.x.x.x.x.x./k:x..x..x.x..x....;s:....X.......X...;h:X.x.X.x.X.x.X.x.', -4), drums('acoustic', 'a:x.x.x.x.x.x.x.x.', -15, { from: 4 }), lead('electric', -6, { echo: 0.3, centre: 72, ring: 0.5 }) ] },
  guofeng: { ...base, genre: 'Guofeng', scale: 'gong', lufs: -16.2, space: 'hall', loose: 0.014, slowing: true, fill: 'none', verse: ['C Am Dm G', 'C C Am Am', 'Am Em Dm C', 'C G Am Em'], chorus: ['F G Am C', 'Am G F C', 'Dm Am G C'], cells: ['2 1 1', '1.5 .5 1 1', '1 .5 .5 2', '3 .5 .5', '.5 .5 1 2', '1 1 .5 .5 1'], layers: [
    vocal('moon', 2, { verb: 0.35 }), comp('guzheng', '0.2.3.4.5.4.3.2./0...1.2.4.3.2.../012345..4.3.2...', -5, { centre: 62, ring: 2.5, verb: 0.35, pan: -0.2 }), comp('pipa', '..x.1.2...3.2.1.', -10, { from: 4, centre: 70, pan: 0.35 }), bass('cello|sub', 'r-------f-------', -9, { from: 2 }), lead('erhu|dizi', -4, { verb: 0.4, echo: 0.15, centre: 74 }), counter('dizi|cello', -12), comp('hum', 'o---------------', -18, { from: 3, verb: 0.6 }), drums('soft', 'l:x.......o.......;w:......o.......o.;n:....o.....o..o..', -9, { from: 3, verb: 0.3 }) ] },
  yu: { ...base, genre: 'Guofeng', scale: 'yu', tonic: 'A', lufs: -17.2, space: 'vast', loose: 0.02, slowing: true, fill: 'none', verse: ['Am Am Dm Em', 'Am Em Am G', 'Am C Dm Am'], chorus: ['Dm Am Em Am', 'C G Dm Am'], cells: ['3 1', '2 1 1', '-1 1 2', '1 .5 .5 2', '4', '1.5 .5 2'], layers: [
    vocal('moon', 2, { verb: 0.45 }), comp('guzheng', '0.....3...2...../0.2.4.....3.2.../0..12345........', -4, { centre: 60, ring: 3.5, verb: 0.45 }), lead('dizi|erhu', -3, { verb: 0.5, echo: 0.2, centre: 76 }), comp('strings|hum', 'o---------------', -16, { from: 2, verb: 0.6, centre: 57 }), counter('cello|erhu', -11, { verb: 0.5, centre: 62 }), drums('soft', 'l:x...............;a:........o.......', -10, { from: 3, verb: 0.5 }), bass('cello', 'r---------------', -12) ] },
  choral: { ...base, genre: 'Choral', lufs: -17, space: 'vast', loose: 0.02, slowing: true, fill: 'none', verse: ['C F/C C G/B Am F C/E G', 'C Em F C/E Dm7 Am F Gsus4'], chorus: ['F G Am Em F C/E Dm G', 'Am F C G/B Am Dm7 Gsus4 G'], cells: ['2 2', '2 1 1', '3 1', '4'], layers: [
    vocal('choir', 0, { verb: 0.6 }), harmony('choir', -5, { from: 2, verb: 0.6 }), comp('choir', 'x---------------', -9, { verb: 0.6, centre: 62 }), comp('hum', 'x---------------', -10, { verb: 0.6, centre: 50, from: 1 }), bass('hum', 'r---------------', -9, { verb: 0.5, centre: 43, from: 3 }), comp('organ', 'o---------------', -20, { from: 3, verb: 0.5 }), lead('hum|choir', -4, { verb: 0.6, centre: 72 }), comp('bell', '1.......3.......', -16, { from: 4, verb: 0.6, centre: 79, ring: 4 }) ] },
  funk: { ...base, genre: 'Funk', scale: 'dorian', tonic: 'D', lufs: -12.8, space: 'room', loose: 0.007, swingUnit: 0.25, swing: 0.16, fill: 'snare', verse: ['Dm9 G13 Dm9 G13', 'Dm7 Dm7 Em7 Fmaj7', 'Am7 D9 Am7 D9'], chorus: ['Fmaj7 G Am7 D9', 'Bm7b5 E7 Am7 D9'], cells: sync, layers: [
    vocal('soda', 1), harmony('soda'), comp('clav', 'x..x.xx..x.xx..x/.xx..x.xx..x.xx.', -8, { centre: 64, pan: -0.4 }), comp('muted', 'xx.xxx.xxx.xxx.x', -14, { centre: 69, pan: 0.45 }), bass('slap', 'R..o..rr.o..r.sf/R.r..o.r..s.f.o.', -2, { from: 1 }), comp('brass', 'X..x............ ......x.X-.....x/....X-........x. X..X............', -10, { from: 3, centre: 69 }), comp('tine', 'x-------..x-....', -12, { centre: 62 }), drums('breaks', 'k:x..x..x...x..x..;s:....X..g.g..X..g;h:x.xxx.xxx.xxx.xx/k:x.x.....x.x..x..;s:....X..g....X.gg;h:xxxxxxxxxxxxxxxx', -4), drums('breaks', 'c:....x.......x...;e:..x...x...x...x.', -12, { from: 4 }), lead('organ|brass|clav', -9, { centre: 74 }) ] },
  triphop: { ...base, genre: 'Trip-hop', scale: 'minor', tonic: 'A', lufs: -14.8, space: 'hall', loose: 0.012, swingUnit: 0.25, swing: 0.18, fx: 'tape', fill: 'none', verse: ['Am9 Am9 Fmaj7 E7', 'Am Em7 Fmaj7 Dm6'], chorus: ['Dm9 Am7 Fmaj7 E7', 'Fmaj7 G Am9 Am9'], cells: ['2 1 1', '1.5 .5 2', '-1 1 2'], layers: [
    vocal('lin', 2, { echo: 0.3, verb: 0.3 }), harmony('lin', -9), comp('felt|tine', 'x---..o-..x-..../1.2.3.......2...', -6, { centre: 62, ring: 1.5 }), bass('sub', 'r-----..r-..f-..', -3), drums('dusty', 'k:x......x..x.....;s:....X.......X..g;h:x.x.x.x.x.xxx.x.', -3), comp('strings', 'x---------------', -14, { from: 3, verb: 0.5, centre: 68 }), lead('whistle|vibes', -9, { verb: 0.4, echo: 0.4 }), counter('cello', -11, { centre: 56 }) ] },
  dream: { ...base, genre: 'Dream Pop', lufs: -14.2, space: 'vast', loose: 0.01, verse: ['Cmaj7 Em7 Fmaj7 Fm6', 'Fmaj7 C Am7 G', 'Cadd9 Am7 Fmaj7 G'], chorus: ['Fmaj7 G Am7 Em7', 'F C G Am7'], cells: even, layers: [
    vocal('lin', 1, { verb: 0.5, echo: 0.25 }), harmony('lin', -6, { verb: 0.5 }), comp('electric', '1.2.3.4.5.4.3.2./x---x---x---x---', -8, { fx: 'chorus', echo: 0.35, verb: 0.5, centre: 66, pan: -0.3 }), comp('pad', 'x---------------', -11, { verb: 0.5 }), bass('bass', 'r-r-r-r-r-r-r-r-', -6), drums('machine', 'k:x.......x.x.....;s:....x.......x...;h:x.x.x.x.x.x.x.x.', -7, { verb: 0.25 }), lead('glass|saw', -8, { echo: 0.4, verb: 0.5 }), comp('glass', 'x---------------', -14, { from: 4, centre: 74, verb: 0.5 }) ] },
  pulse: { ...base, genre: 'Minimalism', scale: 'mixolydian', tonic: 'G', lufs: -15.8, space: 'room', loose: 0.005, fill: 'none', verse: ['Gadd9 Gadd9 Fmaj7 Fmaj7', 'G F/G C/G G'], chorus: ['Am7 Cadd9 Gadd9 Dm7', 'C G Dm F'], cells: ['.5 .5 .5 .5 1 1', '1.5 1.5 1', '.5 1 .5 1 1'], layers: [
    comp('marimba', '1.3.2.4.1.3.2.5./123.123.123.1235', -5, { centre: 65, pan: -0.5 }), comp('marimba|vibes', '..4.2..3.4.2..3.', -7, { centre: 72, pan: 0.5, from: 2 }), comp('piano', 'x..x..x...x..x..', -11, { from: 3, centre: 60 }), bass('pizz|cello', 'r.......r...f...', -6, { from: 3 }), lead('flute|vibes|marimba', -6, { centre: 77, from: 3 }), comp('choir', 'o---------------', -19, { from: 4 }), counter('cello', -11) ] },
}
