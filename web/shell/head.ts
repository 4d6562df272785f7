import type { Words } from '../../shared/words/index.ts'
import { wordsOf } from '../i18n/load.ts'
import type { LocaleName } from '../i18n/use.tsx'
import { pageScope } from '../scope.ts'

/** What every `head` gets: enough of the match to know the language. */
export type HeadMatch = { context: { locale: LocaleName }; pathname: string }
type Told = {
  title: string
  description?: string
  image?: string | undefined
  type?: string
  audio?: string | undefined
  index?: boolean
  /** Paths of feeds of what the page tells. */
  feeds?: readonly string[]
  /** Other sites may turn a link to it into a player. */
  player?: boolean
  data?: object
}

/** The origin of public links: the configured one on the server, the page's own in the browser. */
export const origin = (): string => pageScope()?.origin ?? location.origin

const absolute = (url: string): string => (/^https?:/.test(url) ? url : origin() + url)

/** Title, description, what shared links show and data for search engines. */
export function pageHead(match: HeadMatch, tell: (t: Words) => Told) {
  const t = wordsOf(match.context.locale)
  const told = tell(t)
  const title = told.title === t.shell.brand ? told.title : `${told.title} · ${t.shell.brand}`
  // A list's route ends with a slash, its address does not.
  const url = origin() + match.pathname.replace(/(.)\/$/, '$1')
  return {
    meta: [
      { title },
      { property: 'og:title', content: told.title },
      { property: 'og:type', content: told.type ?? 'website' },
      { property: 'og:url', content: url },
      ...(told.description
        ? [
            { name: 'description', content: told.description },
            { property: 'og:description', content: told.description },
          ]
        : []),
      ...(told.image
        ? [
            { property: 'og:image', content: absolute(told.image) },
            { name: 'twitter:card', content: 'summary_large_image' },
          ]
        : []),
      ...(told.audio ? [{ property: 'og:audio', content: absolute(told.audio) }] : []),
      ...(told.index === false ? [{ name: 'robots', content: 'noindex' }] : []),
      ...(told.data
        ? [{ 'script:ld+json': { '@context': 'https://schema.org', ...(told.image ? { image: absolute(told.image) } : {}), ...told.data } }]
        : []),
    ],
    links:
      told.index === false
        ? []
        : [
            { rel: 'canonical', href: url },
            ...(told.feeds ?? []).map(feed => {
              const what = feed.endsWith('shows.atom') ? t.shell.shows : t.music.releases
              return {
                rel: 'alternate',
                type: 'application/atom+xml',
                title: `${told.title === what ? t.shell.brand : told.title} · ${what}`,
                href: origin() + feed,
              }
            }),
            ...(told.player
              ? [{ rel: 'alternate', type: 'application/json+oembed', title, href: `${origin()}/oembed?url=${encodeURIComponent(url)}` }]
              : []),
          ],
  }
}
