import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useWords } from '../i18n/use.tsx'
import { Progress } from '../ui/states.tsx'
import { siteQuery } from './me.ts'

/** Says honestly that this planet runs its demo world, and how far the music is made. */
export function DemoBadge() {
  const t = useWords()
  const { data: site } = useQuery({
    ...siteQuery,
    refetchInterval: query =>
      query.state.data && query.state.data.progress.ready + query.state.data.progress.failed < query.state.data.progress.total
        ? 4000
        : false,
  })
  if (!site?.demo) return null
  const { ready, total, failed } = site.progress
  return (
    <Link
      to="/demo"
      className="block rounded-md border border-line px-3 py-2.5 text-xs text-muted transition-colors hover:border-line-strong hover:text-ink"
    >
      <span className="flex items-center gap-2 font-medium">
        <span aria-hidden className="size-2 rounded-full bg-accent-mark" />
        {t.shell.demo}
      </span>
      {ready + failed < total ? (
        <div className="mt-2">
          <Progress label={t.shell.demoMaking} share={total === 0 ? null : ready / total} detail={`${ready}/${total}`} />
        </div>
      ) : null}
    </Link>
  )
}
