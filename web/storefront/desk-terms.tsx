import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Cascade } from '../settlement/cascade.tsx'
import { parseAmount } from '../shop/price.ts'
import { Button } from '../ui/button.tsx'
import { Input, Select, TextArea } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { faultText, Panel, Progress, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { kinds, type Kind } from './asking.ts'
import { deskQuery, type Desk, type Terms } from './queries.ts'

/** Commission by kind. Kinds of one rate stand in one line. */
export function TermsTable({ terms }: { terms: Terms }) {
  const t = useWords()
  const w = t.shopkeeping.shop
  const format = useFormat()
  const groups = [...Map.groupBy(terms.categories, one => `${one.plan} ${one.commissionBp}`).values()]
  return (
    <table className="w-full text-left text-sm">
      <thead className="text-xs text-muted">
        <tr>
          <th scope="col" className="py-2 pr-3 font-medium">
            {w.kind}
          </th>
          <th scope="col" className="py-2 pr-3 text-right font-medium">
            {w.rate}
          </th>
          <th scope="col" className="py-2 text-right font-medium max-sm:hidden">
            {w.since}
          </th>
        </tr>
      </thead>
      <tbody className="divide-y divide-line border-y border-line">
        {groups.map(group => {
          const [one] = group
          return (
            <tr key={one!.kind}>
              <th scope="row" className="py-3 pr-3 font-medium">
                {format.list(group.map(({ kind }) => t.storefront.kinds[kind] ?? kind))}
                <span className="mt-1 flex flex-wrap items-center gap-2 text-xs font-normal text-muted">
                  {w.plans[one!.name] ?? one!.name}
                  {one!.own ? <Tag tone="ion">{w.own}</Tag> : null}
                  {one!.until ? w.until(format.date(one!.until)) : null}
                </span>
              </th>
              <td className="tabular py-3 pr-3 text-right text-lg font-bold">{format.percent(one!.commissionBp / 10_000)}</td>
              <td className="py-3 text-right text-muted max-sm:hidden">
                <When at={one!.from} />
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

/** What holds for this seller, what a price becomes, and the way to partner terms. */
export function TermsPart({ desk }: { desk: Desk }) {
  const t = useWords()
  const w = t.shopkeeping.shop
  const format = useFormat()
  return (
    <div className="grid items-start gap-6 xl:grid-cols-2">
      <Panel title={w.termsNow} note={w.termsBody}>
        <TermsTable terms={desk.terms} />
        <p className="mt-4 text-xs text-muted">{w.agreedAt(format.date(desk.agreedAt))}</p>
      </Panel>
      <Becomes page={desk.shop.id} />
      {desk.terms.partner ? <Partner desk={desk} partner={desk.terms.partner} /> : null}
    </div>
  )
}

/** Any price of any kind, step by step, by the function that settles. */
function Becomes({ page }: { page: string }) {
  const t = useWords()
  const w = t.shopkeeping.shop
  const [typed, setTyped] = useState('100')
  const [kind, setKind] = useState<Kind>('merch')
  const amount = parseAmount(typed, 'CNY')
  const { data, error } = useQuery({
    ...read('GET /waterfall', { page, kind, amount: amount ?? '0' }),
    enabled: amount !== null && amount !== '0',
    placeholderData: before => before,
  })
  return (
    <Panel title={w.becomes} note={w.becomesBody}>
      <div className="mb-4 flex flex-wrap gap-3">
        <Input
          label={w.price}
          value={typed}
          inputMode="decimal"
          suffix="CNY"
          className="w-40"
          onChange={event => setTyped(event.target.value)}
          error={amount === null ? t.shop.priceInvalid : undefined}
        />
        <Select
          label={w.kind}
          value={kind}
          onChange={event => setKind(event.target.value as Kind)}
          options={kinds.filter(one => one !== 'gift_card').map(value => ({ value, name: t.storefront.kinds[value] ?? value }))}
          className="w-44"
        />
      </div>
      {error ? <p className="text-danger">{faultText(t, error)}</p> : null}
      {data ? <Cascade data={data} compact /> : null}
    </Panel>
  )
}

function Partner({ desk, partner }: { desk: Desk; partner: NonNullable<Terms['partner']> }) {
  const t = useWords()
  const w = t.shopkeeping.shop
  const format = useFormat()
  const client = useQueryClient()
  const page = desk.shop.id
  const [application] = useState(() => newClientId('prp'))
  const [note, setNote] = useState('')
  const show = (next: Desk) => client.setQueryData(deskQuery(page).queryKey, next)
  const ask = useMutation({
    mutationFn: () => api('POST /shops/:id/partner', { id: page, application, note }),
    onSuccess: next => {
      show(next)
      toast(w.asked, { tone: 'good' })
    },
  })
  const back = useMutation({ mutationFn: () => api('DELETE /shops/:id/partner', { id: page }), onSuccess: show })
  const { months, turnover, can, application: last } = desk.partner
  const sold = Number(turnover.amount)
  const wanted = Number(partner.turnover.amount)
  const problem = ask.error ?? back.error
  return (
    <Panel
      title={w.partnerTitle}
      note={w.partnerBody(format.number(partner.months), format.money(partner.turnover), format.percent(partner.commissionBp / 10_000))}
    >
      <div className="flex flex-col gap-4">
        {last ? (
          <p className="flex flex-wrap items-center gap-2">
            <Tag tone={last.state === 'confirmed' ? 'good' : last.state === 'declined' ? 'bad' : 'held'}>{w.application[last.state]}</Tag>
            {last.holdsFrom ? <span className="text-muted">{w.holdsFrom(format.date(last.holdsFrom))}</span> : null}
            {last.reason ? <span className="text-muted">{last.reason}</span> : null}
          </p>
        ) : null}
        <Progress
          label={w.monthsOf(format.number(months), format.number(partner.months))}
          share={partner.months === 0 ? 1 : months / partner.months}
        />
        <Progress label={w.turnoverOf(format.money(turnover), format.money(partner.turnover))} share={wanted === 0 ? 1 : sold / wanted} />
        {last?.state === 'asked' ? (
          <Button look="quiet" className="self-start" busy={back.isPending} onClick={() => back.mutate()}>
            {w.takeBack}
          </Button>
        ) : can ? (
          <>
            <TextArea label={w.askNote} optional maxLength={1000} rows={3} value={note} onChange={event => setNote(event.target.value)} />
            <Button className="self-start" busy={ask.isPending} onClick={() => ask.mutate()}>
              {w.ask}
            </Button>
          </>
        ) : null}
        {problem ? (
          <p role="alert" className="font-medium text-danger">
            {faultText(t, problem)}
          </p>
        ) : null}
      </div>
    </Panel>
  )
}
