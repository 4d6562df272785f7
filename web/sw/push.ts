/** Pushes: shown as they come (the tag keeps a second one of the same notice from showing twice), and opened where they lead. */
import type { WorkerScope } from './scope.ts'

type Push = { title: string; body: string; url: string; tag: string }
const isPush = (value: unknown): value is Push => typeof value === 'object' && value !== null && 'title' in value && 'url' in value

export function takePushes(self: WorkerScope): void {
  self.addEventListener('push', event => {
    let told: unknown
    try {
      told = event.data?.json()
    } catch {
      told = undefined
    }
    // A push must show something, whatever it holds.
    const push: Push = isPush(told) ? told : { title: 'Planet', body: '', url: '/notices', tag: 'planet' }
    event.waitUntil(
      self.registration.showNotification(push.title, {
        body: push.body,
        tag: push.tag,
        icon: '/icon-192.png',
        badge: '/icon-192.png',
        data: push.url,
      }),
    )
  })

  self.addEventListener('notificationclick', event => {
    event.notification.close()
    const { data } = event.notification
    const url = new URL(typeof data === 'string' ? data : '/notices', self.location.origin)
    // Only ever to a page of ours.
    const to = url.origin === self.location.origin ? url.href : self.location.origin
    event.waitUntil(
      (async () => {
        const tabs = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
        const [tab] = tabs
        if (tab === undefined) return self.clients.openWindow(to)
        await tab.focus()
        return (await tab.navigate(to).catch(() => null)) ?? self.clients.openWindow(to)
      })(),
    )
  })

  // The browser has changed its address: the planet is told the new one, as long as one is signed in.
  self.addEventListener('pushsubscriptionchange', event => {
    event.waitUntil(
      (async () => {
        const answer = await fetch('/api/v1/me/push', { credentials: 'same-origin' })
        if (!answer.ok) return
        const { key } = (await answer.json()) as { key: string }
        const made = await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
        const { endpoint, keys } = made.toJSON()
        await fetch('/api/v1/me/push', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ endpoint, keys }),
        })
      })(),
    )
  })
}
