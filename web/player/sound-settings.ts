/** How someone wants music to sound on this device. Kept in localStorage; the engine, the panel and the settings page read the same one. */

/** auto: album gain while an album plays in its order, track gain otherwise. */
export type LoudnessMode = 'auto' | 'album' | 'track' | 'off'
/** auto: the smaller rendition where the system asks to save data. */
export type Quality = 'auto' | 'high' | 'saver'
/** Gains of the ten bands and of the preamp, in dB. */
export type Curve = { preamp: number; gains: readonly number[] }
export type Preset = Curve & { name: string }
export type SoundSettings = {
  loudness: LoudnessMode
  quality: Quality
  /** Seconds; 0 is none. */
  crossfade: number
  /** 0.5 … 2; the pitch stays. */
  speed: number
  equaliser: Curve & { on: boolean }
  /** What someone saved under a name. */
  presets: readonly Preset[]
  mono: boolean
  /** −1 left … 1 right. */
  balance: number
}

/** Centres of the ISO octave bands, in Hz. */
export const bands = [31.25, 62.5, 125, 250, 500, 1000, 2000, 4000, 8000, 16000] as const
export const mostGain = 12
export const mostCrossfade = 12
export const mostPresets = 30
export const flat: Curve = { preamp: 0, gains: bands.map(() => 0) }

export const usualSettings: SoundSettings = {
  loudness: 'auto',
  quality: 'auto',
  crossfade: 0,
  speed: 1,
  equaliser: { ...flat, on: false },
  presets: [],
  mono: false,
  balance: 0,
}

const within = (value: unknown, least: number, most: number, otherwise: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? Math.min(most, Math.max(least, value)) : otherwise
const oneOf = <T extends string>(value: unknown, all: readonly T[], otherwise: T): T => all.find(one => one === value) ?? otherwise
const curve = (given: Partial<Curve> | undefined): Curve => ({
  preamp: within(given?.preamp, -mostGain, mostGain, 0),
  gains: bands.map((_, index) => within(given?.gains?.[index], -mostGain, mostGain, 0)),
})

/** Whatever was stored, made whole and within its bounds. */
export function cleanSettings(given: Partial<SoundSettings> | null | undefined): SoundSettings {
  const own = Array.isArray(given?.presets) ? given.presets.filter(one => typeof one?.name === 'string' && one.name !== '') : []
  return {
    loudness: oneOf(given?.loudness, ['auto', 'album', 'track', 'off'], 'auto'),
    quality: oneOf(given?.quality, ['auto', 'high', 'saver'], 'auto'),
    crossfade: within(given?.crossfade, 0, mostCrossfade, 0),
    speed: within(given?.speed, 0.5, 2, 1),
    equaliser: { ...curve(given?.equaliser), on: given?.equaliser?.on === true },
    presets: own.slice(0, mostPresets).map(one => ({ name: one.name.slice(0, 40), ...curve(one) })),
    mono: given?.mono === true,
    balance: within(given?.balance, -1, 1, 0),
  }
}

const name = 'planet.sound.v1'
const listeners = new Set<() => void>()
let settings: SoundSettings | null = null

function stored(): SoundSettings {
  try {
    return cleanSettings(JSON.parse(localStorage.getItem(name) ?? 'null') as Partial<SoundSettings> | null)
  } catch {
    return usualSettings
  }
}

export const soundSettings = (): SoundSettings => (settings ??= typeof localStorage === 'undefined' ? usualSettings : stored())

export function changeSound(part: Partial<SoundSettings>): void {
  settings = cleanSettings({ ...soundSettings(), ...part })
  try {
    localStorage.setItem(name, JSON.stringify(settings))
  } catch {
    // Storage is full or forbidden: it then lasts as long as the page.
  }
  for (const listener of listeners) listener()
}

export function onSound(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
