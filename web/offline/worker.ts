/** Puts the service worker in its place, says when a newer one waits, and keeps it told how pages look. */
import { initialLocale, initialTheme } from '../i18n/initial.ts'
import type { Told } from '../sw/told.ts'

/** Runs `ready` when a newer version waits; `take` lets it take over and loads this tab anew. Other tabs go on as they are. */
export async function startWorker(ready: (take: () => void) => void): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  const container = navigator.serviceWorker
  if (!import.meta.env.PROD) {
    // Development has none; one that a built planet left at this address goes.
    for (const one of await container.getRegistrations()) await one.unregister()
    return
  }
  const registration = await container.register('/sw.js', { updateViaCache: 'none' })
  let said = false
  let taken = false
  const look = (): void => {
    // One that came still later than the one that was spoken of takes over in its place.
    if (taken) tell(registration.waiting, { kind: 'take-over' })
    // Without a controller it is the first: nothing is replaced.
    if (said || !registration.waiting || !container.controller) return
    said = true
    ready(() => {
      container.addEventListener('controllerchange', () => location.reload(), { once: true })
      taken = true
      tell(registration.waiting, { kind: 'take-over' })
      // Whoever pressed reload gets it, also when the browser takes its time to change workers or did so a moment ago.
      setTimeout(() => location.reload(), 5000)
    })
  }
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look))
  look()
  const { active } = await container.ready
  tell(active, { kind: 'look', look: { locale: initialLocale(), theme: initialTheme() } })
  new MutationObserver(() => {
    tell(registration.active, { kind: 'look', look: { locale: initialLocale(), theme: initialTheme() } })
    colourBars()
  }).observe(document.documentElement, { attributeFilter: ['lang', 'data-theme'] })
  // A tab that stays open for days hears of new versions too.
  setInterval(() => void registration.update().catch(() => undefined), 6 * 3_600_000)
}

const tell = (worker: ServiceWorker | null, told: Told): void => worker?.postMessage(told)

/** The system's bars follow a theme that was chosen after the page came. */
function colourBars(): void {
  const metas = [...document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')]
  const colour = getComputedStyle(document.body).backgroundColor
  if (initialTheme() !== 'system') for (const meta of metas) meta.content = colour
}
