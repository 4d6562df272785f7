import { Link } from '@tanstack/react-router'
import { Check, Lock } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Tag } from '../ui/states.tsx'
import { CodeDialog } from './code.tsx'
import { askOf, icons, leftText, tones } from './looks.ts'
import { ProofSheet } from './proof-sheet.tsx'
import { nameOf, noteOf, shareOf, type Mission } from './queries.ts'
import { Rings } from './ring.tsx'

/** One mission: a ring that fills, what it asks, what it gives, and the next thing to do for it. `now` null: not known yet (on the server). */
export function MissionCard({
  mission,
  now,
  address,
  page,
}: {
  mission: Mission
  now: number | null
  address: string
  /** The group's artist. */
  page: string | null
}) {
  const t = useWords()
  const format = useFormat()
  const { locale } = useLanguage()
  const Icon = icons[mission.event]
  const { progress } = mission
  const share = shareOf(mission)
  const done = progress?.done === true
  const name = nameOf(mission, locale)
  const note = noteOf(mission, locale)
  const ask = askOf(t, mission, format.number)
  const left = now === null || mission.state !== 'open' ? null : leftText(t, progress?.windowEnds ?? mission.endsAt, now)
  const locked = mission.locked !== null && mission.locked !== 'stranger'
  return (
    <li
      className={cx(
        'flex min-w-0 flex-col gap-3 rounded-lg border border-line p-4',
        locked || mission.state === 'ended' ? 'bg-bg' : 'bg-surface',
      )}
    >
      <div className="flex min-w-0 items-center gap-4">
        <Rings
          rings={[{ share, colour: tones[mission.event] }]}
          width={9}
          className="size-16"
          label={t.missions.ring(name, format.percent(Math.floor(share * 100) / 100))}
        >
          {done ? (
            <Check size={26} strokeWidth={2.6} aria-hidden style={{ color: tones[mission.event] }} />
          ) : locked ? (
            <Lock size={20} aria-hidden className="text-muted" />
          ) : (
            <Icon size={24} strokeWidth={1.8} aria-hidden style={{ color: tones[mission.event] }} />
          )}
        </Rings>
        <div className="min-w-0 flex-1">
          <h3 className="text-base leading-tight font-semibold">{name}</h3>
          {ask === name ? null : <p className="mt-0.5 text-xs text-muted">{ask}</p>}
          <p className="tabular mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs">
            {done ? (
              <span className="font-semibold text-paid">
                {progress.granted > 0 ? t.missions.doneGranted(format.number(progress.granted)) : t.missions.done}
              </span>
            ) : progress && !locked ? (
              <span className="font-medium">
                {t.missions.amount(format.number(progress.amount), format.number(mission.target), t.missions.units[mission.event])}
              </span>
            ) : null}
            {left ? <span className="text-muted">{left}</span> : null}
            {mission.state === 'planned' ? (
              <span className="text-muted">{t.missions.starts(format.dateTime(mission.startsAt))}</span>
            ) : null}
            {mission.state === 'ended' ? <span className="text-muted">{t.missions.over}</span> : null}
            {progress && progress.times > 1 ? <span className="text-muted">{t.missions.times(format.number(progress.times))}</span> : null}
          </p>
        </div>
        {mission.points > 0 ? (
          <span
            className={cx(
              'tabular shrink-0 self-start rounded-full px-2.5 py-1 text-sm font-bold',
              done ? 'bg-paid-soft text-paid' : 'bg-accent-soft text-accent-ink',
            )}
          >
            <span aria-hidden>{t.missions.points(format.number(mission.points))}</span>
            <span className="sr-only">{t.missions.pointsFull(format.number(mission.points))}</span>
          </span>
        ) : null}
      </div>
      {note ? <p className="text-sm whitespace-pre-line text-muted">{note}</p> : null}
      {progress?.why ? <p className="text-xs font-medium text-held">{t.missions.why[progress.why]}</p> : null}
      {!done && progress && mission.dayCap !== null && mission.every !== 'daily' && !locked ? (
        <p className="tabular text-xs text-muted">{t.missions.capToday(format.number(progress.today), format.number(mission.dayCap))}</p>
      ) : null}
      {locked ? (
        <p>
          <Tag>{mission.locked === 'level' ? t.missions.locked.level(mission.level) : t.missions.locked.days(mission.memberDays)}</Tag>
        </p>
      ) : null}
      <Todo mission={mission} address={address} page={page} />
    </li>
  )
}

/** What one can do for it right here. */
function Todo({ mission, address, page }: { mission: Mission; address: string; page: string | null }) {
  const t = useWords()
  const [open, setOpen] = useState(false)
  if (mission.state !== 'open' || mission.locked !== null) return null
  const { proof } = mission
  const done = mission.progress?.done === true
  const quiet = buttonClass('quiet', 'sm', 'w-full sm:w-auto')
  let action: ReactNode = null
  if (mission.event === 'proof') {
    action = (
      <>
        {proof && (proof.state !== 'accepted' || !done) ? (
          <p className={cx('text-xs', proof.state === 'refused' ? 'text-danger' : 'text-muted')}>
            {t.missions.proofStates[proof.state]}
            {proof.state === 'refused' && proof.reason ? <span className="block">{t.missions.proofReason(proof.reason)}</span> : null}
          </p>
        ) : null}
        {done ? null : (
          <Button
            look={proof?.state === 'waiting' ? 'quiet' : 'primary'}
            size="sm"
            onClick={() => setOpen(true)}
            className="w-full sm:w-auto"
          >
            {proof === null ? t.missions.bring : proof.state === 'waiting' ? t.missions.proofStates.waiting : t.missions.bringAgain}
          </Button>
        )}
        {open ? <ProofSheet mission={mission} onClose={() => setOpen(false)} /> : null}
      </>
    )
  } else if (done) return null
  else if (mission.event === 'partner_call')
    action = (
      <>
        <Button look="primary" size="sm" onClick={() => setOpen(true)} className="w-full sm:w-auto">
          {t.missions.showCode}
        </Button>
        {open ? <CodeDialog mission={mission} onClose={() => setOpen(false)} /> : null}
      </>
    )
  else if (mission.event === 'listen_minutes')
    action = mission.release ? (
      <Link to="/releases/$id" params={{ id: mission.release.id }} className={quiet}>
        {t.missions.listen}
      </Link>
    ) : mission.page ? (
      <Link to="/artists/$id" params={{ id: mission.page.id }} className={quiet}>
        {t.missions.listen}
      </Link>
    ) : (
      <Link to="/" className={quiet}>
        {t.missions.listen}
      </Link>
    )
  else if (mission.event === 'attend')
    action = (
      <Link to="/groups/$id/schedule" params={{ id: address }} className={quiet}>
        {t.missions.toSchedule}
      </Link>
    )
  else if (mission.event === 'lyric' && page !== null)
    action = (
      <Link to="/artists/$id" params={{ id: page }} className={quiet}>
        {t.missions.toLyrics}
      </Link>
    )
  else if (mission.event === 'outside_listens')
    action = (
      <Link to="/apps" className={quiet}>
        {t.missions.linkApp}
      </Link>
    )
  return action ? <div className="flex flex-wrap items-center justify-between gap-2">{action}</div> : null
}
