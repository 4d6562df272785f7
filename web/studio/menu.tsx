import { useQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import {
  Banknote,
  Briefcase,
  Building2,
  CalendarRange,
  ChevronDown,
  Disc3,
  FileSignature,
  HandCoins,
  Headphones,
  IdCard,
  LayoutDashboard,
  MapPin,
  Menu as Bars,
  MicVocal,
  ReceiptText,
  Scale,
  ScanQrCode,
  Shirt,
  Store,
  Tags,
  Ticket,
  TicketPercent,
  Upload,
  UsersRound,
} from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import type { NavItem } from '../shell/frame.tsx'
import { useMe } from '../shell/me.ts'
import { myShopsQuery } from '../storefront/queries.ts'
import { cx } from '../ui/cx.ts'
import { useHydrated } from '../ui/hydrated.ts'
import { Sheet } from '../ui/overlay.tsx'
import { organisationsQuery } from './menu-queries.ts'

type Place = NavItem & { to: string; /** Not needed first by what one's pages do: it waits under "show all". */ later?: boolean }
type Group = { name: string; items: Place[] }

/** The studio's places in their groups; the first stands alone. */
export function useStudioMenu(): { home: Place; groups: Group[]; back: NavItem; tabs: NavItem[] } {
  const t = useWords()
  const me = useMe()
  const shops = useQuery({ ...myShopsQuery(), enabled: me !== null })
  const organisations = useQuery({ ...organisationsQuery(), enabled: me !== null })
  const kinds = organisations.data?.items.map(organisation => organisation.kind) ?? []
  const business = me?.pages.some(page => page.kind === 'business') ?? false
  const music =
    !business || (me?.pages.some(page => page.kind !== 'business') ?? false) || kinds.some(kind => kind !== 'venue' && kind !== 'brand')
  const stage = business && (kinds.length === 0 || kinds.some(kind => kind !== 'label' && kind !== 'studio'))
  const shop = business || (shops.data?.items.some(item => item.shop !== null) ?? false)
  const home: Place = { to: '/studio', name: t.studio.overview, icon: LayoutDashboard, exact: true }
  const releases: Place = { to: '/studio/releases', name: t.studio.releases, icon: Disc3, later: !music }
  const bring: Place = { to: '/studio/import', name: t.studio.import, icon: Upload, later: !music }
  const shows: Place = { to: '/studio/shows', name: t.selling.shows.title, icon: Ticket }
  const door: Place = { to: '/studio/door', name: t.selling.door.title, icon: ScanQrCode, later: !stage }
  const money: Place = { to: '/studio/money', name: t.studio.money, icon: Banknote }
  const groups: Group[] = [
    {
      name: t.studio.menu.make,
      items: [
        releases,
        bring,
        { to: '/studio/lyrics', name: t.studio.lyrics, icon: MicVocal, later: !music },
        { to: '/studio/splits', name: t.studio.splits, icon: FileSignature, later: !music },
      ],
    },
    {
      name: t.studio.menu.sell,
      items: [
        { to: '/studio/shop', name: t.shopkeeping.shop.title, icon: Store },
        { to: '/studio/goods', name: t.wares.title, icon: Shirt, later: !shop },
        { to: '/studio/services', name: t.offering.services.title, icon: Briefcase, later: !shop },
        { to: '/studio/coupons', name: t.offering.coupons.title, icon: TicketPercent, later: !shop },
        { to: '/studio/sales', name: t.studio.sales, icon: Tags },
      ],
    },
    {
      name: t.studio.menu.stage,
      items: [
        shows,
        { to: '/studio/venues', name: t.selling.seating.venues, icon: MapPin, later: !stage },
        door,
        { to: '/studio/bookings', name: t.letting.title, icon: CalendarRange, later: !stage },
        { to: '/studio/deals', name: t.selling.deals.title, icon: Scale },
      ],
    },
    {
      name: t.studio.menu.people,
      items: [
        { to: '/studio/groups', name: t.hosting.title, icon: UsersRound },
        { to: '/studio/pages', name: t.studio.pages, icon: IdCard },
        { to: '/studio/organisations', name: t.studio.organisations, icon: Building2, later: kinds.length === 0 },
      ],
    },
    {
      name: t.studio.menu.money,
      items: [
        money,
        { to: '/studio/payouts', name: t.payouts.title, icon: HandCoins },
        { to: '/studio/invoices', name: t.invoices.list.title, icon: ReceiptText },
      ],
    },
  ]
  return {
    home,
    groups,
    back: { to: '/', name: t.shell.toFans, icon: Headphones, exact: true },
    tabs: music ? [home, releases, bring, money] : [home, shows, door, money],
  }
}

const kept = 'planet.studio.all'
const link =
  'flex min-w-0 items-center gap-3 rounded-sm px-3 py-1.5 font-medium text-muted transition-colors hover:bg-raised/60 hover:text-ink aria-[current=page]:bg-raised aria-[current=page]:text-ink aria-[current=page]:[&>svg]:text-accent-ink'

const Item = ({ item, className, onGo }: { item: NavItem; className?: string; onGo?: (() => void) | undefined }) => (
  <Link to={item.to as '/'} activeOptions={{ exact: item.exact ?? false }} className={cx(link, className)} onClick={onGo}>
    {item.icon ? <item.icon size={18} strokeWidth={1.8} aria-hidden className="shrink-0" /> : null}
    <span className="min-w-0 leading-snug text-balance">{item.name}</span>
  </Link>
)

const isHere = (path: string, item: NavItem): boolean => path === item.to || (!item.exact && path.startsWith(`${item.to}/`))

/** The rail of wide screens: groups under headings; what one's pages do not need first comes with "show all", which the device remembers. */
export function StudioRail() {
  const t = useWords()
  const id = useId()
  const path = useLocation({ select: location => location.pathname })
  const hydrated = useHydrated()
  const [asked, setAsked] = useState<boolean | null>(null)
  const { home, groups, back } = useStudioMenu()
  const all = asked ?? (hydrated && localStorage.getItem(kept) === 'yes')
  const shown = groups
    .map(group => ({ ...group, items: group.items.filter(item => all || !item.later || isHere(path, item)) }))
    .filter(group => group.items.length > 0)
  const later = groups.flatMap(group => group.items).filter(item => item.later).length
  // Where one is shall be seen, however long the menu.
  const rail = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // Newer browsers answer with a promise, which is no cleaning up.
    rail.current?.querySelector('[aria-current=page]')?.scrollIntoView({ block: 'nearest' })
  }, [path])
  const toggle = () => {
    localStorage.setItem(kept, all ? 'no' : 'yes')
    setAsked(!all)
  }
  return (
    <div ref={rail} className="flex flex-col gap-4">
      <Item item={home} />
      {shown.map((group, index) => (
        <div key={group.name} role="group" aria-labelledby={`${id}${index}`} className="flex flex-col gap-px">
          <p id={`${id}${index}`} className="px-3 pb-1 text-xs font-semibold text-muted">
            {group.name}
          </p>
          {group.items.map(item => (
            <Item key={item.to} item={item} />
          ))}
        </div>
      ))}
      <div className="flex flex-col gap-px">
        {later > 0 ? (
          <button type="button" aria-expanded={all} onClick={toggle} className={cx(link, 'cursor-pointer text-left')}>
            <ChevronDown size={18} strokeWidth={1.8} aria-hidden className={cx('shrink-0 transition-transform', all && 'rotate-180')} />
            <span className="truncate">{all ? t.studio.menu.less : t.studio.menu.all}</span>
          </button>
        ) : null}
        <Item item={back} />
      </div>
    </div>
  )
}

