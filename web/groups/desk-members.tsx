import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowRightLeft, MoreHorizontal, ShieldCheck, ShieldOff, UserMinus } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api, read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { TextArea } from '../ui/field.tsx'
import type { MenuEntry } from '../ui/menu-entry.ts'
import { Menu } from '../ui/menu.tsx'
import { Confirm, Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Invites } from './desk-invites.tsx'
import { MemberList } from './members.tsx'
import { groupQuery, refreshGroup, type Member } from './queries.ts'

/** Who waits, who was invited, who is in, and what happened. */
export function DeskMembers({ id }: { id: string }) {
  const t = useWords()
  const { data: group } = useQuery(groupQuery(id))
  if (!group) return <SkeletonRows />
  return (
    <div className="flex flex-col gap-5">
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Requests id={group.id} />
        <Invites group={group} />
      </div>
      <Panel title={t.hosting.all}>
        <MemberList id={group.id} action={member => <MemberMenu group={group.id} member={member} />} />
      </Panel>
      <Log id={group.id} />
    </div>
  )
}

function Requests({ id }: { id: string }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const [refusing, setRefusing] = useState<string | null>(null)
  const { data, error, isPending, refetch } = useQuery(read('GET /groups/:id/requests', { id }))
  const decide = useMutation({
    mutationFn: (given: { id: string; accept: boolean; reason?: string }) => api('POST /join-requests/:id', given),
    onSuccess: (_, { accept }) => {
      toast(accept ? t.hosting.accepted : t.hosting.refused, { tone: accept ? 'good' : 'plain' })
      setRefusing(null)
      return refreshGroup(client)
    },
    onError: failure => toast(faultText(t, failure), { tone: 'bad' }),
  })
  return (
    <Panel title={data && data.count > 0 ? `${t.hosting.requests} · ${format.number(data.count)}` : t.hosting.requests}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : data.items.length === 0 ? (
        <EmptyState title={t.hosting.requestsNone} compact />
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {data.items.map(request => (
            <li key={request.id} className="py-3.5 first:pt-0 last:pb-0">
              <div className="flex flex-wrap items-center gap-3">
                <Cover id={request.person.id} alt="" size={36} round className="size-9" />
                <div className="min-w-0 flex-1">
                  <p className="flex items-center gap-2">
                    <span className="truncate font-medium">{request.person.name}</span>
                    {request.removedBefore ? <Tag tone="held">{t.hosting.removedBefore}</Tag> : null}
                  </p>
                  <p className="text-xs text-muted">{t.hosting.hereSince(format.date(request.person.joinedAt))}</p>
                </div>
                <Button size="sm" disabled={decide.isPending} onClick={() => decide.mutate({ id: request.id, accept: true })}>
                  {t.hosting.accept}
                </Button>
                <Button size="sm" look="quiet" disabled={decide.isPending} onClick={() => setRefusing(request.id)}>
                  {t.hosting.refuse}
                </Button>
              </div>
              {request.answers.length > 0 ? (
                <dl className="mt-2.5 flex flex-col gap-2 rounded-md bg-raised p-3">
                  {request.answers.map(({ question, answer }) => (
                    <div key={question}>
                      <dt className="text-xs text-muted">{question}</dt>
                      <dd className="break-words whitespace-pre-line">{answer}</dd>
                    </div>
                  ))}
                </dl>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {refusing ? (
        <Reason
          title={t.hosting.refuseTitle}
          label={t.hosting.refuseReason}
          action={t.hosting.refuse}
          busy={decide.isPending}
          onClose={() => setRefusing(null)}
          onDone={reason => decide.mutate({ id: refusing, accept: false, reason })}
        />
      ) : null}
    </Panel>
  )
}

function Reason(given: {
  title: string
  label: string
  action: string
  busy: boolean
  onClose: () => void
  onDone: (reason: string) => void
}) {
  const [reason, setReason] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    given.onDone(reason.trim())
  }
  return (
    <Dialog open onOpenChange={open => !open && given.onClose()} title={given.title}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextArea label={given.label} optional rows={3} maxLength={500} value={reason} onChange={event => setReason(event.target.value)} />
        <Button type="submit" look="danger" busy={given.busy} className="self-end">
          {given.action}
        </Button>
      </form>
    </Dialog>
  )
}

function MemberMenu({ group, member }: { group: string; member: Member }) {
  const t = useWords()
  const client = useQueryClient()
  const [open, setOpen] = useState<'remove' | 'owner' | null>(null)
  const done = (text: string) => {
    toast(text, { tone: 'good' })
    setOpen(null)
    return refreshGroup(client)
  }
  const failed = (error: unknown) => toast(faultText(t, error), { tone: 'bad' })
  const appoint = useMutation({
    mutationFn: (role: 'owner' | 'host' | 'member') => api('PATCH /groups/:id/members/:person', { id: group, person: member.id, role }),
    onSuccess: () => done(t.hosting.changed),
    onError: failed,
  })
  const remove = useMutation({
    mutationFn: (reason: string) => api('POST /groups/:id/members/:person/remove', { id: group, person: member.id, reason }),
    onSuccess: () => done(t.hosting.removed),
    onError: failed,
  })
  const entries: MenuEntry[] = []
  if (member.can.appoint) {
    if (member.role === 'host')
      entries.push({ kind: 'action', name: t.hosting.makeMember, icon: ShieldOff, run: () => appoint.mutate('member') })
    else entries.push({ kind: 'action', name: t.hosting.makeHost, icon: ShieldCheck, run: () => appoint.mutate('host') })
    entries.push({ kind: 'action', name: t.hosting.handOver, icon: ArrowRightLeft, run: () => setOpen('owner') })
  }
  if (member.can.remove)
    entries.push({ kind: 'action', name: t.hosting.remove, icon: UserMinus, danger: true, run: () => setOpen('remove') })
  if (entries.length === 0) return null
  return (
    <>
      <Menu
        label={`${t.common.moreActions}: ${member.name}`}
        trigger={<IconButton size="sm" icon={MoreHorizontal} label={`${t.common.moreActions}: ${member.name}`} tip={false} />}
        entries={entries}
      />
      <Confirm
        open={open === 'owner'}
        onOpenChange={next => setOpen(next ? 'owner' : null)}
        title={t.hosting.handOver}
        body={t.hosting.handOverSure(member.name)}
        action={t.hosting.handOver}
        onConfirm={() => appoint.mutateAsync('owner').then(() => undefined)}
      />
      {open === 'remove' ? (
        <Reason
          title={t.hosting.removeTitle(member.name)}
          label={t.hosting.removeReason}
          action={t.hosting.remove}
          busy={remove.isPending}
          onClose={() => setOpen(null)}
          onDone={reason => remove.mutate(reason)}
        />
      ) : null}
    </>
  )
}

function Log({ id }: { id: string }) {
  const t = useWords()
  const format = useFormat()
  const list = useInfiniteQuery({
    queryKey: ['GET /groups/:id/log', id],
    queryFn: ({ pageParam, signal }) =>
      api('GET /groups/:id/log', { id, limit: 20, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
  const rows = list.data?.pages.flatMap(page => page.items) ?? []
  return (
    <Panel title={t.hosting.log}>
      {list.error ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} compact />
      ) : list.isPending ? (
        <SkeletonRows rows={4} />
      ) : rows.length === 0 ? (
        <EmptyState title={t.hosting.logNone} compact />
      ) : (
        <ol className="flex flex-col gap-2.5">
          {rows.map((row, n) => (
            <li key={`${row.at} ${row.person.id} ${n}`} className="flex flex-wrap items-baseline gap-x-2">
              <span className="tabular w-40 shrink-0 text-xs text-muted">{format.dateTime(row.at)}</span>
              <span className="min-w-0">
                <span className="font-medium">{row.person.name}</span> {t.hosting.logWhat[row.what]}
                {row.by ? <span className="text-muted"> · {t.hosting.logBy(row.by)}</span> : null}
                {row.reason && row.what === 'removed' ? <span className="text-muted"> · {row.reason}</span> : null}
              </span>
            </li>
          ))}
        </ol>
      )}
      {list.hasNextPage ? (
        <Button look="plain" size="sm" className="mt-3" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t.common.showMore}
        </Button>
      ) : null}
    </Panel>
  )
}
