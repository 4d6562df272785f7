import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Check, Clock, Disc3, FileSignature, X } from 'lucide-react'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { MyClaims } from '../settlement/claims.tsx'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Donut, seriesColour } from '../ui/chart.tsx'
import { When } from '../ui/money.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag, faultText, type Tone } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'

type Sheet = Ok<'GET /split-sheets/:id'>
const tones: Record<Sheet['state'], Tone> = { open: 'accent', signed: 'good', declined: 'bad', withdrawn: 'plain', replaced: 'plain' }

export function SheetState({ state }: { state: Sheet['state'] }) {
  const t = useWords()
  return <Tag tone={tones[state]}>{t.studio.states[state]}</Tag>
}

/** Every sheet one has a part in; those that wait for one come first. */
export function Splits() {
  const t = useWords()
  const format = useFormat()
  const me = useMe()
  const { data, error, isPending, refetch } = useQuery(read('GET /me/split-sheets', { limit: 100 }))
  return (
    <>
      <h1 className="text-xl">{t.studio.splitsTitle}</h1>
      <p className="mt-1 mb-6 max-w-[70ch] text-muted">{t.studio.splitsIntro}</p>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows />
      ) : data.items.length === 0 ? (
        <EmptyState icon={FileSignature} title={t.studio.noSplits}>
          {t.studio.noSplitsBody}
        </EmptyState>
      ) : (
        <Panel>
          <Table
            label={t.studio.splitsTitle}
            rows={data.items}
            rowKey={sheet => sheet.id}
            columns={[
              {
                key: 'title',
                name: t.studio.releaseTitle,
                sort: sheet => sheet.title,
                cell: sheet => (
                  <Link to="/studio/splits/$id" params={{ id: sheet.id }} className="font-semibold hover:underline">
                    {sheet.title}
                  </Link>
                ),
              },
              { key: 'kind', name: t.studio.sheetKind, cell: sheet => t.studio.kinds[sheet.kind], sort: sheet => sheet.kind },
              {
                key: 'version',
                name: t.studio
                  .version(0)
                  .replace(/\s?0\s?/, ' ')
                  .trim(),
                wide: true,
                cell: sheet => sheet.version,
                sort: sheet => sheet.version,
              },
              {
                key: 'share',
                name: t.studio.share,
                align: 'end',
                cell: sheet =>
                  format.percent(
                    sheet.parties.filter(party => party.party === me?.id).reduce((sum, party) => sum + party.shareBp, 0) / 10_000,
                  ),
              },
              {
                key: 'state',
                name: t.studio.state,
                cell: sheet => (sheet.can.sign ? <Tag tone="held">{t.studio.waitingForYou}</Tag> : <SheetState state={sheet.state} />),
                sort: sheet => sheet.state,
              },
              {
                key: 'date',
                name: t.money.date,
                wide: true,
                align: 'end',
                cell: sheet => <When at={sheet.createdAt} />,
                sort: sheet => sheet.createdAt,
              },
            ]}
          />
        </Panel>
      )}
      <MyClaims />
    </>
  )
}

/** One sheet: who gets what, who has signed, and the text one signs. */
export function SplitPage({ id }: { id: string }) {
  const query = read('GET /split-sheets/:id', { id })
  const { data, error, isPending, refetch } = useQuery(query)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return <Shown sheet={data} />
}

