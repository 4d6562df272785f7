import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CircleCheckBig, ScanLine, TriangleAlert } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api } from '../api.ts'
import { majorOf, minorOf } from '../coupons/queries.ts'
import { newClientId } from '../ids.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Input } from '../ui/field.tsx'
import { faultText } from '../ui/states.tsx'
import { refreshServices, type Look } from './queries.ts'

const Camera = lazy(() => import('../ui/camera.tsx').then(module => ({ default: module.Camera })))

/** The counter: a voucher scanned or typed, looked at, redeemed whole or in part. */
export function Counter({ page }: { page: string }) {
  const t = useWords()
  const d = t.offering.services
  const client = useQueryClient()
  const [code, setCode] = useState('')
  const [scanning, setScanning] = useState(false)
  const look = useMutation({ mutationFn: (text: string) => api('GET /pages/:page/vouchers/:code', { page, code: text }) })
  const redeem = useMutation({
    mutationFn: (given: { code: string; id: string; amount?: string; note: string }) =>
      api('POST /pages/:page/vouchers/:code/redeem', { page, ...given }),
    onSuccess: () => refreshServices(client),
  })
  const find = (text: string) => {
    redeem.reset()
    setCode(text)
    if (text.trim().length >= 4) look.mutate(text.trim())
  }
  const found = redeem.data ?? look.data
  const error = redeem.error ?? look.error
  return (
    <div className="flex max-w-xl flex-col gap-5">
      <p className="text-muted">{d.counterNote}</p>
      <form
        className="flex items-end gap-3"
        onSubmit={event => {
          event.preventDefault()
          find(code)
        }}
      >
        <Input
          label={d.code}
          value={code}
          maxLength={80}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          placeholder="XXXX-XXXX-XXXX"
          className="flex-1"
          onChange={event => setCode(event.target.value)}
        />
        <Button type="submit" busy={look.isPending} disabled={code.trim().length < 4}>
          {d.look}
        </Button>
      </form>
      <Button look="quiet" size="lg" icon={ScanLine} onClick={() => setScanning(!scanning)}>
        {scanning ? d.scanStop : d.scan}
      </Button>
      {scanning ? (
        <Suspense>
          <Camera
            refused={d.scanNo}
            onCode={text => {
              setScanning(false)
              find(text)
            }}
          />
        </Suspense>
      ) : null}
      {error ? (
        <p role="alert" className="flex items-center gap-3 rounded-lg bg-danger-soft p-5 font-semibold text-danger">
          <TriangleAlert size={24} aria-hidden className="shrink-0" />
          {faultText(t, error)}
        </p>
      ) : null}
      {found ? (
        <Found
          key={found.id + (redeem.data ? 'done' : '')}
          look={found}
          fresh={redeem.data !== undefined}
          busy={redeem.isPending}
          onRedeem={given => redeem.mutate({ code: found.code, ...given })}
          onNext={() => {
            look.reset()
            redeem.reset()
            setCode('')
          }}
        />
      ) : null}
    </div>
  )
}

function Found({
  look,
  fresh,
  busy,
  onRedeem,
  onNext,
}: {
  look: Look
  fresh: boolean
  busy: boolean
  onRedeem: (given: { id: string; amount?: string; note: string }) => void
  onNext: () => void
}) {
  const t = useWords()
  const d = t.offering.services
  const format = useFormat()
  // One id for this press: again after a lost answer is the same redemption.
  const [id] = useState(() => newClientId('evt'))
  const [amount, setAmount] = useState(majorOf(look.left?.amount ?? null))
  const [note, setNote] = useState('')
  const minor = look.left ? minorOf(amount) : null
  const fits = look.left === null || (minor !== null && BigInt(minor) > 0n && BigInt(minor) <= BigInt(look.left.amount))
  const good = look.problem === null
  const last = look.redemptions.at(-1)
  return (
    <section
      role="status"
      className={cx('flex flex-col gap-3 rounded-lg border p-5', fresh ? 'border-paid bg-paid-soft' : 'border-line bg-surface')}
    >
      <p className={cx('flex items-center gap-2 text-lg font-bold', fresh || good ? 'text-paid' : 'text-danger')}>
        {fresh || good ? <CircleCheckBig size={22} aria-hidden /> : <TriangleAlert size={22} aria-hidden />}
        {fresh
          ? d.redeemed
          : good
            ? d.valid
            : look.problem === 'used'
              ? d.used(last ? format.dateTime(last.at) : '')
              : look.problem === 'over'
                ? d.over
                : d.void}
      </p>
      <p className="font-semibold">{look.title}</p>
      <p className="text-muted">
        {d.holder}: {look.person.name}
      </p>
      {look.left && look.worth ? (
        <p className="tabular text-lg font-semibold">{t.services.voucher.leftOf(format.money(look.left), format.money(look.worth))}</p>
      ) : null}
      <p className="text-sm text-muted">{t.services.voucher.until(format.dateTime(look.until))}</p>
      {look.how ? <p className="text-sm whitespace-pre-line text-muted">{look.how}</p> : null}
      {good && !fresh ? (
        <>
          {look.left ? (
            <Input
              label={d.use}
              inputMode="decimal"
              value={amount}
              error={fits ? undefined : format.money(look.left)}
              onChange={event => setAmount(event.target.value)}
            />
          ) : null}
          <Input label={d.note} optional maxLength={200} value={note} onChange={event => setNote(event.target.value)} />
          <Button
            size="lg"
            busy={busy}
            disabled={!fits}
            onClick={() => onRedeem({ id, note: note.trim(), ...(minor === null ? {} : { amount: minor }) })}
          >
            {d.redeem}
            {minor !== null && look.left && fits ? ` · ${format.money({ ...look.left, amount: minor })}` : ''}
          </Button>
        </>
      ) : (
        <Button size="lg" look="quiet" onClick={onNext}>
          {d.next}
        </Button>
      )}
    </section>
  )
}
