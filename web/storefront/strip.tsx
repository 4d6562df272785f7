import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Store } from 'lucide-react'
import { useWords } from '../i18n/use.tsx'
import { buttonClass } from '../ui/button.tsx'
import { ThingCard, ThingGrid } from './cards.tsx'
import { thingsQuery } from './queries.ts'

/** What a page sells beside its releases, on the artist's page. */
export function ShopStrip({ page, name }: { page: string; name: string }) {
  const s = useWords().storefront
  const { data } = useInfiniteQuery(thingsQuery(page, { sort: 'popular' }))
  const things = (data?.pages[0]?.items ?? []).filter(card => card.kind !== 'digital').slice(0, 10)
  if (things.length === 0) return null
  return (
    <section aria-label={s.soldBy(name)} className="mt-12">
      <header className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-lg">{s.soldBy(name)}</h2>
        <Link to="/shops/$id" params={{ id: page }} className={buttonClass('quiet', 'sm')}>
          <Store size={14} aria-hidden />
          {s.visit}
        </Link>
      </header>
      <ThingGrid layout="strip" label={s.soldBy(name)}>
        {things.map(card => (
          <ThingCard key={card.id} card={card} />
        ))}
      </ThingGrid>
    </section>
  )
}
