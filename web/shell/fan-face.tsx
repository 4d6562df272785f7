import { Outlet } from '@tanstack/react-router'
import {
  CalendarClock,
  CloudDownload,
  HardDrive,
  Headphones,
  Heart,
  History,
  Library,
  ListMusic,
  Newspaper,
  Receipt,
  Search,
  ShoppingBag,
  SlidersVertical,
  Ticket,
  UsersRound,
} from 'lucide-react'
import { useEffect, type ReactNode } from 'react'
import { radioWaits } from '../discovery/waiting.ts'
import { useWords } from '../i18n/use.tsx'
import { Frame, type NavItem } from './frame.tsx'
import { useMe } from './me.ts'
import { SearchBox } from '../search/box.tsx'

/** The fans' side: pictures first. Rooms that are not built yet are not listed. */
export function FanFace({ children }: { children?: ReactNode }) {
  const t = useWords()
  const me = useMe()
  // A radio that played before the page was loaded anew goes on.
  useEffect(() => {
    if (radioWaits()) void import('../discovery/radio.ts').then(radio => radio.goOn())
  }, [])
  const items: NavItem[] = [
    { to: '/', name: t.shell.listen, icon: Headphones, exact: true, phone: true },
    { to: '/groups', name: t.shell.fans, icon: UsersRound, phone: true },
    ...(me && !me.guest ? [{ to: '/feed' as const, name: t.shell.feed, icon: Newspaper }] : []),
    { to: '/shows', name: t.shell.shows, icon: Ticket },
    { to: '/book', name: t.shell.rooms, icon: CalendarClock },
    { to: '/shop', name: t.shell.shop, icon: ShoppingBag, phone: true },
    { to: '/studio', name: t.shell.make, icon: SlidersVertical },
    ...(me
      ? ([
          { to: '/library', search: { tab: 'playlists' }, name: t.shell.playlists, icon: ListMusic, group: t.shell.library },
          { to: '/library', search: { tab: 'favourites' }, name: t.shell.favourites, icon: Heart, group: t.shell.library },
          { to: '/library', search: { tab: 'history' }, name: t.shell.recent, icon: History, group: t.shell.library },
          { to: '/library', search: { tab: 'owned' }, name: t.shell.owned, icon: Library, group: t.shell.library },
          { to: '/orders', name: t.shell.orders, icon: Receipt, group: t.shell.library },
        ] satisfies NavItem[])
      : []),
    { to: '/offline', name: t.shell.offline, icon: CloudDownload, group: t.shell.library },
    { to: '/own', name: t.shell.own, icon: HardDrive, group: t.shell.library },
  ]
  const phone: NavItem[] = [
    { to: '/search', name: t.common.search, icon: Search, phone: true },
    { to: '/library', name: t.shell.library, icon: Library, phone: true },
  ]
  return (
    <Frame
      items={items}
      phoneItems={[items[0]!, phone[0]!, items[1]!, items.find(item => item.to === '/shop')!, phone[1]!]}
      header={<SearchBox />}
    >
      {children ?? <Outlet />}
    </Frame>
  )
}
