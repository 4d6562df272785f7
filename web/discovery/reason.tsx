import type { Ok } from '../api.ts'
import type { Words } from '../i18n/use.tsx'

export type Why = Ok<'GET /radio'>['items'][number]['reason']

/** A suggestion's reason in the reader's words. */
export function reasonText(t: Words, { kind, name, count }: Why): string {
  const say = t.discover.reason
  switch (kind) {
    case 'version':
      return say.version(name ?? '')
    case 'together':
      return say.together(name ?? '', count ?? 3)
    case 'credit':
      return say.credit(name ?? '')
    case 'artist':
      return say.artist(name ?? '')
    case 'genre':
      return say.genre(name ?? '')
    case 'often':
      return say.often(count ?? 1)
    case 'rare':
      return say.rare(count ?? 0)
    case 'favourite':
      return say.favourite
    case 'followed':
      return say.followed(name ?? '')
    case 'popular':
      return say.popular
    case 'seed':
      return say.seed
  }
}
