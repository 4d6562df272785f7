import { MonitorSmartphone, Play, X } from 'lucide-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { clockText } from '../i18n/format.ts'
import { useLanguage, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Bars } from './bars.tsx'
import { QueueKeeper, type Elsewhere, type Place } from './continue-queue.ts'
import { player } from './player.ts'
import { artistNames } from './track.ts'
import { useSounding, useTrack } from './use.ts'

/** What goes along with the player and is no part of a page's first moment: other devices, other tabs, the title of this one. */
export function PlayerAside() {
  const me = useMe()
  useOneTab()
  useTabTitle()
  useReplaced()
  return me ? <Devices key={me.id} /> : null
}

let keeper: QueueKeeper | null = null
const waiting = new Set<() => void>()
function setKeeper(next: QueueKeeper | null): void {
  keeper?.stop()
  keeper = next
  for (const listener of waiting) listener()
}
const onKeeper = (listener: () => void) => {
  waiting.add(listener)
  return () => waiting.delete(listener)
}

const quiet: Elsewhere = { kind: 'quiet' }
const nothing = () => () => undefined

function Devices() {
  const mine = useSyncExternalStore(
    onKeeper,
    () => keeper,
    () => null,
  )
  useEffect(() => {
    setKeeper(new QueueKeeper())
    return () => setKeeper(null)
  }, [])
  const state = useSyncExternalStore(
    mine?.subscribe ?? nothing,
    () => mine?.getState() ?? quiet,
    () => quiet,
  )
  if (!mine || state.kind === 'quiet') return null
  return <Offer keeper={mine} place={state.place} moved={state.kind === 'moved'} />
}

/** "Continue here", or "playing on another device": one press and it goes on at the second. */
function Offer({ keeper: mine, place, moved }: { keeper: QueueKeeper; place: Place; moved: boolean }) {
  const t = useWords()
  const ago = useAgo(place.updatedAt)
  const [busy, setBusy] = useState(false)
  const bar = useTrack() !== null
  const go = async () => {
    setBusy(true)
    try {
      await mine.playHere()
    } catch (error) {
      toast(faultText(t, error), { tone: 'bad' })
    } finally {
      setBusy(false)
    }
  }
  const { track } = place
  if (!track) return null
  const live = moved || place.playing
  return (
    <aside
      aria-label={t.listening.continueHere}
      className={cx(
        'animate-rise fixed right-3 z-30 flex max-w-[calc(100vw-1.5rem)] items-center gap-3 rounded-md border border-line bg-surface p-2 shadow-pop sm:right-5 sm:max-w-[420px] max-sm:left-3',
        bar
          ? 'bottom-[calc(var(--player-height)+var(--tabs-height)+20px)]'
          : 'bottom-[calc(var(--tabs-height)+16px)] lg:bottom-[calc(var(--player-height)+16px)]',
      )}
    >
      <span className="relative shrink-0">
        <Cover id={track.release.id} picture={track.cover} alt="" size={44} className="size-11" />
        {live ? (
          <span className="absolute inset-0 grid place-items-center rounded-sm bg-scrim">
            <Bars moving />
          </span>
        ) : null}
      </span>
      <div role="status" className="min-w-0 flex-1 leading-snug">
        <p className="truncate font-medium">
          {place.playing && !moved ? track.title : t.listening.continueWhat(track.title, clockText(place.positionMs))}
          <span className="sr-only"> {artistNames(track.artists)}</span>
        </p>
        <p className="flex items-center gap-1.5 truncate text-xs text-muted">
          <MonitorSmartphone size={13} aria-hidden className="shrink-0" />
          <span className="truncate">
            {moved
              ? t.listening.movedTo(place.deviceName)
              : place.playing
                ? t.listening.playingOn(place.deviceName)
                : t.listening.leftOn(place.deviceName, ago)}
          </span>
        </p>
      </div>
      <Button size="sm" icon={Play} filled busy={busy} onClick={() => void go()}>
        {live ? t.listening.playHere : t.listening.continueHere}
      </Button>
      <IconButton icon={X} size="sm" tip={false} label={t.listening.dismiss} onClick={() => mine.dismiss()} className="-ml-2" />
    </aside>
  )
}

/** "2 minutes ago", kept right. */
function useAgo(iso: string): string {
  const t = useWords()
  const { locale } = useLanguage()
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000)
    return () => clearInterval(timer)
  }, [])
  const minutes = Math.floor((now - Date.parse(iso)) / 60_000)
  if (minutes < 1) return t.listening.justNow
  const format = new Intl.RelativeTimeFormat(locale === 'zh' ? 'zh-CN' : 'en', { numeric: 'auto' })
  if (minutes < 60) return format.format(-minutes, 'minute')
  if (minutes < 60 * 24) return format.format(-Math.floor(minutes / 60), 'hour')
  return format.format(-Math.floor(minutes / 60 / 24), 'day')
}

/** Two tabs of one browser do not play over each other: the one that begins is heard. */
function useOneTab(): void {
  const sounding = useSounding()
  const [channel] = useState(() => (typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('planet.player')))
  useEffect(() => {
    if (!channel) return
    const hush = () => player.pause()
    channel.addEventListener('message', hush)
    return () => channel.removeEventListener('message', hush)
  }, [channel])
  useEffect(() => {
    if (sounding) channel?.postMessage('here')
  }, [channel, sounding])
}

/** While it sounds, the tab says what. Pages change the title as they like; it comes back. */
function useTabTitle(): void {
  const track = useTrack()
  const sounding = useSounding()
  const text = track && sounding ? `${track.title} · ${artistNames(track.artists)}` : null
  useEffect(() => {
    const element = document.querySelector('title')
    if (!text || !element) return
    let page = document.title
    const put = () => {
      if (document.title === text) return
      page = document.title
      setTitle(text)
    }
    put()
    const observer = new MutationObserver(put)
    observer.observe(element, { childList: true, characterData: true, subtree: true })
    return () => {
      observer.disconnect()
      setTitle(page)
    }
  }, [text])
}

function setTitle(text: string): void {
  document.title = text
}

/** Who made a queue by hand and then plays something else can have it back. */
function useReplaced(): void {
  const t = useWords()
  useEffect(() => {
    let last = player.getState().history.past.at(-1)
    return player.subscribe(() => {
      const { past } = player.getState().history
      const step = past.at(-1)
      if (step === last) return
      const before = past.at(-2)
      last = step
      const byHand = before && ['add', 'next', 'move', 'shuffle'].includes(before.what)
      if (step?.what === 'replace' && byHand && step.queue.at + 1 < step.queue.entries.length)
        toast(t.listening.replacedQueue, { action: { label: t.common.undo, run: () => void player.undo() } })
    })
  }, [t])
}
