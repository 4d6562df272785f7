import { useQueryClient } from '@tanstack/react-query'
import { Link, useRouter } from '@tanstack/react-router'
import {
  CalendarClock,
  CircleUser,
  CloudDownload,
  Globe,
  HardDrive,
  KeyRound,
  LogOut,
  Receipt,
  Settings,
  ShieldCheck,
  ShoppingCart,
  SlidersVertical,
  Ticket,
} from 'lucide-react'
import { useEffect } from 'react'
import { useLanguage, useWords, type LocaleName } from '../i18n/use.tsx'
import type { Theme } from '../scope.ts'
import { useCart } from '../shop/cart.ts'
import { buttonClass } from '../ui/button.tsx'
import type { MenuEntry } from '../ui/menu-entry.ts'
import { Menu } from '../ui/menu.tsx'
import { Planet } from '../ui/planet.tsx'
import { Tip } from '../ui/tooltip.tsx'
import { forgetAnswers, useMe } from './me.ts'
import { signOut } from './sign-out.ts'
import { useTheme } from './theme.tsx'

/** Language, appearance and everything about the person, at the right of the header. */
export function AccountMenu() {
  const t = useWords()
  const me = useMe()
  const client = useQueryClient()
  const router = useRouter()
  const cart = useCart()
  const preferences = usePreferences()
  const person = me?.id
  useEffect(() => {
    if (person) void import('../shop/cart-sync.ts').then(sync => sync.follow(person))
  }, [person])
  const leave = async () => {
    await signOut()
    void import('../shop/cart-sync.ts').then(sync => sync.follow(null))
    await router.navigate({ to: '/' })
    await forgetAnswers(client)
    await router.invalidate()
  }
  const personal: MenuEntry[] = me
    ? [
        {
          kind: 'head',
          content: (
            <>
              <p className="truncate font-semibold">{me.name}</p>
              <p className="truncate text-xs text-muted">{me.email}</p>
            </>
          ),
        },
        { kind: 'line' },
        { kind: 'link', name: t.shell.tickets, icon: Ticket, to: '/tickets' },
        { kind: 'link', name: t.shell.bookings, icon: CalendarClock, to: '/bookings' },
        { kind: 'link', name: t.shell.orders, icon: Receipt, to: '/orders' },
        ...(me.guest ? [] : ([{ kind: 'link', name: t.shell.studio, icon: SlidersVertical, to: '/studio' }] satisfies MenuEntry[])),
        ...(me.roles.length > 0
          ? ([{ kind: 'link', name: t.shell.console, icon: ShieldCheck, to: '/console' }] satisfies MenuEntry[])
          : []),
        ...(me.guest
          ? ([{ kind: 'link', name: t.shell.signIn, icon: CircleUser, to: '/sign-in' }] satisfies MenuEntry[])
          : ([
              { kind: 'link', name: t.shell.apps, icon: KeyRound, to: '/apps' },
              { kind: 'link', name: t.shell.settings, icon: Settings, to: '/settings' },
            ] satisfies MenuEntry[])),
        { kind: 'line' },
      ]
    : [{ kind: 'link', name: t.shell.signIn, icon: CircleUser, to: '/sign-in' }, { kind: 'line' }]
  // Phones have no rail: what lies on the device is found here.
  const device: MenuEntry[] = [
    { kind: 'link', name: t.shell.offline, icon: CloudDownload, to: '/offline' },
    { kind: 'link', name: t.shell.own, icon: HardDrive, to: '/own' },
    { kind: 'line' },
  ]
  const leaving: MenuEntry[] = me
    ? [{ kind: 'line' }, { kind: 'action', name: t.shell.signOut, icon: LogOut, run: () => void leave() }]
    : []
  return (
    <div className="flex items-center gap-1.5 sm:gap-2">
      {cart.length > 0 ? (
        <Tip text={t.shell.cart} side="bottom">
          <Link
            to="/cart"
            aria-label={t.shell.cartCount(cart.length)}
            className="relative grid size-10 place-items-center rounded-full text-muted hover:bg-raised hover:text-ink"
          >
            <ShoppingCart size={19} strokeWidth={1.9} aria-hidden />
            <span
              aria-hidden
              className="tabular absolute top-0.5 right-0.5 grid size-4.5 place-items-center rounded-full bg-accent text-[10px] font-bold text-on-accent"
            >
              {cart.length}
            </span>
          </Link>
        </Tip>
      ) : null}
      <Menu
        label={me ? t.shell.account : t.shell.mini}
        entries={[...personal, ...device, ...preferences, ...leaving]}
        trigger={
          <button
            type="button"
            aria-label={me ? `${t.shell.account}: ${me.name}` : t.shell.mini}
            className="grid size-10 shrink-0 place-items-center rounded-full text-muted hover:bg-raised hover:text-ink"
          >
            {me ? <Planet id={me.id} className="size-8 rounded-full" /> : <Globe size={19} strokeWidth={1.9} aria-hidden />}
          </button>
        }
      />
      {me ? null : (
        <Link to="/sign-in" className={buttonClass('primary', 'sm', 'max-sm:hidden sm:h-9 sm:px-4 sm:text-sm')}>
          {t.shell.signIn}
        </Link>
      )}
    </div>
  )
}

function usePreferences(): MenuEntry[] {
  const t = useWords()
  const { locale, choose } = useLanguage()
  const { theme, choose: chooseTheme } = useTheme()
  return [
    {
      kind: 'choices',
      name: t.shell.language,
      value: locale,
      choose: next => void choose(next as LocaleName),
      choices: [
        { value: 'zh', name: '简体中文', lang: 'zh-CN' },
        { value: 'en', name: 'English', lang: 'en' },
      ],
    },
    { kind: 'line' },
    {
      kind: 'choices',
      name: t.shell.theme,
      value: theme,
      choose: next => chooseTheme(next as Theme),
      choices: [
        { value: 'system', name: t.shell.themeSystem },
        { value: 'light', name: t.shell.themeLight },
        { value: 'dark', name: t.shell.themeDark },
      ],
    },
  ]
}
