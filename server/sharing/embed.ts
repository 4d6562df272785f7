/** The player on other sites: `/embed/releases/:id` (tracks, playlists). The only pages of the planet that anybody may frame; they know no cookie. */
import { gzipSync } from 'node:zlib'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { LocaleName } from '../../shared/words/index.ts'
import {
  kinds,
  localeOfRequest,
  openTo,
  sharedThing,
  tagOf,
  wordsFor,
  type Kind,
  type Shared,
  type Sharing,
  type TrackWire,
} from './asked.ts'
import { contentPolicy, css, script } from './embed-parts.ts'

/** Seconds a page of this kind is kept. */
const kept = 300

const escaped = (text: string): string => text.replace(/[&<>"']/g, mark => `&#${mark.charCodeAt(0)};`)
const icon = (path: string, size: number, name = ''): string =>
  `<svg class="${name}" width="${size}" height="${size}" viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`
const time = (ms: number): string => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`

type Theme = 'light' | 'dark' | null
const page = (locale: LocaleName, theme: Theme, title: string, inner: string): string =>
  `<!doctype html><html lang="${tagOf(locale)}"${theme === null ? '' : ` data-theme="${theme}"`}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${escaped(title)}</title><link rel="icon" href="/favicon.svg"><base target="_blank"><style>${css}</style></head>${inner}</html>`

function line(track: TrackWire, place: number, of: string, t: ReturnType<typeof wordsFor>): string {
  const can = track.playable !== 'no' && track.state === 'ready'
  const by = track.artists.map(artist => artist.name).join(' · ')
  const note = !can
    ? track.playable === 'no'
      ? t.music.notPlayable
      : track.state === 'failed'
        ? t.music.failedTrack
        : t.music.notReady
    : track.playable === 'preview'
      ? t.music.preview
      : ''
  return `<li><button type="button" data-track="${track.id}" data-ms="${track.durationMs}" data-name="${escaped(track.title)}" data-by="${escaped(by)}"${can ? '' : ' disabled'}><span class="n">${place}</span><span class="t line">${escaped(track.title)}${by === of || by === '' ? '' : ` <em>${escaped(by)}</em>`}</span>${note === '' ? '' : `<em>${note}</em>`}<em>${time(track.durationMs)}</em></button></li>`
}

function player(thing: Shared, origin: string, locale: LocaleName, theme: Theme): string {
  const t = wordsFor(locale)
  const { kind, id, title, by, byPath, cover, tracks } = thing
  const address = `${origin}/${kind}/${id}`
  const picture = cover?.small ?? `/emblems/${id}.svg`
  const name = by === '' ? title : `${title} – ${by}`
  const linked = byPath === null ? escaped(by) : `<a href="${origin}${byPath}">${escaped(by)}</a>`
  const words = `data-play="${t.player.play}" data-pause="${t.player.pause}" data-failed="${t.music.failedTrack}"`
  return page(
    locale,
    theme,
    name,
    `<body ${words}><main><header><a href="${address}" tabindex="-1" aria-hidden="true"><img src="${picture}" alt="" width="128" height="128"></a><div class="on"><div class="home"><h1 class="line"><a href="${address}">${escaped(title)}</a></h1><a href="${address}" aria-label="${escaped(`${title} · ${t.shell.brand}`)}" title="${t.shell.brand}"><img src="/favicon.svg" alt="" width="22" height="22"></a></div><p class="line muted">${linked}</p><p class="line muted" id="said" aria-live="polite"></p><div class="keys" role="group" aria-label="${t.player.region}"><button type="button" class="previous" aria-label="${t.player.previous}">${icon('M6 5h2v14H6zM20 5v14L9 12z', 18)}</button><button type="button" class="play" aria-label="${t.player.play}">${icon('M7 4v16l14-8z', 20, 'to-play')}${icon('M6 4h4v16H6zM14 4h4v16h-4z', 20, 'to-pause')}</button><button type="button" class="next" aria-label="${t.player.next}">${icon('M16 5h2v14h-2zM4 5l11 7-11 7z', 18)}</button><input type="range" min="0" max="1" value="0" step="any" disabled aria-label="${t.player.seek}"><time>${time(tracks[0]?.durationMs ?? 0)}</time></div></div></header><ol aria-label="${escaped(title)}">${tracks.map((track, n) => line(track, kind === 'releases' ? track.number : n + 1, by, t)).join('')}</ol></main><script>${script}</script></body>`,
  )
}

const gone = (origin: string, locale: LocaleName, theme: Theme): string => {
  const t = wordsFor(locale)
  return page(
    locale,
    theme,
    t.shell.brand,
    `<body><main class="gone"><h1>${t.faults.not_found}</h1><p><a href="${origin}">${t.shell.brand}</a></p></main></body>`,
  )
}

export function mountEmbeds(server: FastifyInstance, { config, ask }: Sharing): void {
  const send = (reply: FastifyReply, html: string, zipped: boolean): FastifyReply => {
    openTo(reply, reply.statusCode === 200 ? kept : 0)
    reply.type('text/html; charset=utf-8').headers({
      'content-security-policy': contentPolicy,
      'referrer-policy': 'strict-origin-when-cross-origin',
      vary: 'Accept-Language, Accept-Encoding',
    })
    return zipped ? reply.header('content-encoding', 'gzip').send(gzipSync(html)) : reply.send(html)
  }
  for (const kind of Object.keys(kinds) as Kind[])
    server.get(`/embed/${kind}/:id`, async (request, reply) => {
      const locale = localeOfRequest(request)
      const { theme: wanted } = request.query as { theme?: string }
      const theme = wanted === 'light' || wanted === 'dark' ? wanted : null
      const thing = await sharedThing(ask, kind, (request.params as { id: string }).id)
      const zipped = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
      return thing === undefined
        ? send(reply.code(404), gone(config.url, locale, theme), zipped)
        : send(reply, player(thing, config.url, locale, theme), zipped)
    })
}
