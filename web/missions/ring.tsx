import type { ReactNode } from 'react'
import { cx } from '../ui/cx.ts'

type One = { share: number; colour: string }

/** Rings within each other, the first outside: how much of each is done. Decoration beside words unless it has a label. */
export function Rings({
  rings,
  width,
  className,
  label,
  children,
}: {
  rings: readonly One[]
  width: number
  className?: string
  label?: string
  children?: ReactNode
}) {
  const gap = width * 0.28
  return (
    <span className={cx('relative inline-grid shrink-0 place-items-center', className)}>
      <svg
        viewBox="0 0 100 100"
        className="absolute inset-0 size-full -rotate-90"
        {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
      >
        {rings.map(({ share, colour }, index) => {
          const radius = 50 - width / 2 - index * (width + gap)
          const around = 2 * Math.PI * radius
          const shown = Math.min(1, Math.max(0, share))
          return (
            <g key={index} fill="none" strokeWidth={width}>
              <circle cx="50" cy="50" r={radius} stroke={colour} opacity="0.16" />
              <circle
                cx="50"
                cy="50"
                r={radius}
                stroke={colour}
                strokeLinecap="round"
                strokeDasharray={`${around * shown} ${around}`}
                opacity={shown > 0 ? 1 : 0}
                className="transition-[stroke-dasharray] duration-240 motion-reduce:transition-none"
                style={{ transitionDuration: '600ms' }}
              />
            </g>
          )
        })}
      </svg>
      <span className="relative grid place-items-center">{children}</span>
    </span>
  )
}
