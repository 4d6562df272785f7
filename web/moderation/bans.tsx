import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Ban, Check } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Select, TextArea } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { Confirm, Dialog } from '../ui/overlay.tsx'
import { faultText, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { BanDialog } from './ban-dialog.tsx'
import { asked, PagedList, type BanData, type Where } from './parts.tsx'

type State = BanData['state'] | ''

/** Who may not take part, why and until when. */
export function Bans({ where }: { where: Where }) {
  const t = useWords()
  const [state, setState] = useState<State>('')
  const [making, setMaking] = useState(false)
  const query = useInfiniteQuery({
    queryKey: ['GET /moderation/bans', where, state],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api(
        'GET /moderation/bans',
        { ...asked(where), ...(state ? { state } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        { signal },
      ),
    getNextPageParam: last => last.next ?? undefined,
  })
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <Select
          label={t.moderating.banStateAll}
          hideLabel
          className="w-40"
          value={state}
          onChange={event => setState(event.target.value as State)}
          options={[
            { value: '', name: t.moderating.banStateAll },
            ...(['proposed', 'on', 'ended'] as const)
              .filter(one => where === null || one !== 'proposed')
              .map(one => ({ value: one, name: t.moderating.banStates[one] })),
          ]}
        />
        <Button look="quiet" icon={Ban} onClick={() => setMaking(true)}>
          {t.moderating.banTitle}
        </Button>
      </div>
      <PagedList
        query={query}
        empty={{ title: t.moderating.noBans, body: t.moderating.noBansBody }}
        itemKey={row => row.id}
        item={row => <Row row={row} />}
      />
      {making ? <BanDialog where={where} onClose={() => setMaking(false)} /> : null}
    </>
  )
}

const tones = { proposed: 'held', on: 'bad', ended: 'plain' } as const

function Row({ row }: { row: BanData }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const [lifting, setLifting] = useState(false)
  const [confirming, setConfirming] = useState(false)
  const refresh = () => client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).includes('moderation') })
  const confirm = async () => {
    try {
      await api('POST /moderation/bans/:id/confirm', { id: row.id })
      toast(t.moderating.confirmed, { tone: 'good' })
    } catch (error) {
      toast(faultText(t, error), { tone: 'bad' })
    }
    await refresh()
  }
  return (
    <article className="flex flex-wrap items-start gap-x-4 gap-y-2 rounded-lg border border-line bg-surface px-4 py-3">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-medium">{row.person.name}</span>
          <Tag tone={tones[row.state]}>{t.moderating.banStates[row.state]}</Tag>
          {row.locks ? <Tag tone="bad">{t.moderating.locksTag}</Tag> : null}
        </p>
        <p className="mt-0.5 text-sm">
          {t.moderation.reasons[row.reason]} ·{' '}
          {row.until
            ? t.moderating.until(format.dateTime(row.until))
            : row.days === null
              ? t.moderation.untilLifted
              : t.moderating.days(row.days)}
        </p>
        <p className="mt-0.5 break-words whitespace-pre-wrap text-muted">{row.words}</p>
        <p className="mt-1 text-sm text-muted">
          <When at={row.at} show="dateTime" /> · {row.group ? t.moderating.whoDecided(row.by) : t.moderating.proposedBy(row.by)}
          {row.confirmedBy ? ` · ${t.moderating.confirmedBy(row.confirmedBy)}` : ''}
          {row.ended?.by ? ` · ${t.moderating.endedBy(row.ended.by)}` : ''}
          {row.ended?.words ? ` · ${row.ended.words}` : ''}
        </p>
      </div>
      <div className="flex gap-2">
        {row.can.confirm ? (
          <Button size="sm" icon={Check} onClick={() => setConfirming(true)}>
            {t.moderating.confirmBan}
          </Button>
        ) : null}
        {row.can.lift ? (
          <Button look="quiet" size="sm" onClick={() => setLifting(true)}>
            {row.state === 'proposed' ? t.moderating.takeBack : t.moderating.lift}
          </Button>
        ) : null}
      </div>
      <Confirm
        open={confirming}
        onOpenChange={setConfirming}
        title={t.moderating.confirmBan}
        body={t.moderating.confirmBanBody(row.person.name)}
        action={t.moderating.confirmBan}
        onConfirm={confirm}
      />
      {lifting ? <Lift row={row} onClose={() => setLifting(false)} onDone={refresh} /> : null}
    </article>
  )
}

function Lift({ row, onClose, onDone }: { row: BanData; onClose: () => void; onDone: () => Promise<void> }) {
  const t = useWords()
  const [words, setWords] = useState('')
  const lift = useMutation({
    mutationFn: () => api('POST /moderation/bans/:id/lift', { id: row.id, words }),
    onSuccess: async () => {
      toast(t.moderating.lifted, { tone: 'good' })
      onClose()
      await onDone()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const name = row.state === 'proposed' ? t.moderating.takeBack : t.moderating.lift
  return (
    <Dialog open onOpenChange={open => !open && onClose()} title={`${name}: ${row.person.name}`}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          lift.mutate()
        }}
      >
        <TextArea
          label={t.moderating.liftWords}
          required
          rows={3}
          maxLength={500}
          value={words}
          onChange={event => setWords(event.target.value)}
        />
        <Button type="submit" busy={lift.isPending} disabled={words.trim() === ''} className="self-end">
          {name}
        </Button>
      </form>
    </Dialog>
  )
}
