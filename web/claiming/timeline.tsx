import { Check, CircleAlert, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { cx } from '../ui/cx.ts'
import { When } from '../ui/money.tsx'
import type { PageClaim } from './queries.ts'

type Look = 'done' | 'now' | 'coming' | 'ended' | 'trouble'
const dots: Record<Look, string> = {
  done: 'bg-paid-soft text-paid',
  now: 'bg-accent text-on-accent ring-4 ring-accent-soft',
  coming: 'border-2 border-line-strong/60 bg-surface',
  ended: 'bg-raised text-muted',
  trouble: 'bg-danger-soft text-danger',
}

/** The way of a claim as steps: what was, where it is, what comes. */
export function Timeline({ claim }: { claim: PageClaim }) {
  const t = useWords()
  const s = t.claiming.steps
  const format = useFormat()
  const { state } = claim
  const closed = claim.closedAt !== null
  return (
    <ol className="flex flex-col">
      <Step look="done" title={s.asked} at={claim.at} />
      {claim.announcedAt || !closed ? (
        <Step look={claim.announcedAt ? 'done' : 'now'} title={s.review}>
          {state === 'review' ? s.reviewNow : null}
        </Step>
      ) : null}
      {claim.announcedAt || !closed ? (
        <Step look={state === 'announced' ? 'now' : claim.announcedAt ? 'done' : 'coming'} title={s.announced} at={claim.announcedAt}>
          {state === 'announced' && claim.endsAt ? s.announcedNow(format.dateTime(claim.endsAt)) : null}
        </Step>
      ) : null}
      {claim.contestedAt && claim.contestedWhy ? (
        <Step look={state === 'contested' ? 'trouble' : 'done'} title={s.contested} at={claim.contestedAt}>
          {s.contestedWhy[claim.contestedWhy]}
        </Step>
      ) : null}
      {state === 'granted' ? (
        <Step look="done" title={s.granted} at={claim.closedAt} last>
          {s.grantedNow}
          <Said words={claim.reason} />
        </Step>
      ) : state === 'refused' ? (
        <Step look="ended" title={s.refused} at={claim.closedAt} last>
          {claim.refusedWhy === 'given' ? s.given : null}
          <Said words={claim.reason} />
        </Step>
      ) : state === 'withdrawn' ? (
        <Step look="ended" title={s.withdrawn} at={claim.closedAt} last />
      ) : (
        <Step look="coming" title={s.next} last />
      )}
    </ol>
  )
}

function Said({ words }: { words: string | null }) {
  const t = useWords()
  return words ? (
    <span className="mt-2 block rounded-md bg-raised px-3 py-2 text-ink">
      <span className="block text-xs text-muted">{t.claiming.reason}</span>
      <span className="break-words whitespace-pre-wrap">{words}</span>
    </span>
  ) : null
}

function Step({
  look,
  title,
  at,
  last,
  children,
}: {
  look: Look
  title: string
  at?: string | null
  last?: boolean
  children?: ReactNode
}) {
  const Icon = look === 'done' ? Check : look === 'trouble' ? CircleAlert : look === 'ended' ? X : null
  return (
    <li className="relative flex gap-4 pb-6 last:pb-0" aria-current={look === 'now' || look === 'trouble' ? 'step' : undefined}>
      {last ? null : <span aria-hidden className="absolute top-6 bottom-0 left-3 w-px -translate-x-1/2 bg-line" />}
      <span aria-hidden className={cx('relative grid size-6 shrink-0 place-items-center rounded-full', dots[look])}>
        {Icon ? <Icon size={14} strokeWidth={2.6} /> : look === 'now' ? <span className="size-2 rounded-full bg-current" /> : null}
      </span>
      <div className="min-w-0 flex-1 pt-0.5">
        <p className="flex flex-wrap items-baseline justify-between gap-x-4">
          <span className={cx('font-medium', look === 'coming' && 'text-muted')}>{title}</span>
          {at ? (
            <span className="text-xs text-muted">
              <When at={at} show="dateTime" />
            </span>
          ) : null}
        </p>
        {children ? <div className="mt-1 text-muted">{children}</div> : null}
      </div>
    </li>
  )
}
