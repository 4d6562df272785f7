import { Link, type LinkProps } from '@tanstack/react-router'
import { Ellipsis, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Bell } from '../notices/bell.tsx'
import { cx } from '../ui/cx.ts'
import { Menu } from '../ui/menu.tsx'
import { AccountMenu } from './account.tsx'
import { Brand } from './brand.tsx'
import { DemoBadge } from './demo-badge.tsx'

export type NavItem = {
  to: LinkProps['to']
  search?: LinkProps['search']
  params?: Record<string, string>
  name: string
  icon?: LucideIcon
  exact?: boolean
  group?: string
  phone?: boolean
}

const railLink =
  'flex items-center gap-3 rounded-sm px-3 py-2 font-medium text-muted transition-colors hover:text-ink hover:bg-raised/60 aria-[current=page]:bg-raised aria-[current=page]:text-ink'

/** The frame of a face: rail on wide screens, tabs on phones, header, content, a tiny foot. The player lies below, outside of it. */
export function Frame({
  items,
  phoneItems,
  more,
  rail,
  last,
  header,
  children,
  wide,
  label,
}: {
  items: readonly NavItem[]
  phoneItems?: readonly NavItem[]
  more?: readonly NavItem[]
  /** In place of the items, for a face with a menu of its own: on wide screens, and as the last tab of phones. */
  rail?: ReactNode
  last?: ReactNode
  header?: ReactNode
  children: ReactNode
  wide?: boolean
  label?: string
}) {
  const t = useWords()
  const groups = [...new Set(items.map(item => item.group ?? ''))]
  const tabs = phoneItems ?? items.filter(item => item.phone)
  return (
    <div className="lg:grid lg:grid-cols-[232px_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only z-60 rounded-full bg-ink px-4 py-2 font-semibold text-bg focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        {t.shell.skip}
      </a>
      <nav
        aria-label={t.shell.mainNav}
        className="no-bar fixed top-0 bottom-(--player-height) z-20 hidden w-[232px] flex-col overflow-y-auto border-r border-line px-3 py-5 lg:flex"
      >
        <Brand label={label} />
        {rail ??
          groups.map(group => (
            <div key={group} className={cx('flex flex-col gap-0.5', group && 'mt-6')}>
              {group ? <p className="px-3 pb-1.5 text-xs font-medium text-muted">{group}</p> : null}
              {items
                .filter(item => (item.group ?? '') === group)
                .map(item => (
                  <Link
                    key={item.name}
                    to={item.to as '/'}
                    search={item.search as never}
                    params={item.params as never}
                    activeOptions={{ exact: item.exact ?? false, includeSearch: item.search !== undefined }}
                    className={railLink}
                  >
                    {item.icon ? <item.icon size={18} strokeWidth={1.8} aria-hidden /> : null}
                    <span className="truncate">{item.name}</span>
                  </Link>
                ))}
            </div>
          ))}
        <div className="mt-auto pt-6">
          <DemoBadge />
        </div>
      </nav>
      <div className="min-w-0 lg:col-start-2">
        <header className="sticky top-0 z-20 flex h-16 items-center gap-2 head-veil px-4 sm:gap-3 sm:px-6 lg:px-9">
          <div className="lg:hidden">
            <Brand compact label={label} />
          </div>
          <div className="min-w-0 flex-1">{header}</div>
          <Bell />
          <AccountMenu />
        </header>
        <main
          id="content"
          tabIndex={-1}
          className={cx(
            'mx-auto min-h-[calc(100dvh-16rem)] px-4 pt-2 pb-[calc(var(--player-height)+var(--tabs-height)+48px)] outline-none sm:px-6 lg:px-9',
            wide ? 'max-w-none' : 'max-w-[1320px]',
          )}
        >
          {children}
          <div className="mt-16 lg:hidden">
            <DemoBadge />
          </div>
        </main>
      </div>
      {tabs.length > 0 ? (
        <nav
          aria-label={t.shell.mainNav}
          className="fixed inset-x-0 bottom-0 z-30 flex h-(--tabs-height) justify-around border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
        >
          {tabs.map(item => (
            <Link
              key={item.name}
              to={item.to as '/'}
              search={item.search as never}
              activeOptions={{ exact: item.exact ?? false, includeSearch: false }}
              className="flex min-w-14 flex-1 flex-col items-center justify-center gap-0.5 text-[11px] font-medium text-muted aria-[current=page]:text-accent-ink"
            >
              {item.icon ? <item.icon size={20} strokeWidth={1.8} aria-hidden /> : null}
              <span className="max-w-full truncate px-1">{item.name}</span>
            </Link>
          ))}
          {more && more.length > 0 ? (
            <Menu
              label={t.common.more}
              trigger={
                <button
                  type="button"
                  className="flex min-w-14 flex-1 flex-col items-center justify-center gap-0.5 text-[11px] font-medium text-muted"
                >
                  <Ellipsis size={20} strokeWidth={1.8} aria-hidden />
                  {t.common.more}
                </button>
              }
              entries={more.map(item => ({ kind: 'link', name: item.name, to: item.to ?? '/', ...(item.icon ? { icon: item.icon } : {}) }))}
            />
          ) : null}
          {last}
        </nav>
      ) : null}
    </div>
  )
}
