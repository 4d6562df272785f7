/**
 * The service worker. It keeps the app itself (hashed files, the pages that stand without the planet) and nothing that the planet says: /api and /media are
 * never answered from here, so nothing old passes for new and nobody reads what was told to someone else.
 */
import { ExpirationPlugin } from 'workbox-expiration'
import { PrecacheController } from 'workbox-precaching'
import { Route, Router } from 'workbox-routing'
import { CacheFirst } from 'workbox-strategies'
import { planetSvg } from '../../shared/planet.ts'
import { takePushes } from './push.ts'
import type { Asked, WorkerScope } from './scope.ts'
import { coverCache, factCache, lookAt, ownCache, sharedCache, shellAddress, shells, type Look, type Told } from './told.ts'

declare const self: WorkerScope
/** Written by the build: a name that changes with any file, and what an offline app is made of. */
declare const planetBuild: { version: string; files: string[] }

const { version, files } = planetBuild
const appPrefix = 'planet-app-'
const appCache = appPrefix + version
/** How many versions stay: a tab that still runs the one before finds its files until it is gone. */
const keptVersions = 2

const app = new PrecacheController({ cacheName: appCache })
app.addToCacheList([
  ...files.map(url => ({ url, revision: null })),
  ...shells.flatMap(page => (['zh', 'en'] as const).map(locale => ({ url: shellAddress(page, locale), revision: version }))),
])

self.addEventListener('install', event => {
  event.waitUntil(app.install(event as never))
})

self.addEventListener('activate', event => {
  event.waitUntil(
    (async () => {
      // In the order in which they were made; ours is the last.
      const versions = (await caches.keys()).filter(name => name.startsWith(appPrefix) && name !== appCache)
      for (const name of versions.slice(0, Math.max(0, versions.length - (keptVersions - 1)))) await caches.delete(name)
      await self.registration.navigationPreload?.enable()
      await self.clients.claim()
    })(),
  )
})

self.addEventListener('message', event => {
  const told = event.data as Told
  // Only when someone asked for the new version: until then the running one is left in peace.
  if (told.kind === 'take-over') event.waitUntil(self.skipWaiting())
  if (told.kind === 'look')
    event.waitUntil(caches.open(factCache).then(cache => cache.put(lookAt, new Response(JSON.stringify(told.look)))))
})

takePushes(self)

const router = new Router()
const here = self.location.origin

/** Hashed files: what was kept with the app (this version's or the one before), else what was used before, else the network. */
const used = new CacheFirst({
  cacheName: 'planet-assets',
  plugins: [new ExpirationPlugin({ maxEntries: 150, maxAgeSeconds: 30 * 86_400, purgeOnQuotaError: true })],
})
router.registerRoute(
  new Route(
    ({ url }) => url.origin === here && url.pathname.startsWith('/assets/'),
    async ({ request, event }) => (await caches.match(request, { ignoreVary: true })) ?? used.handle({ request, event }),
  ),
)

/** Pictures: planets are drawn here (from their name, as the planet itself does); of the device's own files only from here; of what is kept offline from here first. */
router.registerRoute(
  new Route(
    ({ url }) => url.origin === here && /^\/(?:media\/covers|emblems|own\/covers)\//.test(url.pathname),
    async ({ request, url }) => {
      const emblem = /^\/emblems\/([\w-]{1,80}?)(?:-r([0-3]))?(-bare)?\.svg$/.exec(url.pathname)
      if (emblem)
        return new Response(
          planetSvg(emblem[1]!, { rings: emblem[2] === undefined ? undefined : Number(emblem[2]), bare: emblem[3] !== undefined }),
          {
            headers: { 'content-type': 'image/svg+xml', 'content-security-policy': "default-src 'none'" },
          },
        )
      const own = url.pathname.startsWith('/own/')
      const found = await (await caches.open(own ? ownCache : coverCache)).match(request.url)
      return found ?? (own ? new Response(null, { status: 404 }) : fetch(request))
    },
  ),
)

const alone = ['/favicon.svg', '/icon-192.png']
router.registerRoute(
  new Route(
    ({ url }) => url.origin === here && alone.includes(url.pathname),
    async ({ request }) => (await caches.match(request.url, { cacheName: appCache })) ?? fetch(request),
  ),
)

self.addEventListener('fetch', event => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method === 'POST' && url.origin === here && url.pathname === '/own/share') return event.respondWith(takeShared(request))
  if (request.mode === 'navigate' && request.method === 'GET' && url.origin === here && isPage(url.pathname))
    return event.respondWith(page(event, url))
  const answer = router.handleRequest({ request, event: event as never })
  if (answer) event.respondWith(answer)
})

/** Addresses that hold a page of the app; all others (downloads, provider pages, the API) go their own way. */
const isPage = (path: string): boolean =>
  !/^\/(?:api|rest|1|media|internal|assets|emblems|healthz|readyz|metrics|\.well-known)(?:\/|$)/.test(path) &&
  !/\.[a-z0-9]{2,5}$/i.test(path)

/** Pages come from the planet. Where it cannot be reached, the ones that stand without it take over; the way one wanted to go is remembered in the address. */
async function page(event: Asked, url: URL): Promise<Response> {
  try {
    const response = (await event.preloadResponse) ?? (await fetch(event.request))
    // A proxy that answers for a planet that is down.
    if (response.status !== 502 && response.status !== 504) return response
    return (await shell(url)) ?? response
  } catch (error) {
    const kept = await shell(url)
    if (kept) return kept
    throw error
  }
}

async function shell(url: URL): Promise<Response | undefined> {
  const known = shells.find(path => path === url.pathname)
  if (!known) return Response.redirect(`/offline?to=${encodeURIComponent(url.pathname + url.search)}`, 302)
  const look = await lookOf()
  const kept = await app.matchPrecache(shellAddress(known, look.locale))
  if (!kept || look.theme === 'system') return kept
  const text = await kept.text()
  return new Response(text.replace('<html ', `<html data-theme="${look.theme}" `), { headers: kept.headers })
}

async function lookOf(): Promise<Look> {
  const told = await caches.match(lookAt, { cacheName: factCache })
  if (told) return (await told.json()) as Look
  return { locale: navigator.language.startsWith('zh') ? 'zh' : 'en', theme: 'system' }
}

/** What another app shares stays on the device: it is laid down here and taken by the page. */
async function takeShared(request: Request): Promise<Response> {
  try {
    const files = (await request.formData()).getAll('sound').filter(file => file instanceof File)
    const cache = await caches.open(sharedCache)
    let number = 0
    for (const file of files)
      await cache.put(
        `/own/shared/${++number}`,
        new Response(file, { headers: { 'x-name': encodeURIComponent(file.name), 'x-modified': String(file.lastModified) } }),
      )
    return Response.redirect('/own?shared=taken', 303)
  } catch {
    return Response.redirect('/own?shared=missed', 303)
  }
}
