import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { ArrowUpRight, Check, EyeOff, MessageSquareWarning, ShieldAlert, UserX } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api, asApiError, read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Checkbox, TextArea } from '../ui/field.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { ErrorState, faultText, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { BanDialog } from './ban-dialog.tsx'
import { daysOf, LengthSelect, ReasonSelect } from './choices.tsx'
import { actionTones, kindName, newId, Quoted, type FlagPage, type Made, type Where } from './parts.tsx'
import type { Reason } from './report.tsx'

/** After a decision: queues, counts and what is shown of feeds are asked anew. */
export const refreshModeration = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ predicate: ({ queryKey }) => /moderation|decisions|\/feed|\/posts/.test(String(queryKey[0])) })

type Props = { id: string; where: Where; onClose: () => void; onNext: () => void }

/** One thing with all that is known of it, and the decision about it. */
export function FlagSheet({ id, where, onClose, onNext }: Props) {
  const t = useWords()
  const { data, error, refetch } = useQuery(read('GET /moderation/flags/:id', { id }))
  return (
    <Sheet
      open
      onOpenChange={open => !open && onClose()}
      title={data ? kindName(t, data.kind) : t.moderating.deskTitle}
      {...(data
        ? {
            description: [data.author ? t.moderating.byAuthor(data.author.name) : t.moderating.nobody, data.group?.name]
              .filter(Boolean)
              .join(' · '),
          }
        : {})}
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : data ? (
        <Body flag={data} where={where} onDone={onNext} />
      ) : (
        <SkeletonRows rows={4} />
      )}
    </Sheet>
  )
}

