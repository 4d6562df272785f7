import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Building2, Plus, UsersRound } from 'lucide-react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { EmptyState, ErrorState, faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { myGroupsQuery, refreshGroup } from './queries.ts'

/** Groups one hosts, and those that named an organisation of one's own as their agency. */
export function HostedGroups() {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const { data, error, isPending, refetch } = useQuery(myGroupsQuery)
  const decide = useMutation({
    mutationFn: ({ group, organisation, yes }: { group: string; organisation: string; yes: boolean }) =>
      yes ? api('POST /groups/:id/agency/confirm', { id: group, organisation }) : api('DELETE /groups/:id/agency', { id: group }),
    onSuccess: (_, { yes }) => {
      toast(yes ? t.hosting.agencyConfirmed : t.hosting.changed, { tone: 'good' })
      return refreshGroup(client)
    },
    onError: failure => toast(faultText(t, failure), { tone: 'bad' }),
  })
  const hosted = data?.items.filter(group => group.role !== 'member') ?? []
  return (
    <>
      <header className="mb-6 flex flex-wrap items-center justify-between gap-4">
        <h1 className="text-xl">{t.hosting.title}</h1>
        <Link to="/groups/new" className={buttonClass()}>
          <Plus size={16} aria-hidden />
          {t.groups.open}
        </Link>
      </header>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : (
        <div className="flex flex-col gap-6">
          {data.agencies.length > 0 ? (
            <Panel title={t.hosting.agencies}>
              <ul className="flex flex-col gap-4">
                {data.agencies.map(({ group, organisation }) => (
                  <li key={group.id} className="flex flex-wrap items-center gap-3">
                    <Building2 size={18} aria-hidden className="text-muted" />
                    <Link to="/groups/$id" params={{ id: group.handle }} className="min-w-0 flex-1 hover:text-accent-ink">
                      {t.hosting.agencyAsk(group.name, organisation.name)}
                    </Link>
                    <Button
                      size="sm"
                      busy={decide.isPending}
                      onClick={() => decide.mutate({ group: group.id, organisation: organisation.id, yes: true })}
                    >
                      {t.hosting.agencyYes}
                    </Button>
                    <Button
                      size="sm"
                      look="quiet"
                      disabled={decide.isPending}
                      onClick={() => decide.mutate({ group: group.id, organisation: organisation.id, yes: false })}
                    >
                      {t.hosting.agencyNo}
                    </Button>
                  </li>
                ))}
              </ul>
            </Panel>
          ) : null}
          {hosted.length === 0 ? (
            <EmptyState icon={UsersRound} title={t.hosting.none}>
              {t.hosting.noneBody}
            </EmptyState>
          ) : (
            <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
              {hosted.map(group => (
                <li
                  key={group.id}
                  className="relative flex items-center gap-4 rounded-lg border border-line bg-surface p-4 transition-colors hover:border-line-strong"
                >
                  <Cover id={group.id} picture={group.picture} alt="" size={64} round className="size-16" />
                  <div className="min-w-0 flex-1">
                    <p className="truncate font-semibold">
                      <Link to="/studio/groups/$id" params={{ id: group.handle }} className="card-link">
                        {group.name}
                      </Link>
                    </p>
                    <p className="truncate text-xs text-muted">{t.groups.members(format.compact(group.members))}</p>
                  </div>
                  <Tag tone="accent">{t.groups.roles[group.role ?? 'host']}</Tag>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </>
  )
}
