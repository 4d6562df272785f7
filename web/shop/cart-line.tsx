import { Link } from '@tanstack/react-router'
import { Minus, Plus } from 'lucide-react'
import { useEffect, useState, type ReactNode } from 'react'
import { clockText } from '../i18n/format.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { toldTimes } from '../shows/told.ts'
import { IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Money } from '../ui/money.tsx'
import { cartLines, lineKey, setCart, type CartLine } from './cart.ts'
import type { Quote } from './quote.ts'

export const changeLine = (line: CartLine, change: Partial<CartLine>): void =>
  setCart(cartLines().map(other => (lineKey(other) === lineKey(line) ? { ...other, ...change } : other)))

/** How long something is kept for the buyer; ticks. */
function KeptFor({ until }: { until: string }) {
  const t = useWords()
  const [now, setNow] = useState(() => Date.now())
  const left = Date.parse(until) - now
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return left > 0 ? (
    <p className="tabular text-xs font-medium text-held" role="timer">
      {t.checkout.keptFor(clockText(left))}
    </p>
  ) : (
    <p className="text-xs font-medium text-danger">{t.checkout.keptOver}</p>
  )
}

function Stepper({ line }: { line: CartLine }) {
  const t = useWords()
  const format = useFormat()
  const most = Math.min(line.most ?? 100, 100)
  return (
    <div
      role="group"
      aria-label={t.checkout.quantityOf(line.title)}
      className="flex h-9 items-center rounded-full inset-ring inset-ring-line-strong/60"
    >
      <IconButton
        icon={Minus}
        size="sm"
        tip={false}
        label={t.checkout.fewer}
        disabled={line.quantity <= 1}
        onClick={() => changeLine(line, { quantity: line.quantity - 1 })}
      />
      <output className="tabular min-w-6 text-center text-sm font-semibold" aria-live="polite">
        {format.number(line.quantity)}
      </output>
      <IconButton
        icon={Plus}
        size="sm"
        tip={false}
        label={t.checkout.more}
        disabled={line.quantity >= most}
        onClick={() => changeLine(line, { quantity: line.quantity + 1 })}
      />
    </div>
  )
}

/** Of what one has once, or what is kept for one (seats, a slot), there is no more and no less. */
const counts = (line: CartLine): boolean =>
  line.kind !== undefined && line.kind !== 'digital' && line.until === undefined && line.most !== 1

/** One thing in the cart or at the checkout: picture, what it is, what it costs now, why it cannot be had. */
export function LineRow({
  line,
  quoted,
  gone,
  actions,
  fixed,
}: {
  line: CartLine
  quoted?: Quote['lines'][number] | undefined
  gone?: boolean
  actions?: ReactNode
  fixed?: boolean
}) {
  const t = useWords()
  const format = useFormat()
  const { locale } = useLanguage()
  const unit = quoted?.unit ?? line.price
  const whole = quoted?.amount ?? {
    amount: (BigInt(unit.amount) * BigInt(line.quantity)).toString(),
    currency: unit.currency,
  }
  const told = quoted?.detail ?? line.detail
  const detail = told && toldTimes(locale, told)
  const problem = gone ? t.faults.not_found : quoted?.problem ? faultOf(t, quoted.problem) : null
  const reduced = quoted?.discount && quoted.discount.amount !== '0'
  return (
    <li className="flex gap-3.5 py-4 sm:gap-4">
      <Cover id={line.offer} picture={line.picture} alt="" size={96} className={fixed ? 'size-16' : 'size-20 sm:size-24'} />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <div className="flex items-start gap-3">
          <div className="min-w-0 flex-1">
            <p className="line-clamp-2 font-semibold">
              <Link to={line.url as '/'} className="hover:underline">
                {line.title}
              </Link>
            </p>
            {detail ? <p className="text-muted [overflow-wrap:anywhere]">{detail}</p> : null}
            {line.quantity > 1 ? (
              <p className="tabular text-xs text-muted">
                {fixed ? t.checkout.unit(format.number(line.quantity), format.money(unit)) : t.checkout.each(format.money(unit))}
              </p>
            ) : null}
            {line.until ? <KeptFor until={line.until} /> : null}
            {line.most && line.most > 1 && !fixed ? (
              <p className="text-xs text-muted">{t.checkout.most(format.number(line.most))}</p>
            ) : null}
          </div>
          <div className="text-right">
            <Money value={whole} className="font-semibold" />
            {reduced ? (
              <p className="tabular text-xs text-muted line-through">
                {format.money({ amount: (BigInt(whole.amount) + BigInt(quoted.discount!.amount)).toString(), currency: whole.currency })}
              </p>
            ) : null}
          </div>
        </div>
        {reduced && quoted.discountCode ? (
          <p className="text-xs text-muted [overflow-wrap:anywhere]">
            {t.checkout.discount} {quoted.discountCode} −{format.money(quoted.discount!)}
          </p>
        ) : null}
        {problem ? (
          <p role="alert" className="text-sm font-medium text-danger">
            {problem}
          </p>
        ) : null}
        {fixed && !problem ? null : (
          <div className="mt-auto flex flex-wrap items-center gap-x-1 gap-y-2 pt-1">
            {!fixed && counts(line) ? <Stepper line={line} /> : null}
            {actions}
          </div>
        )}
      </div>
    </li>
  )
}

/** Sentences of refusals come with the pages of buying; the answer's own title says the same. */
function faultOf(t: ReturnType<typeof useWords>, problem: { code: string; title: string }): string {
  const sentences: Record<string, string> = { ...t.objections, ...t.refusals, ...t.denials, ...t.faults }
  return sentences[problem.code] ?? problem.title
}
