import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { ErrorState, faultText, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshTickets, transferQuery } from './queries.ts'
import { NameFields, namesReady } from './sheets.tsx'
import { ShowTime } from './when.tsx'

/** A ticket someone hands on, behind a link. */
export function TakePage({ token }: { token: string }) {
  const t = useWords()
  const format = useFormat()
  const me = useMe()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { data: transfer, error, isPending, refetch } = useQuery(transferQuery(token))
  const [names, setNames] = useState({ name: '', idTail: '' })
  const take = useMutation({
    mutationFn: () =>
      api('POST /ticket-transfers/:token/accept', {
        token,
        ...(names.name.trim() === '' ? {} : { name: names.name.trim() }),
        ...(names.idTail === '' ? {} : { idTail: names.idTail }),
      }),
    onSuccess: async ticket => {
      await refreshTickets(client)
      toast(t.tickets.taken, { tone: 'good' })
      await navigate({ to: '/tickets/$id' as '/', params: { id: ticket.id } as never })
    },
    onError: failed => {
      toast(faultText(t, failed), { tone: 'bad' })
      void refetch()
    },
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={4} />
  const { show } = transfer
  return (
    <article className="mx-auto flex max-w-md flex-col gap-5 text-center">
      <h1 className="text-xl sm:text-2xl leading-tight">{t.tickets.takeTitle(transfer.from)}</h1>
      <Cover id={show.id} picture={show.picture} alt="" size={640} className="w-full" />
      <div className="flex flex-col gap-1">
        <h2 className="text-lg [overflow-wrap:anywhere]">{show.title}</h2>
        <p>
          <ShowTime show={show} />
        </p>
        <p className="text-muted">{[show.venue, show.city].filter(Boolean).join(' · ')}</p>
        <p className="mt-1 font-semibold">{[transfer.tierName, transfer.seat].filter(Boolean).join(' · ')}</p>
      </div>
      {transfer.ticket ? (
        <Link to={'/tickets/$id' as '/'} params={{ id: transfer.ticket } as never} className={buttonClass('primary', 'lg')}>
          {t.tickets.toTicket}
        </Link>
      ) : transfer.state !== 'open' ? (
        <p className="rounded-lg bg-raised p-4 font-medium">{t.tickets.takeOver[transfer.state]}</p>
      ) : transfer.mine ? (
        <p className="rounded-lg bg-raised p-4">{t.tickets.takeMine}</p>
      ) : me === null ? (
        <Link to="/sign-in" search={{ next: `/tickets/take/${token}` } as never} className={buttonClass('primary', 'lg')}>
          {t.tickets.takeSignIn}
        </Link>
      ) : (
        <form
          className="flex flex-col gap-4 text-left"
          onSubmit={event => {
            event.preventDefault()
            take.mutate()
          }}
        >
          <NameFields realName={transfer.realName} value={names} onChange={setNames} />
          <Button type="submit" size="lg" busy={take.isPending} disabled={!namesReady(transfer.realName, names)}>
            {t.tickets.take}
          </Button>
          <p className="text-center text-sm text-muted">{t.tickets.takeUntil(format.dateTime(transfer.until))}</p>
        </form>
      )}
    </article>
  )
}
