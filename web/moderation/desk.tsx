import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/use.tsx'
import { ErrorState } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Appeals } from './appeals-desk.tsx'
import { Bans } from './bans.tsx'
import { Figures } from './figures.tsx'
import type { Where } from './parts.tsx'
import { Queue } from './queue.tsx'
import { Rules, rulesQuery } from './rules.tsx'
import { deskTabs, type DeskTab } from './desk-tabs.ts'

const Count = ({ name, count }: { name: string; count: number }) => (
  <>
    {name}
    {count > 0 ? <span className="tabular ml-1.5 rounded-full bg-accent-soft px-2 py-0.5 text-xs text-accent-ink">{count}</span> : null}
  </>
)

/** The desk of a group's hosts, or (`where` null) of the planet's staff. */
export function ModerationDesk({ where, host, tab, onTab }: { where: Where; host: boolean; tab: DeskTab; onTab: (tab: DeskTab) => void }) {
  const t = useWords()
  const { data, error, refetch } = useQuery(rulesQuery(where))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  const content: Record<DeskTab, ReactNode> = {
    queue: <Queue where={where} state="open" />,
    decided: <Queue where={where} state="decided" />,
    appeals: <Appeals where={where} />,
    bans: <Bans where={where} />,
    rules: <Rules where={where} host={host} />,
    figures: <Figures />,
  }
  const counts: Partial<Record<DeskTab, number>> = { queue: data?.waiting ?? 0, appeals: data?.appeals ?? 0 }
  return (
    <Tabs
      label={where === null ? t.moderating.planetTitle : t.moderating.deskTitle}
      value={tab}
      onChange={value => onTab(value as DeskTab)}
      tabs={deskTabs
        .filter(value => where === null || value !== 'figures')
        .map(value => ({
          value,
          name: <Count name={t.moderating.tabs[value]} count={counts[value] ?? 0} />,
          content: value === tab ? content[value] : null,
        }))}
    />
  )
}
