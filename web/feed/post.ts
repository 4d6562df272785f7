import type { Ok } from '../api.ts'

export type Post = Ok<'GET /posts/:id'>
export type PostPage = Ok<'GET /feed'>
export type Author = Post['author']
export type Part = Post['parts'][number]
export type Picture = Post['pictures'][number]
export type Clip = NonNullable<Post['clip']>
export type Poll = NonNullable<Post['poll']>
export type Music = NonNullable<Post['music']>
export type Preview = NonNullable<Post['preview']>
export type Reactions = Post['reactions']
export type ReactionKind = Reactions['kinds'][number]['kind']
export type Thread = Ok<'GET /comments/:id'>
export type Comment = Ok<'GET /comments/:id/replies'>['items'][number]
export type Mentionable = Ok<'GET /groups/:group/mentionable'>['items'][number]

/** In the order they are offered. */
export const reactionKinds = ['heart', 'laugh', 'wow', 'cry', 'fire', 'clap'] as const satisfies readonly ReactionKind[]
export const mostPictures = 9
export const mostText = 5000
export const mostComment = 1000
export const mostOptions = 10

/** Part of a whole, 0 … 1; nothing of nothing is nothing. */
export const shareOf = (part: number, whole: number): number => (whole <= 0 ? 0 : Math.min(1, part / whole))

/** What the reactions are after the reader gave `kind` (null: took theirs back). */
export function reacted(before: Reactions, kind: ReactionKind | null): Reactions {
  if (before.mine === kind) return before
  const counts = new Map(before.kinds.map(one => [one.kind, one.count]))
  if (before.mine) counts.set(before.mine, (counts.get(before.mine) ?? 1) - 1)
  if (kind) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const kinds = [...counts].flatMap(([one, count]) => (count > 0 ? [{ kind: one, count }] : []))
  return { total: before.total + (kind ? 1 : 0) - (before.mine ? 1 : 0), kinds, mine: kind }
}

/** The most given first. */
export const ranked = (reactions: Reactions): readonly ReactionKind[] =>
  reactions.kinds.toSorted((a, b) => b.count - a.count).map(one => one.kind)

/** A post in a few words, for titles and what links show. */
export function inShort(post: Pick<Post, 'parts' | 'poll' | 'music'>, most = 80): string {
  const text = post.parts
    .map(part =>
      part.kind === 'tag' ? `#${part.text.replace(/^#/, '')}` : part.kind === 'mention' ? `@${part.text.replace(/^@/, '')}` : part.text,
    )
    .join('')
    .replace(/\s+/g, ' ')
    .trim()
  const said = text || post.poll?.question || post.music?.title || ''
  return said.length > most ? `${said.slice(0, most - 1)}…` : said
}
