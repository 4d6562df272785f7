/** For search engines (robots.txt, sitemaps.org): where they need not look, and the addresses of everything that anybody may see. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Http } from '../foundation/http.ts'
import { countOf, partNames, pathsOf, type Part } from './store-addresses.ts'

/** So many addresses in a file; the protocol allows 50,000. */
const each = 10_000
/** Desks, what is somebody's own, and what only apps ask for. Pages of one person say `noindex` themselves. */
const closed = ['/api/', '/rest/', '/studio', '/console', '/cart', '/checkout', '/orders', '/settings', '/notices', '/pay/']

const xml = (reply: FastifyReply, body: string): FastifyReply =>
  reply
    .header('cache-control', 'public, max-age=3600')
    .type('application/xml; charset=utf-8')
    .send(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`)
/** Handles and ids need no escaping in a path, `&` and `<` do in XML. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const list = (outer: string, inner: string, addresses: readonly string[]): string =>
  `<${outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${addresses.map(one => `<${inner}><loc>${escaped(one)}</loc></${inner}>`).join('')}</${outer}>`

const pages = ['/', '/releases', '/groups', '/shows', '/shop', '/shops', '/book', '/how']

export function mountAddresses(server: FastifyInstance, { db, config }: Pick<Http, 'db' | 'config'>): void {
  const here = (path: string): string => config.url + path
  server.get('/robots.txt', async (_request, reply) =>
    reply
      .header('cache-control', 'public, max-age=86400')
      .type('text/plain; charset=utf-8')
      .send(['User-agent: *', ...closed.map(path => `Disallow: ${path}`), `Sitemap: ${config.url}/sitemap.xml`, ''].join('\n')),
  )
  server.get('/sitemap.xml', async (_request, reply) => {
    const counted = await Promise.all(partNames.map(async part => ({ part, files: Math.ceil((await countOf(db.read, part)) / each) })))
    const files = counted.flatMap(({ part, files: many }) => Array.from({ length: many }, (_, n) => `/sitemap/${part}-${n + 1}.xml`))
    return xml(reply, list('sitemapindex', 'sitemap', ['/sitemap/pages-1.xml', ...files].map(here)))
  })
  server.get('/sitemap/:file', async (request, reply) => {
    const [, part, n] = /^([a-z]+)-([1-9]\d{0,3})\.xml$/.exec((request.params as { file: string }).file) ?? []
    const from = (Number(n) - 1) * each
    const paths =
      part === 'pages' ? pages.slice(from) : partNames.includes(part as Part) ? await pathsOf(db.read, part as Part, each, from) : []
    return paths.length === 0 ? reply.callNotFound() : xml(reply, list('urlset', 'url', paths.map(here)))
  })
}
