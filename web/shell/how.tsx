import { useQuery } from '@tanstack/react-query'
import { HandCoins, PackageCheck, Scale, SearchCheck } from 'lucide-react'
import { read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { When } from '../ui/money.tsx'
import { Sankey } from '../ui/sankey.tsx'
import { Panel } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'

/** Explains with one worked example where the money of an album goes. */
export function How() {
  const t = useWords()
  const format = useFormat()
  const { data: plans } = useQuery(read('GET /commission-plans'))
  const price = 4800n
  const fee = (price * 60n + 5000n) / 10_000n
  const commission = (price * BigInt(plans?.items.find(plan => plan.id === 'standard')?.commissionBp ?? 500) + 5000n) / 10_000n
  const rest = price - fee - commission
  const part = (bp: bigint) => (rest * bp) / 10_000n
  const lyricist = part(1500n)
  const producer = part(2000n)
  const label = part(2000n)
  const singer = rest - lyricist - producer - label
  const nodes = [
    { id: 'buyer', name: t.about.buyer },
    { id: 'fee', name: t.about.fee, tone: 'fee' as const },
    { id: 'commission', name: t.about.commission, tone: 'fee' as const },
    { id: 'singer', name: t.about.singer },
    { id: 'producer', name: t.about.producer },
    { id: 'label', name: t.about.label },
    { id: 'lyricist', name: t.about.lyricist },
  ]
  const links = [
    ['singer', singer],
    ['producer', producer],
    ['label', label],
    ['lyricist', lyricist],
    ['commission', commission],
    ['fee', fee],
  ].map(([to, amount]) => ({ id: String(to), from: 'buyer', to: String(to), amount: String(amount) }))
  const steps = [
    [HandCoins, t.about.steps.pay],
    [PackageCheck, t.about.steps.deliver],
    [Scale, t.about.steps.settle],
    [SearchCheck, t.about.steps.check],
  ] as const
  return (
    <div className="mx-auto max-w-[960px]">
      <h1 className="text-xl sm:text-2xl">{t.about.howTitle}</h1>
      <p className="mt-3 max-w-[68ch] text-base text-muted">{t.about.howIntro}</p>
      <ol className="mt-8 grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
        {steps.map(([Icon, step], index) => (
          <li key={step.name} className="rounded-lg border border-line bg-surface p-5">
            <Icon size={24} strokeWidth={1.6} aria-hidden className="text-accent-ink" />
            <h2 className="mt-3 text-base">
              <span className="tabular mr-2 text-muted">{index + 1}</span>
              {step.name}
            </h2>
            <p className="mt-1.5 text-muted">{step.body}</p>
          </li>
        ))}
      </ol>
      <Panel
        className="mt-6"
        title={t.about.howExample(format.money({ amount: price.toString(), currency: 'CNY' }))}
        note={t.about.exampleNote}
      >
        <Sankey label={t.about.howTitle} currency="CNY" nodes={nodes} links={links} />
      </Panel>
      {plans && plans.items.length > 0 ? (
        <Panel className="mt-6" title={t.about.plans}>
          <Table
            label={t.about.plans}
            rows={plans.items}
            rowKey={plan => plan.id}
            columns={[
              { key: 'name', name: t.about.plan, cell: plan => plan.name },
              { key: 'share', name: t.about.commission, align: 'end', cell: plan => format.percent(plan.commissionBp / 10_000) },
              { key: 'from', name: t.about.since, align: 'end', cell: plan => <When at={plan.from} /> },
            ]}
          />
        </Panel>
      ) : null}
    </div>
  )
}
