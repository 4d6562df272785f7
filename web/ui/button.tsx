import { LoaderCircle, type LucideIcon } from 'lucide-react'
import type { ComponentProps, ReactNode } from 'react'
import { cx } from './cx.ts'
import { Tip } from './tooltip.tsx'

type Look = 'primary' | 'quiet' | 'plain' | 'danger'
type Size = 'sm' | 'md' | 'lg'

const looks: Record<Look, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover',
  quiet: 'bg-transparent text-ink inset-ring inset-ring-line-strong/60 hover:bg-raised',
  plain: 'bg-transparent text-muted hover:text-ink hover:bg-raised',
  danger: 'bg-danger-soft text-danger hover:inset-ring hover:inset-ring-danger',
}
const sizes: Record<Size, string> = {
  sm: 'h-8 coarse:h-10 px-3 text-xs gap-1.5',
  md: 'h-10 px-4 text-sm gap-2',
  lg: 'h-12 px-6 text-base gap-2.5',
}

/** Classes of a button, for links that look like one. */
export const buttonClass = (look: Look = 'primary', size: Size = 'md', more?: string): string =>
  cx(
    'inline-flex shrink-0 items-center justify-center rounded-full font-semibold whitespace-nowrap transition-colors duration-120 select-none [&>svg]:shrink-0',
    'disabled:opacity-50 disabled:pointer-events-none aria-disabled:opacity-50',
    looks[look],
    sizes[size],
    more,
  )

type ButtonProps = ComponentProps<'button'> & { look?: Look; size?: Size; busy?: boolean; icon?: LucideIcon; filled?: boolean }

/** A button; `busy` keeps its width, shows that work goes on and refuses a second press. */
export function Button({
  look = 'primary',
  size = 'md',
  busy = false,
  icon: Icon,
  filled,
  className,
  children,
  disabled,
  ...rest
}: ButtonProps) {
  const glyph = size === 'lg' ? 20 : size === 'sm' ? 14 : 16
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={buttonClass(look, size, className)}
    >
      {busy ? (
        <LoaderCircle size={glyph} className="animate-spin" aria-hidden />
      ) : Icon ? (
        <Icon size={glyph} strokeWidth={2.2} fill={filled ? 'currentColor' : 'none'} aria-hidden />
      ) : null}
      {children}
    </button>
  )
}

type IconButtonProps = Omit<ComponentProps<'button'>, 'children'> & {
  label: string
  icon: LucideIcon
  size?: 'sm' | 'md' | 'lg'
  pressed?: boolean
  filled?: boolean
  tip?: boolean
  children?: ReactNode
}

/** A round button with only a picture; its label is its name and its tooltip. */
export function IconButton({ label, icon: Icon, size = 'md', pressed, filled, tip = true, className, children, ...rest }: IconButtonProps) {
  const button = (
    <button
      type="button"
      aria-label={label}
      aria-pressed={pressed}
      {...rest}
      className={cx(
        'relative inline-grid shrink-0 place-items-center rounded-full transition-colors duration-120 disabled:pointer-events-none disabled:opacity-40',
        size === 'sm' ? 'size-8' : size === 'lg' ? 'size-12' : 'size-10',
        pressed ? 'text-accent-ink hover:bg-raised' : 'text-muted hover:bg-raised hover:text-ink',
        className,
      )}
    >
      <Icon size={size === 'lg' ? 24 : size === 'sm' ? 16 : 19} strokeWidth={1.9} fill={filled ? 'currentColor' : 'none'} aria-hidden />
      {pressed ? <span aria-hidden className="absolute bottom-1 size-1 rounded-full bg-current" /> : null}
      {children}
    </button>
  )
  return tip ? <Tip text={label}>{button}</Tip> : button
}
