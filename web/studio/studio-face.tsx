import { Outlet } from '@tanstack/react-router'
import {
  CalendarRange,
  Banknote,
  Briefcase,
  Building2,
  Disc3,
  FileSignature,
  HandCoins,
  Headphones,
  IdCard,
  LayoutDashboard,
  MapPin,
  MicVocal,
  Shirt,
  ReceiptText,
  Store,
  Tags,
  TicketPercent,
  Ticket,
  Upload,
  UsersRound,
  Scale,
  ScanQrCode,
} from 'lucide-react'
import { useWords } from '../i18n/use.tsx'
import { Frame, type NavItem } from '../shell/frame.tsx'
import { useMe } from '../shell/me.ts'
import { SearchBox } from '../search/box.tsx'
import { SignInFirst } from '../shell/states.tsx'

/** The side of those who make and sell: calm, tables and figures. */
export function StudioFace() {
  const t = useWords()
  const me = useMe()
  const items: NavItem[] = [
    { to: '/studio', name: t.studio.overview, icon: LayoutDashboard, exact: true, phone: true },
    { to: '/studio/releases', name: t.studio.releases, icon: Disc3, phone: true },
    { to: '/studio/import', name: t.studio.import, icon: Upload, phone: true },
    { to: '/studio/lyrics', name: t.studio.lyrics, icon: MicVocal },
    { to: '/studio/splits', name: t.studio.splits, icon: FileSignature },
    { to: '/studio/shop', name: t.shopkeeping.shop.title, icon: Store },
    { to: '/studio/services', name: t.offering.services.title, icon: Briefcase },
    { to: '/studio/coupons', name: t.offering.coupons.title, icon: TicketPercent },
    { to: '/studio/venues', name: t.selling.seating.venues, icon: MapPin },
    { to: '/studio/shows', name: t.selling.shows.title, icon: Ticket },
    { to: '/studio/goods', name: t.wares.title, icon: Shirt },
    { to: '/studio/door', name: t.selling.door.title, icon: ScanQrCode },
    { to: '/studio/deals', name: t.selling.deals.title, icon: Scale },
    { to: '/studio/sales', name: t.studio.sales, icon: Tags },
    { to: '/studio/invoices', name: t.invoices.list.title, icon: ReceiptText },
    { to: '/studio/money', name: t.studio.money, icon: Banknote, phone: true },
    { to: '/studio/payouts', name: t.payouts.title, icon: HandCoins },
    { to: '/studio/bookings', name: t.letting.title, icon: CalendarRange },
    { to: '/studio/groups', name: t.hosting.title, icon: UsersRound },
    { to: '/studio/pages', name: t.studio.pages, icon: IdCard },
    { to: '/studio/organisations', name: t.studio.organisations, icon: Building2 },
    { to: '/', name: t.shell.toFans, icon: Headphones, exact: true, group: t.shell.listen },
  ]
  return (
    <Frame items={items} label={t.studio.title} header={<SearchBox />} more={items.filter(item => !item.phone)}>
      {me ? <Outlet /> : <SignInFirst />}
    </Frame>
  )
}
