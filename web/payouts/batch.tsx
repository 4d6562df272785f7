import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowLeft, Download, TriangleAlert, Undo2 } from 'lucide-react'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { splitInput } from '../api-call.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, buttonClass, IconButton } from '../ui/button.tsx'
import { Select } from '../ui/field.tsx'
import { Figure, Money, When } from '../ui/money.tsx'
import { ErrorState, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { RouteName } from './account.tsx'
import { Change, Decide } from './decide.tsx'
import { PayoutDetails, payoutTone, reasonText } from './payout.tsx'
import { batchTone } from './run.tsx'

type Batch = Ok<'GET /console/payout-batches/:id'>
type Item = Batch['items'][number]
type Act = 'submit' | 'approve' | 'cancel' | 'confirm'

/** The desk names payouts by their own id too: then this is that one payout. */
export const BatchOrPayout = ({ id }: { id: string }) =>
  id.startsWith('pyo_') ? (
    <Panel className="max-w-[720px]">
      <PayoutDetails key={id} id={id} />
    </Panel>
  ) : (
    <BatchPage id={id} />
  )

function BatchPage({ id }: { id: string }) {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, refetch } = useQuery({ ...read('GET /console/payout-batches/:id', { id }), refetchInterval: 15_000 })
  const [act, setAct] = useState<Act | null>(null)
  const [back, setBack] = useState<Item | null>(null)
  const [opened, setOpened] = useState<string | null>(null)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return (
    <div className="flex flex-col gap-5">
      <header className="flex flex-wrap items-end justify-between gap-4">
        <div>
          <Link to="/console/payouts" className="mb-2 inline-flex items-center gap-1.5 text-muted hover:text-ink">
            <ArrowLeft size={16} aria-hidden />
            {t.payouts.run}
          </Link>
          <h1 className="flex flex-wrap items-center gap-3 text-xl">
            {`${data.currency} · ${format.day(data.day)}`}
            <Tag tone={batchTone[data.state]}>{t.payouts.batchStates[data.state]}</Tag>
          </h1>
        </div>
        <Actions data={data} onAct={setAct} />
      </header>
      <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
        <Figure label={t.payouts.payouts(format.number(data.payouts))} value={format.money(data.total)} />
        <Figure label={t.payouts.withheld} value={format.money(data.withheld)} />
        <Figure label={t.payouts.net} value={format.money(data.net)} state="available" />
        <Figure
          label={`${t.payouts.payoutStates.paid} · ${t.payouts.payoutStates.paying} · ${t.payouts.payoutStates.returned}`}
          value={`${data.counts.paid} · ${data.counts.paying} · ${data.counts.returned}`}
        />
      </div>
      <BeforeAfter data={data} />
      <Panel title={t.payouts.payouts(format.number(data.items.length))}>
        <Items items={data.items} onOpen={setOpened} onBack={setBack} />
      </Panel>
      {data.leftOut.length > 0 ? <LeftOut data={data} /> : null}
      {data.files.length > 0 ? <Files data={data} /> : null}
      {data.decisions.length > 0 ? <Decisions data={data} /> : null}
      {act ? <ActDialog key={act} data={data} act={act} onClose={() => setAct(null)} /> : null}
      {back ? <ReturnDialog item={back} onClose={() => setBack(null)} /> : null}
      <Sheet open={opened !== null} onOpenChange={open => !open && setOpened(null)} title={t.payouts.title} description={t.payouts.covers}>
        {opened ? <PayoutDetails key={opened} id={opened} /> : null}
      </Sheet>
    </div>
  )
}

function Actions({ data, onAct }: { data: Batch; onAct: (act: Act) => void }) {
  const t = useWords()
  const { can } = data
  return (
    <div className="flex flex-wrap items-center gap-2">
      {data.state === 'submitted' && !can.approve ? <span className="max-w-[40ch] text-xs text-muted">{t.payouts.notOwn}</span> : null}
      {can.cancel ? (
        <Button look="danger" size="sm" onClick={() => onAct('cancel')}>
          {t.payouts.cancelBatch}
        </Button>
      ) : null}
      {can.submit ? <Button onClick={() => onAct('submit')}>{t.payouts.submit}</Button> : null}
      {can.approve ? <Button onClick={() => onAct('approve')}>{t.payouts.approve}</Button> : null}
      {can.confirm ? <Button onClick={() => onAct('confirm')}>{t.payouts.confirmSent}</Button> : null}
    </div>
  )
}

