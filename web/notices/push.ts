import { api } from '../api.ts'

export type PushState = 'unable' | 'denied' | 'off' | 'on'

const worker = async (): Promise<ServiceWorkerRegistration | undefined> =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window
    ? navigator.serviceWorker.getRegistration()
    : undefined

/** Whether this device takes pushes; the planet knows the same of its address. */
export async function pushState(): Promise<PushState> {
  const registration = await worker()
  if (!registration) return 'unable'
  if (Notification.permission === 'denied') return 'denied'
  return (await registration.pushManager.getSubscription()) ? 'on' : 'off'
}

/** Asks the browser, then tells the planet where to send. Sent again it changes nothing. */
export async function startPush(key: string): Promise<PushState> {
  const registration = await worker()
  if (!registration) return 'unable'
  if ((await Notification.requestPermission()) !== 'granted') return 'denied'
  // Bound to another key (the planet was set up anew): it would never hear us.
  const before = await registration.pushManager.getSubscription()
  if (before && encoded(before.options.applicationServerKey) !== key) await before.unsubscribe()
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  const { endpoint, keys } = made.toJSON()
  await api('POST /me/push', { endpoint: endpoint ?? '', keys: { p256dh: keys?.['p256dh'] ?? '', auth: keys?.['auth'] ?? '' } })
  return 'on'
}

export async function stopPush(): Promise<void> {
  const registration = await worker()
  await (await registration?.pushManager.getSubscription())?.unsubscribe()
}

const encoded = (key: ArrayBuffer | null): string =>
  key === null
    ? ''
    : btoa(String.fromCharCode(...new Uint8Array(key)))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replaceAll('=', '')
