import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { ErrorState, faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshPoints, type Desk } from './budget-data.ts'
import { useCauseName, useReason } from './cause.tsx'

type Grant = Ok<'GET /groups/:id/points/grants'>['items'][number]

/** Points that were given, newest first; a host can take them back. */
export function Grants({ id, may }: { id: string; may: boolean }) {
  const t = useWords()
  const format = useFormat()
  const causeName = useCauseName()
  const reasonOf = useReason()
  const d = t.budget.desk
  const [taking, setTaking] = useState<Grant | null>(null)
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['GET /groups/:id/points/grants', id],
    queryFn: ({ pageParam, signal }) =>
      api('GET /groups/:id/points/grants', { id, limit: 10, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next ?? undefined,
  })
  const items = data?.pages.flatMap(page => page.items) ?? []
  return (
    <Panel title={d.grants}>
      {error ? (
        <ErrorState compact error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={4} />
      ) : items.length === 0 ? (
        <p className="text-muted">{d.grantsNone}</p>
      ) : (
        <ul className="-my-3 divide-y divide-line">
          {items.map(grant => (
            <li key={grant.id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
              <span className="min-w-0 flex-1 basis-48">
                <span className="block truncate font-medium">{grant.person.name}</span>
                <span className="block text-xs text-muted">
                  {causeName(grant)} · <When at={grant.at} show="dateTime" />
                  {grant.used > 0 ? ` · ${d.used(format.number(grant.used))}` : ''}
                </span>
                {grant.takenBack ? (
                  <span className="block text-xs text-danger">“{reasonOf(grant.takenBack.reason) ?? d.takenBack}”</span>
                ) : null}
              </span>
              <span className="flex items-center gap-3">
                <span className="tabular font-semibold">{t.points.count(format.number(grant.points))}</span>
                {grant.takenBack ? (
                  <Tag tone="bad">{d.takenBack}</Tag>
                ) : may ? (
                  <Button look="quiet" size="sm" onClick={() => setTaking(grant)}>
                    {d.takeBack}
                  </Button>
                ) : null}
              </span>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage ? (
        <Button look="quiet" className="mt-5" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.points.more}
        </Button>
      ) : null}
      {taking ? <TakeBack id={id} grant={taking} onClose={() => setTaking(null)} /> : null}
    </Panel>
  )
}

function TakeBack({ id, grant, onClose }: { id: string; grant: Grant; onClose: () => void }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const d = t.budget.desk
  const [reason, setReason] = useState('')
  const take = useMutation({
    mutationFn: () => api('POST /groups/:id/points/grants/:grant/take-back', { id, grant: grant.id, reason: reason.trim() }),
    onSuccess: () => {
      toast(d.takenBack, { tone: 'good' })
      onClose()
      return refreshPoints(client)
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={d.takeBackTitle}
      description={`${grant.person.name} · ${t.points.count(format.number(grant.points))}. ${d.takeBackBody}`}
      footer={
        <Button busy={take.isPending} disabled={reason.trim().length < 3} onClick={() => take.mutate()}>
          {d.takeBack}
        </Button>
      }
    >
      <Input label={d.reason} autoFocus maxLength={190} value={reason} onChange={event => setReason(event.target.value)} />
    </Dialog>
  )
}

/** A host gives a member points by hand. */
export function GiveDialog({ id, desk, onClose }: { id: string; desk: Desk; onClose: () => void }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const d = t.budget.desk
  const [key] = useState(() => newClientId('grt'))
  const [q, setQ] = useState('')
  const [person, setPerson] = useState<{ id: string; name: string } | null>(null)
  const [points, setPoints] = useState('')
  const [note, setNote] = useState('')
  const many = /^\d{1,7}$/.test(points) ? Number(points) : 0
  const give = useMutation({
    mutationFn: () => api('POST /groups/:id/points/grants', { id, key, person: person?.id ?? '', points: many, note: note.trim() }),
    onSuccess: grant => {
      toast(d.given(format.number(grant.points), grant.person.name), { tone: 'good' })
      onClose()
      return refreshPoints(client)
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={d.giveTitle}
      description={d.giveBody(format.number(desk.limits.byHandPerDay))}
      footer={
        <Button busy={give.isPending} disabled={person === null || many < 1 || note.trim() === ''} onClick={() => give.mutate()}>
          {d.give}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        {person === null ? (
          <Members id={id} q={q} onType={setQ} onChoose={setPerson} />
        ) : (
          <div className="flex items-center justify-between gap-3 rounded-md bg-raised px-4 py-2.5">
            <span className="truncate font-medium">{person.name}</span>
            <Button look="quiet" size="sm" onClick={() => setPerson(null)}>
              {t.common.edit}
            </Button>
          </div>
        )}
        <Input label={d.points} inputMode="numeric" value={points} onChange={event => setPoints(event.target.value.trim())} />
        <Input label={d.reason} maxLength={190} value={note} onChange={event => setNote(event.target.value)} />
      </div>
    </Dialog>
  )
}

function Members({
  id,
  q,
  onType,
  onChoose,
}: {
  id: string
  q: string
  onType: (q: string) => void
  onChoose: (person: { id: string; name: string }) => void
}) {
  const t = useWords()
  const d = t.budget.desk
  const asked = useDeferredValue(q.trim())
  const { data } = useQuery(read('GET /groups/:id/members', { id, limit: 6, ...(asked === '' ? {} : { q: asked }) }))
  return (
    <div className="flex flex-col gap-2">
      <Input label={d.member} placeholder={d.memberFind} autoFocus value={q} onChange={event => onType(event.target.value)} />
      {data && data.items.length === 0 ? <p className="text-sm text-muted">{d.memberNone}</p> : null}
      <ul className="flex flex-wrap gap-2">
        {data?.items.map(member => (
          <li key={member.id}>
            <Button look="quiet" size="sm" onClick={() => onChoose({ id: member.id, name: member.name })}>
              {member.name}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  )
}
