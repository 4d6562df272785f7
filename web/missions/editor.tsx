import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, asApiError } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Checkbox, Input, Select, TextArea } from '../ui/field.tsx'
import { faultText, Panel } from '../ui/states.tsx'
import { MissionCard } from './card.tsx'
import { fitted, fromLocal, toLocal, type Draft } from './draft.ts'
import { icons, tones } from './looks.ts'
import { partnersQuery, refreshMissions, type Desk, type EventKind, type Mission } from './queries.ts'

const events: readonly EventKind[] = ['listen_minutes', 'check_in', 'attend', 'lyric', 'outside_listens', 'partner_call', 'proof']
const everies = ['daily', 'weekly', 'monthly', 'once'] as const
const whole = (text: string, least: number): number => Math.max(least, Math.floor(Number(text) || 0))

/** Makes a mission: what, how much, when, for whom; beside it what members will see. Keeps what was typed when something is refused. */
export function Editor({ desk, draft: given, onClose }: { desk: Desk; draft: Draft; onClose: () => void }) {
  const t = useWords()
  const f = t.missions.form
  const format = useFormat()
  const client = useQueryClient()
  const [draft, setDraft] = useState(given)
  const { data: partners } = useQuery(partnersQuery(desk.group.id))
  const set = (change: Partial<Draft>) => {
    setDraft(before => fitted({ ...before, ...change }))
    save.reset()
  }
  const save = useMutation({
    mutationFn: async (open: boolean) => {
      await api('POST /missions', { ...fitted(draft), group: desk.group.id })
      if (open) await api('POST /missions/:id/open', { id: draft.id })
    },
    onSuccess: async () => {
      await refreshMissions(client)
      onClose()
    },
  })
  const fields = save.error ? (asApiError(save.error).fields ?? {}) : {}
  const wrong = (field: string): string | undefined => (field in fields ? faultText(t, save.error) : undefined)
  const named = partners?.items.filter(one => one.endedAt === null) ?? []
  const ready = draft.nameZh.trim() !== '' || draft.nameEn.trim() !== ''
  return (
    <Panel title={t.missions.make} note={f.zone(desk.group.zone)}>
      <form
        className="grid gap-6 lg:grid-cols-[1fr_340px]"
        onSubmit={event => {
          event.preventDefault()
          save.mutate(true)
        }}
      >
        <div className="flex min-w-0 flex-col gap-5">
          <fieldset>
            <legend className="mb-2 text-sm font-medium">{f.event}</legend>
            <div className="grid grid-cols-2 gap-2 sm:grid-cols-4">
              {events.map(event => {
                const Icon = icons[event]
                const chosen = draft.event === event
                return (
                  <label
                    key={event}
                    className={cx(
                      'flex cursor-pointer items-center gap-2 rounded-md border p-2.5 text-sm focus-within:outline-2 focus-within:outline-focus',
                      chosen ? 'border-accent-mark bg-accent-soft font-semibold' : 'border-line hover:bg-raised',
                    )}
                  >
                    <input type="radio" name="event" value={event} checked={chosen} onChange={() => set({ event })} className="sr-only" />
                    <Icon size={18} aria-hidden className="shrink-0" style={{ color: tones[event] }} />
                    <span className="min-w-0">{t.missions.events[event]}</span>
                  </label>
                )
              })}
            </div>
          </fieldset>
          <div className="grid gap-4 sm:grid-cols-2">
            <Input
              label={f.nameZh}
              maxLength={80}
              value={draft.nameZh}
              error={wrong('nameZh')}
              onChange={event => set({ nameZh: event.target.value })}
            />
            <Input label={f.nameEn} maxLength={80} value={draft.nameEn} onChange={event => set({ nameEn: event.target.value })} />
          </div>
          <div className="grid gap-4 sm:grid-cols-3">
            <Select
              label={f.every}
              value={draft.every}
              onChange={event => set({ every: event.target.value as Draft['every'] })}
              options={everies.map(value => ({ value, name: f.everies[value] }))}
            />
            <Input
              label={f.target}
              type="number"
              min={1}
              required
              value={draft.target}
              error={wrong('target')}
              suffix={t.missions.units[draft.event]}
              disabled={draft.event === 'check_in' && draft.every === 'daily'}
              onChange={event => set({ target: whole(event.target.value, 1) })}
            />
            <Input
              label={f.points}
              type="number"
              min={0}
              max={desk.mostPoints}
              required
              value={draft.points}
              error={wrong('points')}
              hint={f.pointsHint(format.number(desk.mostPoints))}
              onChange={event => set({ points: whole(event.target.value, 0) })}
            />
          </div>
          {draft.event !== 'check_in' && draft.every !== 'daily' ? (
            <Input
              label={f.dayCap}
              type="number"
              min={1}
              optional
              className="sm:w-1/2"
              value={draft.dayCap ?? ''}
              hint={f.dayCapHint}
              error={wrong('dayCap')}
              onChange={event => set({ dayCap: event.target.value === '' ? null : whole(event.target.value, 1) })}
            />
          ) : null}
          {desk.group.page && (draft.event === 'listen_minutes' || draft.event === 'outside_listens') ? (
            <Checkbox
              label={f.onlyPage(desk.group.page.name)}
              checked={draft.page !== null}
              onChange={event => set({ page: event.target.checked ? desk.group.page!.id : null })}
            />
          ) : null}
          {draft.event === 'lyric' ? (
            <div className="grid gap-4 sm:grid-cols-2">
              <Select
                label={f.kind}
                value={draft.kind ?? ''}
                onChange={event => set({ kind: (event.target.value || null) as Draft['kind'] })}
                options={[
                  { value: '', name: f.kinds.any },
                  { value: 'translation', name: f.kinds.translation },
                  { value: 'main', name: f.kinds.main },
                  { value: 'romanisation', name: f.kinds.romanisation },
                ]}
              />
              <Input
                label={f.language}
                optional
                maxLength={35}
                value={draft.language ?? ''}
                hint={f.languageHint}
                error={wrong('language')}
                onChange={event => set({ language: event.target.value.trim() || null })}
              />
            </div>
          ) : null}
          {draft.event === 'attend' ? (
            <Select
              label={f.happening}
              value={draft.happening ?? ''}
              onChange={event => set({ happening: event.target.value || null })}
              options={[
                { value: '', name: f.anyHappening },
                ...desk.happenings.map(({ id, name, at }) => ({ value: id, name: `${name} · ${format.date(at)}` })),
              ]}
            />
          ) : null}
          {draft.event === 'partner_call' ? (
            <Select
              label={f.partner}
              value={draft.partner ?? ''}
              error={wrong('partner')}
              onChange={event => set({ partner: event.target.value || null })}
              options={[{ value: '', name: named.length === 0 ? f.noPartner : '–' }, ...named.map(({ id, name }) => ({ value: id, name }))]}
            />
          ) : null}
          <div className="grid gap-4 sm:grid-cols-2">
            <TextArea
              label={f.noteZh}
              optional
              rows={2}
              maxLength={1000}
              value={draft.noteZh}
              onChange={event => set({ noteZh: event.target.value })}
            />
            <TextArea
              label={f.noteEn}
              optional
              rows={2}
              maxLength={1000}
              value={draft.noteEn}
              onChange={event => set({ noteEn: event.target.value })}
            />
          </div>
          <div className="grid gap-4 sm:grid-cols-2">
            <Input
              label={f.starts}
              type="datetime-local"
              optional
              hint={f.startsHint}
              value={toLocal(draft.startsAt)}
              onChange={event => set({ startsAt: fromLocal(event.target.value) })}
            />
            <Input
              label={f.ends}
              type="datetime-local"
              optional
              hint={f.endsHint}
              value={toLocal(draft.endsAt)}
              error={wrong('endsAt')}
              onChange={event => set({ endsAt: fromLocal(event.target.value) })}
            />
          </div>
          <div className="grid gap-4 sm:grid-cols-2">
            <Select
              label={f.level}
              value={String(draft.level)}
              onChange={event => set({ level: Number(event.target.value) })}
              options={Array.from({ length: 10 }, (_, index) => ({ value: String(index + 1), name: String(index + 1) }))}
            />
            <Input
              label={f.memberDays}
              type="number"
              min={0}
              max={3650}
              value={draft.memberDays}
              onChange={event => set({ memberDays: Math.min(3650, whole(event.target.value, 0)) })}
            />
          </div>
        </div>
        <aside className="flex min-w-0 flex-col gap-4">
          <h3 className="text-sm font-medium">{f.preview}</h3>
          <ul className="pointer-events-none" inert>
            <MissionCard mission={asSeen(draft, desk, named)} now={null} address={desk.group.id} page={desk.group.page?.id ?? null} />
          </ul>
          {save.error ? (
            <p role="alert" className="font-medium text-danger">
              {faultText(t, save.error)}
            </p>
          ) : null}
          <div className="flex flex-col gap-2">
            <Button type="submit" busy={save.isPending && save.variables} disabled={!ready || save.isPending}>
              {f.openNow}
            </Button>
            <Button
              look="quiet"
              busy={save.isPending && !save.variables}
              disabled={!ready || save.isPending}
              onClick={() => save.mutate(false)}
            >
              {f.draft}
            </Button>
            <Button look="plain" onClick={onClose}>
              {t.common.cancel}
            </Button>
          </div>
        </aside>
      </form>
    </Panel>
  )
}

/** The mission as a member in the midst of it would see it. */
function asSeen(draft: Draft, desk: Desk, partners: readonly { id: string; name: string }[]): Mission {
  const partner = partners.find(one => one.id === draft.partner)
  const happening = desk.happenings.find(one => one.id === draft.happening)
  return {
    ...draft,
    group: desk.group.id,
    zone: desk.group.zone,
    startsAt: draft.startsAt ?? new Date().toISOString(),
    page: draft.page && desk.group.page ? desk.group.page : null,
    release: null,
    happening: happening ? { id: happening.id, name: happening.name } : null,
    partner: partner ? { id: partner.id, name: partner.name } : null,
    state: 'open',
    locked: null,
    proof: null,
    code: null,
    progress: {
      amount: Math.floor(draft.target * 0.4),
      today: 0,
      done: false,
      doneAt: null,
      granted: 0,
      why: null,
      windowEnds: null,
      times: 0,
    },
  }
}
