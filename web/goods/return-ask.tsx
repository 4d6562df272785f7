import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Undo2, X } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { makeUploads } from '../media/uploads.ts'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { Button, buttonClass, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Input, Select, TextArea } from '../ui/field.tsx'
import { ErrorState, EmptyState, faultText, Panel, Progress, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { DropZone } from '../ui/upload.tsx'
import { lineReturnQuery, refreshGoods, type Return } from './queries.ts'

const uploads = makeUploads(({ type }) => /^image\/(?:jpeg|png|webp|avif|gif)$/.test(type))
const reasons = ['changed_mind', 'faulty', 'damaged', 'wrong', 'not_as_described', 'other'] as const
const plain = (reason: Return['reason']): boolean => reason === 'changed_mind' || reason === 'other'
const mostPhotos = 6

/** Asks to send back something of an order. */
export function AskReturn({ line }: { line: string }) {
  const t = useWords()
  const g = t.goods
  const format = useFormat()
  const me = useMe()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { data, error, isPending, refetch } = useQuery({ ...lineReturnQuery(line), enabled: me !== null && line !== '', retry: false })
  const [id] = useState(() => newClientId('ret'))
  const [now] = useState(() => Date.now())
  const [quantity, setQuantity] = useState('1')
  const [reason, setReason] = useState<Return['reason']>('changed_mind')
  const [words, setWords] = useState('')
  const photos = uploads.use()
  const ask = useMutation({
    mutationFn: async () => {
      const made = await api('POST /returns', { id, line, quantity: Math.max(1, Math.floor(Number(quantity) || 1)), reason, words })
      for (const one of photos.slice(0, mostPhotos))
        if (one.upload !== null && one.state === 'done') {
          await api('POST /returns/:id/pictures', { id, upload: one.upload })
          uploads.forget([one.key])
        }
      return made
    },
    onSuccess: async () => {
      toast(g.asked, { tone: 'good' })
      await refreshGoods(client)
      await navigate({ to: '/returns/$id', params: { id }, replace: true })
    },
  })
  if (!me) return <SignInFirst />
  if (line === '')
    return (
      <EmptyState
        main
        icon={Undo2}
        title={g.ask}
        action={
          <Link to="/orders" className={buttonClass('quiet')}>
            {t.shell.orders}
          </Link>
        }
      >
        {g.noReturnsBody}
      </EmptyState>
    )
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={4} />
  const plainOver = data.plainUntil !== null && new Date(data.plainUntil).getTime() < now
  const pieces = Math.min(data.most, Math.max(1, Math.floor(Number(quantity) || 1)))
  const back = { amount: (BigInt(data.unit.amount) * BigInt(pieces)).toString(), currency: data.unit.currency }
  const head = (
    <header className="mb-6 flex items-center gap-4">
      <Cover id={line} picture={data.picture} alt="" size={96} className="w-24 shrink-0" />
      <div className="min-w-0">
        <h1 className="text-lg leading-snug [overflow-wrap:anywhere]">{g.askTitle(data.title)}</h1>
        <p className="text-sm text-muted">
          {data.detail ? `${data.detail} · ` : ''}
          {data.seller.name}
        </p>
      </div>
    </header>
  )
  const open = data.returns.find(one => one.closedAt === null)
  if (data.why !== null)
    return (
      <div className="mx-auto w-full max-w-xl">
        {head}
        <EmptyState
          title={g.cannot}
          action={
            open ? (
              <Link to="/returns/$id" params={{ id: open.id }} className={buttonClass()}>
                {g.states[open.state]}
              </Link>
            ) : (
              <Link to="/orders" className={buttonClass('quiet')}>
                {t.shell.orders}
              </Link>
            )
          }
        >
          {g.why[data.why]}
        </EmptyState>
      </div>
    )
  return (
    <div className="mx-auto w-full max-w-xl">
      {head}
      <Panel>
        <form
          className="flex flex-col gap-5"
          onSubmit={event => {
            event.preventDefault()
            ask.mutate()
          }}
        >
          <Select
            label={g.reason}
            value={reason}
            onChange={event => setReason(event.target.value as Return['reason'])}
            options={reasons.map(value => ({ value, name: g.reasons[value], disabled: plainOver && plain(value) }))}
            hint={plainOver ? g.plainOver : data.plainUntil ? g.plainUntil(format.date(data.plainUntil)) : undefined}
          />
          {data.most > 1 ? (
            <Input
              label={g.quantity}
              type="number"
              min={1}
              max={data.most}
              value={quantity}
              onChange={event => setQuantity(event.target.value)}
            />
          ) : null}
          <TextArea
            label={g.words}
            hint={g.wordsHint}
            optional={reason === 'changed_mind'}
            required={reason !== 'changed_mind'}
            rows={4}
            maxLength={2000}
            value={words}
            onChange={event => setWords(event.target.value)}
          />
          <div className="flex flex-col gap-2">
            <p className="text-sm font-medium">{g.photos}</p>
            {photos.length < mostPhotos ? (
              <DropZone
                compact
                multiple
                label={g.addPhoto}
                hint={g.photosHint}
                accept="image/*"
                onFiles={files => uploads.send(files.slice(0, mostPhotos - photos.length))}
              />
            ) : null}
            {photos.map(one => (
              <div key={one.key} className="flex items-center gap-2">
                <div className="min-w-0 flex-1">
                  <Progress label={one.name} share={one.bytes === 0 ? null : one.sent / one.bytes} />
                </div>
                <IconButton size="sm" icon={X} label={`${t.common.remove}: ${one.name}`} onClick={() => uploads.drop(one.key)} />
              </div>
            ))}
          </div>
          <dl className="flex flex-col gap-1 rounded-md bg-raised px-4 py-3">
            <div className="flex justify-between gap-4">
              <dt>{g.getBack}</dt>
              <dd className="tabular font-semibold">{format.money(back)}</dd>
            </div>
            <p className="text-xs text-muted">{plain(reason) && data.paidBy === 'buyer' ? g.paidByBuyer : g.paidBySeller}</p>
          </dl>
          {ask.error ? (
            <p role="alert" className="font-medium text-danger">
              {faultText(t, ask.error)}
            </p>
          ) : null}
          <Button
            type="submit"
            size="lg"
            busy={ask.isPending}
            disabled={(plainOver && plain(reason)) || photos.some(one => one.state === 'sending' || one.state === 'waiting')}
          >
            {g.send}
          </Button>
        </form>
      </Panel>
    </div>
  )
}
