import { AudioLines, ChartBarBig, ImagePlus, Music2, PenLine } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import type { Me } from '../shell/me.ts'
import { IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import type { Begin, Place } from './composer.tsx'
import { useFoot } from './foot.ts'

const load = () => import('./composer.tsx')
const Composer = lazy(() => load().then(module => ({ default: module.Composer })))

/** Where writing begins: a line to press, its tools beside; on phones also a round button at the thumb. */
export function WriteBox({ place, choices, me }: { place: Place; choices?: readonly Place[]; me: Me | null }) {
  const t = useWords()
  const [begin, setBegin] = useState<Begin | null>(null)
  const foot = useFoot()
  const box = useRef<HTMLDivElement>(null)
  const [away, setAway] = useState(false)
  useEffect(() => {
    const watch = new IntersectionObserver(seen => setAway(!seen.at(-1)!.isIntersecting))
    if (box.current) watch.observe(box.current)
    return () => watch.disconnect()
  }, [])
  const near = { onPointerEnter: () => void load(), onFocus: () => void load() }
  const tools = [
    { icon: ImagePlus, label: t.feed.addPictures, begin: 'pictures' },
    { icon: AudioLines, label: t.feed.addClip, begin: 'clip' },
    { icon: ChartBarBig, label: t.feed.addPoll, begin: 'poll' },
    { icon: Music2, label: t.feed.addMusic, begin: 'music' },
  ] as const
  return (
    <>
      <div ref={box} className="mb-4 flex items-center gap-2.5 rounded-lg border border-line bg-surface p-2.5 sm:p-3">
        <Cover
          id={place.asArtist ? place.id : (me?.id ?? place.id)}
          picture={place.asArtist ? place.picture : null}
          alt=""
          size={40}
          round
          className="size-10 shrink-0"
        />
        <button
          type="button"
          aria-haspopup="dialog"
          onClick={() => setBegin('text')}
          {...near}
          className="h-11 min-w-0 flex-1 truncate rounded-full px-3 text-left text-muted hover:bg-raised focus-visible:rounded-full"
        >
          {t.feed.write}
        </button>
        {tools.map((tool, index) => (
          <IconButton
            key={tool.begin}
            icon={tool.icon}
            label={tool.label}
            className={index > 0 ? 'text-accent-ink max-sm:hidden' : 'text-accent-ink'}
            onClick={() => setBegin(tool.begin)}
            {...near}
          />
        ))}
      </div>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-label={t.feed.compose}
        hidden={!away}
        onClick={() => setBegin('text')}
        {...near}
        className={cx(
          'animate-rise fixed right-4 mb-4 z-20 grid size-14 place-items-center rounded-full bg-accent text-on-accent shadow-pop transition-transform active:scale-95 sm:hidden',
          foot,
        )}
      >
        <PenLine size={23} strokeWidth={2} aria-hidden />
      </button>
      {begin === null ? null : (
        <Suspense>
          <Composer place={place} {...(choices ? { choices } : {})} begin={begin} onClose={() => setBegin(null)} />
        </Suspense>
      )}
    </>
  )
}
