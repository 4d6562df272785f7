import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Copy, Pencil, Play, Plus, Square, Target, Trash2, Wallet } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, Panel, SkeletonRows, Tag, type Tone } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { toast } from '../ui/toast.tsx'
import { EditDialog } from './edit.tsx'
import { Editor } from './editor.tsx'
import { asDraft, blank, templates, type Draft } from './draft.ts'
import { askOf, icons, tones } from './looks.ts'
import { PartnersPanel } from './partners.tsx'
import { ProofQueue } from './queue.tsx'
import { deskQuery, nameOf, refreshMissions, type Desk, type DeskMission } from './queries.ts'

const stateTones: Record<DeskMission['state'], Tone> = { draft: 'plain', planned: 'ion', open: 'good', ended: 'plain' }

/** Missions of a group for its hosts: what runs and what came of it, proofs that wait, partners. */
export function MissionsDesk({ id }: { id: string }) {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, refetch } = useQuery(deskQuery(id))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return (
    <Tabs
      label={t.missions.deskTitle}
      tabs={[
        { value: 'missions', name: t.missions.deskTitle, content: <List desk={data} /> },
        {
          value: 'proofs',
          name: data.proofs > 0 ? `${t.missions.proofs} · ${format.number(data.proofs)}` : t.missions.proofs,
          content: <ProofQueue group={data.group.id} />,
        },
        { value: 'partners', name: t.missions.partners, content: <PartnersPanel group={data.group.id} /> },
      ]}
    />
  )
}

function List({ desk }: { desk: Desk }) {
  const t = useWords()
  const [making, setMaking] = useState<Draft | null>(null)
  const page = desk.group.page
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <p className="max-w-[60ch] text-muted">{t.missions.deskLead}</p>
        {desk.items.length > 0 && making === null ? (
          <Button icon={Plus} onClick={() => setMaking(blank(page))}>
            {t.missions.make}
          </Button>
        ) : null}
      </div>
      {making ? (
        <Editor desk={desk} draft={making} onClose={() => setMaking(null)} />
      ) : desk.items.length === 0 ? (
        <EmptyState icon={Target} title={t.missions.deskNone}>
          <p>{t.missions.deskNoneBody}</p>
        </EmptyState>
      ) : null}
      {making === null && desk.items.length < 3 ? (
        <section aria-labelledby="mission-templates">
          <h2 id="mission-templates" className="mb-2 text-sm font-semibold">
            {t.missions.templates}
          </h2>
          <ul className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
            {templates(t, page).map(draft => (
              <Template key={draft.event} draft={draft} onTake={() => setMaking(draft)} />
            ))}
          </ul>
        </section>
      ) : null}
      {desk.items.length > 0 ? (
        <ul className="flex flex-col gap-3">
          {desk.items.map(mission => (
            <Row key={mission.id} mission={mission} onCopy={() => setMaking(asDraft(mission))} />
          ))}
        </ul>
      ) : null}
    </div>
  )
}

function Template({ draft, onTake }: { draft: Draft; onTake: () => void }) {
  const t = useWords()
  const { locale } = useLanguage()
  const Icon = icons[draft.event]
  return (
    <li>
      <button
        type="button"
        onClick={onTake}
        className="flex w-full items-center gap-3 rounded-md border border-line bg-surface p-3 text-left transition-colors hover:border-line-strong hover:bg-raised"
      >
        <Icon size={22} strokeWidth={1.8} aria-hidden style={{ color: tones[draft.event] }} className="shrink-0" />
        <span className="min-w-0">
          <span className="block font-medium">{nameOf(draft, locale)}</span>
          <span className="block text-xs text-muted">
            {t.missions.form.everies[draft.every]} · {t.missions.pointsFull(String(draft.points))}
          </span>
        </span>
      </button>
    </li>
  )
}

