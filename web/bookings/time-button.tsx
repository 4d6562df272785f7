import { useFormat, useWords } from '../i18n/use.tsx'
import { cx } from '../ui/cx.ts'

/** A time to choose: when, and what it costs, or in the place of that why it cannot be had. `amount`: minor units. */
export function TimeButton({
  time: { state, local, again, amount },
  currency,
  on,
  why,
  onPress,
}: {
  time: { state: string; local: string; again: boolean; amount: string }
  currency: string
  on: boolean
  why: string
  onPress: () => void
}) {
  const b = useWords().bookings
  const format = useFormat()
  const free = state === 'free'
  const price = amount === '0' ? b.free : format.money({ amount, currency })
  return (
    <button
      type="button"
      disabled={!free}
      aria-pressed={on}
      onClick={onPress}
      className={cx(
        'tabular flex h-14 w-full flex-col items-center justify-center rounded-md border text-sm leading-tight transition-colors',
        on
          ? 'border-accent-mark bg-accent text-on-accent'
          : free
            ? 'border-line-strong/60 bg-surface hover:border-accent-mark hover:bg-accent-soft'
            : 'border-transparent bg-sunken text-muted',
      )}
    >
      <b className={cx('text-base font-semibold sm:text-sm', state === 'taken' && 'line-through')}>
        {local}
        {again && !local.includes('(') ? b.again : ''}
      </b>
      <span className={cx('text-sm sm:text-xs', on ? '' : 'text-muted')}>{free ? price : why}</span>
    </button>
  )
}
