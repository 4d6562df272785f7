// The kill switch: takes the place of the worker, removes what it kept of the app, and goes. Music kept by listeners (IndexedDB) stays.
self.addEventListener('install', () => self.skipWaiting())
self.addEventListener('activate', event =>
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) if (/^planet-(?:app-|assets|facts)/.test(name)) await caches.delete(name)
      await self.registration.unregister()
    })(),
  ),
)
