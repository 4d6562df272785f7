import { useMutation } from '@tanstack/react-query'
import { CircleCheckBig, ScanLine, TriangleAlert } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Input } from '../ui/field.tsx'
import { faultText } from '../ui/states.tsx'

type Look = Ok<'GET /groups/:group/desk/vouchers/:code'>

const Camera = lazy(() => import('../ui/camera.tsx').then(module => ({ default: module.Camera })))

/** The counter: a code typed or scanned, what it is, and redeeming it once. */
export function Counter({ group, code: given }: { group: string; code: string | undefined }) {
  const t = useWords()
  const d = t.rewards.desk
  const [code, setCode] = useState(given ?? '')
  const [scanning, setScanning] = useState(false)
  const look = useMutation({ mutationFn: (text: string) => api('GET /groups/:group/desk/vouchers/:code', { group, code: text }) })
  const redeem = useMutation({ mutationFn: (text: string) => api('POST /groups/:group/desk/vouchers/:code/redeem', { group, code: text }) })
  const find = (text: string) => {
    redeem.reset()
    setCode(text)
    if (text.trim().length >= 4) look.mutate(text.trim())
  }
  const again = () => {
    look.reset()
    redeem.reset()
    setCode('')
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
          look={found}
          fresh={redeem.data !== undefined}
          busy={redeem.isPending}
          onRedeem={() => redeem.mutate(found.code)}
          onNext={again}
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
  onRedeem: () => void
  onNext: () => void
}) {
  const t = useWords()
  const d = t.rewards.desk
  const format = useFormat()
  const good = look.state === 'issued' && !look.over
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
            : look.state === 'redeemed' && look.redeemedAt
              ? d.used(format.dateTime(look.redeemedAt), look.redeemedBy ?? '')
              : d.over}
      </p>
      <p className="font-semibold">{look.reward.title}</p>
      {look.person ? (
        <p className="text-muted">
          {d.holder}: {look.person.name}
        </p>
      ) : null}
      {look.until ? <p className="text-sm text-muted">{t.rewards.useUntil(format.dateTime(look.until))}</p> : null}
      {look.reward.how ? <p className="text-sm whitespace-pre-line text-muted">{look.reward.how}</p> : null}
      {good && !fresh ? (
        <Button size="lg" busy={busy} onClick={onRedeem}>
          {d.redeem}
        </Button>
      ) : (
        <Button size="lg" look="quiet" onClick={onNext}>
          {d.next}
        </Button>
      )}
    </section>
  )
}
