import { bend, filter, highpass, lowpass, modal, place, RATE, type Random, randomOf, seconds, sine, type Stereo } from './signal.ts'

/** A drum stroke: seconds, letter of the drum, force 0…1. */
export type Hit = { at: number; drum: string; vel: number }

const noise = (random: Random, length: number, decay: number) => {
  const out = new Float32Array(seconds(length))
  for (let i = 0; i < out.length; i++) out[i] = (random() * 2 - 1) * Math.exp(-i / (decay * RATE)) * Math.min(1, (out.length - i) / 300)
  return out
}
const filtered = (data: Float32Array, kind: 'low' | 'band' | 'high', hz: number, q?: number) => {
  filter(data, kind, hz, q)
  return data
}
const sum = (...parts: [Float32Array, number][]) => {
  const out = new Float32Array(Math.max(...parts.map(([p]) => p.length)))
  for (const [part, gain] of parts) for (let i = 0; i < part.length; i++) out[i]! += part[i]! * gain
  return out
}
const late = (data: Float32Array, by: number) => {
  const out = new Float32Array(data.length + seconds(by))
  out.set(data, seconds(by))
  return out
}

/** A pitch falling from `top` to `low` Hz: kick drums, toms, congas. */
function thump(top: number, low: number, fall: number, ring: number, drive = 1) {
  const out = new Float32Array(seconds(ring * 2.4))
  let phase = 0
  for (let i = 0; i < out.length; i++) {
    const t = i / RATE
    phase += (low + (top - low) * Math.exp(-t / fall)) / RATE
    const fade = Math.exp(-t / (ring * 0.45)) * Math.min(1, (out.length - i) / 600) * Math.min(1, i / 30)
    out[i] = bend(sine(phase) * fade * drive) / Math.sqrt(drive)
  }
  return out
}

/** Six beating square waves: the metal of drum machines. */
function metal(random: Random, length: number, decay: number, low: number) {
  const out = noise(random, length, decay)
  const pitches = [205.3, 304.4, 369.6, 522.7, 540, 800]
  for (let i = 0; i < out.length; i++) {
    const t = i / RATE
    let x = 0
    for (const f of pitches) x += (t * f * 1.7) % 1 < 0.5 ? 0.2 : -0.2
    out[i] = out[i]! * 0.5 + x * Math.exp(-t / decay) * Math.min(1, (out.length - i) / 300)
  }
  filter(out, 'high', low, 0.7)
  highpass(out, low * 0.8)
  lowpass(out, 9000)
  return out
}

type Kit = {
  kick: [number, number, number, number, number]
  snare: [tone: number, ring: number, wires: number, colour: number]
  hat: number
  dull?: number
  crush?: boolean
}
/** The same drums tuned seven ways. */
const kits: Record<string, Kit> = {
  acoustic: { kick: [160, 56, 0.022, 0.24, 1.3], snare: [190, 0.14, 0.13, 2600], hat: 7000 },
  soft: { kick: [120, 52, 0.02, 0.22, 1], snare: [180, 0.1, 0.1, 1900], hat: 6000, dull: 5200 },
  machine: { kick: [230, 49, 0.03, 0.42, 2], snare: [180, 0.12, 0.16, 3000], hat: 8000 },
  deep: { kick: [260, 47, 0.024, 0.3, 2.6], snare: [210, 0.08, 0.12, 3400], hat: 8500 },
  breaks: { kick: [190, 62, 0.02, 0.18, 2], snare: [225, 0.13, 0.12, 3300], hat: 7400 },
  dusty: { kick: [140, 58, 0.02, 0.2, 2.2], snare: [200, 0.1, 0.11, 1800], hat: 5200, dull: 4200 },
  chip: { kick: [400, 50, 0.02, 0.12, 1], snare: [0, 0, 0.1, 2000], hat: 6000, crush: true },
}

