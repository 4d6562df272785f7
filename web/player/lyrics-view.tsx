import { useQuery } from '@tanstack/react-query'
import { MicVocal } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { cx } from '../ui/cx.ts'
import { Switch } from '../ui/field.tsx'
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx'
import { lineAt, sung, type TimedLine } from './lyrics.ts'
import { player } from './player.ts'
import type { Playable } from './track.ts'
import { usePosition } from './use.ts'

/** Lyrics that follow the voice; a line can be tapped to go there. */
export function LyricsView({ track }: { track: Playable }) {
  const t = useWords()
  const { data, error, isPending, refetch } = useQuery({
    ...read('GET /tracks/:id/lyrics', { id: track.id }),
    enabled: track.hasLyrics,
    staleTime: 600_000,
  })
  const [translated, setTranslated] = useState(true)
  if (!track.hasLyrics) {
    return (
      <EmptyState icon={MicVocal} title={t.player.lyrics} compact>
        {t.player.noLyrics}
      </EmptyState>
    )
  }
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  if (isPending) {
    return (
      <Loading className="flex flex-col gap-5 pt-4">
        {[70, 55, 80, 62, 74].map(width => (
          <div key={width} style={{ width: `${width}%` }}>
            <Skeleton className="h-6" />
          </div>
        ))}
      </Loading>
    )
  }
  const hasTranslation = data.lines.some(line => line.translation)
  // A preview has its own clock: the words then stand still.
  const timed = data.timing !== 'none' && track.playable === 'full'
  return (
    <div className="flex min-h-0 flex-1 flex-col" lang={data.language === 'zh' ? 'zh-CN' : data.language === 'en' ? 'en' : undefined}>
      {hasTranslation ? (
        <div className="mb-3 self-end">
          <Switch label={t.player.translation} checked={translated} onChange={event => setTranslated(event.target.checked)} />
        </div>
      ) : null}
      {timed ? (
        <Following lines={data.lines} byWord={data.timing === 'word'} translated={translated} />
      ) : (
        <Plain lines={data.lines} translated={translated} />
      )}
    </div>
  )
}

const Plain = ({ lines, translated }: { lines: readonly TimedLine[]; translated: boolean }) => (
  <div className="overflow-y-auto pb-10">
    {lines.map((line, index) => (
      <p key={index} className="min-h-6 text-base leading-relaxed">
        {line.text}
        {translated && line.translation ? <span className="block text-sm text-muted">{line.translation}</span> : null}
      </p>
    ))}
  </div>
)

function Following({ lines, byWord, translated }: { lines: readonly TimedLine[]; byWord: boolean; translated: boolean }) {
  const position = usePosition(30)
  const at = lineAt(lines, position + 120)
  const box = useRef<HTMLOListElement>(null)
  const [held, setHeld] = useState(false)
  useEffect(() => {
    const list = box.current
    const line = list?.children[Math.max(0, at)] as HTMLElement | undefined
    if (!list || !line || held) return
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    list.scrollTo({ top: line.offsetTop - list.clientHeight * 0.36, behavior: calm ? 'auto' : 'smooth' })
  }, [at, held, translated])
  useEffect(() => {
    if (!held) return
    const timer = setTimeout(() => setHeld(false), 4000)
    return () => clearTimeout(timer)
  }, [held, at])
  return (
    <ol
      ref={box}
      onWheel={() => setHeld(true)}
      onTouchMove={() => setHeld(true)}
      className="no-bar relative min-h-0 flex-1 overflow-y-auto [mask-image:linear-gradient(transparent,black_12%,black_80%,transparent)] pt-[12vh] pb-[40vh]"
    >
      {lines.map((line, index) => (
        <li key={index}>
          <button
            type="button"
            disabled={!line.text}
            aria-current={index === at || undefined}
            onClick={() => {
              setHeld(false)
              player.seek(line.startMs)
            }}
            className={cx(
              'block w-full rounded-md px-3 py-2 text-left text-[1.35rem] leading-snug font-[640] tracking-tight transition-[opacity,transform] duration-240 sm:text-[1.7rem]',
              index === at ? 'origin-left' : 'opacity-40 hover:opacity-80',
              index < at && index !== at && 'opacity-30',
            )}
          >
            {index === at && byWord && line.words.length > 0 ? <Sung line={line} position={position} /> : line.text || '· · ·'}
            {translated && line.translation ? (
              <span className="mt-1 block text-base font-medium tracking-normal text-muted">{line.translation}</span>
            ) : null}
          </button>
        </li>
      ))}
    </ol>
  )
}

/** The words of a line, filled with the accent as far as they are sung. */
function Sung({ line, position }: { line: TimedLine; position: number }) {
  return line.words.map((word, index) => {
    const share = sung(word, position)
    return (
      <span
        key={index}
        className="whitespace-pre-wrap"
        style={
          share >= 1
            ? { color: 'var(--accent-ink)' }
            : share > 0
              ? {
                  backgroundImage: `linear-gradient(90deg, var(--accent-ink) ${share * 100 - 6}%, var(--ink) ${share * 100 + 6}%)`,
                  backgroundClip: 'text',
                  WebkitBackgroundClip: 'text',
                  color: 'transparent',
                }
              : undefined
        }
      >
        {word.text}
      </span>
    )
  })
}
