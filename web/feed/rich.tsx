import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { useWords } from '../i18n/use.tsx'
import { cx } from '../ui/cx.ts'
import type { Part } from './post.ts'

/** More than this, in characters or lines, stands behind "read on". */
const long = 420
const lines = 9

const bare = (part: Part): string => part.text.replace(/^[@#]/, '')

/** Text as people wrote it, cut by the planet: only what it recognised is a link, a name or a tag. */
export function Rich({ parts, group, whole, className }: { parts: readonly Part[]; group?: string; whole?: boolean; className?: string }) {
  const t = useWords()
  const [open, setOpen] = useState(false)
  const text = parts.map(part => part.text).join('')
  const folds = !whole && (text.length > long || text.split('\n').length > lines)
  return (
    <>
      <p className={cx('break-words whitespace-pre-wrap', folds && !open && 'line-clamp-9', className)}>
        {parts.map((part, index): ReactNode => {
          if (part.kind === 'link' && part.url)
            return (
              <a
                key={index}
                href={part.url}
                target="_blank"
                rel="noopener noreferrer nofollow ugc"
                className="text-ion underline decoration-ion/40 underline-offset-3 hover:decoration-ion"
              >
                {part.text}
              </a>
            )
          if (part.kind === 'mention')
            return part.id?.startsWith('pag_') ? (
              <Link key={index} to="/artists/$id" params={{ id: part.id }} className="font-semibold text-accent-ink hover:underline">
                @{bare(part)}
              </Link>
            ) : (
              <span key={index} className="font-semibold text-accent-ink">
                @{bare(part)}
              </span>
            )
          if (part.kind === 'tag')
            return group ? (
              <Link
                key={index}
                to="/groups/$id"
                params={{ id: group }}
                search={{ q: bare(part) } as never}
                className="font-medium text-ion hover:underline"
              >
                #{bare(part)}
              </Link>
            ) : (
              <span key={index} className="font-medium text-ion">
                #{bare(part)}
              </span>
            )
          return part.text
        })}
      </p>
      {folds ? (
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="mt-1 font-semibold text-muted hover:text-ink">
          {open ? t.feed.less : t.feed.more}
        </button>
      ) : null}
    </>
  )
}
