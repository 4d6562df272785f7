import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import { ArrowLeft, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { EmptyState } from '../ui/states.tsx'
import { PostCard } from './card.tsx'
import { Comments } from './comments.tsx'
import { postQuery } from './queries.ts'

/** One post with everything said below it. */
export function PostPage({ id, comment }: { id: string; comment?: string | undefined }) {
  const t = useWords()
  const router = useRouter()
  const { data: first } = useSuspenseQuery(postQuery(id))
  const { data: post = first } = useQuery(postQuery(id))
  const [gone, setGone] = useState(false)
  const toComments = () => {
    document.querySelector('#comments')?.scrollIntoView({ block: 'start', behavior: 'smooth' })
    document.querySelector<HTMLElement>('#comments textarea')?.focus({ preventScroll: true })
  }
  // Whoever came to read the comments begins there.
  useEffect(() => {
    if (router.latestLocation.hash === 'comments') document.querySelector('#comments')?.scrollIntoView({ block: 'start' })
  }, [router])
  const back = () =>
    router.history.canGoBack()
      ? router.history.back()
      : void router.navigate(post.group ? { to: '/groups/$id', params: { id: post.group.handle } } : { to: '/feed' })
  const place = post.group ?? post.page
  const inner = place ? (
    <>
      <Cover id={place.id} picture={place.picture} alt="" size={32} round className="size-8 shrink-0" />
      <span className="truncate font-semibold">{place.name}</span>
    </>
  ) : null
  return (
    <div className="mx-auto max-w-[640px]">
      <h1 className="sr-only">{t.feed.postOf(post.author.name)}</h1>
      <div className="mb-2 flex min-h-11 items-center gap-1">
        <IconButton icon={ArrowLeft} label={t.feed.back} tip={false} className="-ml-2" onClick={back} />
        {post.group ? (
          <Link
            to="/groups/$id"
            params={{ id: post.group.handle }}
            className="flex min-w-0 items-center gap-2.5 rounded-full py-1 pr-3 hover:bg-raised"
          >
            {inner}
          </Link>
        ) : post.page ? (
          <Link
            to="/artists/$id"
            params={{ id: post.page.handle }}
            className="flex min-w-0 items-center gap-2.5 rounded-full py-1 pr-3 hover:bg-raised"
          >
            {inner}
          </Link>
        ) : null}
      </div>
      {gone ? (
        <EmptyState icon={Trash2} title={t.feed.gone} />
      ) : (
        <>
          <PostCard post={post} whole eager onComment={toComments} />
          <Comments key={id} post={post} marked={comment} onGone={() => setGone(true)} />
        </>
      )}
    </div>
  )
}
