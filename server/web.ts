/**
 * Mounts the web (TanStack Start) on the app: pages rendered in this process, assets from web/dist (built) or through Vite (dev).
 * Pages call the API in process through `callApi`, so a page sees exactly what the published API would tell this reader.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ViteDevServer } from 'vite'
import { planetSvg } from '../shared/planet.ts'
import { localeFor } from '../shared/words/locale.ts'
import { mountInstalled } from './installed.ts'
import type { PageScope, Theme } from '../web/scope.ts'

export type WebOptions = {
  /** `built` serves web/dist; `dev` compiles on demand with live reload. */
  mode: 'built' | 'dev'
  /**
   * Calls the entry `key` ("GET /releases/:id") with a flat wire-form input for the person behind `request`. Resolves with the **wire form** of the
   * answer (what JSON would hold: times and amounts as strings); rejects with something that has `status`, `code` and, for forms, `fields`.
   */
  callApi: (key: string, input: unknown, request: FastifyRequest) => Promise<unknown>
  /** Public origin for links that leave the site; the request's own address unless told. */
  origin?: string
  /** Whether browsers get the service worker (built only). */
  worker?: boolean
}

type Entry = { fetch: (request: Request) => Promise<Response> }

const home = fileURLToPath(new URL('..', import.meta.url))
const dist = `${home}web/dist/`

/** Shared with web/scope.ts through globalThis: the server and the web bundle are two module graphs. */
const scopes = new AsyncLocalStorage<PageScope>()
Object.assign(globalThis, { [Symbol.for('planet.page-scope')]: scopes })

/** Addresses that are never pages: an unknown one among them is the API's own "not found". */
const notPages = /^\/(?:api|rest|1|internal|healthz|readyz|metrics|\.well-known)(?:\/|\?|$)/

/** Registers the asset routes and a catch-all that renders pages. Call it after every other route. */
export async function mountWeb(app: FastifyInstance, options: WebOptions): Promise<void> {
  const render = options.mode === 'built' ? await mountBuilt(app) : await mountDev(app)
  const page = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    if (notPages.test(request.url)) {
      reply.callNotFound()
      return reply
    }
    const nonce = randomBytes(16).toString('base64')
    // Kept in browsers for when the planet cannot be reached: as nobody in particular sees it, and saying nothing that could grow old.
    const shell = /^(\/(?:offline|own))\?shell=(zh|en)$/.exec(request.url)
    if (shell)
      return render.page(request, reply, {
        callApi: () => Promise.reject(Object.assign(new Error('unreachable'), { status: 0, code: 'unreachable' })),
        locale: shell[2] as 'zh' | 'en',
        theme: 'system',
        nonce,
        origin: options.origin ?? `${request.protocol}://${request.host}`,
        preload: render.preload(shell[2] as 'zh' | 'en', false),
        path: shell[1]!,
      })
    const cookies = request.headers.cookie ?? ''
    const locale = localeFor(request.headers['accept-language'], cookieValue(cookies, 'planet_locale'))
    const scope: PageScope = {
      callApi: (key, input) => options.callApi(key, input, request),
      locale,
      theme: themeOf(cookieValue(cookies, 'planet_theme')),
      nonce,
      origin: options.origin ?? `${request.protocol}://${request.host}`,
      preload: render.preload(locale, /^\/(?:studio|console)(?:\/|\?|$)/.test(request.url)),
    }
    return render.page(request, reply, scope)
  }
  mountInstalled(app, {
    folder: options.mode === 'built' ? `${dist}client/` : null,
    worker: options.mode === 'built' && options.worker !== false,
    off: `${home}web/sw/off.js`,
  })
  // A planet's emblem is drawn from its name: the same address is the same picture for ever.
  app.get('/emblems/:name', async (request, reply) => {
    const match = /^([\w-]{1,80}?)(?:-r([0-3]))?(-bare)?\.svg$/.exec((request.params as { name: string }).name)
    if (match === null) return reply.callNotFound()
    const rings = match[2] === undefined ? undefined : Number(match[2])
    return reply
      .type('image/svg+xml')
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('content-security-policy', "default-src 'none'")
      .send(planetSvg(match[1]!, { rings, bare: match[3] !== undefined }))
  })
  app.route({ method: ['GET', 'HEAD'], url: '/', handler: page })
  app.route({ method: ['GET', 'HEAD'], url: '/*', handler: page })
}