function Body({ flag, where, onDone }: { flag: FlagPage; where: Where; onDone: () => void }) {
  const t = useWords()
  const format = useFormat()
  return (
    <div className="flex flex-col gap-5">
      <section>
        <div className="mb-2 flex flex-wrap gap-1.5">
          {flag.hold ? <Tag tone="held">{t.moderating.holds[flag.hold]}</Tag> : null}
          {flag.reports > 0 ? <Tag tone="bad">{t.moderating.reportsCount(flag.reports)}</Tag> : null}
          {flag.seen?.hidden ? <Tag tone="held">{t.moderating.hiddenNow}</Tag> : null}
          {flag.escalated ? <Tag tone="ion">{t.moderating.escalatedBy(flag.escalated.by)}</Tag> : null}
        </div>
        <Quoted text={flag.seen?.text ?? ''} pictures={flag.seen?.pictures ?? []} gone={flag.seen === null} />
        {flag.escalated?.note ? <p className="mt-2 text-sm text-muted">{flag.escalated.note}</p> : null}
        {flag.seen?.url ? (
          <a
            href={flag.seen.url}
            target="_blank"
            rel="noreferrer"
            className="mt-2 inline-flex items-center gap-1 text-sm underline underline-offset-4"
          >
            {t.moderating.open}
            <ArrowUpRight size={14} aria-hidden />
          </a>
        ) : null}
      </section>
      {flag.said.length > 0 ? (
        <section>
          <h3 className="mb-2 text-sm font-semibold">{t.moderating.said}</h3>
          <ul className="flex flex-col gap-2 text-sm">
            {flag.said.map((one, i) => (
              <li key={`${one.at} ${i}`}>
                <span className="font-medium">{t.moderation.reasons[one.reason]}</span>
                <span className="text-muted">
                  {' '}
                  · {one.by ?? t.moderating.anonymous} · {format.date(one.at)}
                </span>
                {one.words ? <p className="break-words whitespace-pre-wrap">{one.words}</p> : null}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {flag.author ? (
        <section>
          <h3 className="mb-2 text-sm font-semibold">{t.moderating.before}</h3>
          {flag.before.length === 0 ? (
            <p className="text-sm text-muted">{t.moderating.noBefore}</p>
          ) : (
            <ul className="flex flex-col gap-2">
              {flag.before.slice(0, 6).map(one => (
                <MadeLine key={one.id} made={one} />
              ))}
            </ul>
          )}
        </section>
      ) : null}
      {flag.decision ? (
        <section className="border-t border-line pt-4">
          <h3 className="mb-2 text-sm font-semibold">{t.moderating.decidedBy(flag.decision.by)}</h3>
          <MadeLine made={flag.decision} />
          {flag.decision.words ? <p className="mt-2 whitespace-pre-wrap">{flag.decision.words}</p> : null}
        </section>
      ) : flag.can.decide ? (
        <Decide flag={flag} where={where} onDone={onDone} />
      ) : null}
    </div>
  )
}

export function MadeLine({ made }: { made: Made }) {
  const t = useWords()
  const format = useFormat()
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
      <Tag tone={actionTones[made.action]}>{t.moderation.actions[made.action]}</Tag>
      <span>{t.moderation.reasons[made.reason]}</span>
      <span className="text-muted">
        {format.date(made.at)} · {t.moderating.whoDecided(made.by)}
      </span>
      {made.appeal ? <Tag tone={made.appeal === 'reversed' ? 'good' : 'plain'}>{t.moderation.appealStates[made.appeal]}</Tag> : null}
      {made.text ? <span className="line-clamp-1 w-full text-muted">{made.text}</span> : null}
    </div>
  )
}

const choices = [
  { action: 'keep', icon: Check },
  { action: 'warn', icon: MessageSquareWarning },
  { action: 'hide', icon: EyeOff },
] as const
type Action = (typeof choices)[number]['action']

function Decide({ flag, where, onDone }: { flag: FlagPage; where: Where; onDone: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const [action, setAction] = useState<Action | null>(null)
  const [reason, setReason] = useState<Reason>(flag.reasons[0]?.reason ?? 'spam')
  const [words, setWords] = useState('')
  const [withBan, setWithBan] = useState(false)
  const [length, setLength] = useState('7')
  const [note, setNote] = useState<string | null>(null)
  const [banning, setBanning] = useState(false)
  // Made once for this sheet: a second press is the same decision.
  const [ids] = useState(() => ({ decision: newId('dcn'), ban: newId('ban') }))
  const settled = async (text: string) => {
    toast(text, { tone: 'good' })
    onDone()
    await refreshModeration(client)
  }
  const failed = async (error: unknown) => {
    toast(faultText(t, error), { tone: 'bad' })
    if (asApiError(error).status === 409) await refreshModeration(client)
  }
  const decide = useMutation({
    mutationFn: (given: Action) =>
      api('POST /moderation/flags/:id/decide', {
        id: flag.id,
        decision: ids.decision,
        action: given,
        reason,
        words,
        ...(withBan && given !== 'keep' ? { ban: { id: ids.ban, days: daysOf(length) } } : {}),
      }),
    onSuccess: (_, given) => settled(t.moderating.decidedToast[given]),
    onError: failed,
  })
  const escalate = useMutation({
    mutationFn: (given: string) => api('POST /moderation/flags/:id/escalate', { id: flag.id, note: given }),
    onSuccess: () => settled(t.moderating.escalated),
    onError: failed,
  })
  const shown = choices.filter(one => one.action !== 'hide' || flag.hides)
  return (
    <section className="border-t border-line pt-4">
      <h3 className="mb-3 text-sm font-semibold">{t.moderating.decideTitle}</h3>
      <div
        className={cx('grid gap-2', shown.length === 3 ? 'grid-cols-3' : 'grid-cols-2')}
        role="group"
        aria-label={t.moderating.decideTitle}
      >
        {shown.map(({ action: one, icon: Icon }) => (
          <button
            key={one}
            type="button"
            aria-pressed={action === one}
            onClick={() => setAction(one)}
            className={cx(
              'flex min-h-16 flex-col items-center justify-center gap-1 rounded-md border px-2 py-2 text-center text-sm font-medium transition-colors',
              action === one ? 'border-accent-mark bg-accent-soft text-accent-ink' : 'border-line hover:bg-raised',
            )}
          >
            <Icon size={18} aria-hidden />
            {t.moderating.decideButton[one]}
          </button>
        ))}
      </div>
      {action ? (
        <form
          className="mt-4 flex flex-col gap-4"
          onSubmit={(event: FormEvent) => {
            event.preventDefault()
            decide.mutate(action)
          }}
        >
          <p className="text-sm text-muted">{t.moderating.actionHints[action]}</p>
          <ReasonSelect value={reason} onChange={setReason} />
          <TextArea
            label={t.moderating.wordsLabel}
            hint={t.moderating.wordsHint}
            optional={action === 'keep'}
            required={action !== 'keep'}
            maxLength={2000}
            value={words}
            onChange={event => setWords(event.target.value)}
          />
          {action !== 'keep' && flag.can.ban ? (
            <>
              <Checkbox label={t.moderating.alsoBan} checked={withBan} onChange={event => setWithBan(event.target.checked)} />
              {withBan ? <LengthSelect value={length} onChange={setLength} /> : null}
            </>
          ) : null}
          <Button
            type="submit"
            look={action === 'hide' ? 'danger' : 'primary'}
            busy={decide.isPending}
            disabled={action !== 'keep' && words.trim() === ''}
          >
            {t.moderating.decideButton[action]}
          </Button>
        </form>
      ) : null}
      <div className="mt-4 flex flex-wrap gap-2">
        {flag.can.escalate ? (
          <Button
            look="plain"
            size="sm"
            icon={ShieldAlert}
            aria-expanded={note !== null}
            onClick={() => setNote(note === null ? '' : null)}
          >
            {t.moderating.escalate}
          </Button>
        ) : null}
        {where === null && flag.author ? (
          <button type="button" className={buttonClass('plain', 'sm')} onClick={() => setBanning(true)}>
            <UserX size={14} aria-hidden />
            {t.moderating.proposePlanet}
          </button>
        ) : null}
      </div>
      {note === null ? null : (
        <form
          className="mt-3 flex flex-col gap-3"
          onSubmit={(event: FormEvent) => {
            event.preventDefault()
            escalate.mutate(note)
          }}
        >
          <TextArea
            label={t.moderating.escalateNote}
            hint={t.moderating.escalateBody}
            required
            rows={2}
            maxLength={500}
            value={note}
            onChange={event => setNote(event.target.value.replaceAll('\n', ' '))}
          />
          <Button type="submit" look="quiet" busy={escalate.isPending} disabled={note.trim() === ''} className="self-start">
            {t.moderating.escalate}
          </Button>
        </form>
      )}
      {banning && flag.author ? <BanDialog where={null} person={flag.author} onClose={() => setBanning(false)} /> : null}
    </section>
  )
}
