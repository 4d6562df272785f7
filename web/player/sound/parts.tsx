import { useId, type ReactNode } from 'react'
import { cx } from '../../ui/cx.ts'

/** One matter of the panel. */
export function Section({ title, children, aside }: { title: string; children: ReactNode; aside?: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-3 border-t border-line pt-5 first:border-t-0 first:pt-0">
      <div className="flex min-h-6 items-center justify-between gap-3">
        <h3 className="text-sm font-semibold">{title}</h3>
        {aside}
      </div>
      {children}
    </section>
  )
}

type RangeProps = {
  label: string
  hint?: string
  /** The label is seen too, not only read aloud. */
  shown?: boolean
  value: number
  min: number
  max: number
  step: number
  text: string
  onChange: (value: number) => void
}

/** A slider with its value in words. */
export function Range({ label, hint, shown, value, min, max, step, text, onChange }: RangeProps) {
  const id = useId()
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-center gap-3">
        <label htmlFor={id} className={shown ? 'w-24 shrink-0 font-medium' : 'sr-only'}>
          {label}
        </label>
        <input
          id={id}
          type="range"
          min={min}
          max={max}
          step={step}
          value={value}
          aria-valuetext={text}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onChange={event => onChange(Number(event.target.value))}
          className="h-6 min-w-0 flex-1 cursor-pointer accent-ink"
        />
        <output htmlFor={id} className="tabular w-18 shrink-0 text-right text-sm text-muted">
          {text}
        </output>
      </div>
      {hint ? (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  )
}

type ChoiceProps = {
  label: string
  value: string | null
  options: readonly { value: string; name: string; disabled?: boolean }[]
  onChange: (value: string) => void
}

/** A few choices beside each other, one of them at a time. */
export function Choice({ label, value, options, onChange }: ChoiceProps) {
  const name = useId()
  return (
    <div role="radiogroup" aria-label={label} className="flex flex-wrap gap-2">
      {options.map(option => (
        <label
          key={option.value}
          className={cx(
            'relative inline-flex h-9 cursor-pointer items-center rounded-full px-3.5 text-sm font-medium transition-colors select-none',
            'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus',
            option.disabled && 'pointer-events-none opacity-50',
            option.value === value ? 'bg-ink text-bg' : 'inset-ring inset-ring-line-strong/60 hover:bg-raised',
          )}
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            disabled={option.disabled}
            onChange={() => onChange(option.value)}
            className="absolute inset-0 cursor-pointer appearance-none rounded-full outline-none"
          />
          {option.name}
        </label>
      ))}
    </div>
  )
}