function make(name: string, drum: string): Float32Array {
  const kit = kits[name]
  if (!kit) throw new Error(`no kit is called ${name}`)
  const random = randomOf(`${name}${drum}`)
  const [tone, ring, wires, colour] = kit.snare
  const build = (): Float32Array => {
    switch (drum) {
      case 'k':
        return sum([thump(...kit.kick), 0.85], [filtered(noise(random, 0.02, 0.004), 'band', 2600), kit.crush ? 0 : 0.25])
      case 's':
      case 'g': {
        const body = tone
          ? modal(
              tone,
              [
                [1, 0.3, ring * 3],
                [1.72, 0.14, ring * 2],
              ],
              0.4,
              random,
            )
          : new Float32Array(10)
        return sum(
          [body, 0.9],
          [filtered(noise(random, wires * 4, wires), 'high', colour * 0.45, 0.6), 0.22],
          [filtered(noise(random, wires * 3, wires * 0.7), 'band', colour, 0.8), 0.4],
        )
      }
      case 'c': {
        const clap = () => filtered(noise(random, 0.3, 0.012), 'band', 1500, 1.4)
        return sum(
          [clap(), 0.5],
          [late(clap(), 0.011), 0.5],
          [late(clap(), 0.023), 0.5],
          [late(filtered(noise(random, 0.4, 0.07), 'band', 1700, 1.1), 0.03), 0.55],
        )
      }
      case 'h':
        return sum([metal(random, 0.16, 0.022, kit.hat), 0.5])
      case 'o':
        return sum([metal(random, 0.5, 0.13, kit.hat * 0.9), 0.42])
      case 'r':
        return sum(
          [metal(random, 1.6, 0.42, 5200), 0.14],
          [
            modal(
              2950,
              [
                [1, 0.05, 0.9],
                [1.48, 0.04, 0.7],
                [2.09, 0.03, 0.5],
              ],
              1.2,
              random,
            ),
            0.5,
          ],
        )
      case 'y': {
        const wash = metal(random, 3, 0.75, 3600)
        return sum([wash, 0.34])
      }
      case 't':
        return thump(230, 118, 0.03, 0.3)
      case 'l':
        return thump(170, 82, 0.03, 0.36)
      case 'i':
        return sum(
          [
            modal(
              1720,
              [
                [1, 0.3, 0.09],
                [1.5, 0.16, 0.06],
              ],
              0.2,
              random,
            ),
            0.5,
          ],
          [filtered(noise(random, 0.05, 0.006), 'band', 3200), 0.3],
        )
      case 'w':
        return modal(
          880,
          [
            [1, 0.4, 0.09],
            [2.6, 0.12, 0.04],
          ],
          0.16,
          random,
        )
      case 'm':
      case 'e': {
        const grain = filtered(noise(random, 0.12, drum === 'm' ? 0.022 : 0.035), 'high', 5200, 0.6)
        for (let i = 0; i < grain.length; i++) grain[i]! *= Math.min(1, i / 500)
        return sum([grain, 0.4])
      }
      case 'b': {
        const sweep = filtered(noise(random, 0.4, 0.09), 'band', 3000, 0.5)
        for (let i = 0; i < sweep.length; i++) sweep[i]! *= Math.min(1, i / 1400)
        return sum([sweep, 0.5])
      }
      case 'n':
        return sum([thump(420, 290, 0.012, 0.16), 0.4], [filtered(noise(random, 0.03, 0.005), 'band', 1800), 0.3])
      case 'u':
        return sum([thump(300, 200, 0.012, 0.22), 0.45], [filtered(noise(random, 0.03, 0.005), 'band', 1300), 0.25])
      case 'a':
        return sum([
          modal(
            4200,
            [
              [1, 0.12, 1.1],
              [1.31, 0.1, 0.9],
              [1.73, 0.08, 0.8],
              [2.2, 0.06, 0.6],
            ],
            1.3,
            random,
          ),
          0.7,
        ])
      case 'z': {
        // A swell that leads into a new part: the hit is placed so that it ends on the bar line.
        const rise = filtered(noise(random, 1.6, 9), 'band', 4200, 0.5)
        for (let i = 0; i < rise.length; i++) rise[i]! *= (i / rise.length) ** 3 * Math.min(1, (rise.length - i) / 900)
        return sum([rise, 0.3])
      }
      default:
        throw new Error(`no drum has the letter ${drum}`)
    }
  }
  const out = build()
  // Nothing of a drum kit heard from a few metres away is sharper than this.
  lowpass(out, 9500)
  if (kit.dull) {
    lowpass(out, kit.dull)
    lowpass(out, kit.dull * 1.6)
  }
  if (kit.crush && drum !== 'k') {
    // Held samples and few levels: a noise channel of an old console.
    for (let i = 0; i < out.length; i++) out[i] = i % 5 ? out[i - 1]! : Math.round(out[i]! * 24) / 24
  }
  return out
}

const spots: Record<string, number> = {
  h: 0.28,
  o: 0.28,
  r: -0.35,
  y: -0.4,
  t: -0.3,
  l: 0.35,
  m: 0.5,
  e: -0.5,
  i: 0.15,
  w: -0.45,
  n: -0.4,
  u: -0.25,
  a: 0.5,
}

/** Plays all hits of a kit into a stereo part. */
export function drum(out: Stereo, kit: string, hits: readonly Hit[]) {
  const known = new Map<string, Float32Array>()
  for (const hit of hits) {
    let sound = known.get(hit.drum)
    if (!sound) known.set(hit.drum, (sound = make(kit, hit.drum)))
    const gain = hit.vel ** 1.4 * (hit.drum === 'g' ? 0.5 : 1)
    place(out, sound, sound.length, seconds(hit.at), gain, spots[hit.drum] ?? 0)
  }
}
