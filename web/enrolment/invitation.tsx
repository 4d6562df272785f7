import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { MailOpen } from 'lucide-react'
import { api, read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Figure } from '../ui/money.tsx'
import { Planet } from '../ui/planet.tsx'
import { EmptyState, ErrorState, SkeletonRows, faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

/** What one finds behind the link of an invitation: the group, what is kept for one, and a free choice. */
export function InvitationPage({ token }: { token: string }) {
  const t = useWords()
  const w = t.enrolment
  const me = useMe()
  const format = useFormat()
  const navigate = useNavigate()
  const query = read('GET /invitations/:token', { token })
  const { data, error, isPending, refetch } = useQuery(query)
  const failed = (problem: unknown) => {
    toast(faultText(t, problem), { tone: 'bad' })
    void refetch()
  }
  const accept = useMutation({
    mutationFn: () => api('POST /invitations/:token/accept', { token }),
    onSuccess: async made => {
      toast(w.welcome(made.points), { tone: 'good' })
      await navigate({ to: '/groups/$id', params: { id: data!.group.handle } })
    },
    onError: failed,
  })
  const decline = useMutation({
    mutationFn: () => api('POST /invitations/:token/decline', { token }),
    onSuccess: () => refetch(),
    onError: failed,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={3} />
  const { group } = data
  const look = (
    <Link to="/groups/$id" params={{ id: group.handle }} className={buttonClass('quiet')}>
      {w.toGroup}
    </Link>
  )
  if (data.state !== 'open')
    return (
      <EmptyState
        main
        icon={MailOpen}
        title={data.state === 'joined' ? w.welcome(0) : data.state === 'declined' ? w.declined : w.over}
        action={look}
      />
    )
  return (
    <div className="mx-auto flex max-w-[520px] flex-col items-center gap-5 py-6 text-center sm:py-12">
      <Planet id={group.id} bare alive className="size-40" />
      <div>
        <p className="text-muted">{w.hello(data.name)}</p>
        <h1 className="mt-1 text-xl sm:text-2xl">{w.invitedTo(group.name)}</h1>
        <p className="mt-3 text-muted">{w.invitation(group.name)}</p>
      </div>
      {data.since || data.points > 0 ? (
        <div className="grid w-full gap-3 text-left sm:grid-cols-2">
          {data.since ? <Figure label={w.memberSince} value={format.day(data.since)} /> : null}
          {data.points > 0 ? <Figure label={w.broughtPoints} value={format.number(data.points)} /> : null}
        </div>
      ) : null}
      {me ? (
        <Button size="lg" busy={accept.isPending} onClick={() => accept.mutate()} className="w-full sm:w-auto">
          {w.accept}
        </Button>
      ) : (
        <Link to="/sign-up" search={{ next: `/enrol/${token}` }} className={buttonClass('primary', 'lg', 'w-full sm:w-auto')}>
          {w.signInFirst}
        </Link>
      )}
      <div className="flex flex-wrap justify-center gap-2">
        {look}
        <Button look="plain" busy={decline.isPending} onClick={() => decline.mutate()}>
          {w.decline}
        </Button>
      </div>
    </div>
  )
}
