import { CalendarClock } from 'lucide-react'
import type { Ok } from '../api.ts'
import { useFormat, useWords, type Words } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { useMe } from '../shell/me.ts'
import { seriesColour } from '../ui/chart.tsx'
import { cx } from '../ui/cx.ts'
import { Money, When } from '../ui/money.tsx'

export type Waterfall = Ok<'GET /waterfall'>
type Step = Waterfall['steps'][number]
/** One or, where a claim has several holders, all its steps. Minor units. */
type Row = { key: string; steps: Step[]; first: Step; amount: bigint; before: bigint; after: bigint; colour: string }

const isClaim = (step: string): boolean => /^(recoupment|backers):/.test(step)
const isSplit = (step: string): boolean => step.startsWith('split')
const sum = (steps: readonly Step[]): bigint => steps.reduce((all, step) => all + BigInt(step.amount.amount), 0n)

function colourOf(step: string, place: number): string {
  if (step === 'provider_fee') return 'var(--muted)'
  if (step.startsWith('tax:')) return 'var(--series-8)'
  if (step === 'commission') return 'var(--accent-mark)'
  return step.startsWith('recoupment') ? 'var(--held)' : step.startsWith('backers') ? 'var(--series-6)' : seriesColour(place + 1)
}

/** The steps in order, each with what was left before and after it: the last leaves nothing. */
function rowsOf(data: Waterfall): Row[] {
  const large = data.steps.filter(step => isSplit(step.step)).toSorted((a, b) => Number(BigInt(b.amount.amount) - BigInt(a.amount.amount)))
  const steps = [...data.steps.filter(step => !isSplit(step.step)), ...large]
  const groups = [...Map.groupBy(steps, (step, index) => (isClaim(step.step) ? step.step : `${step.step} ${index}`))]
  let left = BigInt(data.price.amount)
  let parties = 0
  return groups
    .map(([key, own]): Row => {
      const amount = sum(own)
      const before = left
      left -= amount
      const first = own[0]!
      return { key, steps: own, first, amount, before, after: left, colour: colourOf(first.step, isSplit(first.step) ? parties++ : 0) }
    })
    .filter(row => row.amount > 0n || !isSplit(row.first.step))
}

/** The name of a step that rules decide, for lists of changes. */
export const stepName = (t: Words, step: string, label: string): string =>
  step === 'commission' ? codeName(t, step) : step === 'split:work' ? t.settlement.workPart : label || codeName(t, step)

/** What a price becomes: a stair from the price down to nothing, each step with whose it is, its rate and since when. */
export function Cascade({ data, compact }: { data: Waterfall; compact?: boolean }) {
  const t = useWords()
  const format = useFormat()
  const me = useMe()
  const rows = rowsOf(data)
  const { currency } = data.price
  const money = (amount: bigint) => ({ amount: amount.toString(), currency })
  const price = BigInt(data.price.amount) || 1n
  const splits = data.steps.filter(step => isSplit(step.step))
  const mine = splits.filter(step => step.receiverId === me?.id)
  const [shared, whose] = mine.length > 0 ? [sum(mine), t.settlement.yours] : [sum(splits), t.settlement.toShare]
  return (
    <div className="@container">
      <p className="text-muted">{t.settlement.becomes(format.money(data.price))}</p>
      <p className="mt-0.5 mb-4 flex flex-wrap items-baseline gap-x-2">
        <Money value={money(shared)} className="text-xl font-semibold tracking-tight" />
        <span>{whose}</span>
        <span className="text-muted">· {t.settlement.ofPrice(format.percent(Number((shared * 10_000n) / price) / 10_000))}</span>
      </p>
      <ol aria-label={t.settlement.picture} className="flex flex-col">
        {rows.map((row, index) => (
          <StepRow key={row.key} row={row} price={price} last={index === rows.length - 1} first={index === 0} data={data} />
        ))}
      </ol>
      {compact ? null : <Terms data={data} />}
      {data.coming.length > 0 && !compact ? <Coming data={data} /> : null}
    </div>
  )
}

/** In percent of the price; only for drawing, what is told is exact. */
const place = (amount: bigint, price: bigint): number => Number((amount * 100_000n) / price) / 1000

