import { ChevronLeft, ChevronRight, X, ZoomIn, ZoomOut } from 'lucide-react'
import { Dialog } from 'radix-ui'
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { useWords } from '../i18n/use.tsx'
import { IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import type { Picture } from './post.ts'

type ViewerProps = { pictures: readonly Picture[]; at: number; by: string; onMove: (at: number) => void; onClose: () => void }
type Pull = { x: number; y: number; dx: number; dy: number }

const onDark = 'text-[white] hover:bg-[white]/15 hover:text-[white]'
/** So far, in CSS pixels, before a pull means something. */
const enough = 60

/** Pictures over everything: swipe or arrow keys from one to the next, a pull down or Escape away, a double press to look closely. */
export function Viewer({ pictures, at, by, onMove, onClose }: ViewerProps) {
  const t = useWords()
  const [pull, setPull] = useState<Pull | null>(null)
  const [close, setClose] = useState(false)
  const strip = useRef<HTMLDivElement>(null)
  const last = pictures.length - 1
  const go = (to: number) => {
    if (to < 0 || to > last) return
    setClose(false)
    onMove(to)
  }
  // The neighbours are there before they are asked for.
  useEffect(() => {
    for (const near of [pictures[at + 1], pictures[at - 1]]) if (near) new Image().src = near.large
  }, [at, pictures])
  useEffect(() => {
    strip.current?.children[at]?.scrollIntoView({ inline: 'center', block: 'nearest' })
  }, [at])
  const picture = pictures[at]
  if (!picture) return null
  const keys = (event: KeyboardEvent) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key]
    if (to === undefined) return
    event.preventDefault()
    event.stopPropagation()
    go(to)
  }
  const end = () => {
    if (!pull) return
    setPull(null)
    if (Math.abs(pull.dx) > enough && Math.abs(pull.dx) > Math.abs(pull.dy)) go(at + (pull.dx < 0 ? 1 : -1))
    else if (pull.dy > enough * 1.6) onClose()
  }
  const begin = (event: PointerEvent) => {
    if (close || event.pointerType === 'mouse') return
    setPull({ x: event.clientX, y: event.clientY, dx: 0, dy: 0 })
  }
  const sideways = pull !== null && Math.abs(pull.dx) > Math.abs(pull.dy)
  return (
    <Dialog.Root open onOpenChange={open => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay
          className="animate-fade fixed inset-0 z-60 bg-[black]"
          style={pull && !sideways ? { opacity: Math.max(0.35, 1 - Math.max(0, pull.dy) / 400) } : undefined}
        />
        <Dialog.Content
          aria-describedby={undefined}
          onKeyDown={keys}
          className="fixed inset-0 z-60 flex flex-col text-[white] outline-none"
        >
          <Dialog.Title className="sr-only">{`${t.feed.viewer}: ${by}`}</Dialog.Title>
          <header className="z-1 flex h-14 shrink-0 items-center gap-2 px-2 pt-[env(safe-area-inset-top)]">
            <p aria-live="polite" className="tabular flex-1 pl-3 text-sm font-medium">
              <span aria-hidden>{pictures.length > 1 ? `${at + 1} / ${pictures.length}` : ''}</span>
              <span className="sr-only">{t.feed.picture(at + 1, pictures.length)}</span>
            </p>
            <IconButton
              icon={close ? ZoomOut : ZoomIn}
              label={close ? t.feed.zoomOut : t.feed.zoomIn}
              tip={false}
              className={onDark}
              onClick={() => setClose(!close)}
            />
            <Dialog.Close asChild>
              <IconButton icon={X} label={t.common.close} tip={false} className={onDark} />
            </Dialog.Close>
          </header>
          <div className="relative min-h-0 flex-1">
            <div
              className={cx('no-bar absolute inset-0', close ? 'touch-auto overflow-auto' : 'touch-none overflow-hidden')}
              onPointerDown={begin}
              onPointerMove={event => pull && setPull({ ...pull, dx: event.clientX - pull.x, dy: event.clientY - pull.y })}
              onPointerUp={end}
              onPointerCancel={() => setPull(null)}
              onDoubleClick={() => setClose(!close)}
            >
              <img
                key={picture.id}
                src={picture.large}
                alt={picture.alt || t.feed.picture(at + 1, pictures.length)}
                width={picture.width}
                height={picture.height}
                draggable={false}
                className={cx(
                  'animate-fade m-auto select-none',
                  close ? 'w-[max(200%,1400px)] max-w-none cursor-zoom-out' : 'size-full cursor-zoom-in object-contain',
                )}
                style={pull ? { translate: sideways ? `${pull.dx}px 0` : `0 ${Math.max(0, pull.dy)}px` } : undefined}
              />
            </div>
            {at > 0 ? (
              <IconButton
                size="lg"
                icon={ChevronLeft}
                label={t.feed.previous}
                tip={false}
                onClick={() => go(at - 1)}
                className={cx('!absolute top-1/2 left-3 hidden -translate-y-1/2 bg-[black]/55 sm:grid', onDark)}
              />
            ) : null}
            {at < last ? (
              <IconButton
                size="lg"
                icon={ChevronRight}
                label={t.feed.nextPicture}
                tip={false}
                onClick={() => go(at + 1)}
                className={cx('!absolute top-1/2 right-3 hidden -translate-y-1/2 bg-[black]/55 sm:grid', onDark)}
              />
            ) : null}
          </div>
          {picture.alt ? <p className="shrink-0 px-5 pt-3 text-center text-sm">{picture.alt}</p> : null}
          {pictures.length > 1 ? (
            <div
              ref={strip}
              className="no-bar flex shrink-0 justify-start gap-1.5 overflow-x-auto px-3 pt-3 pb-[calc(12px+env(safe-area-inset-bottom))] sm:justify-center"
            >
              {pictures.map((one, index) => (
                <button
                  key={one.id}
                  type="button"
                  aria-label={t.feed.picture(index + 1, pictures.length)}
                  aria-current={index === at}
                  onClick={() => go(index)}
                  className="size-12 shrink-0 overflow-hidden rounded-sm opacity-55 transition-opacity aria-[current=true]:opacity-100 aria-[current=true]:outline-2 aria-[current=true]:outline-[white]"
                >
                  <img src={one.small} alt="" width={48} height={48} className="size-full object-cover" />
                </button>
              ))}
            </div>
          ) : null}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
