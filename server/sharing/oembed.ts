/** oEmbed (oembed.com): what a link to a release, a track or a playlist of this planet becomes on another site. */
import type { FastifyInstance } from 'fastify'
import { fault } from '../../shared/faults.ts'
import { kinds, localeOfRequest, openTo, sharedThing, wordsFor, type Kind, type Sharing } from './asked.ts'
import { document, element } from './xml.ts'

/** Seconds a site may keep an answer. */
const kept = 3600
/** CSS pixels of a player nobody gave a size: the cover and one line of a single track, with its list otherwise. */
const wide = 480
const low = 152
const high = 352
const coverPixels = 300

const attribute = (text: string): string => text.replace(/[&<>"']/g, mark => `&#${mark.charCodeAt(0)};`)

/** Which thing an address of this planet is; a language or a mark after it is no matter. */
function named(url: string, origin: string): { kind: Kind; id: string } | undefined {
  let address: URL
  try {
    address = new URL(url)
  } catch {
    return undefined
  }
  const [, kind = '', id = ''] = /^\/([a-z]+)\/([a-z0-9_]+)\/?$/.exec(address.pathname) ?? []
  return address.host === new URL(origin).host && Object.hasOwn(kinds, kind) ? { kind: kind as Kind, id } : undefined
}
/** A whole number of pixels from the query; `else` for what is none. */
const pixels = (given: string | undefined, fallback: number): number => (/^[1-9]\d{0,4}$/.test(given ?? '') ? Number(given) : fallback)

export function mountOembed(server: FastifyInstance, { config, ask }: Sharing): void {
  server.get('/oembed', async (request, reply) => {
    // A name given twice is a list; the last one counts.
    const given = Object.fromEntries(
      Object.entries(request.query as Record<string, string | string[]>).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.at(-1) : value,
      ]),
    )
    const format = given['format'] ?? 'json'
    openTo(reply, kept)
    if (format !== 'json' && format !== 'xml')
      return reply
        .code(501)
        .type('text/plain; charset=utf-8')
        .send(`Not Implemented: format=${format.slice(0, 20)}`)
    const found = given['url'] === undefined ? undefined : named(given['url'], config.url)
    const thing = found && (await sharedThing(ask, found.kind, found.id))
    if (thing === undefined) throw fault('not_found')
    const { kind, id, title, by, byPath, cover } = thing
    const most = { width: pixels(given['maxwidth'], Infinity), height: pixels(given['maxheight'], Infinity) }
    const width = Math.min(wide, most.width)
    const height = Math.min(kind === 'tracks' ? low : high, most.height)
    const name = by === '' ? title : `${title} – ${by}`
    const answer: Record<string, string | number> = {
      version: '1.0',
      type: 'rich',
      provider_name: wordsFor(localeOfRequest(request)).shell.brand,
      provider_url: config.url,
      title,
      ...(by === '' ? {} : { author_name: by }),
      ...(byPath === null ? {} : { author_url: config.url + byPath }),
      cache_age: kept,
      ...(cover === null || most.width < coverPixels || most.height < coverPixels
        ? {}
        : { thumbnail_url: config.url + cover.small, thumbnail_width: coverPixels, thumbnail_height: coverPixels }),
      html: `<iframe src="${attribute(`${config.url}/embed/${kind}/${id}`)}" title="${attribute(name)}" width="${width}" height="${height}" style="border:0;border-radius:12px;max-width:100%" loading="lazy" allow="autoplay; encrypted-media"></iframe>`,
      width,
      height,
    }
    return format === 'json'
      ? reply.type('application/json; charset=utf-8').send(JSON.stringify(answer))
      : reply.type('text/xml; charset=utf-8').send(
          document(
            element(
              'oembed',
              Object.entries(answer).map(([key, value]) => element(key, value)),
            ),
          ),
        )
  })
}
