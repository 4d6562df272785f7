import { CircleCheck, CirclePause, CloudAlert, CloudDownload, type LucideIcon } from 'lucide-react'
import type { SetProgress } from './rules.ts'

export const signOf = (state: SetProgress['state'] | null): LucideIcon =>
  state === null
    ? CloudDownload
    : state === 'done'
      ? CircleCheck
      : state === 'paused'
        ? CirclePause
        : state === 'failed'
          ? CloudAlert
          : CloudDownload

/** How much of it is here, as a ring around what stands in it. `share` from 0 to 1. */
export function Ring({ share, size = 40 }: { share: number; size?: number }) {
  const radius = size / 2 - 2
  const round = 2 * Math.PI * radius
  return (
    <svg aria-hidden width={size} height={size} className="pointer-events-none absolute inset-0 -rotate-90">
      <circle cx={size / 2} cy={size / 2} r={radius} fill="none" strokeWidth="2.5" className="stroke-line" />
      <circle
        cx={size / 2}
        cy={size / 2}
        r={radius}
        fill="none"
        strokeWidth="2.5"
        strokeLinecap="round"
        strokeDasharray={round}
        strokeDashoffset={round * (1 - Math.max(0.02, share))}
        className="stroke-accent-mark transition-[stroke-dashoffset] duration-240"
      />
    </svg>
  )
}
