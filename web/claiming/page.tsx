import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { BadgeCheck } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { read, type Ok } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { ClaimForm } from './form.tsx'
import { onPageQuery } from './queries.ts'
import { ClaimState } from './state.tsx'

type Page = Ok<'GET /pages/:id'>

/** Taking a page that speaks of oneself: the form, then how far it is; for who objected, what came of that. */
export function ClaimPage({ id }: { id: string }) {
  const me = useMe()
  const { data: page } = useSuspenseQuery(read('GET /pages/:id', { id }))
  if (!me || me.guest) return <SignInFirst />
  return (
    <div className="mx-auto flex max-w-[1040px] flex-col gap-6">
      <Head page={page} />
      <Body page={page} />
    </div>
  )
}
function Head({ page }: { page: Page }) {
  const t = useWords()
  return (
    <header className="flex items-center gap-4">
      <Cover id={page.id} picture={page.picture} alt="" size={72} round eager className="size-16 shrink-0 sm:size-18" />
      <div className="min-w-0">
        <h1 className="text-xl leading-tight [overflow-wrap:anywhere]">{t.claiming.title(page.name)}</h1>
        <p className="mt-0.5">
          <Link to="/artists/$id" params={{ id: page.id }} className="text-muted underline underline-offset-4 hover:text-ink">
            @{page.handle}
          </Link>
        </p>
      </div>
    </header>
  )
}
function Body({ page }: { page: Page }): ReactNode {
  const t = useWords()
  const { data, error, isPending, refetch } = useQuery(onPageQuery(page.id))
  const [anew, setAnew] = useState(false)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={6} />
  const known = data.mine ?? data.objected
  if (known !== null && !anew) return <ClaimState id={known} free={data.free} onAgain={() => setAnew(true)} />
  if (!data.free)
    return (
      <EmptyState
        icon={BadgeCheck}
        title={t.claiming.owned}
        action={
          <Link to="/artists/$id" params={{ id: page.id }} className={buttonClass('quiet')}>
            {t.claiming.toPage}
          </Link>
        }
      >
        {t.claiming.ownedBody}
      </EmptyState>
    )
  return <ClaimForm page={page.id} onSent={() => setAnew(false)} />
}
