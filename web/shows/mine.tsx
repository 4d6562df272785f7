import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { myTicketsQuery, type Show } from './queries.ts'
import { shortOf } from './times.ts'

/** One's own tickets of a show: to see, to give back by the ladder; and the question when it was put off. */
export function Mine({ show }: { show: Show }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const { data } = useQuery(myTicketsQuery(show.id))
  const [open, setOpen] = useState(false)
  const [giving, setGiving] = useState<string | null>(null)
  const again = async () => {
    await client.invalidateQueries({ queryKey: ['GET /shows/:id'] })
    await client.invalidateQueries({ queryKey: myTicketsQuery(show.id).queryKey })
    await client.invalidateQueries({ queryKey: ['GET /me/tickets'] })
  }
  const give = useMutation({
    mutationFn: (ticket: string) => api('POST /show-tickets/:ticket/refund', { ticket }),
    onSuccess: async ({ outcome }) => {
      toast(outcome === 'done' ? t.shows.mine.done : t.shows.mine.short, { tone: 'good' })
      await again()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const one = data?.items.find(item => item.ticket === giving)
  return (
    <section className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-4" aria-labelledby="mine">
      {show.mine.asked ? <Asked show={show} onDone={again} /> : null}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="mine" className="text-base">
          {t.shows.mine.count(format.number(show.mine.tickets))}
        </h2>
        <span className="flex gap-2">
          <a href={`/tickets?show=${show.id}`} className={buttonClass('primary', 'sm')}>
            {t.shows.mine.see}
          </a>
          {data && data.items.some(item => item.can) ? (
            <Button look="quiet" size="sm" aria-expanded={open} onClick={() => setOpen(!open)}>
              {t.shows.mine.back}
            </Button>
          ) : null}
        </span>
      </div>
      {open ? (
        <ul className="divide-y divide-line">
          {data?.items.map(item => (
            <li key={item.ticket} className="flex items-center justify-between gap-3 py-2.5 text-sm">
              <span className="min-w-0">
                <b className="font-semibold">{item.tierName}</b>
                {item.seat ? <span className="block text-muted">{item.seat}</span> : null}
              </span>
              {item.can ? (
                <Button look="quiet" size="sm" busy={give.isPending && giving === item.ticket} onClick={() => setGiving(item.ticket)}>
                  {t.shows.mine.backFor(format.money(item.refund))}
                </Button>
              ) : (
                <span className="text-xs text-muted">{t.shows.mine.no}</span>
              )}
            </li>
          ))}
        </ul>
      ) : null}
      {one ? (
        <Confirm
          open
          onOpenChange={next => !next && setGiving(null)}
          title={t.shows.mine.confirm}
          body={t.shows.mine.confirmBody([one.tierName, one.seat].filter(Boolean).join(' '), one.percent, format.money(one.refund))}
          action={t.shows.mine.back}
          onConfirm={() =>
            give.mutateAsync(one.ticket).then(
              () => undefined,
              () => undefined,
            )
          }
        />
      ) : null}
    </section>
  )
}

function Asked({ show, onDone }: { show: Show; onDone: () => Promise<void> }) {
  const t = useWords()
  const { locale } = useLanguage()
  const [sure, setSure] = useState(false)
  const answer = useMutation({
    mutationFn: (keep: boolean) => api('POST /shows/:id/answer', { id: show.id, keep }),
    onSuccess: async ({ keep }) => {
      toast(keep ? t.shows.asked.kept : t.shows.asked.done, { tone: 'good' })
      await onDone()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <div className="rounded-md bg-held-soft p-4">
      <b className="block font-semibold">{t.shows.asked.title}</b>
      {show.askUntil ? <p className="tabular text-sm">{t.shows.asked.until(shortOf(locale, show.zone, show.askUntil))}</p> : null}
      {show.mine.keep ? <p className="mt-1 text-sm font-medium">{t.shows.asked.answered}</p> : null}
      <div className="mt-3 flex flex-wrap gap-2">
        {show.mine.keep ? null : (
          <Button size="sm" busy={answer.isPending} onClick={() => answer.mutate(true)}>
            {t.shows.asked.keep}
          </Button>
        )}
        <Button look="quiet" size="sm" onClick={() => setSure(true)}>
          {t.shows.asked.back}
        </Button>
      </div>
      <Confirm
        open={sure}
        onOpenChange={setSure}
        title={t.shows.asked.backTitle}
        body={t.shows.asked.backBody}
        action={t.shows.asked.back}
        onConfirm={() =>
          answer.mutateAsync(false).then(
            () => undefined,
            () => undefined,
          )
        }
      />
    </div>
  )
}
