/** What makes the web installable: the manifest, the app's pictures, the service worker and its kill switch. */
import { existsSync, readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { appManifest, icons } from '../shared/installed.ts'
import { localeFor } from '../shared/words/locale.ts'

/** Seconds: a changed icon or manifest is seen within a day. */
const day = 'public, max-age=86400'
const pictures = [
  'favicon.svg',
  ...icons.map(icon => icon.name),
  ...['wide', 'narrow'].flatMap(form => [`screens/${form}-zh.webp`, `screens/${form}-en.webp`]),
]
const types: Record<string, string> = { svg: 'image/svg+xml', png: 'image/png', webp: 'image/webp' }

/** `worker`: whether browsers get the service worker; where not, the script at its address removes the one they have. */
export function mountInstalled(
  app: FastifyInstance,
  { folder, worker, off }: { folder: string | null; worker: boolean; off: string },
): void {
  for (const name of folder === null ? [] : pictures) {
    let bytes: Buffer
    try {
      bytes = readFileSync(`${folder}${name}`)
    } catch {
      continue
    }
    const type = types[name.slice(name.lastIndexOf('.') + 1)]!
    app.get(`/${name}`, async (_, reply) => reply.header('cache-control', day).type(type).send(bytes))
  }
  app.get('/site.webmanifest', async (request, reply) => {
    const { lang } = request.query as { lang?: string }
    const locale = localeFor(request.headers['accept-language'], lang)
    return reply
      .headers({ 'cache-control': day, vary: 'Accept-Language' })
      .type('application/manifest+json')
      .send(JSON.stringify(appManifest(locale)))
  })
  const script = readFileSync(worker && folder !== null && existsSync(`${folder}sw.js`) ? `${folder}sw.js` : off)
  app.get('/sw.js', async (_, reply) =>
    reply
      // Browsers look for a new one at each visit; a proxy must not stand in between.
      .headers({
        'cache-control': 'no-cache',
        'content-security-policy': "default-src 'self'",
        'x-content-type-options': 'nosniff',
      })
      .type('text/javascript; charset=utf-8')
      .send(script),
  )
  // The worker takes what other apps share. Where there is none, the files are not read here either.
  app.register(async scope => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.post('/own/share', async (_, reply) => reply.redirect('/own?shared=missed', 303))
  })
}
