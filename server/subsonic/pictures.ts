/** Pictures in the size an app wants: covers as JPEG (or WebP, where it says that it can), and a thing's own planet where it has none. */
import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { Sharp } from 'sharp'
import { planetSvg } from '../../shared/planet.ts'
import { files } from '../foundation/files.ts'
import { later } from '../foundation/later.ts'
import { coverKey } from '../media/index.ts'
import { readPlaylist } from '../playlists/index.ts'
import { notFound } from './answer.ts'
import { call, type Asked, type Call } from './call.ts'
import { readPicture, songsByIds } from './store.ts'

const sharp = later<typeof import('sharp').default>('sharp')

const sizes = [64, 300, 640, 1200] as const
const largest = 1200
const cacheBytes = 48 * 1024 * 1024

const kept = new Map<string, Buffer>()
let keptBytes = 0
const coming = new Map<string, Promise<Buffer>>()
/** A picture made once; the oldest are forgotten. Only pictures of our own making are opened here: covers were decoded in the engine's child. */
async function once(name: string, make: () => Promise<Buffer>): Promise<Buffer> {
  const there = kept.get(name)
  if (there !== undefined) {
    kept.delete(name)
    kept.set(name, there)
    return there
  }
  let made = coming.get(name)
  if (made === undefined) {
    made = make().finally(() => coming.delete(name))
    coming.set(name, made)
    made.then(
      bytes => {
        kept.set(name, bytes)
        keptBytes += bytes.length
        for (const [oldest, other] of kept) {
          if (keptBytes <= cacheBytes) break
          kept.delete(oldest)
          keptBytes -= other.length
        }
      },
      () => undefined,
    )
  }
  return made
}

/** The colours of our planets are in OKLCH, which the renderer of pictures does not know. */
function plainColours(svg: string): string {
  return svg.replace(/oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)/g, (_, l: string, c: string, h: string) => {
    const [light, chroma, angle] = [Number(l) / 100, Number(c), (Number(h) * Math.PI) / 180]
    const [a, b] = [chroma * Math.cos(angle), chroma * Math.sin(angle)]
    const [x, y, z] = [
      (light + 0.3963377774 * a + 0.2158037573 * b) ** 3,
      (light - 0.1055613458 * a - 0.0638541728 * b) ** 3,
      (light - 0.0894841775 * a - 1.291485548 * b) ** 3,
    ]
    const linear = [
      4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
      -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
      -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
    ]
    const channel = (value: number): string => {
      const one = Math.min(1, Math.max(0, value))
      return Math.round(255 * (one <= 0.0031308 ? 12.92 * one : 1.055 * one ** (1 / 2.4) - 0.055))
        .toString(16)
        .padStart(2, '0')
    }
    return `#${linear.map(channel).join('')}`
  })
}

const finished = (picture: Sharp, webp: boolean): Promise<Buffer> =>
  (webp ? picture.webp({ quality: 82 }) : picture.flatten({ background: '#000' }).jpeg({ quality: 86, mozjpeg: false })).toBuffer()

const emblem = (id: string, size: number, webp: boolean): Promise<Buffer> =>
  once(`planet ${id} ${size} ${webp}`, () =>
    finished(
      sharp()(Buffer.from(plainColours(planetSvg(id))), { density: Math.ceil((72 * size) / 100) + 72 }).resize(size, size, {
        fit: 'cover',
      }),
      webp,
    ),
  )

async function cover(asset: string, size: number, webp: boolean): Promise<Buffer | undefined> {
  const from = sizes.find(one => one >= size) ?? largest
  const key = coverKey(asset, from)
  if ((await files.stat(key)) === null) return undefined
  return once(`cover ${asset} ${size} ${webp}`, () =>
    finished(sharp()(files.pathOf(key)).resize(size, size, { fit: 'inside', withoutEnlargement: true }), webp),
  )
}

async function sendPicture({ request, reply }: Asked, id: string, asset: string | null, wanted: number): Promise<FastifyReply> {
  const webp = /\bimage\/webp\b/.test(request.headers.accept ?? '')
  // Few sizes, so that what one app asked for serves the next.
  const size = Math.min(largest, Math.max(16, wanted <= 64 ? 64 : Math.ceil(wanted / 50) * 50))
  const bytes = (asset === null ? undefined : await cover(asset, size, webp)) ?? (await emblem(id, size, webp))
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  reply.header('cache-control', 'private, max-age=86400').header('vary', 'accept').header('etag', etag)
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  return reply.type(webp ? 'image/webp' : 'image/jpeg').send(bytes)
}

async function getCoverArt(asked: Asked): Promise<FastifyReply> {
  const { read, viewer, given } = asked
  const id = given.need('id')
  const size = given.whole('size', largest, 1, 5000)
  if (id.startsWith('pls_')) {
    const list = await readPlaylist(read, viewer, id)
    if (list === undefined) throw notFound('Picture')
    const own = /\/media\/covers\/(ast_[0-9a-z]{26})\//.exec(list.cover ?? '')?.[1]
    const [first] = own === undefined ? await songsByIds(read, viewer, list.tracks.slice(0, 1)) : []
    const shown = own ?? (first === undefined ? null : ((await readPicture(read, viewer, first.release))?.cover ?? null))
    return sendPicture(asked, id, shown, size)
  }
  const found = await readPicture(read, viewer, id)
  if (found === undefined) throw notFound('Picture')
  return sendPicture(asked, id.startsWith('trk_') ? ((await songsByIds(read, viewer, [id]))[0]?.release ?? id) : id, found.cover, size)
}

/** One's own picture: a person without one has their planet. */
async function getAvatar(asked: Asked): Promise<FastifyReply> {
  const { viewer, given } = asked
  const user = given.need('username').trim().toLowerCase()
  if (![viewer.email, viewer.id, viewer.name.toLowerCase(), given.text('u')?.trim().toLowerCase()].includes(user)) throw notFound('Picture')
  return sendPicture(asked, viewer.id, null, 300)
}

export const pictureCalls: Record<string, Call> = {
  getCoverArt: call('listen', getCoverArt),
  getAvatar: call('listen', getAvatar),
}
