import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { LockKeyhole } from 'lucide-react'
import { useState } from 'react'
import { api, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { Money } from '../ui/money.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { Panel, Tag, faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

type Hold = Ok<'GET /me/holds'>['items'][number]

/** What is set aside, why, until when, and one's word against it. Nothing where nothing is. */
export function Holds({ as }: { as: string | undefined }) {
  const t = useWords()
  const [appealing, setAppealing] = useState<Hold | null>(null)
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['GET /me/holds', as],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api('GET /me/holds', { open: 'true', ...(as ? { as } : {}), ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  const holds = data?.pages.flatMap(page => page.items) ?? []
  if (holds.length === 0) return null
  return (
    <Panel title={t.studio.holds} note={t.studio.holdsNote}>
      <ul className="divide-y divide-line">
        {holds.map(hold => (
          <HoldLine key={hold.id} hold={hold} onAppeal={() => setAppealing(hold)} />
        ))}
      </ul>
      {hasNextPage ? (
        <Button look="quiet" size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()} className="mt-4">
          {t.common.showMore}
        </Button>
      ) : null}
      {appealing ? <Appeal hold={appealing} onClose={() => setAppealing(null)} /> : null}
    </Panel>
  )
}

function HoldLine({ hold, onAppeal }: { hold: Hold; onAppeal: () => void }) {
  const t = useWords()
  const format = useFormat()
  const { appeal } = hold
  const [cause = ''] = hold.cause.split(':')
  const facts = [
    cause === hold.reason ? null : codeName(t, cause),
    hold.note,
    hold.open.amount === hold.amount.amount ? null : t.studio.holdPart(format.money(hold.open), format.money(hold.amount)),
    t.studio.holdSince(format.day(hold.at)),
    hold.until ? t.studio.holdUntil(format.day(hold.until)) : null,
  ]
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 py-3">
      <div className="flex min-w-0 gap-3">
        <LockKeyhole size={16} aria-hidden className="mt-1 shrink-0 text-held" />
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-2">
            <Money value={hold.open} state="held" className="font-semibold" />
            <span className="font-medium">{codeName(t, hold.reason)}</span>
            {appeal ? (
              <Tag tone={appeal.decision === 'granted' ? 'good' : appeal.decision === 'declined' ? 'bad' : 'held'}>
                {appeal.decision === null
                  ? t.studio.appealWaits
                  : appeal.decision === 'granted'
                    ? t.studio.appealGranted
                    : t.studio.appealDeclined}
              </Tag>
            ) : null}
          </p>
          <p className="text-muted">{facts.filter(Boolean).join(' · ')}</p>
          {appeal?.reason ? <p className="mt-1 break-words">{appeal.reason}</p> : null}
        </div>
      </div>
      {hold.can.appeal ? (
        <Button look="quiet" size="sm" onClick={onAppeal}>
          {t.studio.appeal}
        </Button>
      ) : null}
    </li>
  )
}

function Appeal({ hold, onClose }: { hold: Hold; onClose: () => void }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const [text, setText] = useState('')
  const send = useMutation({
    mutationFn: () => api('POST /me/holds/:id/appeal', { id: hold.id, text }),
    onSuccess: () => {
      toast(t.studio.appealSent, { tone: 'good' })
      onClose()
      return client.invalidateQueries({ queryKey: ['GET /me/holds'] })
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const right = text.trim().length > 0
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={t.studio.appealTitle(format.money(hold.open))}
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button busy={send.isPending} disabled={!right} onClick={() => send.mutate()}>
            {t.studio.appealSend}
          </Button>
        </>
      }
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          if (right) send.mutate()
        }}
      >
        <TextArea
          label={t.studio.appealText}
          hint={t.studio.appealHint}
          rows={5}
          maxLength={2000}
          value={text}
          onChange={event => setText(event.target.value)}
        />
      </form>
    </Dialog>
  )
}
