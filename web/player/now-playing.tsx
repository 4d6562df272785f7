import { ChevronDown } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { Suspense, useEffect, useRef } from 'react'
import { lazyWithWords } from '../i18n/lazy.ts'
import { useWords } from '../i18n/use.tsx'
import { IconButton } from '../ui/button.tsx'
import { accentVars } from '../ui/colour.ts'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { EmptyState, SkeletonRows } from '../ui/states.tsx'
import { Announcer } from './announcer.tsx'
import { LyricsView } from './lyrics-view.tsx'
import { NowMenu } from './now-menu.tsx'
import { Stage } from './now-stage.tsx'
import { useSwipe } from './swipe.ts'
import type { Playable } from './track.ts'
import { useTrack } from './use.ts'
import type { NowView } from './view.ts'

const QueueList = lazyWithWords(() => import('./queue-list.tsx').then(module => module.QueueList))

/** The whole screen for the music: cover, waveform, lyrics, queue. Nothing is sold here. On a phone it is pulled down to close. */
export function NowPlaying({ view, onView }: { view: NowView; onView: (view: NowView) => void }) {
  const t = useWords()
  const track = useTrack()
  const sheet = useRef<HTMLDivElement>(null)
  const open = view !== 'closed'
  const close = () => onView('closed')
  useEffect(() => {
    if (open && !track && view !== 'queue') onView('closed')
  }, [open, track, view, onView])
  useEffect(() => {
    if (!open && document.fullscreenElement) void document.exitFullscreen()
  }, [open])
  const pull = {
    onMove: (_: number, dy: number) => {
      if (sheet.current) sheet.current.style.transform = `translateY(${Math.max(0, dy)}px)`
    },
    onEnd: (down: boolean) => {
      const box = sheet.current
      if (!box) return
      const from = box.style.transform || 'none'
      const to = down ? 'translateY(100%)' : 'none'
      const time = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 200
      box.style.transform = to
      void box.animate([{ transform: from }, { transform: to }], { duration: time, easing: 'ease-out' }).finished.then(() => {
        if (down) close()
      })
    },
  }
  const head = useSwipe({ onMove: pull.onMove, onEnd: direction => pull.onEnd(direction === 'down') })
  return (
    <Dialog.Root open={open} onOpenChange={next => !next && close()}>
      <Dialog.Portal>
        <Dialog.Content
          ref={sheet}
          aria-describedby={undefined}
          data-player
          style={accentVars(track?.cover?.accent)}
          tabIndex={-1}
          // Named to who listens, and no button lit for who looks.
          onOpenAutoFocus={event => {
            event.preventDefault()
            sheet.current?.focus()
          }}
          // It covers all: what lies outside is a message or a menu of its own.
          onInteractOutside={event => event.preventDefault()}
          className="animate-slide-up fixed inset-0 z-40 flex flex-col overflow-hidden bg-bg outline-none focus-visible:outline-none max-lg:rounded-t-lg"
        >
          <Backdrop track={track} />
          <Announcer />
          <header
            {...head}
            className="relative flex shrink-0 touch-none items-center gap-2 px-3 pt-[max(10px,env(safe-area-inset-top))] pb-1 sm:px-6 lg:touch-auto lg:pt-4"
          >
            <span aria-hidden className="absolute top-1.5 left-1/2 h-1 w-9 -translate-x-1/2 rounded-full bg-line-strong/60 lg:hidden" />
            <Dialog.Close asChild>
              <IconButton icon={ChevronDown} label={t.player.closeFull} tip={false} />
            </Dialog.Close>
            <Dialog.Title className="min-w-0 flex-1 truncate pt-1 text-center text-xs font-medium tracking-normal text-muted lg:pt-0 lg:text-sm">
              {track ? (
                <>
                  <span className="sr-only">{t.player.nowPlaying}: </span>
                  {track.release.title}
                </>
              ) : (
                t.player.nowPlaying
              )}
            </Dialog.Title>
            {track ? <NowMenu track={track} onLeave={close} /> : <span className="size-10" />}
          </header>
          <div
            className={cx(
              'relative mx-auto min-h-0 w-full max-w-[1280px] flex-1 px-5 pb-[max(16px,env(safe-area-inset-bottom))] sm:px-10 lg:pb-8',
              view === 'cover'
                ? 'flex flex-col'
                : 'flex flex-col gap-3 lg:grid lg:grid-cols-[minmax(320px,0.8fr)_minmax(0,1fr)] lg:grid-rows-[minmax(0,1fr)] lg:gap-16',
            )}
          >
            {track ? <Stage track={track} view={view} onView={onView} pull={pull} /> : null}
            {view === 'lyrics' && track ? (
              <section aria-label={t.player.lyrics} className="flex min-h-0 flex-1 flex-col max-lg:order-first">
                <LyricsView track={track} onLeave={close} />
              </section>
            ) : null}
            {view === 'queue' ? (
              <section aria-label={t.player.queue} className="flex min-h-0 flex-1 flex-col max-lg:order-first lg:last:only:col-span-2">
                <Suspense fallback={<SkeletonRows rows={7} />}>
                  <QueueList onLeave={close} />
                </Suspense>
              </section>
            ) : null}
            {!track && view !== 'queue' ? <EmptyState title={t.player.queueEmpty}>{t.player.queueEmptyBody}</EmptyState> : null}
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** The cover's light behind everything: a far blurred copy of it, calm enough to read on. */
function Backdrop({ track }: { track: Playable | null }) {
  if (!track) return null
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0 overflow-hidden">
      <div key={track.release.id} className="animate-fade absolute -inset-[20%] opacity-55 blur-[90px] saturate-150 dark:opacity-45">
        <Cover id={track.release.id} picture={track.cover} alt="" size={64} className="size-full !rounded-none" />
      </div>
      <div className="absolute inset-0 bg-bg/68 dark:bg-bg/58" />
    </div>
  )
}
