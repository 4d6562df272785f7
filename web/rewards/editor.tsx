import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, asApiError } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Checkbox, Input, Select, TextArea } from '../ui/field.tsx'
import { faultText, Panel } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { draftOf, fenOf, givenOf, worthFen, type Draft } from './draft.ts'
import { icons } from './looks.ts'
import { PictureField } from './picture-field.tsx'
import { refreshRewards, type Desk, type DeskReward, type Kind } from './queries.ts'

const kinds: readonly Kind[] = ['goods', 'voucher', 'ticket', 'experience', 'digital']

/** Makes or changes a reward; keeps what was typed when something is refused. */
export function Editor({ group, desk, reward, onClose }: { group: string; desk: Desk; reward: DeskReward | null; onClose: () => void }) {
  const t = useWords()
  const d = t.rewards.desk
  const format = useFormat()
  const client = useQueryClient()
  const [id] = useState(() => reward?.id ?? newClientId('rwd'))
  const [draft, setDraft] = useState(() => draftOf(reward))
  const [upload, setUpload] = useState<string | null>(null)
  const fixed = reward !== null && reward.taken + reward.kept > 0
  const set = (change: Partial<Draft>) => {
    setDraft(before => ({ ...before, ...change }))
    save.reset()
  }
  const save = useMutation({
    mutationFn: async () => {
      await api('PUT /groups/:group/rewards/:id', { group, id, ...givenOf(draft) })
      if (upload !== null) await api('PUT /rewards/:id/picture', { id, upload })
      if (draft.kind === 'voucher' && draft.codes === 'own' && draft.ownCodes.trim() !== '') {
        const { added, known } = await api('POST /rewards/:id/codes', { id, codes: draft.ownCodes })
        toast(d.codesAdded(added, known), { tone: 'good' })
      }
    },
    onSuccess: async () => {
      toast(d.saved, { tone: 'good' })
      await refreshRewards(client)
      onClose()
    },
  })
  const fields = save.error ? (asApiError(save.error).fields ?? {}) : {}
  const wrong = (field: string): string | undefined => (field in fields ? faultText(t, save.error) : undefined)
  const text = (field: keyof Draft) => ({
    value: draft[field] as string,
    error: wrong(field),
    onChange: (event: { target: { value: string } }) => set({ [field]: event.target.value }),
  })
  const worth = worthFen(draft.points, desk.perUnit)
  const dear = draft.provider !== '' && !draft.raffleOnly && worth !== null && fenOf(draft.cost) > worth
  return (
    <Panel title={reward === null ? d.add : d.edit}>
      <form
        className="flex max-w-3xl flex-col gap-5"
        onSubmit={event => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <fieldset disabled={fixed}>
          <legend className="mb-2 text-sm font-medium">{d.kind}</legend>
          <div className="grid grid-cols-2 gap-2 sm:grid-cols-5">
            {kinds.map(kind => {
              const Icon = icons[kind]
              return (
                <label
                  key={kind}
                  className={cx(
                    'flex cursor-pointer items-center gap-2 rounded-md border p-2.5 text-sm focus-within:outline-2 focus-within:outline-focus',
                    draft.kind === kind ? 'border-accent-mark bg-accent-soft font-semibold' : 'border-line hover:bg-raised',
                    fixed && draft.kind !== kind && 'opacity-50',
                  )}
                >
                  <input type="radio" name="kind" checked={draft.kind === kind} onChange={() => set({ kind })} className="sr-only" />
                  <Icon size={17} aria-hidden className="shrink-0" />
                  {t.rewards.kinds[kind]}
                </label>
              )
            })}
          </div>
        </fieldset>
        <Input label={d.name} required maxLength={120} {...text('title')} />
        <PictureField picture={reward?.picture ?? null} id={id} onUpload={setUpload} />
        <TextArea label={d.about} optional maxLength={4000} rows={4} {...text('about')} />
        <div className="grid gap-4 sm:grid-cols-3">
          <Input label={d.points} type="number" min={1} max={1_000_000} required {...text('points')} />
          <Input
            label={d.cost}
            type="number"
            min={0}
            step="0.01"
            inputMode="decimal"
            required
            {...text('cost')}
            hint={worth === null ? undefined : d.costHint(format.money({ amount: String(worth), currency: 'CNY' }))}
            error={dear ? t.refusals.reward_worth : wrong('cost')}
          />
          <Select
            label={d.provider}
            {...text('provider')}
            options={[{ value: '', name: d.nobody }, ...desk.providers.map(one => ({ value: one.id, name: one.name }))]}
          />
        </div>
        {draft.kind === 'voucher' ? (
          <div className="grid gap-4 sm:grid-cols-2">
            <Select
              label={d.codes}
              {...text('codes')}
              disabled={fixed}
              options={[
                { value: 'made', name: d.codesMade },
                { value: 'own', name: d.codesOwn },
              ]}
            />
            {draft.codes === 'made' ? <Input label={d.validDays} optional type="number" min={1} max={1095} {...text('validDays')} /> : null}
            {draft.codes === 'own' ? (
              <TextArea
                label={d.ownCodes}
                hint={d.ownCodesHint}
                rows={5}
                spellCheck={false}
                className="sm:col-span-2"
                {...text('ownCodes')}
              />
            ) : null}
          </div>
        ) : null}
        {draft.kind === 'ticket' ? (
          <Select
            label={d.event}
            required
            disabled={fixed}
            {...text('event')}
            options={[
              { value: '', name: '—' },
              ...(reward?.event && !desk.events.some(one => one.id === reward.event?.id)
                ? [{ value: reward.event.id, name: reward.event.title }]
                : []),
              ...desk.events.map(one => ({ value: one.id, name: `${one.title} · ${format.date(one.startsAt)}` })),
            ]}
          />
        ) : null}
        {draft.kind === 'digital' ? (
          <div className="grid gap-4 sm:grid-cols-2">
            <Select
              label={d.digital}
              {...text('digital')}
              disabled={fixed}
              options={[
                { value: 'badge', name: d.digitalBadge },
                ...(desk.releases.length > 0 || draft.release ? [{ value: 'release', name: d.digitalRelease }] : []),
              ]}
            />
            {draft.digital === 'badge' ? (
              <Input label={d.badge} required maxLength={40} {...text('badge')} error={wrong('badge') ?? wrong('release')} />
            ) : (
              <Select
                label={d.release}
                required
                disabled={fixed}
                {...text('release')}
                options={[
                  { value: '', name: '—' },
                  ...(reward?.release && !desk.releases.some(one => one.id === reward.release?.id)
                    ? [{ value: reward.release.id, name: reward.release.title }]
                    : []),
                  ...desk.releases.map(one => ({ value: one.id, name: one.title })),
                ]}
              />
            )}
          </div>
        ) : null}
        <div className="grid gap-4 sm:grid-cols-2">
          {draft.kind === 'voucher' && draft.codes === 'own' ? null : (
            <Input
              label={d.stock}
              type="number"
              min={0}
              required={draft.kind === 'goods' || draft.kind === 'ticket'}
              hint={draft.kind === 'goods' || draft.kind === 'ticket' ? undefined : d.stockAny}
              {...text('stock')}
            />
          )}
          {draft.kind === 'digital' ? null : (
            <Input label={d.perPerson} type="number" min={1} max={1000} hint={d.anyNumber} {...text('perPerson')} />
          )}
          <Input label={d.opensAt} optional type="datetime-local" {...text('opensAt')} />
          <Input label={d.closesAt} optional type="datetime-local" {...text('closesAt')} />
        </div>
        <fieldset className="grid gap-4 sm:grid-cols-3">
          <legend className="mb-2 text-sm font-medium">{d.rules}</legend>
          <Input label={d.minLevel} type="number" min={0} max={10} {...text('minLevel')} />
          <Input label={d.minDays} type="number" min={0} max={3650} {...text('minDays')} />
          <Input label={d.minAge} type="number" min={0} max={99} {...text('minAge')} />
          <Input label={d.regions} hint={d.regionsHint} className="sm:col-span-3" {...text('regions')} />
        </fieldset>
        <TextArea label={d.how} optional maxLength={2000} rows={3} {...text('how')} />
        <Checkbox label={d.raffleOnly} checked={draft.raffleOnly} onChange={event => set({ raffleOnly: event.target.checked })} />
        {save.error ? (
          <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
            {faultText(t, save.error)}
          </p>
        ) : null}
        <div className="flex flex-wrap gap-3">
          <Button type="submit" size="lg" busy={save.isPending} disabled={dear}>
            {d.save}
          </Button>
          <Button type="button" size="lg" look="quiet" onClick={onClose}>
            {t.common.cancel}
          </Button>
        </div>
      </form>
    </Panel>
  )
}
