import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheckBig, Disc3, Gift, TriangleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Input } from '../ui/field.tsx'
import { faultText } from '../ui/states.tsx'
import { GiftArt } from './gift-colour.tsx'
import { refreshCoupons, type Redeemable } from './queries.ts'

/** A code one was given: what it is, and taking it. */
export function RedeemPage({ code: given }: { code: string | undefined }) {
  const t = useWords()
  const r = t.coupons.redeem
  const client = useQueryClient()
  const [code, setCode] = useState(given ?? '')
  const look = useMutation({ mutationFn: (text: string) => api('POST /redeem/look', { code: text }) })
  const take = useMutation({ mutationFn: (text: string) => api('POST /redeem', { code: text }), onSuccess: () => refreshCoupons(client) })
  const { mutate } = look
  // A link out of a mail, or of the QR code on a card, brings its code along.
  useEffect(() => {
    if (given !== undefined && given.length >= 8) mutate(given)
  }, [given, mutate])
  const found = take.data ?? look.data
  const error = take.error ?? look.error
  return (
    <div className="mx-auto flex max-w-lg flex-col gap-6">
      <header>
        <h1 className="text-xl">{r.title}</h1>
        <p className="mt-1 text-muted">{r.intro}</p>
      </header>
      <form
        className="flex flex-col gap-3"
        onSubmit={event => {
          event.preventDefault()
          take.reset()
          look.mutate(code.trim())
        }}
      >
        <Input
          label={r.code}
          hint={r.hint}
          value={code}
          maxLength={60}
          required
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          placeholder="XXXX-XXXX-XXXX"
          onChange={event => setCode(event.target.value)}
        />
        <Button
          type="submit"
          size="lg"
          look={found ? 'quiet' : 'primary'}
          busy={look.isPending}
          disabled={code.replaceAll(/[^0-9a-z]/gi, '').length < 8}
        >
          {r.look}
        </Button>
      </form>
      {error ? (
        <p role="alert" className="flex items-center gap-3 rounded-lg bg-danger-soft p-4 font-semibold text-danger">
          <TriangleAlert size={20} aria-hidden className="shrink-0" />
          {faultText(t, error)}
        </p>
      ) : null}
      {found ? (
        <Found found={found} code={code} taken={take.data !== undefined} busy={take.isPending} onTake={() => take.mutate(code.trim())} />
      ) : null}
    </div>
  )
}

function Found({
  found,
  code,
  taken,
  busy,
  onTake,
}: {
  found: Redeemable
  code: string
  taken: boolean
  busy: boolean
  onTake: () => void
}) {
  const t = useWords()
  const r = t.coupons.redeem
  const format = useFormat()
  const me = useMe()
  const yours = found.state === 'yours'
  return (
    <section role="status" className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-5">
      {found.kind === 'release' ? (
        <div className="flex items-center gap-4">
          <Cover id={found.release.id} picture={found.release.cover} alt="" size={160} className="w-28 shrink-0" />
          <div className="min-w-0">
            <p className="text-sm text-muted">{r.comesWith}</p>
            <p className="text-lg font-bold [overflow-wrap:anywhere]">{found.release.title}</p>
            <p className="text-muted">{found.release.artists}</p>
            {found.until && !yours ? <p className="mt-1 text-sm text-muted">{r.until(format.date(found.until))}</p> : null}
          </div>
        </div>
      ) : (
        <>
          <GiftArt design={found.design} amount={found.amount} to={found.toName} />
          {found.state === 'good' || yours ? (
            <p className="tabular font-semibold">{r.leftOf(format.money(found.left), format.money(found.amount))}</p>
          ) : null}
          {found.message ? <blockquote className="rounded-md bg-raised p-4 whitespace-pre-line">{found.message}</blockquote> : null}
        </>
      )}
      {yours || found.state !== 'good' ? (
        <p className={`flex items-center gap-2 font-semibold ${yours ? 'text-paid' : 'text-danger'}`}>
          {yours ? <CircleCheckBig size={20} aria-hidden /> : <TriangleAlert size={20} aria-hidden />}
          {yours && taken ? (found.kind === 'release' ? r.gotRelease : r.gotCard) : r.states[found.state]}
        </p>
      ) : me ? (
        <Button size="lg" busy={busy} icon={found.kind === 'release' ? Disc3 : Gift} onClick={onTake}>
          {found.kind === 'release' ? r.get : r.keep}
        </Button>
      ) : (
        <Link to="/sign-in" search={{ next: `/redeem?code=${encodeURIComponent(code)}` }} className={buttonClass('primary', 'lg')}>
          {r.signIn}
        </Link>
      )}
      {yours ? (
        <div className="flex flex-wrap gap-2">
          {found.kind === 'release' ? (
            <>
              <Link to="/releases/$id" params={{ id: found.release.id }} className={buttonClass()}>
                {r.listen}
              </Link>
              <Link to="/library" search={{ tab: 'owned' }} className={buttonClass('quiet')}>
                {r.download}
              </Link>
            </>
          ) : (
            <>
              <Link to="/shop" className={buttonClass()}>
                {r.toShop}
              </Link>
              <Link to="/gift-cards/$id" params={{ id: found.id }} className={buttonClass('quiet')}>
                {r.toCard}
              </Link>
            </>
          )}
        </div>
      ) : null}
    </section>
  )
}
