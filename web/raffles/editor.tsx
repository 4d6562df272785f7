import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { api, asApiError } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useWords } from '../i18n/use.tsx'
import { fromLocal, toLocal } from '../missions/draft.ts'
import { refreshRewards, type DeskReward } from '../rewards/queries.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Checkbox, Input, Select, TextArea } from '../ui/field.tsx'
import { faultText, Panel, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { raffleQuery, type Raffle } from './queries.ts'

const hourMs = 3_600_000
type Draft = {
  title: string
  about: string
  opensAt: string
  closesAt: string
  drawBy: string
  points: string
  mostTickets: string
  onePrize: boolean
  minLevel: string
  minDays: string
  minAge: string
  claimDays: string
  passDays: string
  outside: string
  outsideFrom: string
  prizes: { reward: string; quantity: string }[]
}
function draftOf(raffle: Raffle | null, rewards: readonly DeskReward[]): Draft {
  const from = Date.now()
  const at = (hours: number): string => toLocal(new Date(Math.ceil(from / hourMs) * hourMs + hours * hourMs).toISOString())
  return {
    title: raffle?.title ?? '',
    about: raffle?.about ?? '',
    opensAt: raffle ? toLocal(raffle.opensAt) : at(0),
    closesAt: raffle ? toLocal(raffle.closesAt) : at(7 * 24),
    drawBy: raffle ? toLocal(raffle.drawBy) : at(9 * 24),
    points: String(raffle?.points ?? 0),
    mostTickets: String(raffle?.mostTickets ?? 1),
    onePrize: raffle?.onePrize ?? true,
    minLevel: String(raffle?.minLevel ?? 0),
    minDays: String(raffle?.minDays ?? 0),
    minAge: String(raffle?.minAge ?? 0),
    claimDays: String(raffle?.claimDays ?? 14),
    passDays: String(raffle?.passDays ?? 60),
    outside: raffle?.outside?.what ?? '',
    outsideFrom: raffle?.outside ? toLocal(raffle.outside.from) : '',
    prizes: raffle?.prizes.map(({ reward, quantity }) => ({ reward, quantity: String(quantity) })) ?? [
      { reward: rewards[0]?.id ?? '', quantity: '1' },
    ],
  }
}
const count = (text: string): number => Math.max(0, Math.floor(Number(text) || 0))

type EditorProps = { group: string; rewards: readonly DeskReward[]; allowed: 'free' | 'points'; id: string | null; onClose: () => void }
/** Makes a raffle or changes a draft of one. */
export function RaffleEditor(props: EditorProps) {
  const { data } = useQuery({ ...raffleQuery(props.id ?? ''), enabled: props.id !== null })
  if (props.id !== null && !data) return <SkeletonRows />
  return <Form {...props} raffle={data ?? null} />
}

function Form({ group, rewards, allowed, raffle, onClose }: EditorProps & { raffle: Raffle | null }) {
  const t = useWords()
  const d = t.raffles.desk
  const client = useQueryClient()
  const usable = rewards.filter(reward => reward.state !== 'closed' || reward.raffleOnly)
  const [id] = useState(() => raffle?.id ?? newClientId('raf'))
  const [draft, setDraft] = useState(() => draftOf(raffle, usable))
  const set = (change: Partial<Draft>) => {
    setDraft(before => ({ ...before, ...change }))
    save.reset()
  }
  const save = useMutation({
    mutationFn: () =>
      api('PUT /groups/:group/raffles/:id', {
        group,
        id,
        title: draft.title,
        about: draft.about,
        opensAt: fromLocal(draft.opensAt) ?? '',
        closesAt: fromLocal(draft.closesAt) ?? '',
        drawBy: fromLocal(draft.drawBy) ?? '',
        points: count(draft.points),
        mostTickets: count(draft.mostTickets),
        onePrize: draft.onePrize,
        minLevel: count(draft.minLevel),
        minDays: count(draft.minDays),
        minAge: count(draft.minAge),
        claimDays: count(draft.claimDays),
        passDays: count(draft.passDays),
        outside:
          draft.outside.trim() === ''
            ? null
            : { what: draft.outside, from: fromLocal(draft.outsideFrom) ?? fromLocal(draft.closesAt) ?? '' },
        prizes: draft.prizes.filter(prize => prize.reward !== '').map(prize => ({ reward: prize.reward, quantity: count(prize.quantity) })),
      }),
    onSuccess: async () => {
      toast(d.saved, { tone: 'good' })
      await refreshRewards(client)
      onClose()
    },
  })
  const fields = save.error ? (asApiError(save.error).fields ?? {}) : {}
  const wrong = (field: string): string | undefined => (field in fields ? faultText(t, save.error) : undefined)
  type Texts = { [K in keyof Draft]: Draft[K] extends string ? K : never }[keyof Draft]
  const text = (field: Texts) => ({
    value: draft[field],
    error: wrong(field),
    onChange: (event: { target: { value: string } }) => set({ [field]: event.target.value }),
  })
  return (
    <Panel title={raffle === null ? d.add : d.edit}>
      <form
        className="flex max-w-3xl flex-col gap-5"
        onSubmit={event => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Input label={d.name} required maxLength={120} {...text('title')} />
        <TextArea label={d.about} optional maxLength={4000} rows={3} {...text('about')} />
        <fieldset className="flex flex-col gap-3">
          <legend className="mb-2 text-sm font-medium">{d.prizes}</legend>
          {usable.length === 0 ? <p className="text-held">{d.noRewards}</p> : null}
          {draft.prizes.map((prize, index) => (
            <div key={index} className="grid grid-cols-[1fr_5.5rem_auto] items-end gap-2">
              <Select
                label={t.raffles.prizes}
                hideLabel
                value={prize.reward}
                onChange={event =>
                  set({ prizes: draft.prizes.map((one, at) => (at === index ? { ...one, reward: event.target.value } : one)) })
                }
                options={[{ value: '', name: '—' }, ...usable.map(one => ({ value: one.id, name: one.title }))]}
              />
              <Input
                label={d.quantity}
                hideLabel
                type="number"
                min={1}
                max={10_000}
                required
                value={prize.quantity}
                onChange={event =>
                  set({ prizes: draft.prizes.map((one, at) => (at === index ? { ...one, quantity: event.target.value } : one)) })
                }
              />
              <IconButton
                type="button"
                icon={Trash2}
                label={d.removePrize}
                disabled={draft.prizes.length === 1}
                onClick={() => set({ prizes: draft.prizes.filter((_, at) => at !== index) })}
              />
            </div>
          ))}
          {wrong('prizes') ? <p className="text-sm text-danger">{wrong('prizes')}</p> : null}
          <Button
            type="button"
            look="plain"
            size="sm"
            icon={Plus}
            className="self-start"
            onClick={() => set({ prizes: [...draft.prizes, { reward: '', quantity: '1' }] })}
          >
            {d.addPrize}
          </Button>
        </fieldset>
        <div className="grid gap-4 sm:grid-cols-3">
          <Input label={d.opensAt} type="datetime-local" required {...text('opensAt')} />
          <Input label={d.closesAt} type="datetime-local" required {...text('closesAt')} />
          <Input label={d.drawBy} type="datetime-local" required {...text('drawBy')} />
          <Input
            label={d.points}
            type="number"
            min={0}
            required
            disabled={allowed === 'free'}
            hint={allowed === 'free' ? d.pointsFree : undefined}
            {...text('points')}
          />
          <Input label={d.mostTickets} type="number" min={1} max={100} required {...text('mostTickets')} />
          <Input label={t.rewards.desk.minLevel} type="number" min={0} max={10} {...text('minLevel')} />
          <Input label={t.rewards.desk.minDays} type="number" min={0} {...text('minDays')} />
          <Input label={t.rewards.desk.minAge} type="number" min={0} max={99} {...text('minAge')} />
          <Input label={d.claimDays} type="number" min={1} max={60} required {...text('claimDays')} />
          <Input label={d.passDays} hint={d.passHint} type="number" min={0} max={365} required {...text('passDays')} />
        </div>
        <Checkbox label={d.onePrize} checked={draft.onePrize} onChange={event => set({ onePrize: event.target.checked })} />
        <div className="grid gap-4 sm:grid-cols-[2fr_1fr]">
          <Input label={d.outside} hint={d.outsideHint} maxLength={300} minLength={4} {...text('outside')} />
          {draft.outside.trim() === '' ? null : <Input label={d.outsideFrom} type="datetime-local" required {...text('outsideFrom')} />}
        </div>
        {save.error ? (
          <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
            {faultText(t, save.error)}
          </p>
        ) : null}
        <div className="flex flex-wrap gap-3">
          <Button type="submit" size="lg" busy={save.isPending}>
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
