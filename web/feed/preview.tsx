import { Link2 } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import type { Preview } from './post.ts'

export const siteOf = (url: string): string => {
  try {
    return new URL(url).hostname.replace(/^www\./, '')
  } catch {
    return url
  }
}

/** What a linked page says of itself: its picture comes from this planet, never from there. */
export function PreviewCard({ preview }: { preview: Preview }) {
  const t = useWords()
  const [failed, setFailed] = useState(false)
  const site = preview.site || siteOf(preview.url)
  return (
    <a
      href={preview.url}
      target="_blank"
      rel="noopener noreferrer nofollow ugc"
      aria-label={`${t.feed.linkTo(site)} – ${preview.title}`}
      className="group flex overflow-hidden rounded-md border border-line transition-colors hover:bg-raised/60"
    >
      {preview.picture && !failed ? (
        <img
          src={preview.picture.url}
          alt=""
          width={112}
          height={112}
          loading="lazy"
          decoding="async"
          onError={() => setFailed(true)}
          className="w-28 shrink-0 self-stretch bg-raised object-cover sm:w-36"
        />
      ) : (
        <span aria-hidden className="grid w-16 shrink-0 place-items-center bg-raised text-muted">
          <Link2 size={20} strokeWidth={1.7} />
        </span>
      )}
      <span className="min-w-0 flex-1 px-4 py-3">
        <span className="block truncate text-xs text-muted">{site}</span>
        <span className="mt-0.5 line-clamp-2 font-semibold">{preview.title}</span>
        {preview.description ? <span className="mt-0.5 line-clamp-2 text-[13px] text-muted">{preview.description}</span> : null}
      </span>
    </a>
  )
}
