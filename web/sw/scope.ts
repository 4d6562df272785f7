/** What a service worker's global scope has and ours uses: the DOM library of TypeScript knows pages only, and the two libraries exclude each other. */
export type LongEvent = Event & { waitUntil: (work: Promise<unknown>) => void }
export type MessageTold = LongEvent & { data: unknown }
export type Asked = LongEvent & {
  request: Request
  preloadResponse: Promise<Response | undefined>
  respondWith: (response: Promise<Response> | Response) => void
}
type Listeners = { install: LongEvent; activate: LongEvent; message: MessageTold; fetch: Asked }

export type WorkerScope = {
  addEventListener: <K extends keyof Listeners>(type: K, listener: (event: Listeners[K]) => void) => void
  skipWaiting: () => Promise<void>
  clients: { claim: () => Promise<void> }
  registration: { navigationPreload?: { enable: () => Promise<void> } }
  location: Location
}
