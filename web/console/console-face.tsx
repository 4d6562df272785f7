import { Outlet } from '@tanstack/react-router'
import { BookOpenCheck, CircleAlert, Headphones, LayoutDashboard, Receipt, ShieldCheck } from 'lucide-react'
import { useWords } from '../i18n/use.tsx'
import { Frame, type NavItem } from '../shell/frame.tsx'
import { hasRole, useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { EmptyState } from '../ui/states.tsx'

/** The operators' side: dense, and only for staff. */
export function ConsoleFace() {
  const t = useWords()
  const me = useMe()
  const money = hasRole(me, 'finance')
  const items: NavItem[] = [
    ...(money
      ? ([
          { to: '/console', name: t.console.overview, icon: LayoutDashboard, exact: true, phone: true },
          { to: '/console/orders', name: t.console.orders, icon: Receipt, phone: true },
          { to: '/console/books', name: t.console.books, icon: BookOpenCheck, phone: true },
        ] satisfies NavItem[])
      : []),
    ...(hasRole(me, 'operator')
      ? ([{ to: '/console/jobs', name: t.console.jobs, icon: CircleAlert, phone: true }] satisfies NavItem[])
      : []),
    { to: '/', name: t.shell.toFans, icon: Headphones, exact: true, group: t.shell.listen },
  ]
  return (
    <Frame items={items} label={t.console.title} wide>
      {!me ? <SignInFirst /> : me.roles.length === 0 ? <EmptyState icon={ShieldCheck} title={t.console.staffOnly} /> : <Outlet />}
    </Frame>
  )
}
