import { useInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Lock, Search } from 'lucide-react'
import { useDeferredValue, useState, type ReactNode } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Input, Select } from '../ui/field.tsx'
import { EmptyState, ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import { groupQuery, membersQuery, type Member } from './queries.ts'

/** Who is in a group, for members. */
export function GroupMembers({ id }: { id: string }) {
  const t = useWords()
  const { data: group } = useSuspenseQuery(groupQuery(id))
  if (!group.you.member && !group.you.artist) return <EmptyState icon={Lock} title={t.groups.membersLocked} />
  return <MemberList id={group.id} />
}

/** Members by name, activity or age; `action` stands behind each of them. */
export function MemberList({ id, action }: { id: string; action?: (member: Member) => ReactNode }) {
  const t = useWords()
  const format = useFormat()
  const [q, setQ] = useState('')
  const [sort, setSort] = useState<'active' | 'new'>('active')
  const asked = useDeferredValue(q.trim())
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    membersQuery(id, { q: asked, sort }),
  )
  const members = data?.pages.flatMap(page => page.items) ?? []
  return (
    <section aria-label={t.groups.tabs.members}>
      <div className="mb-4 flex items-end gap-2">
        <div className="relative min-w-0 flex-1">
          <Input
            label={t.groups.searchMembers}
            hideLabel
            type="search"
            placeholder={t.groups.searchMembers}
            value={q}
            maxLength={60}
            onChange={event => setQ(event.target.value)}
            suffix={<Search size={16} aria-hidden />}
          />
        </div>
        <Select
          label={t.common.sortBy('')}
          hideLabel
          className="w-36"
          value={sort}
          onChange={event => setSort(event.target.value as 'active' | 'new')}
          options={[
            { value: 'active', name: t.groups.sortActive },
            { value: 'new', name: t.groups.sortJoined },
          ]}
        />
      </div>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={8} />
      ) : members.length === 0 ? (
        <EmptyState title={t.groups.noMembers} compact />
      ) : (
        <ul className="grid gap-x-8 sm:grid-cols-2 xl:grid-cols-3">
          {members.map(member => (
            <li key={member.id} className="flex min-h-15 items-center gap-3 border-b border-line py-2.5">
              <Cover id={member.id} alt="" size={40} round className="size-10 shrink-0" />
              <div className="min-w-0 flex-1">
                <p className="flex items-center gap-2">
                  <span className="truncate font-medium">{member.name}</span>
                  {member.artist ? <Tag tone="ion">{t.groups.artist}</Tag> : null}
                  {member.role === 'member' ? null : <Tag tone="accent">{t.groups.roles[member.role]}</Tag>}
                </p>
                <p className="text-xs text-muted">
                  {t.groups.level(member.level)} · {t.groups.memberSince(format.date(member.since))}
                </p>
              </div>
              {action?.(member)}
            </li>
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <div className="mt-5 text-center">
          <Button look="quiet" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t.common.showMore}
          </Button>
        </div>
      ) : null}
    </section>
  )
}
