import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Minus, PartyPopper, Plus } from 'lucide-react'
import { useState } from 'react'
import { api, asApiError } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { ChooseAddress } from '../shipping/choose.tsx'
import { Button, buttonClass, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { TextArea } from '../ui/field.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { refreshRewards, type Exchange, type Reward } from './queries.ts'

/** How many, where to, a word for the hosts; exact points before and after; then one press. Pressed twice it is one exchange. */
export function ExchangeSheet({ reward, onClose }: { reward: Reward; onClose: () => void }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const [exchange, setExchange] = useState(() => newClientId('xch'))
  const [quantity, setQuantity] = useState(1)
  const [address, setAddress] = useState<string | null>(null)
  const [note, setNote] = useState('')
  const [got, setGot] = useState<Exchange | null>(null)
  const total = reward.points * quantity
  const have = Number(reward.mine?.points ?? 0)
  const take = useMutation({
    mutationFn: () =>
      api('POST /rewards/:id/exchanges', {
        id: reward.id,
        exchange,
        quantity,
        note,
        points: reward.points,
        ...(reward.kind === 'goods' && address !== null ? { address } : {}),
      }),
    onSuccess: made => {
      setGot(made)
      void refreshRewards(client)
    },
    // Something else is asked for next time; only an answer that was lost is asked for again under the same id.
    onError: error => {
      if (asApiError(error).status !== 0) setExchange(newClientId('xch'))
      void refreshRewards(client)
    },
  })
  const error = take.error ? faultText(t, take.error) : null
  if (got)
    return (
      <Sheet
        open
        onOpenChange={open => !open && onClose()}
        title={t.rewards.done}
        footer={
          <div className="flex w-full gap-3">
            <Button look="quiet" size="lg" className="flex-1" onClick={onClose}>
              {t.rewards.again}
            </Button>
            <Link to="/rewards/mine/$id" params={{ id: got.id }} className={buttonClass('primary', 'lg', 'flex-1')}>
              {t.rewards.see}
            </Link>
          </div>
        }
      >
        <div className="flex flex-col items-center gap-4 py-4 text-center" role="status">
          <PartyPopper size={40} strokeWidth={1.5} aria-hidden className="text-accent-ink" />
          <Cover id={reward.id} picture={reward.picture} alt="" size={192} className="w-40" />
          <p className="text-lg font-semibold">{reward.title}</p>
          <p className="text-muted">{t.rewards.doneBody}</p>
        </div>
      </Sheet>
    )
  return (
    <Sheet
      open
      onOpenChange={open => !open && onClose()}
      title={t.rewards.exchange}
      footer={
        <div className="w-full">
          <dl className="tabular mb-3 grid grid-cols-2 gap-y-1 text-sm">
            <dt className="text-muted">{t.rewards.before}</dt>
            <dd className="text-right">{t.rewards.points(format.number(have))}</dd>
            <dt className="text-muted">{t.rewards.after}</dt>
            <dd className="text-right font-semibold">{t.rewards.points(format.number(have - total))}</dd>
          </dl>
          <Button
            size="lg"
            className="w-full"
            busy={take.isPending}
            disabled={reward.kind === 'goods' && address === null}
            onClick={() => take.mutate()}
          >
            {t.rewards.exchangeFor(format.number(total))}
          </Button>
        </div>
      }
    >
      <div className="flex flex-col gap-5">
        <div className="flex items-center gap-4">
          <Cover id={reward.id} picture={reward.picture} alt="" size={96} className="w-20 shrink-0" />
          <div className="min-w-0">
            <p className="font-semibold [overflow-wrap:anywhere]">{reward.title}</p>
            <p className="tabular text-muted">{t.rewards.points(format.number(reward.points))}</p>
          </div>
        </div>
        {reward.most > 1 ? (
          <div className="flex items-center justify-between gap-4">
            <span className="font-medium">{t.rewards.quantity}</span>
            <span className="flex items-center gap-2">
              <IconButton icon={Minus} label={t.rewards.less} disabled={quantity <= 1} onClick={() => setQuantity(quantity - 1)} />
              <output className="tabular w-8 text-center text-lg font-semibold">{quantity}</output>
              <IconButton icon={Plus} label={t.rewards.more} disabled={quantity >= reward.most} onClick={() => setQuantity(quantity + 1)} />
            </span>
          </div>
        ) : null}
        {reward.kind === 'goods' ? <ChooseAddress value={address} onChange={setAddress} /> : null}
        {reward.kind === 'goods' || reward.kind === 'experience' ? (
          <TextArea
            label={t.rewards.note}
            optional
            rows={2}
            maxLength={500}
            value={note}
            placeholder={t.rewards.notePlaceholder}
            onChange={event => setNote(event.target.value)}
          />
        ) : null}
        {error ? (
          <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
            {error}
          </p>
        ) : null}
      </div>
    </Sheet>
  )
}
