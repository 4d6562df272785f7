/** Feeds (Atom, RFC 4287) of new releases and coming shows: the planet's, a page's, a venue's. */
import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { decimal } from '../../shared/money.ts'
import type { LocaleName } from '../../shared/words/index.ts'
import { localeOfRequest, openTo, tagOf, wordsFor, type ReleaseWire, type Sharing, type ShowWire } from './asked.ts'
import { releaseTimes, showTimes, type Times } from './store.ts'
import { document, element, type Markup } from './xml.ts'

/** So many of the newest, or of the soonest. */
const most = 30
/** Seconds a reader or a proxy keeps a feed. */
const kept = 600

type Entry = {
  path: string
  title: string
  summary: string
  authors: readonly { name: string; path: string | null }[]
  picture: string | null
  tag: string | null
  times: Times
}
type Feed = { title: string; path: string; entries: readonly Entry[] }

function atom(feed: Feed, self: string, origin: string, locale: LocaleName): string {
  const here = (path: string): string => origin + path
  const link = (rel: string, href: string, type?: string): Markup => element('link', undefined, { rel, href, type })
  const latest = feed.entries.reduce((last, { times }) => Math.max(last, times.changed.getTime()), 0)
  return document(
    element(
      'feed',
      [
        element('id', here(self)),
        element('title', feed.title),
        element('updated', new Date(latest).toISOString()),
        link('self', here(self), 'application/atom+xml'),
        link('alternate', here(feed.path), 'text/html'),
        element('icon', here('/favicon.svg')),
        element('author', [element('name', wordsFor(locale).shell.brand), element('uri', origin)]),
        ...feed.entries.map(one =>
          element('entry', [
            element('id', here(one.path)),
            element('title', one.title),
            element('updated', one.times.changed.toISOString()),
            element('published', one.times.came.toISOString()),
            link('alternate', here(one.path), 'text/html'),
            one.picture === null ? undefined : link('enclosure', here(one.picture), 'image/webp'),
            ...one.authors.map(({ name, path }) =>
              element('author', [element('name', name), path === null ? undefined : element('uri', here(path))]),
            ),
            one.tag === null ? undefined : element('category', undefined, { term: one.tag }),
            element('summary', one.summary),
          ]),
        ),
      ],
      { xmlns: 'http://www.w3.org/2005/Atom', 'xml:lang': tagOf(locale) },
    ),
  )
}

const releaseEntry = (release: ReleaseWire, times: Times, locale: LocaleName): Entry => {
  const t = wordsFor(locale)
  return {
    path: `/releases/${release.id}`,
    title: release.title,
    summary: [
      release.artists.map(artist => artist.name).join(' · '),
      t.music.kinds[release.kind],
      t.music.tracks(release.trackCount),
      release.releasedOn,
    ]
      .filter(Boolean)
      .join(' · '),
    authors: release.artists.map(({ id, name }) => ({ name, path: `/artists/${id}` })),
    picture: release.cover?.large ?? null,
    tag: release.genre,
    times,
  }
}

/** Where, when (in the zone of the place), for how much. */
function showEntry(show: ShowWire, times: Times, locale: LocaleName): Entry {
  const t = wordsFor(locale)
  const at = (moment: string): string =>
    new Intl.DateTimeFormat(tagOf(locale), { dateStyle: 'full', timeStyle: 'short', hourCycle: 'h23', timeZone: show.zone }).format(
      new Date(moment),
    )
  const price = ({ amount, currency }: { amount: string; currency: string }): string =>
    new Intl.NumberFormat(tagOf(locale), { style: 'currency', currency, currencyDisplay: 'narrowSymbol' }).format(
      decimal({ amount, currency }) as `${number}`,
    )
  const cost =
    show.left === 'none'
      ? t.shows.soldOut
      : show.from === null
        ? ''
        : show.from.amount === '0'
          ? t.shows.free
          : t.shows.from(price(show.from))
  return {
    path: `/shows/${show.id}`,
    title: show.title,
    summary: [
      show.dateOpen ? t.shows.dateOpen : at(show.startsAt),
      show.place,
      show.city,
      show.acts.map(act => act.name).join(', '),
      show.state === 'cancelled' || show.state === 'postponed' ? t.shows.states[show.state] : cost,
    ]
      .filter(Boolean)
      .join(' · '),
    authors: [{ name: show.page.name, path: `/artists/${show.page.id}` }],
    picture: show.picture,
    tag: show.city,
    times,
  }
}

export function mountFeeds(server: FastifyInstance, { db, config, ask }: Sharing): void {
  const releases = async (locale: LocaleName, artist?: string): Promise<Entry[]> => {
    const { items } = await ask('GET /releases', { sort: 'new', limit: most, ...(artist === undefined ? {} : { artist }) })
    const times = await releaseTimes(
      db.read,
      items.map(item => item.id),
    )
    return items.flatMap(item => (times.has(item.id) ? [releaseEntry(item, times.get(item.id)!, locale)] : []))
  }
  const shows = async (locale: LocaleName, of: { page?: string; venue?: string } = {}): Promise<Entry[]> => {
    const { items } = await ask('GET /shows', { limit: most, ...of })
    const times = await showTimes(
      db.read,
      items.map(item => item.id),
    )
    return items.flatMap(item => (times.has(item.id) ? [showEntry(item, times.get(item.id)!, locale)] : []))
  }
  const feed = (path: string, make: (locale: LocaleName, id: string) => Promise<Feed>): void => {
    server.get(path, async (request: FastifyRequest, reply: FastifyReply) => {
      const locale = localeOfRequest(request)
      const made = await make(locale, (request.params as { id?: string }).id ?? '')
      const body = atom(made, request.url.replace(/\?.*$/, ''), config.url, locale)
      const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
      openTo(reply, kept).header('etag', tag).header('content-language', tagOf(locale))
      if (request.headers['if-none-match']?.split(/,\s*/).some(one => one.replace(/^W\//, '') === tag) === true)
        return reply.code(304).send()
      return reply.type('application/atom+xml; charset=utf-8').send(body)
    })
  }
  const titled = (locale: LocaleName, title: string): string => `${title} · ${wordsFor(locale).shell.brand}`

  feed('/feeds/releases.atom', async locale => ({
    title: titled(locale, wordsFor(locale).music.newReleases),
    path: '/releases',
    entries: await releases(locale),
  }))
  feed('/feeds/shows.atom', async locale => ({
    title: titled(locale, wordsFor(locale).shows.title),
    path: '/shows',
    entries: await shows(locale),
  }))
  feed('/feeds/pages/:id/releases.atom', async (locale, asked) => {
    const { id, name } = await ask('GET /pages/:id', { id: asked })
    return {
      title: titled(locale, `${name} – ${wordsFor(locale).music.releases}`),
      path: `/artists/${id}`,
      entries: await releases(locale, id),
    }
  })
  feed('/feeds/pages/:id/shows.atom', async (locale, asked) => {
    const { id, name } = await ask('GET /pages/:id', { id: asked })
    return { title: titled(locale, wordsFor(locale).shows.of(name)), path: `/artists/${id}`, entries: await shows(locale, { page: id }) }
  })
  feed('/feeds/venues/:id/shows.atom', async (locale, asked) => {
    const { id, name } = await ask('GET /venues/:id', { id: asked })
    return { title: titled(locale, wordsFor(locale).shows.of(name)), path: `/venues/${id}`, entries: await shows(locale, { venue: id }) }
  })
}