/** The last tab of a phone: all places of the studio in a sheet. It is lit while one is at a place that has no tab of its own. */
export function StudioMore() {
  const t = useWords()
  const id = useId()
  const path = useLocation({ select: location => location.pathname })
  const [open, setOpen] = useState(false)
  const { home, groups, back, tabs } = useStudioMenu()
  const here = groups.flatMap(group => group.items).find(item => isHere(path, item))
  const lit = here !== undefined && !tabs.some(tab => tab.to === here.to)
  const Icon = lit && here.icon ? here.icon : Bars
  const close = () => setOpen(false)
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(true)}
        className={cx(
          'flex min-w-14 flex-1 flex-col items-center justify-center gap-0.5 text-[11px] font-medium',
          lit ? 'text-accent-ink' : 'text-muted',
        )}
      >
        <Icon size={20} strokeWidth={1.8} aria-hidden />
        {t.common.more}
      </button>
      <Sheet open={open} onOpenChange={setOpen} title={t.studio.title}>
        <nav aria-label={t.studio.title} className="flex flex-col gap-4">
          <div className="grid grid-cols-2 gap-1">
            <Item item={home} className="min-h-11 bg-raised/40" onGo={close} />
            <Item item={back} className="min-h-11 bg-raised/40" onGo={close} />
          </div>
          {groups.map((group, index) => (
            <div key={group.name} role="group" aria-labelledby={`${id}${index}`}>
              <p id={`${id}${index}`} className="px-1 pb-1.5 text-xs font-semibold text-muted">
                {group.name}
              </p>
              <div className="grid grid-cols-2 gap-1">
                {group.items.map(item => (
                  <Item key={item.to} item={item} className="min-h-11 bg-raised/40" onGo={close} />
                ))}
              </div>
            </div>
          ))}
        </nav>
      </Sheet>
    </>
  )
}
