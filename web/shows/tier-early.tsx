import { Link } from '@tanstack/react-router'
import { BadgeCheck, Users } from 'lucide-react'
import { useLanguage, useWords } from '../i18n/use.tsx'
import type { Show } from './queries.ts'
import { shortOf } from './times.ts'

/** Who may buy a tier before the others: groups, and members of the page, with the way to become one. */
export function TierEarly({ show, tier }: { show: Show; tier: Show['tiers'][number] }) {
  const t = useWords()
  const { locale } = useLanguage()
  if (tier.state !== 'soon' && tier.state !== 'early') return null
  return (
    <>
      {tier.earlyAt && tier.earlyGroups.length > 0 ? (
        <p className="flex items-start gap-1 text-xs text-muted">
          <Users size={13} aria-hidden className="mt-0.5 shrink-0" />
          {t.shows.early(tier.earlyGroups.map(group => group.name).join('、'), shortOf(locale, show.zone, tier.earlyAt))}
        </p>
      ) : null}
      {tier.membersAt ? (
        <p className="flex flex-wrap items-center gap-x-2 text-xs text-muted">
          <span className="flex items-start gap-1">
            <BadgeCheck size={13} aria-hidden className="mt-0.5 shrink-0" />
            {t.shows.membersFirst(show.page.name, shortOf(locale, show.zone, tier.membersAt))}
          </span>
          {show.membership && tier.state === 'soon' ? (
            <Link
              to="/services/$id"
              params={{ id: show.membership.id }}
              className="font-semibold text-accent-ink hover:underline"
              aria-label={`${t.shows.becomeMember}: ${show.membership.title}`}
            >
              {t.shows.becomeMember}
            </Link>
          ) : null}
        </p>
      ) : null}
    </>
  )
}
