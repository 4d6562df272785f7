import { ChevronDown } from 'lucide-react'
import { useId, useState, type ComponentProps, type FormEvent, type ReactNode } from 'react'
import { useWords, type Words } from '../i18n/use.tsx'
import { cx } from './cx.ts'

const box =
  'w-full rounded-sm border bg-surface px-3 text-ink placeholder:text-muted transition-colors hover:border-ink/60 focus:border-focus focus:outline-2 focus:outline-offset-0 focus:outline-focus disabled:opacity-60 aria-invalid:border-danger'

type FieldProps = {
  label: string
  hint?: ReactNode
  error?: string | undefined
  optional?: boolean
  hideLabel?: boolean
  className?: string
}
type Wired = { id: string; 'aria-invalid': true | undefined; 'aria-describedby': string | undefined }

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement
/** What the browser found wrong before anything was sent, in the page's words and not in a bubble of the browser's own language. */
function wrongOf(control: Control, t: Words): string {
  const { valueMissing, typeMismatch, tooShort, rangeUnderflow, rangeOverflow } = control.validity
  const says = t.common.wrong
  const limit = (name: string): string => control.getAttribute(name) ?? ''
  if (valueMissing) return control.tagName === 'SELECT' ? says.choose : says.missing
  if (typeMismatch && control.type === 'email') return says.email
  if (typeMismatch && control.type === 'url') return says.url
  if (tooShort) return says.short(limit('minlength'))
  // Days and hours have their limits, too; as they are written they say nothing.
  if (control.type === 'number' && rangeUnderflow) return says.least(limit('min'))
  if (control.type === 'number' && rangeOverflow) return says.most(limit('max'))
  return control.title === '' ? says.form : control.title
}
/** The first of a form that is wrong gets the focus, as the browser would give it. */
function isFirstWrong(control: Control): boolean {
  const all = [...(control.form?.elements ?? [])].filter(one => one.tagName !== 'FIELDSET')
  return all.find(one => one.matches(':invalid')) === control
}

/** Label, hint and error around one control; the error stands at the field and is tied to it for screen readers. */
export function Field({
  label,
  hint,
  error: told,
  optional,
  hideLabel,
  className,
  children,
}: FieldProps & { children: (wired: Wired) => ReactNode }) {
  const t = useWords()
  const id = useId()
  const [wrong, setWrong] = useState<string>()
  const error = told ?? wrong
  const onInvalid = (event: FormEvent) => {
    const control = event.target as Control
    event.preventDefault()
    setWrong(wrongOf(control, t))
    if (isFirstWrong(control)) control.focus()
  }
  const described = [error ? `${id}-error` : null, hint ? `${id}-hint` : null].filter(Boolean).join(' ')
  return (
    <div
      className={cx('flex flex-col gap-1.5', className)}
      onInvalidCapture={onInvalid}
      onInputCapture={() => wrong && setWrong(undefined)}
    >
      <label htmlFor={id} className={cx('text-sm font-medium', hideLabel && 'sr-only')}>
        {label}
        {optional ? <span className="ml-2 text-xs font-normal text-muted">{t.common.optional}</span> : null}
      </label>
      {children({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': described || undefined })}
      {error ? (
        <p id={`${id}-error`} className="text-xs font-medium text-danger">
          {error}
        </p>
      ) : null}
      {hint ? (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  )
}

const border = (error: string | undefined) => (error ? 'border-danger' : 'border-line-strong')

/** A line of text with its label. */
export function Input({
  label,
  hint,
  error,
  optional,
  hideLabel,
  className,
  suffix,
  ...rest
}: FieldProps & Omit<ComponentProps<'input'>, 'className'> & { suffix?: ReactNode }) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional} hideLabel={hideLabel} className={className}>
      {wired =>
        suffix ? (
          <div className="relative">
            <input {...rest} {...wired} className={cx(box, border(error), 'h-10 pr-14')} />
            <span className="pointer-events-none absolute inset-y-0 right-3 grid place-items-center text-muted">{suffix}</span>
          </div>
        ) : (
          <input {...rest} {...wired} className={cx(box, border(error), 'h-10')} />
        )
      }
    </Field>
  )
}

export function TextArea({
  label,
  hint,
  error,
  optional,
  hideLabel,
  className,
  ...rest
}: FieldProps & Omit<ComponentProps<'textarea'>, 'className'>) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional} hideLabel={hideLabel} className={className}>
      {wired => <textarea rows={4} {...rest} {...wired} className={cx(box, border(error), 'py-2')} />}
    </Field>
  )
}

type SelectProps = FieldProps &
  Omit<ComponentProps<'select'>, 'className' | 'children'> & { options: readonly { value: string; name: string; disabled?: boolean }[] }

/** The platform's own list: best on phones, with a keyboard and with a screen reader. */
export function Select({ label, hint, error, optional, hideLabel, className, options, ...rest }: SelectProps) {
  return (
    <Field label={label} hint={hint} error={error} optional={optional} hideLabel={hideLabel} className={className}>
      {wired => (
        <div className="relative">
          <select {...rest} {...wired} className={cx(box, border(error), 'h-10 appearance-none truncate pr-9')}>
            {options.map(option => (
              <option key={option.value} value={option.value} disabled={option.disabled} className="bg-surface text-ink">
                {option.name}
              </option>
            ))}
          </select>
          <ChevronDown size={16} aria-hidden className="pointer-events-none absolute top-3 right-3 text-muted" />
        </div>
      )}
    </Field>
  )
}

type CheckProps = Omit<ComponentProps<'input'>, 'type' | 'className'> & { label: ReactNode; hint?: ReactNode; error?: string }

export function Checkbox({ label, hint, error, ...rest }: CheckProps) {
  const id = useId()
  return (
    <div className="flex items-start gap-3">
      <input
        type="checkbox"
        {...rest}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={hint || error ? `${id}-more` : undefined}
        className="mt-0.5 size-4.5 shrink-0 accent-accent-mark"
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint || error ? (
          <p id={`${id}-more`} className={cx('text-xs', error ? 'font-medium text-danger' : 'text-muted')}>
            {error ?? hint}
          </p>
        ) : null}
      </div>
    </div>
  )
}

/** On or off, at once. */
export function Switch({
  label,
  hint,
  hideLabel,
  ...rest
}: Omit<ComponentProps<'input'>, 'type' | 'className'> & { label: string; hint?: string; hideLabel?: boolean }) {
  const id = useId()
  return (
    <div className="flex items-center justify-between gap-4">
      <div className={hideLabel ? 'sr-only' : ''}>
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint ? (
          <p id={`${id}-hint`} className="text-xs text-muted">
            {hint}
          </p>
        ) : null}
      </div>
      <input
        type="checkbox"
        role="switch"
        {...rest}
        id={id}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="relative h-6 w-11 shrink-0 cursor-pointer appearance-none rounded-full bg-line-strong transition-colors before:absolute before:top-0.5 before:left-0.5 before:size-5 before:rounded-full before:bg-surface before:shadow-lift before:transition-transform checked:bg-accent-mark checked:before:translate-x-5 focus-visible:rounded-full"
      />
    </div>
  )
}