type Asking = 'open' | 'end' | 'drop'
function Row({ mission, onCopy }: { mission: DeskMission; onCopy: () => void }) {
  const t = useWords()
  const format = useFormat()
  const { locale } = useLanguage()
  const client = useQueryClient()
  const [asking, setAsking] = useState<Asking | null>(null)
  const [editing, setEditing] = useState(false)
  const Icon = icons[mission.event]
  const name = nameOf(mission, locale)
  const { id } = mission
  const act = async (what: Asking): Promise<void> => {
    try {
      if (what === 'open') await api('POST /missions/:id/open', { id })
      else if (what === 'end') await api('POST /missions/:id/end', { id })
      else await api('DELETE /missions/:id', { id })
      await refreshMissions(client)
    } catch (error) {
      toast(faultText(t, error), { tone: 'bad' })
      throw error
    }
  }
  const pay = useMutation({
    mutationFn: () => api('POST /missions/:id/pay', { id }),
    onSuccess: async ({ paid, left }) => {
      toast(left > 0 ? t.missions.paidLeft(format.number(left)) : t.missions.paid(format.number(paid)), { tone: left > 0 ? 'bad' : 'good' })
      await refreshMissions(client)
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const asks: Record<Asking, string> = { open: t.missions.openAsk, end: t.missions.endAsk, drop: t.missions.dropAsk }
  return (
    <li>
      <Panel>
        <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
          <span className="grid size-11 shrink-0 place-items-center rounded-md bg-raised" style={{ color: tones[mission.event] }}>
            <Icon size={22} strokeWidth={1.8} aria-hidden />
          </span>
          <div className="min-w-0 flex-1 basis-52">
            <h2 className="flex flex-wrap items-center gap-2 text-base font-semibold">
              {name}
              <Tag tone={stateTones[mission.state]}>{t.missions.states[mission.state]}</Tag>
            </h2>
            <p className="mt-0.5 text-muted">
              {askOf(t, mission, format.number)} · {t.missions.form.everies[mission.every]} ·{' '}
              {t.missions.pointsFull(format.number(mission.points))}
            </p>
            <p className="tabular mt-0.5 text-xs text-muted">
              {format.dateTime(mission.startsAt)} – {mission.endsAt ? format.dateTime(mission.endsAt) : '…'}
              {mission.level > 1 ? ` · ${t.missions.locked.level(mission.level)}` : ''}
              {mission.memberDays > 0 ? ` · ${t.missions.locked.days(mission.memberDays)}` : ''}
            </p>
          </div>
          <div className="flex flex-wrap items-center gap-1">
            {mission.state === 'draft' ? (
              <Button size="sm" icon={Play} onClick={() => setAsking('open')}>
                {t.missions.open}
              </Button>
            ) : null}
            {mission.unpaid > 0 ? (
              <Button size="sm" look="quiet" icon={Wallet} busy={pay.isPending} onClick={() => pay.mutate()}>
                {t.missions.pay(format.number(mission.unpaid))}
              </Button>
            ) : null}
            {mission.state === 'ended' ? null : (
              <IconButton size="sm" icon={Pencil} label={`${t.missions.edit}: ${name}`} onClick={() => setEditing(true)} />
            )}
            <IconButton size="sm" icon={Copy} label={`${t.missions.copy}: ${name}`} onClick={onCopy} />
            {mission.state === 'draft' ? (
              <IconButton size="sm" icon={Trash2} label={`${t.missions.drop}: ${name}`} onClick={() => setAsking('drop')} />
            ) : mission.state === 'ended' ? null : (
              <IconButton size="sm" icon={Square} label={`${t.missions.end}: ${name}`} onClick={() => setAsking('end')} />
            )}
          </div>
        </div>
        {mission.openedAt ? (
          <dl className="mt-3 flex flex-wrap gap-x-6 gap-y-1 sm:pl-15">
            {(['people', 'completions', 'granted'] as const).map(what => (
              <div key={what} className="flex items-baseline gap-1.5">
                <dt className="text-xs text-muted">{t.missions.stats[what]}</dt>
                <dd className="tabular text-base font-semibold">{format.number(mission[what])}</dd>
              </div>
            ))}
          </dl>
        ) : null}
      </Panel>
      {asking ? (
        <Confirm
          open
          onOpenChange={open => !open && setAsking(null)}
          title={`${t.missions[asking]}: ${name}`}
          body={asks[asking]}
          action={t.missions[asking]}
          onConfirm={() => act(asking)}
        />
      ) : null}
      {editing ? <EditDialog mission={mission} onClose={() => setEditing(false)} /> : null}
    </li>
  )
}
