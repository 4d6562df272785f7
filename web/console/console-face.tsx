import { Outlet } from '@tanstack/react-router'
import {
  BadgeCheck,
  BookOpenCheck,
  CircleAlert,
  Flag,
  FolderSearch,
  Gavel,
  Gift,
  HandCoins,
  Handshake,
  Headphones,
  LayoutDashboard,
  Lock,
  MicVocal,
  Percent,
  Receipt,
  Scale,
  ScrollText,
  ShieldCheck,
  Stamp,
  TriangleAlert,
  Undo2,
  WalletCards,
} from 'lucide-react'
import { useMemo } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Frame, type NavItem } from '../shell/frame.tsx'
import { hasRole, useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { EmptyState } from '../ui/states.tsx'
import { DeskKeys } from './keys.tsx'

/** A page of the desk: `go` is the letter that leads there after g, `role` who sees it. */
type DeskItem = NavItem & { to: string; go: string; role: 'finance' | 'operator' | 'reviewer' }

/** The operators' side: dense, for keyboards, and only for staff. */
export function ConsoleFace() {
  const t = useWords()
  const me = useMe()
  const items = useMemo(
    () =>
      (
        [
          { to: '/console', name: t.console.overview, icon: LayoutDashboard, exact: true, phone: true, go: 'd', role: 'finance' },
          { to: '/console/orders', name: t.console.orders, icon: Receipt, phone: true, go: 'o', role: 'finance' },
          { to: '/console/books', name: t.console.books, icon: BookOpenCheck, phone: true, go: 'b', role: 'finance' },
          { to: '/console/accounts', name: t.console.accountsTitle, icon: WalletCards, go: 'a', role: 'finance' },
          { to: '/console/payouts', name: t.payouts.run, icon: HandCoins, go: 'p', role: 'finance' },
          { to: '/console/holds', name: t.console.holds, icon: Lock, go: 'h', role: 'finance' },
          { to: '/console/reconciliation', name: t.reconciliation.title, icon: Scale, go: 'r', role: 'finance' },
          { to: '/console/partners', name: t.shopkeeping.partners.title, icon: Handshake, go: 'k', role: 'finance' },
          { to: '/console/giftcards', name: t.offering.gifts.title, icon: Gift, go: 'g', role: 'finance' },
          { to: '/console/plans', name: t.settlement.title, icon: Percent, go: 't', role: 'finance' },
          { to: '/console/pools', name: t.settlement.pools.title, icon: Headphones, go: 'y', role: 'finance' },
          { to: '/console/refunds', name: t.disputes.refunds, icon: Undo2, go: 'f', role: 'finance' },
          { to: '/console/disputes', name: t.disputes.disputes, icon: Gavel, go: 'i', role: 'finance' },
          { to: '/console/shortfalls', name: t.disputes.shortfalls, icon: TriangleAlert, go: 's', role: 'finance' },
          { to: '/console/moderation', name: t.moderation.title, icon: Flag, phone: true, go: 'w', role: 'reviewer' },
          { to: '/console/page-claims', name: t.console.pageClaims, icon: Stamp, go: 'e', role: 'reviewer' },
          { to: '/console/lyrics', name: t.studio.lyrics, icon: MicVocal, go: 'l', role: 'reviewer' },
          { to: '/console/folders', name: t.intake.title, icon: FolderSearch, go: 'm', role: 'operator' },
          { to: '/console/policy', name: t.budget.policy.title, icon: ScrollText, go: 'c', role: 'operator' },
          { to: '/console/wallet', name: t.console.wallet.title, icon: BadgeCheck, go: 'v', role: 'operator' },
          { to: '/console/jobs', name: t.console.jobs, icon: CircleAlert, phone: true, go: 'j', role: 'operator' },
        ] satisfies DeskItem[]
      ).filter(item => hasRole(me, item.role as DeskItem['role'])),
    [t, me],
  )
  const goes = useMemo(() => items.map(({ go, to, name }) => ({ key: go, to, name })), [items])
  const fans: NavItem = { to: '/', name: t.shell.toFans, icon: Headphones, exact: true, group: t.shell.listen }
  return (
    <Frame items={[...items, fans]} label={t.console.title} wide more={[...items.filter(item => !('phone' in item)), fans]}>
      {!me ? <SignInFirst /> : me.roles.length === 0 ? <EmptyState icon={ShieldCheck} title={t.console.staffOnly} /> : <Outlet />}
      {items.length > 0 ? <DeskKeys goes={goes} /> : null}
    </Frame>
  )
}
