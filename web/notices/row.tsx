import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import {
  AtSign,
  BellOff,
  CalendarCheck,
  CalendarDays,
  Coins,
  Disc3,
  Ellipsis,
  Gift,
  Heart,
  Mail,
  Megaphone,
  MessageCircle,
  Package,
  Shield,
  Stamp,
  Star,
  Target,
  Ticket,
  UserPlus,
  Wallet,
  type LucideIcon,
} from 'lucide-react'
import { api } from '../api.ts'
import { Ago } from '../feed/when.tsx'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { cx } from '../ui/cx.ts'
import type { MenuEntry } from '../ui/menu-entry.ts'
import { Menu } from '../ui/menu.tsx'
import { Planet } from '../ui/planet.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { markRead, settingsQuery } from './queries.ts'
import { say, target, type Notice } from './say.ts'

const signs: Record<Notice['kind'], LucideIcon> = {
  mentions: AtSign,
  replies: MessageCircle,
  reactions: Heart,
  releases: Disc3,
  posts: Megaphone,
  shows: CalendarDays,
  letters: Mail,
  points: Coins,
  missions: Target,
  rewards: Gift,
  raffles: Ticket,
  members: UserPlus,
  orders: Package,
  reviews: Star,
  tickets: CalendarCheck,
  claims: Stamp,
  decisions: Shield,
  money: Wallet,
}

/** One notice: who or what, the sentence, where and when. Opening it is reading it. */
export function NoticeRow({ notice, onOpen, menu = true }: { notice: Notice; onOpen?: () => void; menu?: boolean }) {
  const t = useWords()
  const format = useFormat()
  const { locale } = useLanguage()
  const client = useQueryClient()
  const Sign = signs[notice.kind]
  const actor = notice.facts['who'] === undefined ? notice.actors[0] : undefined
  const from = notice.facts['group'] ?? ''
  const open = () => {
    if (!notice.read) void markRead(client, { notices: [notice.id] }).catch(() => undefined)
    onOpen?.()
  }
  const entries = menu ? muting(notice, t.notices) : []
  const mute = async (thing: string): Promise<void> => {
    try {
      await api('PUT /me/notices/muted/:thing', { thing })
      await client.invalidateQueries({ queryKey: settingsQuery.queryKey })
      toast(t.notices.muted, {
        action: {
          label: t.notices.undo,
          run: () =>
            void api('DELETE /me/notices/muted/:thing', { thing }).then(() =>
              client.invalidateQueries({ queryKey: settingsQuery.queryKey }),
            ),
        },
      })
    } catch (error) {
      toast(faultText(t, error), { tone: 'bad' })
    }
  }
  return (
    <div
      className={cx(
        'relative flex items-start gap-3 rounded-md px-3 py-3 transition-colors hover:bg-raised/70',
        !notice.read && 'bg-accent-soft/40',
      )}
    >
      <div className="relative shrink-0">
        {actor ? (
          <>
            <Planet id={actor.id} className="size-11 rounded-full" />
            <span
              aria-hidden
              className="absolute -right-1 -bottom-1 grid size-5 place-items-center rounded-full border-2 border-surface bg-raised text-ink"
            >
              <Sign size={11} strokeWidth={2.2} />
            </span>
          </>
        ) : (
          <span aria-hidden className="grid size-11 place-items-center rounded-full bg-raised text-accent-ink">
            <Sign size={20} strokeWidth={1.8} />
          </span>
        )}
      </div>
      <div className="min-w-0 flex-1">
        <Link
          {...target(notice.link)}
          onClick={open}
          className={cx('before:absolute before:inset-0 before:rounded-md', notice.read ? '' : 'font-semibold')}
        >
          {say(notice, t, format, locale)}
          {notice.read ? null : <span className="sr-only"> ({t.notices.unread})</span>}
        </Link>
        <p className="mt-0.5 truncate text-xs text-muted">
          {from ? `${from} · ` : ''}
          <Ago at={notice.at} />
        </p>
      </div>
      {notice.read ? null : <span aria-hidden className="mt-2 size-2.5 shrink-0 rounded-full bg-accent-mark" />}
      {entries.length > 0 ? (
        <div className="relative z-10 -my-1 -mr-2">
          <Menu
            label={t.notices.mute}
            entries={entries.map((entry): MenuEntry => ({
              kind: 'action',
              name: entry.name,
              icon: BellOff,
              run: () => void mute(entry.thing),
            }))}
            trigger={
              <button
                type="button"
                aria-label={t.notices.mute}
                className="grid size-9 place-items-center rounded-full text-muted hover:bg-surface hover:text-ink"
              >
                <Ellipsis size={17} aria-hidden />
              </button>
            }
          />
        </div>
      ) : null}
    </div>
  )
}

/** What of a notice can be muted: its post, its group, who did it. Decisions and money cannot. */
function muting(notice: Notice, t: ReturnType<typeof useWords>['notices']): { thing: string; name: string }[] {
  if (notice.kind === 'decisions' || notice.kind === 'money') return []
  const post = /\/posts\/(pst_\w{26})/.exec(notice.link)?.[1]
  const group = /\/groups\/(grp_\w{26})/.exec(notice.link)?.[1]
  const [actor] = notice.actors
  return [
    ...(post && notice.kind !== 'posts' ? [{ thing: post, name: t.mutePost }] : []),
    ...(group ? [{ thing: group, name: t.muteGroup }] : []),
    ...(actor && notice.people === 1 && notice.kind !== 'members' ? [{ thing: actor.id, name: t.mutePerson(actor.name) }] : []),
  ]
}
