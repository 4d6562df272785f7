import { cx } from './cx.ts'

/** A narrow native slider, for the volume and the like. `value` runs from 0 to 1. */
export function Slider({
  label,
  value,
  onChange,
  text,
  className,
}: {
  label: string
  value: number
  onChange: (value: number) => void
  text?: string
  className?: string
}) {
  return (
    <input
      type="range"
      min={0}
      max={100}
      step={1}
      value={Math.round(value * 100)}
      aria-label={label}
      aria-valuetext={text}
      onChange={event => onChange(Number(event.target.value) / 100)}
      className={cx('h-4 cursor-pointer accent-ink', className)}
    />
  )
}
