import { Link } from '@tanstack/react-router'
import { useWords } from '../i18n/use.tsx'
import { cx } from '../ui/cx.ts'

/** The sign: a small sun with its ring. */
export const Sign = ({ className }: { className?: string }) => (
  <svg viewBox="0 0 26 26" className={cx('shrink-0', className ?? 'size-7')} aria-hidden>
    <path
      d="M2.6 17.2C.9 14.5 5.2 9.600 12 6.600 18.900 3.600 24 4.400 24.400 6.800"
      fill="none"
      className="stroke-ink"
      strokeWidth="1.700"
      strokeLinecap="round"
    />
    <circle cx="13" cy="13" r="7" className="fill-accent" />
    <path
      d="M24.400 6.800C24.900 9.500 20.400 14 14.200 16.600 8.600 19 3.900 19.300 2.600 17.200"
      fill="none"
      className="stroke-ink"
      strokeWidth="1.700"
      strokeLinecap="round"
    />
  </svg>
)

export function Brand({ compact, label }: { compact?: boolean; label?: string | undefined }) {
  const t = useWords()
  return (
    <Link
      to="/"
      className={cx('flex items-center gap-2.5 rounded-sm text-[1.15rem] font-[680] tracking-tight', compact ? '' : 'mb-5 px-3')}
    >
      <Sign />
      <span className={cx('whitespace-nowrap', compact && 'max-sm:sr-only')}>{label ? t.shell.brandShort : t.shell.brand}</span>
      {label ? (
        <span className="rounded-full bg-raised px-2 py-0.5 text-xs font-medium whitespace-nowrap tracking-normal text-muted">{label}</span>
      ) : null}
    </Link>
  )
}
