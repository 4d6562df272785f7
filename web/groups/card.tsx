import { Link } from '@tanstack/react-router'
import { BadgeCheck } from 'lucide-react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Cover } from '../ui/cover.tsx'
import { Planet } from '../ui/planet.tsx'
import { Tag } from '../ui/states.tsx'
import type { GroupCardData } from './queries.ts'

/** A group in a list: its picture large, then who it is. */
export function GroupCard({ group, level }: { group: GroupCardData; level?: number }) {
  const t = useWords()
  const format = useFormat()
  return (
    <article className="group relative overflow-hidden rounded-lg border border-line bg-surface transition-colors hover:border-line-strong">
      <div aria-hidden className="relative h-24 overflow-hidden sm:h-28">
        {group.cover ? (
          <img src={group.cover} alt="" loading="lazy" decoding="async" className="size-full object-cover" />
        ) : (
          <Planet id={group.id} className="size-full scale-125 opacity-75 blur-xl saturate-150" />
        )}
      </div>
      <div className="-mt-9 flex flex-col gap-1.5 p-4 pt-0">
        <Cover id={group.id} picture={group.picture} alt="" size={64} round className="relative size-16 ring-4 ring-surface" />
        <p className="flex items-center gap-1.5 text-base font-semibold">
          <Link to="/groups/$id" params={{ id: group.handle }} className="card-link min-w-0 truncate">
            {group.name}
          </Link>
          {group.kind === 'official' ? (
            <BadgeCheck size={17} role="img" aria-label={t.groups.officialLong} className="shrink-0 text-ion" />
          ) : null}
        </p>
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted">
          <span>{t.groups.members(format.compact(group.members))}</span>
          {group.page ? <span className="min-w-0 truncate">{group.page.name}</span> : null}
          {level ? (
            <Tag tone="accent">{t.groups.level(level)}</Tag>
          ) : group.role ? (
            <Tag tone="accent">{group.role === 'member' ? t.groups.joined : t.groups.roles[group.role]}</Tag>
          ) : null}
        </p>
      </div>
    </article>
  )
}

/** One's own groups, as round emblems side by side. */
export function GroupRound({ group }: { group: GroupCardData }) {
  return (
    <Link to="/groups/$id" params={{ id: group.handle }} className="flex w-20 shrink-0 flex-col items-center gap-2 text-center sm:w-24">
      <Cover id={group.id} picture={group.picture} alt="" size={96} round className="size-18 sm:size-22" />
      <span className="line-clamp-2 text-xs leading-tight font-medium">{group.name}</span>
    </Link>
  )
}
