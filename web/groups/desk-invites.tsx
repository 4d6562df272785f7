import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Copy, Link2, UsersRound } from 'lucide-react'
import { useState } from 'react'
import { api, read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass, IconButton } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { EmptyState, ErrorState, faultText, Panel, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import type { Group } from './queries.ts'

/** Links that invite: made, copied, ended. */
export function Invites({ group }: { group: Group }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const [days, setDays] = useState('7')
  const [uses, setUses] = useState('')
  const query = read('GET /groups/:id/invites', { id: group.id })
  const { data, error, isPending, refetch } = useQuery(query)
  const settle = () => client.invalidateQueries({ queryKey: query.queryKey })
  const failed = (failure: unknown) => toast(faultText(t, failure), { tone: 'bad' })
  const make = useMutation({
    mutationFn: () =>
      api('POST /groups/:id/invites', { id: group.id, days: days === '' ? null : Number(days), uses: uses === '' ? null : Number(uses) }),
    onSuccess: settle,
    onError: failed,
  })
  const end = useMutation({
    mutationFn: (token: string) => api('DELETE /groups/:id/invites/:token', { id: group.id, token }),
    onSuccess: () => {
      toast(t.hosting.inviteEnded)
      return settle()
    },
    onError: failed,
  })
  const addressOf = (token: string) =>
    `${typeof location === 'undefined' ? '' : location.origin}/groups/${group.handle}/about?invite=${token}`
  const copy = async (token: string) => {
    await navigator.clipboard.writeText(addressOf(token))
    toast(t.common.copied, { tone: 'good' })
  }
  return (
    <Panel
      title={t.hosting.invites}
      note={t.hosting.invitesBody}
      action={
        <Link to="/studio/groups/$id/enrolment" params={{ id: group.id }} className={buttonClass('quiet', 'sm')}>
          <UsersRound size={15} aria-hidden />
          {t.enrolment.open}
        </Link>
      }
    >
      {group.state === 'open' ? (
        <div className="mb-5 grid grid-cols-2 items-end gap-3">
          <Select
            label={t.hosting.inviteDays}
            value={days}
            onChange={event => setDays(event.target.value)}
            options={[
              ...[1, 7, 30].map(n => ({ value: String(n), name: t.hosting.inviteDay(n) })),
              { value: '', name: t.hosting.inviteForever },
            ]}
          />
          <Select
            label={t.hosting.inviteUses}
            value={uses}
            onChange={event => setUses(event.target.value)}
            options={[
              { value: '', name: t.hosting.inviteUsesAny },
              ...[1, 10, 100, 1000].map(n => ({ value: String(n), name: t.hosting.inviteUse(format.number(n)) })),
            ]}
          />
          <Button icon={Link2} busy={make.isPending} onClick={() => make.mutate()} className="col-span-2 sm:justify-self-start">
            {t.hosting.inviteNew}
          </Button>
        </div>
      ) : null}
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={2} />
      ) : data.items.length === 0 ? (
        <EmptyState title={t.hosting.inviteNone} compact />
      ) : (
        <ul className="flex flex-col gap-4">
          {data.items.map(invite => (
            <li key={invite.token}>
              <div className="flex items-end gap-1">
                <Input
                  label={`${invite.by} · ${format.date(invite.at)}`}
                  readOnly
                  value={addressOf(invite.token)}
                  className="min-w-0 flex-1"
                  onFocus={event => event.target.select()}
                />
                <IconButton icon={Copy} label={t.common.copy} onClick={() => void copy(invite.token)} />
              </div>
              <p className="mt-1 flex flex-wrap items-center gap-x-3 text-xs text-muted">
                <span>
                  {invite.mostUses === null
                    ? t.hosting.inviteUsedAny(format.number(invite.uses))
                    : t.hosting.inviteUsed(format.number(invite.uses), format.number(invite.mostUses))}
                </span>
                <span>{invite.endsAt === null ? t.hosting.inviteForever : t.hosting.inviteUntil(format.dateTime(invite.endsAt))}</span>
                <Button look="plain" size="sm" disabled={end.isPending} onClick={() => end.mutate(invite.token)}>
                  {t.hosting.inviteEnd}
                </Button>
              </p>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
