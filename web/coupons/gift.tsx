import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Copy, Eye, Mail, Wallet } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Money, When } from '../ui/money.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { ErrorState, faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { GiftArt } from './gift-colour.tsx'
import { giftState, giftTone } from './gifts.tsx'
import { giftQuery, refreshCoupons } from './queries.ts'

/** One gift card: for whoever bought it the ways to give it, for whoever keeps it what it paid for. */
export function GiftCardPage({ id }: { id: string }) {
  const t = useWords()
  const g = t.coupons.gift
  const format = useFormat()
  const client = useQueryClient()
  const {
    data: card,
    error,
    isPending,
    refetch,
  } = useQuery({
    ...giftQuery(id),
    // It is made ready some seconds after it is paid.
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' ? 2000 : false),
  })
  const [asking, setAsking] = useState<'code' | 'keep' | null>(null)
  const [mail, setMail] = useState<string | null>(null)
  const said = { onError: (problem: unknown) => toast(faultText(t, problem), { tone: 'bad' }), onSettled: () => refreshCoupons(client) }
  const code = useMutation({ mutationFn: () => api('POST /gift-cards/:id/code', { id }), ...said })
  const keep = useMutation({
    mutationFn: () => api('POST /gift-cards/:id/keep', { id }),
    onSuccess: () => toast(g.keptNow, { tone: 'good' }),
    ...said,
  })
  const send = useMutation({
    mutationFn: (toMail: string) => api('POST /gift-cards/:id/send', { id, toMail }),
    onSuccess: () => {
      toast(g.sent, { tone: 'good' })
      setMail(null)
    },
    ...said,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={4} />
  return (
    <article className="mx-auto flex max-w-xl flex-col gap-6">
      <h1 className="sr-only">{g.card}</h1>
      <GiftArt design={card.design} amount={card.amount} to={card.toName} />
      <div className="flex flex-wrap items-center gap-3">
        <Tag tone={giftTone(card)}>{giftState(t, card)}</Tag>
        {card.left ? <b className="tabular text-lg">{g.leftOf(format.money(card.left), format.money(card.amount))}</b> : null}
        {card.tail ? <span className="text-sm text-muted">{g.tail(card.tail)}</span> : null}
      </div>
      {card.message ? <blockquote className="rounded-lg bg-raised p-4 whitespace-pre-line">{card.message}</blockquote> : null}
      {card.bought && card.toMail ? (
        <p className="flex items-center gap-2 text-sm text-muted">
          <Mail size={16} aria-hidden className="shrink-0" />
          {card.deliveredAt
            ? g.mailedAt(card.toMail, format.dateTime(card.deliveredAt))
            : card.deliverAt
              ? g.mailAt(card.toMail, format.dateTime(card.deliverAt))
              : g.mailSoon(card.toMail)}
        </p>
      ) : null}
      {code.data ? (
        <section role="status" className="flex flex-col gap-3 rounded-lg border border-paid bg-paid-soft p-5">
          <p className="tabular text-center text-xl font-bold tracking-widest [overflow-wrap:anywhere]">{code.data.code}</p>
          <p className="text-center text-sm">{g.codeOnce}</p>
          <Button
            look="quiet"
            icon={Copy}
            className="self-center"
            onClick={() => void navigator.clipboard.writeText(code.data.code).then(() => toast(g.copied, { tone: 'good' }))}
          >
            {g.copy}
          </Button>
        </section>
      ) : null}
      {card.can.showCode ? (
        <div className="grid gap-2 sm:grid-cols-3">
          <Button icon={Eye} busy={code.isPending} onClick={() => (card.tail ? setAsking('code') : code.mutate())}>
            {card.tail ? g.newCode : g.showCode}
          </Button>
          <Button look="quiet" icon={Mail} onClick={() => setMail(card.toMail ?? '')}>
            {g.resend}
          </Button>
          <Button look="quiet" icon={Wallet} onClick={() => setAsking('keep')}>
            {g.keep}
          </Button>
        </div>
      ) : null}
      {mail === null ? null : (
        <form
          className="flex flex-wrap items-end gap-3 rounded-lg border border-line p-4"
          onSubmit={event => {
            event.preventDefault()
            send.mutate(mail.trim())
          }}
        >
          <Input
            label={g.mail}
            type="email"
            required
            value={mail}
            hint={g.resendBody}
            className="min-w-0 flex-1"
            onChange={event => setMail(event.target.value)}
          />
          <Button type="submit" busy={send.isPending}>
            {g.resend}
          </Button>
        </form>
      )}
      {card.mine ? (
        <Panel title={g.moves}>
          {card.moves.length === 0 ? (
            <p className="text-muted">{g.movesNone}</p>
          ) : (
            <ul className="-my-2 divide-y divide-line">
              {card.moves.map(move => (
                <li key={`${move.order}${move.what}`} className="flex items-baseline gap-3 py-2.5">
                  <span className="min-w-0 flex-1">
                    {move.what === 'spent' ? g.spent : g.back}
                    {move.number ? (
                      <>
                        {' · '}
                        <Link to="/orders/$id" params={{ id: move.order }} className="underline">
                          {move.number}
                        </Link>
                      </>
                    ) : null}
                  </span>
                  <span className="text-sm text-muted">
                    <When at={move.at} />
                  </span>
                  <Money
                    value={move.what === 'spent' ? { ...move.amount, amount: `-${move.amount.amount}` } : move.amount}
                    signed={move.what === 'back'}
                  />
                </li>
              ))}
            </ul>
          )}
        </Panel>
      ) : null}
      <p className="text-sm text-muted">{g.noExpiry}</p>
      <Confirm
        open={asking !== null}
        onOpenChange={open => (open ? undefined : setAsking(null))}
        title={asking === 'keep' ? g.keep : g.newCode}
        body={asking === 'keep' ? g.keepBody : g.codeBefore}
        action={asking === 'keep' ? g.keep : g.newCode}
        onConfirm={async () => {
          await (asking === 'keep' ? keep.mutateAsync() : code.mutateAsync()).catch(() => undefined)
        }}
      />
    </article>
  )
}