function BeforeAfter({ data }: { data: Batch }) {
  const t = useWords()
  const waits = data.state === 'draft' || data.state === 'submitted'
  if (!waits && data.routes.length === 0) return null
  return (
    <Panel title={t.payouts.everyone}>
      {waits ? (
        <>
          <Change label={t.payouts.available} before={data.before.available} after={data.after.available} />
          <Change label={t.payouts.paying} before={data.before.paying} after={data.after.paying} />
        </>
      ) : null}
      {data.routes.map(route => (
        <div key={route.route}>
          <Change
            label={t.payouts.lies(route.route === 'bank' ? t.payouts.mainBank : route.route)}
            before={route.holds}
            after={route.left}
            bad={route.left.amount.startsWith('-')}
          />
          {route.left.amount.startsWith('-') ? (
            <p className="flex items-center gap-1.5 pt-1 text-xs font-medium text-danger">
              <TriangleAlert size={14} aria-hidden />
              {t.payouts.short}
            </p>
          ) : null}
        </div>
      ))}
    </Panel>
  )
}

function Items({ items, onOpen, onBack }: { items: Item[]; onOpen: (id: string) => void; onBack: (item: Item) => void }) {
  const t = useWords()
  return (
    <Table
      label={t.payouts.title}
      dense
      rows={items}
      rowKey={row => row.id}
      columns={[
        {
          key: 'name',
          name: t.payouts.who,
          sort: row => row.name,
          cell: row =>
            row.paidAt || row.state === 'paying' || row.state === 'returned' ? (
              <button
                type="button"
                data-jk
                className="text-left underline decoration-line-strong underline-offset-4"
                onClick={() => onOpen(row.id)}
              >
                {row.name}
              </button>
            ) : (
              row.name
            ),
        },
        {
          key: 'to',
          name: t.payouts.to,
          wide: true,
          cell: row => (
            <span className="tabular text-muted">
              {row.account} · {row.holder} · <RouteName route={row.route} />
            </span>
          ),
        },
        {
          key: 'state',
          name: t.payouts.state,
          sort: row => row.state,
          cell: row => (
            <span className="flex flex-wrap items-center gap-2">
              <Tag tone={payoutTone[row.state]}>{t.payouts.payoutStates[row.state]}</Tag>
              {row.reason ? <span className="text-xs text-muted">{reasonText(t, row.reason)}</span> : null}
            </span>
          ),
        },
        {
          key: 'amount',
          name: t.payouts.amount,
          align: 'end',
          wide: true,
          sort: row => BigInt(row.amount.amount),
          cell: row => <Money value={row.amount} className="text-muted" />,
        },
        {
          key: 'net',
          name: t.payouts.net,
          align: 'end',
          sort: row => BigInt(row.net.amount),
          cell: row => <Money value={row.net} className="font-semibold" />,
        },
        {
          key: 'back',
          name: t.payouts.takeBack,
          hideName: true,
          align: 'end',
          cell: row =>
            row.state === 'paid' || (row.state === 'paying' && row.route === 'bank') ? (
              <IconButton icon={Undo2} size="sm" label={`${t.payouts.takeBack}: ${row.name}`} onClick={() => onBack(row)} />
            ) : null,
        },
      ]}
    />
  )
}

function LeftOut({ data }: { data: Batch }) {
  const t = useWords()
  const format = useFormat()
  return (
    <Panel title={t.payouts.leftOut}>
      <Table
        label={t.payouts.leftOut}
        dense
        rows={data.leftOut}
        rowKey={row => row.party}
        columns={[
          { key: 'name', name: t.payouts.who, cell: row => row.name, sort: row => row.name },
          {
            key: 'why',
            name: t.payouts.why,
            sort: row => row.reason,
            cell: row => `${t.payouts.reasons[row.reason]}${row.until ? ` · ${t.payouts.until(format.date(row.until))}` : ''}`,
          },
          {
            key: 'amount',
            name: t.payouts.available,
            align: 'end',
            cell: row => <Money value={row.amount} />,
            sort: row => BigInt(row.amount.amount),
          },
        ]}
      />
    </Panel>
  )
}