function Shown({ sheet }: { sheet: Sheet }) {
  const t = useWords()
  const format = useFormat()
  const me = useMe()
  const client = useQueryClient()
  const [asking, setAsking] = useState<'decline' | 'withdraw' | null>(null)
  const after = async (next: Sheet, said: string) => {
    client.setQueryData(read('GET /split-sheets/:id', { id: sheet.id }).queryKey, next)
    toast(said, { tone: 'good' })
    await Promise.all([
      client.invalidateQueries({ queryKey: ['GET /me/split-sheets'] }),
      client.invalidateQueries({ queryKey: ['GET /releases/:id/splits'] }),
    ])
  }
  const bad = (error: unknown) => toast(faultText(t, error), { tone: 'bad' })
  const sign = useMutation({
    mutationFn: (as: string | undefined) => api('POST /split-sheets/:id/sign', { id: sheet.id, hash: sheet.hash, ...(as ? { as } : {}) }),
    onSuccess: next => after(next, t.studio.signedToast),
    onError: bad,
  })
  const waiting = sheet.parties.filter(party => !party.signedAt && !party.declinedAt)
  // One signs for oneself, or as owner for one's organisation.
  const mine = waiting.filter(
    party =>
      party.party === me?.id || me?.organisations.some(organisation => organisation.id === party.party && organisation.role === 'owner'),
  )
  const close = async () => {
    try {
      if (asking === 'withdraw') await after(await api('POST /split-sheets/:id/withdraw', { id: sheet.id }), t.studio.withdrawn)
      else
        await after(
          await api('POST /split-sheets/:id/decline', {
            id: sheet.id,
            ...(mine[0] && mine[0].party !== me?.id ? { as: mine[0].party } : {}),
          }),
          t.studio.declinedToast,
        )
    } catch (error) {
      bad(error)
    }
  }
  return (
    <div className="mx-auto flex max-w-[920px] flex-col gap-6">
      <header className="flex flex-wrap items-center justify-between gap-4">
        <div>
          <h1 className="text-xl">{t.studio.sheetFor(sheet.title)}</h1>
          <p className="mt-1.5 flex flex-wrap items-center gap-2 text-muted">
            <SheetState state={sheet.state} />
            {t.studio.kinds[sheet.kind]} · {t.studio.version(sheet.version)} ·{' '}
            {t.studio.proposedBy(sheet.createdBy, format.date(sheet.createdAt))}
            {sheet.inForceFrom ? ` · ${t.studio.inForce(format.date(sheet.inForceFrom))}` : ''}
          </p>
        </div>
        {sheet.subject.startsWith('rel') ? (
          <Link to="/studio/releases/$id" params={{ id: sheet.subject }} className={buttonClass('quiet', 'sm')}>
            <Disc3 size={14} aria-hidden />
            {sheet.title}
          </Link>
        ) : null}
      </header>
      <Panel>
        <div className="flex flex-col items-center gap-8 sm:flex-row">
          <Donut
            label={t.studio.kinds[sheet.kind]}
            parts={sheet.parties.map(party => ({ name: party.name, share: party.shareBp / 10_000 }))}
            className="size-40 shrink-0"
          />
          <ul className="w-full divide-y divide-line">
            {sheet.parties.map((party, index) => (
              <li key={party.party} className="flex items-center gap-3 py-2.5">
                <span aria-hidden className="size-2.5 shrink-0 rounded-full" style={{ background: seriesColour(index) }} />
                <div className="min-w-0 flex-1">
                  <p className="truncate font-semibold">{party.name}</p>
                  <p className="text-xs text-muted">{codeName(t, party.role)}</p>
                </div>
                <span className="flex items-center gap-1.5 text-xs text-muted">
                  {party.signedAt ? (
                    <Check size={14} aria-hidden className="text-paid" />
                  ) : party.declinedAt ? (
                    <X size={14} aria-hidden className="text-danger" />
                  ) : (
                    <Clock size={14} aria-hidden />
                  )}
                  {party.signedAt
                    ? t.studio.signedOn(format.date(party.signedAt))
                    : party.declinedAt
                      ? t.studio.declinedBy
                      : t.studio.notSigned}
                </span>
                <span className="tabular w-16 text-right font-semibold">{format.percent(party.shareBp / 10_000)}</span>
              </li>
            ))}
          </ul>
        </div>
        {sheet.note ? <p className="mt-4 border-t border-line pt-4 text-muted">{sheet.note}</p> : null}
      </Panel>
      {sheet.can.sign && mine.length > 0 ? (
        <Panel className="border-accent-mark">
          <p className="mb-4 max-w-[70ch]">{t.studio.signBody}</p>
          <div className="flex flex-wrap gap-2">
            {mine.map(party => (
              <Button
                key={party.party}
                size="lg"
                icon={FileSignature}
                busy={sign.isPending}
                onClick={() => sign.mutate(party.party === me?.id ? undefined : party.party)}
              >
                {party.party === me?.id ? t.studio.sign : t.studio.signAs(party.name)}
              </Button>
            ))}
            <Button look="danger" size="lg" onClick={() => setAsking('decline')}>
              {t.studio.decline}
            </Button>
          </div>
        </Panel>
      ) : null}
      <Panel title={t.studio.original}>
        <pre className="overflow-x-auto rounded-md bg-raised p-4 font-sans text-[13px] leading-relaxed whitespace-pre-wrap">
          {sheet.text}
        </pre>
        <p className="mt-3 text-xs break-all text-muted">
          {t.studio.fingerprint}: <span className="tabular">{sheet.hash}</span>
        </p>
        {sheet.can.withdraw ? (
          <Button look="plain" size="sm" className="mt-3" onClick={() => setAsking('withdraw')}>
            {t.studio.withdraw}
          </Button>
        ) : null}
      </Panel>
      <Confirm
        open={asking !== null}
        onOpenChange={open => !open && setAsking(null)}
        title={asking === 'withdraw' ? t.studio.withdraw : t.studio.decline}
        body={t.studio.declineBody}
        action={asking === 'withdraw' ? t.studio.withdraw : t.studio.decline}
        onConfirm={close}
      />
    </div>
  )
}
