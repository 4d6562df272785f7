import { Link } from '@tanstack/react-router'
import { Ticket } from 'lucide-react'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Tag, type Tone } from '../ui/states.tsx'
import type { ShowCard } from './queries.ts'
import { shortOf, tileOf } from './times.ts'

/** What matters most of a show right now, in a word or two. */
export function useShowTag(show: Pick<ShowCard, 'state' | 'left' | 'opensAt' | 'zone' | 'going'>): { tone: Tone; text: string } | null {
  const t = useWords()
  const { locale } = useLanguage()
  if (show.state === 'cancelled') return { tone: 'bad', text: t.shows.states.cancelled }
  if (show.state === 'postponed') return { tone: 'held', text: t.shows.states.postponed }
  if (show.state === 'draft' || show.state === 'over') return { tone: 'plain', text: t.shows.states[show.state] }
  if (show.going) return { tone: 'good', text: t.shows.going }
  if (show.opensAt) return { tone: 'accent', text: t.shows.opensAt(shortOf(locale, show.zone, show.opensAt)) }
  if (show.left === 'none') return { tone: 'plain', text: t.shows.soldOut }
  if (show.left === 'few') return { tone: 'held', text: t.shows.few }
  if (show.state === 'announced') return { tone: 'plain', text: t.shows.states.announced }
  return null
}
export function usePrice(): (show: Pick<ShowCard, 'from' | 'to'>) => string {
  const t = useWords()
  const format = useFormat()
  return ({ from, to }) => {
    if (!from) return ''
    if (from.amount === '0' && to?.amount === '0') return t.shows.free
    if (from.amount === '0' && to) return `${t.shows.free} – ${format.money(to)}`
    return from.amount === to?.amount ? format.money(from) : t.shows.from(format.money(from))
  }
}

/** A show as a poster: the picture large, the day on it. */
export function ShowPoster({ show, eager = false }: { show: ShowCard; eager?: boolean }) {
  const t = useWords()
  const { locale } = useLanguage()
  const tag = useShowTag(show)
  const price = usePrice()
  const tile = tileOf(locale, show.zone, show.startsAt)
  const names = show.acts.map(act => act.name).join(' · ')
  return (
    <article className="group relative min-w-0">
      <div className="relative overflow-hidden rounded-lg">
        <Cover
          id={show.id}
          picture={show.picture}
          alt=""
          size={480}
          eager={eager}
          className={cx(
            'w-full rounded-lg! transition-transform duration-240 motion-safe:group-hover:scale-[1.02]',
            show.state === 'cancelled' && 'opacity-60',
          )}
        />
        {show.dateOpen ? null : (
          <span
            className="absolute top-2.5 left-2.5 flex min-w-12 flex-col items-center rounded-md bg-surface px-2 py-1 text-ink shadow-pop"
            aria-hidden
          >
            <b className="tabular text-lg leading-tight">{tile.day}</b>
            <span className="text-xs leading-tight text-muted">{tile.month}</span>
          </span>
        )}
        {tag ? (
          <span className="absolute right-2.5 bottom-2.5 max-w-[calc(100%-20px)] rounded-full bg-surface shadow-pop">
            <Tag tone={tag.tone}>{tag.text}</Tag>
          </span>
        ) : null}
      </div>
      <h3 className="mt-2.5 leading-snug font-semibold">
        <Link to="/shows/$id" params={{ id: show.id }} className="line-clamp-2 [overflow-wrap:anywhere] after:absolute after:inset-0">
          {show.title}
        </Link>
      </h3>
      {names ? <p className="mt-0.5 truncate text-sm text-muted">{names}</p> : null}
      <p className="tabular mt-1 truncate text-sm text-muted">
        {show.dateOpen ? t.shows.dateOpen : shortOf(locale, show.zone, show.startsAt)} · {show.city}
      </p>
      <p className="mt-0.5 flex items-baseline justify-between gap-2 text-sm">
        <span className="truncate text-muted">{show.place}</span>
        {price(show) ? <b className="tabular shrink-0 font-semibold">{price(show)}</b> : null}
      </p>
    </article>
  )
}

/** One line of a list: small picture, when, where. */
export function ShowRow({ show, children }: { show: ShowCard; children?: React.ReactNode }) {
  const t = useWords()
  const { locale } = useLanguage()
  const tag = useShowTag(show)
  return (
    <div className="relative flex items-center gap-3 py-3">
      <Cover id={show.id} picture={show.picture} alt="" size={64} className="w-16 shrink-0" />
      <div className="min-w-0 flex-1">
        <Link to="/shows/$id" params={{ id: show.id }} className="block truncate font-semibold hover:underline">
          {show.title}
        </Link>
        <p className="tabular truncate text-sm text-muted">
          {show.dateOpen ? t.shows.dateOpen : shortOf(locale, show.zone, show.startsAt)} · {show.place} · {show.city}
        </p>
        {children}
      </div>
      {tag ? (
        <span className="max-sm:hidden">
          <Tag tone={tag.tone}>{tag.text}</Tag>
        </span>
      ) : null}
      <Ticket size={18} aria-hidden className="shrink-0 text-faint max-sm:hidden" />
    </div>
  )
}