function Files({ data }: { data: Batch }) {
  const t = useWords()
  return (
    <Panel title={t.payouts.files}>
      <ul className="divide-y divide-line">
        {data.files.map(file => (
          <li key={file.format} className="flex flex-wrap items-center justify-between gap-3 py-3">
            <span className="min-w-0 flex-1 basis-64">
              <span className="block">
                <Money value={file.total} className="font-semibold" /> · {t.payouts.payouts(String(file.payouts))}
                {file.fetchedAt ? (
                  <span className="text-muted">
                    {' · '}
                    {file.fetchedBy} · <When at={file.fetchedAt} show="dateTime" />
                  </span>
                ) : null}
              </span>
              <span className="tabular block text-xs break-all text-muted">
                {t.payouts.checksum} {file.sha256}
              </span>
            </span>
            <a
              href={splitInput('GET /console/payout-batches/:id/file', { id: data.id, format: file.format }).url}
              download
              className={buttonClass('quiet', 'sm')}
            >
              <Download size={14} aria-hidden />
              {t.payouts.file(file.format === 'csv' ? 'CSV' : 'pain.001')}
            </a>
          </li>
        ))}
      </ul>
    </Panel>
  )
}

function Decisions({ data }: { data: Batch }) {
  const t = useWords()
  const word = (act: string): string => (t.payouts.acts as Record<string, string>)[act.split(' ')[0]!] ?? act
  return (
    <Panel title={t.payouts.decisions}>
      <ol className="flex flex-col gap-2">
        {data.decisions.map((one, index) => (
          <li key={index}>
            <span className="font-medium">{word(one.act)}</span>{' '}
            <span className="text-muted">
              · {one.by} · <When at={one.at} show="dateTime" /> · {one.reason}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}

function ActDialog({ data, act, onClose }: { data: Batch; act: Act; onClose: () => void }) {
  const t = useWords()
  const format = useFormat()
  const { id } = data
  const open = data.items.filter(item => item.state === 'paying' && item.route === 'bank')
  const sum = { amount: String(open.reduce((total, item) => total + BigInt(item.net.amount), 0n)), currency: data.currency }
  const acts = {
    submit: { title: t.payouts.submit, run: (reason: string) => api('POST /console/payout-batches/:id/submit', { id, reason }) },
    approve: { title: t.payouts.approve, run: (reason: string) => api('POST /console/payout-batches/:id/approve', { id, reason }) },
    cancel: { title: t.payouts.cancelBatch, run: (reason: string) => api('POST /console/payout-batches/:id/cancel', { id, reason }) },
    confirm: {
      title: t.payouts.confirmSent,
      run: (reason: string) => api('POST /console/payout-batches/:id/confirm', { id, reason, payouts: open.map(item => item.id) }),
    },
  } satisfies Record<Act, { title: string; run: (reason: string) => Promise<unknown> }>
  const body =
    act === 'approve'
      ? t.payouts.approveBody
      : act === 'confirm'
        ? t.payouts.confirmBody(format.number(open.length), format.money(sum))
        : undefined
  const route = data.routes.find(one => one.route === 'bank')
  return (
    <Decide
      open
      onOpenChange={shown => !shown && onClose()}
      title={acts[act].title}
      {...(body ? { body } : {})}
      action={acts[act].title}
      danger={act === 'cancel'}
      act={acts[act].run}
    >
      {act === 'approve' || act === 'submit' ? (
        <div>
          <Change label={t.payouts.available} before={data.before.available} after={data.after.available} />
          <Change label={t.payouts.paying} before={data.before.paying} after={data.after.paying} />
        </div>
      ) : null}
      {act === 'confirm' && route ? <Change label={t.payouts.lies(t.payouts.mainBank)} before={route.holds} after={route.left} /> : null}
    </Decide>
  )
}

const codes = ['account_closed', 'wrong_account', 'name_differs', 'bank_refused', 'other'] as const

function ReturnDialog({ item, onClose }: { item: Item; onClose: () => void }) {
  const t = useWords()
  const format = useFormat()
  const [code, setCode] = useState<(typeof codes)[number]>('wrong_account')
  return (
    <Decide
      open
      onOpenChange={shown => !shown && onClose()}
      title={`${t.payouts.takeBack} · ${item.name}`}
      body={t.payouts.takeBackBody(format.money(item.amount))}
      action={t.payouts.takeBack}
      danger
      act={reason => api('POST /console/payouts/:id/return', { id: item.id, code, reason })}
    >
      <Select
        label={t.payouts.why}
        value={code}
        onChange={event => setCode(event.target.value as typeof code)}
        options={codes.map(value => ({ value, name: t.payouts.returnReasons[value] }))}
      />
    </Decide>
  )
}
