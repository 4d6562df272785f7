import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { FileSignature, Tags, Upload } from 'lucide-react'
import { useState } from 'react'
import { read } from '../api.ts'
import { ReleaseCard, CardGrid, sectionLink } from '../catalogue/cards.tsx'
import { useWords } from '../i18n/use.tsx'
import { EarningsChart } from '../insight/earnings.tsx'
import { useMe } from '../shell/me.ts'
import { buttonClass } from '../ui/button.tsx'
import { Money, When } from '../ui/money.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows } from '../ui/states.tsx'
import { AccountSelect, useAccount } from './account.tsx'
import { Balances } from './balances.tsx'
import { SaleState } from './sales.tsx'

/** The day at a glance: what one has, what waits for one, what was sold. */
export function StudioOverview() {
  const t = useWords()
  const me = useMe()
  const [said, setSaid] = useState<string>()
  const account = useAccount(said)
  const { as } = account
  const releases = useQuery(read('GET /me/releases', { limit: 6 }))
  const sheets = useQuery(read('GET /me/split-sheets', { waiting: 'true', limit: 5 }))
  const sales = useQuery(read('GET /me/sales', { limit: 6 }))
  if (!me) return null
  return (
    <div className="flex flex-col gap-6">
      <header className="flex flex-wrap items-end justify-between gap-4">
        <div>
          <h1 className="text-xl">{t.studio.hello(me.name)}</h1>
          <p className="mt-1 text-muted">{t.studio.intro}</p>
        </div>
        <div className="flex flex-wrap items-end gap-3">
          <AccountSelect account={account} onChoose={setSaid} />
          <Link to="/studio/import" className={buttonClass()}>
            <Upload size={16} aria-hidden />
            {t.studio.import}
          </Link>
        </div>
      </header>
      <Balances as={as} />
      {sheets.data && sheets.data.items.length > 0 ? (
        <Panel title={t.studio.waitingForYou}>
          <ul className="-my-2 divide-y divide-line">
            {sheets.data.items.map(sheet => (
              <li key={sheet.id} className="flex items-center gap-4 py-3">
                <FileSignature size={20} strokeWidth={1.6} aria-hidden className="text-accent-ink" />
                <div className="min-w-0 flex-1">
                  <p className="truncate font-semibold">{t.studio.sheetFor(sheet.title)}</p>
                  <p className="text-xs text-muted">
                    {t.studio.kinds[sheet.kind]} · {t.studio.version(sheet.version)} · {sheet.createdBy}
                  </p>
                </div>
                <Link to="/studio/splits/$id" params={{ id: sheet.id }} className={buttonClass('primary', 'sm')}>
                  {t.studio.sign}
                </Link>
              </li>
            ))}
          </ul>
        </Panel>
      ) : null}
      <div className="grid gap-6 xl:grid-cols-[minmax(0,1.4fr)_minmax(0,1fr)]">
        <Panel
          title={t.studio.earnings}
          action={
            <Link to="/studio/money" search={said ? { as: said } : {}} className={sectionLink}>
              {t.studio.seeStatement}
            </Link>
          }
        >
          <EarningsChart of={as ? { as } : {}} />
        </Panel>
        <Panel
          title={t.studio.latestSales}
          action={
            <Link to="/studio/sales" className={sectionLink}>
              {t.common.seeAll}
            </Link>
          }
        >
          {sales.error ? (
            <ErrorState error={sales.error} onRetry={() => void sales.refetch()} compact />
          ) : sales.isPending ? (
            <SkeletonRows rows={4} />
          ) : sales.data.items.length === 0 ? (
            <EmptyState icon={Tags} title={t.studio.noSales} compact>
              {t.studio.noSalesBody}
            </EmptyState>
          ) : (
            <ul className="-my-2 divide-y divide-line">
              {sales.data.items.map(sale => (
                <li key={sale.line} className="flex items-center justify-between gap-3 py-2.5">
                  <div className="min-w-0">
                    <p className="truncate font-medium">{sale.title}</p>
                    <p className="text-xs text-muted">
                      <When at={sale.at} show="dateTime" />
                    </p>
                  </div>
                  <div className="flex shrink-0 flex-col-reverse items-end gap-1 sm:flex-row sm:items-center sm:gap-3">
                    <SaleState state={sale.state} />
                    <Money value={sale.amount} className="font-semibold" />
                  </div>
                </li>
              ))}
            </ul>
          )}
        </Panel>
      </div>
      <Panel
        title={t.studio.yourReleases}
        action={
          <Link to="/studio/releases" className={sectionLink}>
            {t.common.seeAll}
          </Link>
        }
      >
        {releases.error ? (
          <ErrorState error={releases.error} onRetry={() => void releases.refetch()} compact />
        ) : releases.isPending ? (
          <SkeletonRows rows={2} />
        ) : releases.data.items.length === 0 ? (
          <EmptyState icon={Upload} title={t.studio.noReleases} compact>
            {t.studio.noReleasesBody}
          </EmptyState>
        ) : (
          <CardGrid strip>
            {releases.data.items.map(release => (
              <ReleaseCard key={release.id} release={release} size={180} />
            ))}
          </CardGrid>
        )}
      </Panel>
    </div>
  )
}
