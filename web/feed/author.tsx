import { Link } from '@tanstack/react-router'
import { BadgeCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import type { Author } from './post.ts'

/** A person's face; the artist's has a ring of the accent around it. */
export function Face({ author, size, className }: { author: Author; size: 36 | 44; className?: string }) {
  return (
    <span
      className={cx(
        'block shrink-0 rounded-full',
        size === 44 ? 'size-11' : 'size-9',
        author.artist && 'p-0.5 inset-ring-2 inset-ring-accent-mark',
        className,
      )}
    >
      <Cover id={author.page?.id ?? author.id ?? author.name} picture={author.picture} alt="" size={size} round className="size-full" />
    </span>
  )
}

const tag = 'inline-flex shrink-0 items-center rounded-full px-2 py-px text-[11px] leading-4 font-semibold whitespace-nowrap'

/** Name, what one is here, level; the artist's own word is marked before everything else. */
export function Name({ author, after, small }: { author: Author; after?: ReactNode; small?: boolean }) {
  const t = useWords()
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      {author.page ? (
        <Link to="/artists/$id" params={{ id: author.page.handle }} className="truncate font-semibold hover:underline">
          {author.name}
        </Link>
      ) : (
        <span className="truncate font-semibold">{author.name}</span>
      )}
      {author.artist ? (
        <>
          <BadgeCheck size={small ? 15 : 17} aria-hidden className="-ml-0.5 shrink-0 text-ion" />
          <span className={cx(tag, 'bg-accent text-on-accent')}>{t.feed.artist}</span>
        </>
      ) : author.role === 'owner' || author.role === 'host' ? (
        <span className={cx(tag, 'bg-ion-soft text-ion')}>{t.feed[author.role]}</span>
      ) : author.level > 1 ? (
        <span className={cx(tag, 'bg-raised text-muted')}>{t.feed.level(author.level)}</span>
      ) : null}
      {after}
    </span>
  )
}
