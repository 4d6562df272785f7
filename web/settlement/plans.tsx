import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { codeName } from '../insight/codes.ts'
import { Button } from '../ui/button.tsx'
import { When } from '../ui/money.tsx'
import { ErrorState, Panel, SkeletonRows, Tag, type Tone } from '../ui/states.tsx'
import { Table, type Column } from '../ui/table.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { ProposeChange } from './change-form.tsx'
import { categoryName, percentOf } from './change-text.ts'
import { AllClaims } from './claims.tsx'
import { Proposals, Waiting } from './proposals.tsx'

type Holding = Ok<'GET /console/settlement'>
type Since = Pick<Holding['plans'][number], 'from' | 'until' | 'held'>
const tones: Record<Since['held'], Tone> = { now: 'good', coming: 'accent', past: 'plain' }

/** Rates and rules: what holds, what comes, what held; changed by two people. */
export function ConsolePlans() {
  const t = useWords()
  const [open, setOpen] = useState(false)
  return (
    <>
      <div className="mb-5 flex flex-wrap items-start justify-between gap-3">
        <div>
          <h1 className="text-xl">{t.settlement.title}</h1>
          <p className="mt-1 max-w-[70ch] text-muted">{t.settlement.intro}</p>
        </div>
        <Button icon={Plus} onClick={() => setOpen(true)}>
          {t.settlement.propose}
        </Button>
      </div>
      <div className="mb-6">
        <Waiting />
      </div>
      <Tabs
        label={t.settlement.title}
        tabs={[
          { value: 'holds', name: t.settlement.holds, content: <Holds past={false} /> },
          {
            value: 'claims',
            name: t.settlement.claims,
            content: (
              <Panel>
                <AllClaims />
              </Panel>
            ),
          },
          {
            value: 'history',
            name: t.settlement.history,
            content: (
              <div className="flex flex-col gap-5">
                <Panel>
                  <Proposals />
                </Panel>
                <Holds past />
              </div>
            ),
          },
        ]}
      />
      <ProposeChange open={open} onOpenChange={setOpen} />
    </>
  )
}

function Holds({ past }: { past: boolean }) {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, refetch } = useQuery(read('GET /console/settlement'))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={6} />
  const name = (id: string): string => data.names[id] ?? id
  const rows = <Row extends Since>(all: readonly Row[]): Row[] => all.filter(row => (row.held === 'past') === past)
  const dates = <Row extends Since>(): Column<Row>[] => [
    { key: 'from', name: t.settlement.from, cell: row => <When at={row.from} />, sort: row => row.from },
    { key: 'until', name: t.settlement.until, cell: row => (row.until ? <When at={row.until} /> : '–') },
    {
      key: 'held',
      name: t.settlement.state,
      cell: row => (
        <Tag tone={tones[row.held]}>
          {row.held === 'now' ? t.settlement.now : row.held === 'coming' ? t.settlement.comingTag : t.settlement.past}
        </Tag>
      ),
    },
  ]
  const [plans, rules, taxes, terms, homes] = [rows(data.plans), rows(data.rules), rows(data.taxes), rows(data.terms), rows(data.homes)]
  return (
    <div className="flex flex-col gap-5">
      <Part title={t.settlement.plans} empty={plans.length === 0 ? t.settlement.noHistory : null} hide={past}>
        <Table
          label={t.settlement.plans}
          dense
          rows={plans}
          rowKey={row => `${row.id} ${row.version}`}
          columns={[
            { key: 'name', name: t.settlement.name, cell: row => <span className="font-medium">{row.name}</span>, sort: row => row.name },
            {
              key: 'code',
              name: t.settlement.code,
              cell: row => <span className="whitespace-nowrap">{`${row.id} · ${row.version}`}</span>,
            },
            {
              key: 'for',
              name: t.settlement.forWhom,
              cell: row => (
                <span className="whitespace-nowrap">{`${categoryName(t, row.category)}${row.everyone ? ` · ${t.settlement.everyone}` : ''}`}</span>
              ),
            },
            {
              key: 'rate',
              name: t.settlement.rate,
              align: 'end',
              cell: row => percentOf(format, row.commissionBp),
              sort: row => row.commissionBp,
            },
            ...dates<(typeof plans)[number]>(),
          ]}
        />
      </Part>
      <Part title={t.settlement.rules} empty={rules.length === 0 ? t.settlement.noHistory : null} hide={past}>
        <Table
          label={t.settlement.rules}
          dense
          rows={rules}
          rowKey={row => String(row.version)}
          columns={[
            { key: 'version', name: '№', cell: row => row.version },
            {
              key: 'steps',
              name: t.settlement.rules,
              cell: row => (
                <span className="block min-w-56">
                  {row.steps
                    .map(
                      ({ step, rateBp }) =>
                        `${codeName(t, step)}${rateBp === null ? '' : ` (${t.settlement.workRate} ${percentOf(format, rateBp)})`}`,
                    )
                    .join(' → ')}
                </span>
              ),
            },
            ...dates<(typeof rules)[number]>(),
          ]}
        />
      </Part>
      <Part title={t.settlement.taxes} empty={taxes.length === 0 ? t.settlement.noTaxes : null} hide={past}>
        <Table
          label={t.settlement.taxes}
          dense
          rows={taxes}
          rowKey={row => `${row.code} ${row.country} ${row.category} ${row.seller} ${row.from}`}
          columns={[
            { key: 'name', name: t.settlement.name, cell: row => <span className="font-medium">{row.name}</span>, sort: row => row.name },
            { key: 'code', name: t.settlement.code, cell: row => row.code },
            {
              key: 'for',
              name: t.settlement.forWhom,
              cell: row =>
                [
                  row.seller ? name(row.seller) : (row.country ?? t.settlement.everyone),
                  ...(row.category ? [categoryName(t, row.category)] : []),
                ].join(' · '),
            },
            { key: 'rate', name: t.settlement.rate, align: 'end', cell: row => percentOf(format, row.rateBp), sort: row => row.rateBp },
            ...dates<(typeof taxes)[number]>(),
          ]}
        />
      </Part>
      <Part title={t.settlement.terms} empty={terms.length === 0 ? t.settlement.noTerms : null} hide={past}>
        <Table
          label={t.settlement.terms}
          dense
          rows={terms}
          rowKey={row => `${row.seller} ${row.from}`}
          columns={[
            {
              key: 'seller',
              name: t.settlement.seller,
              cell: row => <span className="font-medium">{name(row.seller)}</span>,
              sort: row => name(row.seller),
            },
            { key: 'plan', name: t.settlement.plan, cell: row => row.plan },
            ...dates<(typeof terms)[number]>(),
          ]}
        />
      </Part>
      {homes.length === 0 ? null : (
        <Part title={t.settlement.homes} empty={null}>
          <Table
            label={t.settlement.homes}
            dense
            rows={homes}
            rowKey={row => `${row.seller} ${row.from}`}
            columns={[
              {
                key: 'seller',
                name: t.settlement.seller,
                cell: row => <span className="font-medium">{name(row.seller)}</span>,
                sort: row => name(row.seller),
              },
              { key: 'country', name: t.settlement.country, cell: row => row.country },
              ...dates<(typeof homes)[number]>(),
            ]}
          />
        </Part>
      )}
    </div>
  )
}

/** A table, or one sentence where there is nothing; in the past nothing is said of nothing. */
function Part({ title, empty, hide, children }: { title: string; empty: string | null; hide?: boolean; children: ReactNode }) {
  if (empty !== null && hide === true) return null
  return <Panel title={title}>{empty === null ? children : <p className="text-muted">{empty}</p>}</Panel>
}
