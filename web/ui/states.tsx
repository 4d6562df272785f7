import { CloudOff, RotateCw, TriangleAlert, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { asApiError } from '../api-call.ts'
import { useWords, type Words } from '../i18n/use.tsx'
import { Button } from './button.tsx'
import { cx } from './cx.ts'

/** A bar or box where something is about to be. Give it the size of what comes. */
export const Skeleton = ({ className }: { className?: string }) => <div aria-hidden className={cx('skeleton', className ?? 'h-4 w-full')} />

/** Announces once that something loads, around skeletons. */
export function Loading({ children, className }: { children: ReactNode; className?: string }) {
  const t = useWords()
  return (
    <div role="status" className={className}>
      <span className="sr-only">{t.common.loading}</span>
      {children}
    </div>
  )
}

/** Rows of a list about to come. */
export const SkeletonRows = ({ rows = 6 }: { rows?: number }) => (
  <Loading className="flex flex-col gap-3">
    {Array.from({ length: rows }, (_, index) => (
      <div key={index} className="flex items-center gap-3">
        <Skeleton className="size-11 rounded-md" />
        <div className="flex flex-1 flex-col gap-2">
          <Skeleton className="h-3.5 w-2/5" />
          <Skeleton className="h-3 w-1/4" />
        </div>
      </div>
    ))}
  </Loading>
)

type EmptyProps = {
  icon?: LucideIcon
  picture?: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
  compact?: boolean
  main?: boolean
}

/** What to see where nothing is yet: why, and the first step. */
export function EmptyState({ icon: Icon, picture, title, children, action, compact, main }: EmptyProps) {
  return (
    <div
      className={cx(
        'flex flex-col items-center justify-center gap-2 text-center',
        compact ? 'px-4 py-8' : 'rounded-lg border border-dashed border-line px-6 py-14',
      )}
    >
      {picture ?? (Icon ? <Icon size={28} strokeWidth={1.5} aria-hidden className="mb-1 text-muted" /> : null)}
      {main ? <h1 className="text-base font-semibold">{title}</h1> : <p className="text-base font-semibold">{title}</p>}
      {children ? <div className="max-w-[46ch] text-muted">{children}</div> : null}
      {action ? <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div> : null}
    </div>
  )
}

/** The sentence for a refusal, in the reader's language. */
export function faultText(words: Words, error: unknown): string {
  const fault = asApiError(error)
  // What rooms refuse comes with their pages; elsewhere the answer's own title says the same.
  const sentences: Record<string, string> = { ...words.objections, ...words.refusals, ...words.faults }
  return sentences[fault.code] ?? (fault.title || (kindText(words, fault.status) ?? words.faults.broken))
}

function kindText(words: Words, status: number): string | undefined {
  const f = words.faults
  const byStatus: Record<number, string> = {
    0: f.unreachable,
    400: f.invalid,
    401: f.unauthenticated,
    403: f.forbidden,
    404: f.not_found,
    409: f.conflict,
    410: f.gone,
    413: f.too_large,
    415: f.unsupported,
    422: f.unprocessable,
    429: f.limited,
    503: f.unavailable,
  }
  return byStatus[status]
}

/** What happened and what to do, where a list or page could not be loaded. */
export function ErrorState({ error, onRetry, compact }: { error: unknown; onRetry?: () => void; compact?: boolean }) {
  const t = useWords()
  const fault = asApiError(error)
  const offline = fault.status === 0 && fault.code === 'unreachable'
  const Icon = offline ? CloudOff : TriangleAlert
  return (
    <div role="alert" className={cx('flex flex-col items-center gap-2 text-center', compact ? 'px-4 py-6' : 'px-6 py-14')}>
      <Icon size={28} strokeWidth={1.5} aria-hidden className="mb-1 text-danger" />
      <p className="text-base font-semibold">{offline ? t.common.offlineTitle : t.common.failedTitle}</p>
      <p className="max-w-[46ch] text-muted">{faultText(t, fault)}</p>
      {fault.reference ? <p className="text-xs text-muted">{t.common.reference(fault.reference)}</p> : null}
      {onRetry ? (
        <Button look="quiet" size="sm" icon={RotateCw} onClick={onRetry} className="mt-2">
          {t.common.retry}
        </Button>
      ) : null}
    </div>
  )
}

/** How much is done, of what; `null` share = working, end unknown. */
export function Progress({
  label,
  share,
  detail,
  quiet,
}: {
  label: string
  share: number | null
  detail?: string
  /** The label is only for screen readers. */ quiet?: boolean
}) {
  const percent = share === null || Number.isNaN(share) ? null : Math.round(Math.min(1, Math.max(0, share)) * 100)
  return (
    <div>
      <div className="mb-1.5 flex justify-between gap-3 text-xs">
        <span className={quiet ? 'sr-only' : 'min-w-16 shrink-[99] truncate font-medium'}>{label}</span>
        <span className="tabular min-w-0 text-end text-muted">{detail ?? (percent === null ? '' : `${percent}%`)}</span>
      </div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(percent === null ? {} : { 'aria-valuenow': percent })}
        className="h-1.5 overflow-hidden rounded-full bg-raised"
      >
        <div
          className={cx('h-full rounded-full bg-accent-mark transition-[width] duration-240', percent === null && 'skeleton w-full')}
          style={percent === null ? undefined : { width: `${percent}%` }}
        />
      </div>
    </div>
  )
}

const tones = {
  plain: 'bg-raised text-muted',
  accent: 'bg-accent-soft text-accent-ink',
  good: 'bg-paid-soft text-paid',
  bad: 'bg-danger-soft text-danger',
  held: 'bg-held-soft text-held',
  ion: 'bg-ion-soft text-ion',
}
export type Tone = keyof typeof tones

/** A small word about a state. */
export const Tag = ({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) => (
  <span className={cx('inline-flex items-center gap-1 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap', tones[tone])}>
    {children}
  </span>
)

/** A titled box of a page. */
export function Panel({
  title,
  note,
  action,
  children,
  className,
}: {
  title?: ReactNode
  note?: ReactNode
  action?: ReactNode
  children: ReactNode
  className?: string
}) {
  return (
    <section className={cx('min-w-0 rounded-lg border border-line bg-surface p-5 sm:p-6', className)}>
      {title || action ? (
        <header className="mb-4 flex flex-wrap items-start justify-between gap-3">
          <div>
            {title ? <h2 className="text-base">{title}</h2> : null}
            {note ? <p className="mt-0.5 text-muted">{note}</p> : null}
          </div>
          {action}
        </header>
      ) : null}
      {children}
    </section>
  )
}
