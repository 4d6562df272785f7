import { CloudOff, LogOut, RotateCw, Users, Volume2, VolumeX, Wifi } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { usePlaceTime } from '../tickets/when.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Select } from '../ui/field.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast, Toasts } from '../ui/toast.tsx'
import type { Outcome } from './book.ts'
import { admit, become, check, chooseDoor, leave, seen, useDoor } from './keeper.ts'
import { People } from './people.tsx'
import { Result } from './result.tsx'
import { ScanView } from './scan-view.tsx'
import { ring } from './sound.ts'

type View = 'scan' | 'list' | 'counts'
const loudKey = 'planet.door.loud'

export function DoorApp() {
  const t = useWords()
  const d = t.tickets.door
  const state = useDoor()
  const at = usePlaceTime()
  const [view, setView] = useState<View>('scan')
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const [loud, setLoud] = useState(() => localStorage.getItem(loudKey) !== 'off')
  const [leaving, setLeaving] = useState(false)
  const book = state.book!
  const { list } = book
  const show = (found: Outcome | undefined): void => {
    if (found === undefined) return
    ring(found.kind === 'admitted' ? (found.again ? 'again' : 'good') : 'bad', loud)
    setOutcome(found)
  }
  const reload = async () => {
    try {
      await become(state.device!)
      toast(d.reloaded, { tone: 'good' })
    } catch (error) {
      toast(faultText(t, error), { tone: 'bad' })
    }
  }
  return (
    <>
      <header className="sticky top-0 z-10 border-b border-line bg-surface px-4 py-3">
        <div className="mx-auto flex w-full max-w-2xl items-center gap-3">
          <div className="min-w-0 flex-1">
            <h1 className="truncate text-base leading-tight">{list.show.title}</h1>
            <p className="flex items-center gap-1.5 truncate text-xs">
              <span className={cx('inline-flex items-center gap-1 font-medium', state.online ? 'text-paid' : 'text-held')}>
                {state.online ? <Wifi size={13} aria-hidden /> : <CloudOff size={13} aria-hidden />}
                {state.online ? d.online : d.offline}
              </span>
              <span className="truncate text-muted">
                {state.waiting > 0 ? d.waiting(state.waiting) : state.heardAt ? d.lastSync(at(state.heardAt, list.show.zone, 'time')) : ''}
              </span>
            </p>
          </div>
          <IconButton
            icon={loud ? Volume2 : VolumeX}
            label={d.sound}
            pressed={loud}
            tip={false}
            onClick={() => {
              localStorage.setItem(loudKey, loud ? 'off' : 'on')
              setLoud(!loud)
            }}
          />
          <IconButton icon={RotateCw} label={d.reload} tip={false} onClick={() => void reload()} />
          <IconButton icon={LogOut} label={d.leave} tip={false} onClick={() => setLeaving(true)} />
        </div>
      </header>
      <div className="mx-auto flex w-full max-w-2xl flex-1 flex-col gap-4 px-4 py-4">
        {state.problem ? (
          <p role="alert" className="rounded-lg bg-danger-soft p-4 font-medium text-danger">
            {state.problem === 'device_over' ? d.over : d.broken}
          </p>
        ) : null}
        {state.alarms.map(alarm => (
          <div key={alarm.lost} role="alert" className="flex flex-wrap items-center gap-3 rounded-lg bg-danger-soft p-4 text-danger">
            <p className="min-w-48 flex-1 font-medium [overflow-wrap:anywhere]">
              {alarm.first
                ? d.conflictBody(alarm.who, d.doubleFirst(at(alarm.first.at, list.show.zone, 'time'), alarm.first.door, alarm.first.device))
                : d.lateBody(alarm.who)}
            </p>
            <Button look="quiet" size="sm" onClick={() => seen(alarm)}>
              {d.conflictSeen}
            </Button>
          </div>
        ))}
        {view === 'scan' ? (
          <ScanView paused={outcome !== null} onText={text => void check(text).then(show)} />
        ) : view === 'list' ? (
          <People onAdmit={subject => void admit(subject).then(show)} />
        ) : (
          <CountsView />
        )}
      </div>
      <nav aria-label={d.title} className="sticky bottom-0 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)]">
        <div className="mx-auto flex max-w-2xl">
          {(['scan', 'list', 'counts'] as const).map(one => (
            <button
              key={one}
              type="button"
              aria-current={view === one ? 'page' : undefined}
              onClick={() => setView(one)}
              className={cx('h-14 flex-1 font-semibold', view === one ? 'text-accent-ink' : 'text-muted hover:text-ink')}
            >
              {d.tabs[one]}
            </button>
          ))}
        </div>
      </nav>
      {outcome ? <Result outcome={outcome} onClose={() => setOutcome(null)} /> : null}
      <Confirm
        open={leaving}
        onOpenChange={setLeaving}
        title={d.leaveTitle}
        body={d.leaveBody}
        action={d.leave}
        onConfirm={() => leave()}
      />
      <Toasts />
    </>
  )
}

/** How many are in, by kind of ticket, and which door this is. */
function CountsView() {
  const t = useWords()
  const d = t.tickets.door
  const state = useDoor()
  const { list } = state.book!
  const counts = state.counts ?? state.book!.counts()
  const all = counts.tiers.reduce((sum, tier) => sum + tier.issued, 0) + counts.guests
  const inside = counts.tiers.reduce((sum, tier) => sum + tier.in, 0) + counts.guestsIn
  const rows = [
    ...counts.tiers.map(tier => ({ key: tier.tier, name: tier.tierName, in: tier.in, of: tier.issued })),
    ...(counts.guests > 0 ? [{ key: 'guests', name: d.guests, in: counts.guestsIn, of: counts.guests }] : []),
  ]
  return (
    <div className="flex flex-col gap-4">
      <section className="rounded-lg border border-line bg-surface p-6 text-center">
        <p className="flex items-center justify-center gap-2 text-sm text-muted">
          <Users size={16} aria-hidden />
          {d.in}
        </p>
        <p className="tabular mt-1 text-[3.5rem] leading-none font-bold">{inside}</p>
        <p className="tabular text-muted">
          {d.total} {all}
        </p>
      </section>
      <ul className="flex flex-col gap-4 rounded-lg border border-line bg-surface p-5">
        {rows.map(row => (
          <li key={row.key}>
            <p className="flex justify-between gap-3">
              <span className="min-w-0 truncate font-medium">{row.name}</span>
              <span className="tabular shrink-0">{d.ofAll(String(row.in), String(row.of))}</span>
            </p>
            <div aria-hidden className="mt-1.5 h-2 overflow-hidden rounded-full bg-raised">
              <div
                className="h-full rounded-full bg-accent-mark"
                style={{ width: `${row.of === 0 ? 0 : Math.min(100, (row.in / row.of) * 100)}%` }}
              />
            </div>
          </li>
        ))}
      </ul>
      {list.doors.length > 0 ? (
        <Select
          label={d.doorName}
          value={state.door}
          onChange={event => chooseDoor(event.target.value)}
          options={[{ value: '', name: d.noDoor }, ...list.doors.map(({ id, name }) => ({ value: id, name }))]}
        />
      ) : null}
    </div>
  )
}
