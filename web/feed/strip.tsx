import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { AudioLines, ChartBarBig, MessageCircle, Music2 } from 'lucide-react'
import { useState } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Sheet } from '../ui/overlay.tsx'
import { Face } from './author.tsx'
import { PostList } from './list.tsx'
import { inShort, ranked, type Post } from './post.ts'
import { ask, type Source } from './queries.ts'
import { Sign } from './signs.tsx'
import { Ago } from './when.tsx'
import { WriteBox } from './write-box.tsx'

const some = 8

/** What an artist posted lately, beside each other on their page; nothing where nothing was posted. Its editors write here. */
export function PagePosts({ page, name, picture }: { page: string; name: string; picture: string | null }) {
  const t = useWords()
  const me = useMe()
  const [all, setAll] = useState(false)
  const source: Source = { kind: 'page', page }
  const { data } = useQuery({
    queryKey: ['posts of page', page] as const,
    queryFn: ({ signal }) => ask(source, { limit: some }, signal),
  })
  if (!data) return null
  const posts = [...(data.pinned ?? []), ...data.items.filter(post => !data.pinned?.some(one => one.id === post.id))].slice(0, some)
  const writes = data.can?.post ?? false
  if (posts.length === 0 && !writes) return null
  return (
    <section aria-label={t.feed.strip} className="mt-10">
      <div className="mb-3.5 flex items-baseline justify-between gap-3">
        <h2 className="text-lg">{t.feed.strip}</h2>
        {posts.length > 1 ? (
          <button type="button" onClick={() => setAll(true)} className="text-[13px] font-medium text-muted hover:text-ink">
            {t.feed.stripAll}
          </button>
        ) : null}
      </div>
      {writes ? (
        <div className="max-w-[640px]">
          <WriteBox place={{ kind: 'page', id: page, name, picture, asArtist: name }} me={me} />
        </div>
      ) : null}
      <ul className="no-bar -mx-4 flex snap-x scroll-px-4 gap-3 overflow-x-auto px-4 pb-1 sm:-mx-6 sm:scroll-px-6 sm:px-6 lg:mx-0 lg:scroll-px-0 lg:px-0">
        {posts.map(post => (
          <li key={post.id} className="w-[76vw] max-w-[300px] shrink-0 snap-start">
            <SmallPost post={post} />
          </li>
        ))}
      </ul>
      {all ? (
        <Sheet open onOpenChange={setAll} title={t.feed.pageFeed(name)}>
          <PageFeed page={page} />
        </Sheet>
      ) : null}
    </section>
  )
}

/** All posts of a page. */
const PageFeed = ({ page }: { page: string }) => {
  const t = useWords()
  return <PostList source={{ kind: 'page', page }} empty={<p className="py-8 text-center text-muted">{t.feed.emptyPage}</p>} />
}

/** A post as a card of one size: its picture or its words, large. */
function SmallPost({ post }: { post: Post }) {
  const t = useWords()
  const format = useFormat()
  const [picture] = post.pictures
  const cover = post.music?.cover?.large
  const Icon = post.clip ? AudioLines : post.poll ? ChartBarBig : post.music ? Music2 : null
  const said = inShort(post, 180)
  const pictured = Boolean(picture ?? cover)
  return (
    <article className="group relative flex h-80 flex-col overflow-hidden rounded-lg border border-line bg-surface">
      {picture ? (
        <img
          src={picture.medium}
          alt={picture.alt}
          width={picture.width}
          height={picture.height}
          loading="lazy"
          decoding="async"
          className="min-h-0 w-full flex-1 object-cover"
          style={{ background: picture.accent }}
        />
      ) : post.music && cover ? (
        <Cover id={post.music.id} picture={cover} alt="" size={300} className="!aspect-auto min-h-0 w-full flex-1 !rounded-none" />
      ) : null}
      <div className={cx('flex flex-col p-4', pictured ? 'shrink-0' : 'min-h-0 flex-1')}>
        <div className="flex items-center gap-2.5">
          <Face author={post.author} size={36} />
          <p className="min-w-0 flex-1">
            <span className="block truncate text-[13px] font-semibold">{post.author.name}</span>
            <Ago at={post.at} className="block text-xs text-muted" />
          </p>
          {Icon ? <Icon size={17} aria-hidden className="text-muted" /> : null}
        </div>
        <p className={pictured ? 'mt-2.5 line-clamp-2' : 'mt-3 line-clamp-7 text-base leading-relaxed'}>{said}</p>
        <p className="mt-auto flex items-center gap-4 pt-2 text-xs text-muted">
          {post.reactions.total > 0 ? (
            <span className="flex items-center gap-1.5">
              <span className="flex -space-x-1">
                {ranked(post.reactions)
                  .slice(0, 2)
                  .map(kind => (
                    <Sign key={kind} kind={kind} size={15} />
                  ))}
              </span>
              <span className="tabular">{format.compact(post.reactions.total)}</span>
            </span>
          ) : null}
          {post.comments > 0 ? (
            <span className="tabular flex items-center gap-1.5">
              <MessageCircle size={14} aria-hidden />
              {format.compact(post.comments)}
            </span>
          ) : null}
        </p>
      </div>
      <Link
        to="/posts/$id"
        params={{ id: post.id }}
        className="absolute inset-0 rounded-lg"
        aria-label={`${t.feed.postOf(post.author.name)}: ${said}`}
      />
    </article>
  )
}