function StepRow({ row, price, first, last, data }: { row: Row; price: bigint; first: boolean; last: boolean; data: Waterfall }) {
  const t = useWords()
  const { first: step, amount, before, after, colour } = row
  const [from, to] = [place(after, price), place(before, price)]
  const value = { amount: amount.toString(), currency: data.price.currency }
  const joint = 'absolute hidden border-l border-dashed border-line-strong @xl:block'
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 @xl:grid-cols-[minmax(0,16rem)_minmax(0,1fr)_6.5rem]">
      <div className="min-w-0 py-2">
        <p className="truncate font-medium">{titleOf(t, row)}</p>
        <Meta row={row} data={data} />
      </div>
      <div aria-hidden className="relative order-last col-span-2 h-3 self-stretch @xl:order-none @xl:col-span-1 @xl:h-auto">
        {first ? null : <span className={cx(joint, 'top-0 bottom-[calc(50%+11px)]')} style={{ left: `${to}%` }} />}
        <span
          className="absolute inset-y-0 left-0 my-auto h-2 rounded-l-xs bg-line transition-[width] duration-200 @xl:h-[22px]"
          style={{ width: `${from}%`, opacity: 0.55 }}
        />
        <span
          className="absolute inset-y-0 my-auto h-2 min-w-[3px] rounded-xs transition-[left,width] duration-200 @xl:h-[22px]"
          style={{ left: `min(${from}%, calc(100% - 3px))`, width: `${to - from}%`, background: colour }}
        />
        {last ? null : <span className={cx(joint, 'top-[calc(50%+11px)] bottom-0')} style={{ left: `${from}%` }} />}
      </div>
      <Money value={value} className={cx('justify-self-end font-semibold', !isSplit(step.step) && 'text-muted')} />
    </li>
  )
}

function titleOf(t: Words, { first, steps }: Row): string {
  if (isSplit(first.step)) return first.receiver
  if (isClaim(first.step)) return `${first.label} · ${steps.length === 1 ? first.receiver : t.settlement.holders(String(steps.length))}`
  return first.step.startsWith('tax:') ? first.label : codeName(t, first.step)
}

function Meta({ row: { first: step }, data }: { row: Row; data: Waterfall }) {
  const t = useWords()
  const format = useFormat()
  const percent = step.shareBp === null ? null : format.percent(step.shareBp / 10_000)
  const parts: string[] = []
  if (isSplit(step.step))
    parts.push(codeName(t, `${step.step}${step.label === '' ? '' : `:${step.label}`}`), ...(percent === null ? [] : [percent]))
  else if (step.claim !== null) {
    const { bearer, cap, taken } = step.claim
    parts.push(bearer === null ? t.settlement.ofWhole(percent!) : t.settlement.ofPart(percent!, bearer))
    parts.push(cap === null ? t.settlement.noEnd(format.money(taken)) : t.settlement.upTo(format.money(cap), format.money(taken)))
  } else if (step.step.startsWith('tax:')) parts.push(t.settlement.inPrice(percent!))
  else if (step.step === 'commission') parts.push(data.plan.name, t.settlement.ofLeft(percent!))
  else parts.push(codeName(t, step.label))
  return (
    <p className="text-xs text-muted">
      {parts.join(' · ')}
      {step.from !== null && step.step !== 'provider_fee' ? ` · ${t.settlement.since(format.day(step.from))}` : ''}
    </p>
  )
}

function Terms({ data: { plan, rules } }: { data: Waterfall }) {
  const t = useWords()
  const format = useFormat()
  const says = [
    t.settlement.planSays(plan.name, format.percent(plan.commissionBp / 10_000)),
    ...(plan.own ? [t.settlement.ownTerms] : []),
    t.settlement.since(format.day(plan.from)),
    ...(plan.until === null ? [] : [t.settlement.untilDay(format.day(plan.until))]),
    t.settlement.rulesVersion(format.number(rules.version)),
  ]
  return (
    <p className="mt-4 border-t border-line pt-3 text-xs text-muted">
      {t.settlement.plan} · {says.join(' · ')}
    </p>
  )
}

/** What is announced to change, with its day. */
function Coming({ data }: { data: Waterfall }) {
  const t = useWords()
  const format = useFormat()
  const percent = (bp: number) => format.percent(bp / 10_000)
  return (
    <div className="mt-3 rounded-md bg-accent-soft px-4 py-3">
      <p className="flex items-center gap-2 font-medium">
        <CalendarClock aria-hidden className="size-4 text-accent-ink" />
        {t.settlement.coming}
      </p>
      <ul className="mt-1.5 flex flex-col gap-1">
        {data.coming.map(change => (
          <li key={`${change.at}${change.step}`} className="flex flex-wrap gap-x-2">
            <span className="text-muted">
              <When at={change.at} />
            </span>
            <span>{stepName(t, change.step, change.label)}</span>
            <span className="tabular font-semibold">
              {change.beforeBp === null
                ? t.settlement.begins(percent(change.afterBp!))
                : change.afterBp === null
                  ? t.settlement.ends(percent(change.beforeBp))
                  : t.settlement.changes(percent(change.beforeBp), percent(change.afterBp))}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