type Renderer = {
  preload: (locale: 'zh' | 'en', desk: boolean) => string[]
  page: (request: FastifyRequest, reply: FastifyReply, scope: PageScope) => Promise<FastifyReply>
}

async function mountBuilt(app: FastifyInstance): Promise<Renderer> {
  const entry = ((await import(`${dist}server/server.js`)) as { default: Entry }).default
  const manifest = JSON.parse(readFileSync(`${dist}client/.vite/manifest.json`, 'utf8')) as Record<string, { file: string }>
  const wordsFile = (locale: string): string[] => {
    const found = manifest[`web/i18n/${locale}.ts`]
    return found ? [`/${found.file}`] : []
  }
  const preload = { zh: wordsFile('zh'), en: wordsFile('en') }
  const deskToo = { zh: [...preload.zh, ...wordsFile('zh-desk')], en: [...preload.en, ...wordsFile('en-desk')] }
  // Names hold a hash of the content: a browser may keep them for ever. Compressed twins are made by the build.
  await app.register(fastifyStatic, {
    root: `${dist}client/assets/`,
    prefix: '/assets/',
    decorateReply: false,
    immutable: true,
    maxAge: '365d',
    preCompressed: true,
    index: false,
  })
  return {
    preload: (locale, desk) => (desk ? deskToo : preload)[locale],
    page: async (request, reply, scope) => {
      const response = await scopes.run(scope, () => entry.fetch(toWebRequest(request, scope)))
      return send(request, reply, response, scope.html, policy(scope.nonce))
    },
  }
}

async function mountDev(app: FastifyInstance): Promise<Renderer> {
  const { createServer, isRunnableDevEnvironment } = await import('vite')
  const vite: ViteDevServer = await createServer({
    configFile: `${home}vite.config.ts`,
    configLoader: 'native',
    appType: 'custom',
    clearScreen: false,
    server: { middlewareMode: true, ws: { server: app.server } },
  })
  app.addHook('onClose', () => vite.close())
  const ssr = vite.environments['ssr']
  if (!ssr || !isRunnableDevEnvironment(ssr)) throw new Error('Vite gave no environment that can render')
  return {
    preload: () => [],
    page: async (request, reply, scope) => {
      const handled = await new Promise<boolean>((resolve, reject) => {
        reply.raw.once('close', () => resolve(true))
        vite.middlewares(request.raw, reply.raw, (error?: unknown) => (error ? reject(error as Error) : resolve(false)))
      })
      if (handled) return reply.hijack()
      const entry = ((await ssr.runner.import('virtual:tanstack-start-server-entry')) as { default: Entry }).default
      const response = await scopes.run(scope, () => entry.fetch(toWebRequest(request, scope)))
      return send(request, reply, response, scope.html, undefined)
    },
  }
}

/** What a page may load and run: only this origin's files and scripts that carry the page's nonce. Style attributes are React's `style`. */
const policy = (nonce: string): string =>
  [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src-elem 'self' 'nonce-${nonce}'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join('; ')

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  response: Response,
  rendered: string | undefined,
  csp: string | undefined,
): Promise<FastifyReply> {
  reply.code(response.status)
  response.headers.forEach((value, name) => {
    if (name !== 'content-length') reply.header(name, value)
  })
  if (csp) reply.header('content-security-policy', csp)
  reply.headers({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'permissions-policy': 'camera=(self), geolocation=(), payment=(), usb=()',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'private, no-cache',
    vary: 'Cookie, Accept-Language, Accept-Encoding',
  })
  // Bytes, once: as text it would be counted, joined to the headers and encoded, each time through the whole page.
  const html = Buffer.from(rendered ?? (await response.text()))
  if (html.length < 1400 || request.method === 'HEAD' || !/\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')))
    return reply.send(html)
  // Here and now, at the lowest level (about 0.2 ms a page): the thread pool costs more than the work. A proxy in front may do better at leisure.
  return reply.header('content-encoding', 'gzip').send(gzipSync(html, { level: 1 }))
}

/** The request as the renderer wants it. Pages read cookies and languages from their scope, so only what shapes the answer goes along. */
function toWebRequest(request: FastifyRequest, { origin, path }: PageScope): Request {
  return new Request(origin + (path ?? request.url), { method: request.method, headers: { accept: request.headers.accept ?? '*/*' } })
}

function cookieValue(header: string, name: string): string | undefined {
  for (const part of header.split(';')) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim()
  }
  return undefined
}

const themeOf = (value: string | undefined): Theme => (value === 'light' || value === 'dark' ? value : 'system')
