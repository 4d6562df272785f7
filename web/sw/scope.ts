/** What a service worker's global scope has and ours uses: the DOM library of TypeScript knows pages only, and the two libraries exclude each other. */
export type LongEvent = Event & { waitUntil: (work: Promise<unknown>) => void }
export type MessageTold = LongEvent & { data: unknown }
export type Asked = LongEvent & {
  request: Request
  preloadResponse: Promise<Response | undefined>
  respondWith: (response: Promise<Response> | Response) => void
}
export type Pushed = LongEvent & { data: { json: () => unknown } | null }
export type Clicked = LongEvent & { notification: { data: unknown; close: () => void } }
type Listeners = {
  install: LongEvent
  activate: LongEvent
  message: MessageTold
  fetch: Asked
  push: Pushed
  notificationclick: Clicked
  pushsubscriptionchange: LongEvent
}
type Tab = { url: string; focus: () => Promise<Tab>; navigate: (url: string) => Promise<Tab | null> }

export type WorkerScope = {
  addEventListener: <K extends keyof Listeners>(type: K, listener: (event: Listeners[K]) => void) => void
  skipWaiting: () => Promise<void>
  clients: {
    claim: () => Promise<void>
    matchAll: (which: { type: 'window'; includeUncontrolled: boolean }) => Promise<Tab[]>
    openWindow: (url: string) => Promise<Tab | null>
  }
  registration: {
    navigationPreload?: { enable: () => Promise<void> }
    showNotification: (title: string, options: NotificationOptions) => Promise<void>
    pushManager: PushManager
  }
  location: Location
}
