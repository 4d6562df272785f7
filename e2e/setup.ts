/** vitest's global setup of the stories: Chromium is unpacked before two of them want it in the same moment. */
import { unpackChromium } from './browser.ts'

export default async function setup(): Promise<void> {
  // What the package sets is for the process that starts a Chromium, not for all that this one starts.
  const before = { ...process.env }
  await unpackChromium()
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
  Object.assign(process.env, before)
}
