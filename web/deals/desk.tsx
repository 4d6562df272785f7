import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { FileCheck2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { ShowTime } from '../tickets/when.tsx'
import { Button } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { ErrorState, faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'
import { Costs } from './costs.tsx'
import { Paper } from './paper.tsx'
import { deskQuery, refreshDeals, type Desk, type Terms } from './queries.ts'

const TermsSheet = lazy(() => import('./terms.tsx').then(module => ({ default: module.TermsSheet })))

/** A show's money between its two sides. */
export function DealDesk({ show }: { show: string }) {
  const t = useWords()
  const d = t.selling.deals
  const client = useQueryClient()
  const { data: desk, error, isPending, refetch } = useQuery(deskQuery(show))
  const [proposing, setProposing] = useState(false)
  const settle = useMutation({
    mutationFn: () => api('POST /shows/:show/settlement', { show }),
    onError: failed => toast(faultText(t, failed), { tone: 'bad' }),
    onSettled: () => refreshDeals(client),
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={7} />
  return (
    <div className="flex flex-col gap-5">
      <header className="flex items-center gap-4">
        <Cover id={desk.show.id} picture={desk.show.picture} alt="" size={144} className="w-20 shrink-0" />
        <div className="min-w-0">
          <h1 className="text-xl leading-tight [overflow-wrap:anywhere]">{desk.show.title}</h1>
          <p className="mt-1 text-sm text-muted">
            <ShowTime show={desk.show} />
            <span className="block">{desk.show.venue}</span>
          </p>
          <p className="mt-2">
            <Tag tone="accent">{d.sides[desk.side]}</Tag>
          </p>
        </div>
      </header>
      {desk.terms ? (
        <Paper deal={desk.terms} title={d.terms}>
          <TermsView terms={desk.terms.terms} currency={desk.currency} note={desk.terms.note} />
        </Paper>
      ) : (
        <Panel title={d.terms}>
          <p className="text-muted">{desk.side === 'organiser' ? d.noTerms : d.noTermsArtist}</p>
        </Panel>
      )}
      {desk.can.propose ? (
        <Button look={desk.terms ? 'quiet' : 'primary'} onClick={() => setProposing(true)} className="self-start">
          {desk.terms ? d.change : d.propose}
        </Button>
      ) : null}
      <Costs desk={desk} />
      <Worksheet desk={desk} />
      {desk.settlement ? (
        <Paper deal={desk.settlement} title={d.settlement} />
      ) : desk.side === 'organiser' ? (
        <Panel title={d.settlement} note={d.settleBody}>
          {desk.missing ? <p className="mb-3 text-muted">{d.missing[desk.missing]}</p> : null}
          <Button icon={FileCheck2} busy={settle.isPending} disabled={!desk.can.settle} onClick={() => settle.mutate()}>
            {d.settle}
          </Button>
        </Panel>
      ) : null}
      <Payments desk={desk} />
      {proposing ? (
        <Suspense>
          <TermsSheet desk={desk} onClose={() => setProposing(false)} />
        </Suspense>
      ) : null}
    </div>
  )
}

export function TermsView({ terms, currency, note }: { terms: Terms; currency: string; note: string }) {
  const t = useWords()
  const d = t.selling.deals
  const format = useFormat()
  const money = (amount: string) => format.money({ amount, currency } as never)
  const rows = [
    [d.kind, d.dealKinds[terms.kind]],
    ...(terms.kind === 'percentage' ? [] : [[d.guarantee, money(terms.guarantee)]]),
    ...(terms.kind === 'guarantee' ? [] : [[d.share, format.percent(terms.shareBp / 10_000)]]),
    ...(terms.costsMost === null ? [] : [[d.costsMost, money(terms.costsMost)]]),
    ...terms.bonuses.map(({ from, amount }) => [`${d.bonusFrom} ${format.number(from)}`, `+ ${money(amount)}`]),
    ...(note === '' ? [] : [[d.note, note]]),
  ] as [string, string][]
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-2">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="tabular min-w-0 font-medium [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Worksheet({ desk }: { desk: Desk }) {
  const t = useWords()
  const d = t.selling.deals
  const format = useFormat()
  const { worksheet: sheet, currency } = desk
  const money = (amount: string) => format.money({ amount, currency })
  const minus = (amount: string) => (amount === '0' ? money('0') : `− ${money(amount)}`)
  const { sums, pay } = sheet
  const lines: [string, string, ('sum' | 'big')?][] = [
    [d.gross, money(sheet.gross)],
    [d.providerFee, minus(sheet.providerFee)],
    [d.commission, minus(sheet.commission)],
    ...(sheet.tax === '0' ? [] : [[d.tax, minus(sheet.tax)] as [string, string]]),
    ...(sheet.refunded === '0' ? [] : [[d.refunded, minus(sheet.refunded)] as [string, string]]),
    [d.takings, money(sheet.takings), 'sum'],
    ...(sums
      ? ([
          [d.counted, minus(sums.counted)],
          [d.net, money(sums.net), 'sum'],
          [d.fee, money(sums.fee)],
          ...(sums.bonus === '0' ? [] : [[d.bonus, money(sums.bonus)]]),
        ] as [string, string, 'sum'?][])
      : []),
    ...(sheet.before.artist === '0' && sheet.before.organiser === '0'
      ? []
      : ([[d.before, `${d.sides.artist} ${money(sheet.before.artist)} · ${d.sides.organiser} ${money(sheet.before.organiser)}`]] as [
          string,
          string,
        ][])),
    ...(pay
      ? ([
          [d.toArtist, money(pay.artist), 'big'],
          pay.organiser.startsWith('-')
            ? [d.organiserAdds, money(pay.organiser.slice(1)), 'big']
            : [d.toOrganiser, money(pay.organiser), 'big'],
        ] as [string, string, 'big'][])
      : []),
  ]
  return (
    <Panel title={d.sheet} note={d.sheetBody} action={<Tag>{d.pot(format.money(desk.pot))}</Tag>}>
      {sheet.tiers.length > 0 ? (
        <div className="mb-4">
          <Table
            label={d.sheet}
            rows={sheet.tiers}
            rowKey={row => row.tier}
            dense
            columns={[
              { key: 'tier', name: d.tier, cell: row => row.name },
              { key: 'sold', name: d.sold, align: 'end', cell: row => format.number(row.sold) },
              { key: 'given', name: d.given, align: 'end', cell: row => format.number(row.given) },
              { key: 'used', name: d.used, align: 'end', cell: row => format.number(row.used) },
            ]}
          />
        </div>
      ) : null}
      <dl className="flex flex-col gap-1.5">
        {lines.map(([name, value, look]) => (
          <div
            key={name}
            className={
              look === 'sum'
                ? 'mb-2 flex justify-between gap-4 border-t border-line pt-1.5 font-semibold'
                : look === 'big'
                  ? 'flex justify-between gap-4 border-t border-line pt-2 text-lg font-bold'
                  : 'flex justify-between gap-4'
            }
          >
            <dt className={look ? '' : 'text-muted'}>{name}</dt>
            <dd className="tabular text-end">{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}

function Payments({ desk }: { desk: Desk }) {
  const t = useWords()
  const d = t.selling.deals
  const format = useFormat()
  if (desk.payments.length === 0) return null
  return (
    <Panel title={d.payments}>
      <ul className="flex flex-col gap-3">
        {desk.payments.map(payment => (
          <li key={payment.at}>
            <p className="flex flex-wrap justify-between gap-2">
              <b className="font-semibold">{d.paymentKinds[payment.kind]}</b>
              <span className="text-sm text-muted">{format.dateTime(payment.at)}</span>
            </p>
            <p className="tabular text-sm text-muted">
              {payment.parts.map(part => `${part.name} ${format.money({ amount: part.amount, currency: desk.currency })}`).join(' · ')}
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
