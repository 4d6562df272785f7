import { newDeviceId } from './ids.ts'

/** This device, as one's others call it. Kept on the device; two browsers of one computer are two. */
export type Device = { id: string; name: string }

const name = 'planet.device.v1'
let own: Device | null = null
const listeners = new Set<() => void>()
export const onDevice = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function thisDevice(): Device {
  if (own) return own
  try {
    const found = JSON.parse(localStorage.getItem(name) ?? '{}') as Partial<Device>
    if (/^dev_[0-9a-z]{26}$/.test(found.id ?? '') && found.name) return (own = { id: found.id!, name: found.name.slice(0, 60) })
  } catch {
    // Not readable: a new one then.
  }
  own = { id: newDeviceId(), name: usualName(navigator.userAgent) }
  write()
  void model().then(found => {
    if (found && own?.name === usualName(navigator.userAgent)) nameDevice(found)
  })
  return own
}

export function nameDevice(next: string): void {
  own = { ...thisDevice(), name: next.trim().slice(0, 60) || usualName(navigator.userAgent) }
  write()
  for (const listener of listeners) listener()
}

function write(): void {
  try {
    localStorage.setItem(name, JSON.stringify(own))
  } catch {
    // Then it is another device after the next visit.
  }
}

/** "Pixel 8", where the browser tells. */
async function model(): Promise<string | null> {
  const { userAgentData } = navigator as { userAgentData?: { getHighEntropyValues?: (hints: string[]) => Promise<{ model?: string }> } }
  try {
    return (await userAgentData?.getHighEntropyValues?.(['model']))?.model || null
  } catch {
    return null
  }
}

const systems: [RegExp, string][] = [
  [/iPad/, 'iPad'],
  [/iPhone/, 'iPhone'],
  [/Android/, 'Android'],
  [/CrOS/, 'Chromebook'],
  [/Mac OS X/, 'Mac'],
  [/Windows/, 'Windows'],
  [/Linux/, 'Linux'],
]
const browsers: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(?:e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]

/** "Firefox · Linux": names of products are the same in every language. */
export function usualName(agent: string): string {
  const first = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(agent))?.[1]
  return [first(browsers), first(systems)].filter(Boolean).join(' · ') || 'Web'
}
