import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Minus, Plus, Ticket } from 'lucide-react'
import { useState } from 'react'
import { api, asApiError } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { refreshRewards } from '../rewards/queries.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { raffleQuery, type Raffle } from './queries.ts'

/** How many tickets; what they cost and what is left; one press. Pressed twice it is one entry. */
export function EnterSheet({ raffle, onClose }: { raffle: Raffle; onClose: () => void }) {
  const t = useWords()
  const { number } = useFormat()
  const client = useQueryClient()
  const [entry, setEntry] = useState(() => newClientId('rtk'))
  const [tickets, setTickets] = useState(1)
  const cost = tickets * raffle.points
  const have = Number(raffle.balance ?? 0)
  const enter = useMutation({
    mutationFn: () => api('POST /raffles/:id/entries', { id: raffle.id, entry, tickets }),
    onSuccess: async answer => {
      client.setQueryData(raffleQuery(raffle.id).queryKey, answer)
      toast(t.raffles.entered, { tone: 'good' })
      onClose()
      await refreshRewards(client)
    },
    onError: error => {
      if (asApiError(error).status !== 0) setEntry(newClientId('rtk'))
      void refreshRewards(client)
    },
  })
  return (
    <Sheet
      open
      onOpenChange={open => !open && onClose()}
      title={t.raffles.enter}
      footer={
        <div className="w-full">
          {raffle.points > 0 ? (
            <dl className="tabular mb-3 grid grid-cols-2 gap-y-1 text-sm">
              <dt className="text-muted">{t.rewards.before}</dt>
              <dd className="text-right">{t.rewards.points(number(have))}</dd>
              <dt className="text-muted">{t.rewards.after}</dt>
              <dd className="text-right font-semibold">{t.rewards.points(number(have - cost))}</dd>
            </dl>
          ) : null}
          <Button size="lg" className="w-full" busy={enter.isPending} onClick={() => enter.mutate()}>
            {raffle.points === 0 ? t.raffles.enterFree : t.raffles.enterFor(t.raffles.tickets(number(tickets)), number(cost))}
          </Button>
        </div>
      }
    >
      <div className="flex flex-col items-center gap-5 py-4">
        <Ticket size={48} strokeWidth={1.3} aria-hidden className="text-accent-ink" />
        {raffle.most > 1 ? (
          <span className="flex items-center gap-4">
            <IconButton size="lg" icon={Minus} label={t.rewards.less} disabled={tickets <= 1} onClick={() => setTickets(tickets - 1)} />
            <output className="tabular w-14 text-center text-2xl font-bold">{tickets}</output>
            <IconButton
              size="lg"
              icon={Plus}
              label={t.rewards.more}
              disabled={tickets >= raffle.most}
              onClick={() => setTickets(tickets + 1)}
            />
          </span>
        ) : (
          <p className="text-lg font-semibold">{t.raffles.tickets('1')}</p>
        )}
        <p className="text-center text-muted">{t.raffles.ruleMost(raffle.mostTickets)}</p>
        {enter.error ? (
          <p role="alert" className="w-full rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
            {faultText(t, enter.error)}
          </p>
        ) : null}
      </div>
    </Sheet>
  )
}
