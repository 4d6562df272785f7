import type { ReactNode } from 'react'
import type { ReactionKind } from './post.ts'

const face = <circle cx="12" cy="12" r="10" fill="var(--accent)" />
const line = { fill: 'none', stroke: 'var(--on-accent)', strokeWidth: 1.9, strokeLinecap: 'round', strokeLinejoin: 'round' } as const
const hand = (
  <>
    {[5.2, 8.4, 11.6, 14.8].map((x, index) => (
      <rect key={x} x={x} y={[6.2, 4, 4.2, 6][index]} width="3" height="11" rx="1.5" />
    ))}
    <rect x="5.2" y="10.5" width="12.6" height="10.5" rx="4.6" />
    <rect x="0.6" y="12.6" width="9" height="3.4" rx="1.7" transform="rotate(40 5 14)" />
  </>
)

const drawn: Record<ReactionKind, ReactNode> = {
  heart: (
    <path
      d="M12 21.2c-.4 0-.8-.1-1.100-.4C6 16.900 2 13.500 2 9.200 2 6.200 4.300 4 7.100 4c1.900 0 3.700 1 4.900 2.700C13.200 5 15 4 16.900 4 19.700 4 22 6.200 22 9.200c0 4.300-4 7.700-8.900 11.600-.3.3-.7.4-1.100.4z"
      fill="color-mix(in oklch, var(--series-4), var(--danger))"
    />
  ),
  laugh: (
    <>
      {face}
      <path d="M6.500 9.800 8 8.400l1.500 1.400M14.500 9.800 16 8.400l1.500 1.400" {...line} />
      <path d="M6.800 12.900h10.400a5.200 5.200 0 0 1-10.400 0z" fill="var(--on-accent)" />
    </>
  ),
  wow: (
    <>
      {face}
      <circle cx="8.500" cy="9.600" r="1.500" fill="var(--on-accent)" />
      <circle cx="15.500" cy="9.600" r="1.500" fill="var(--on-accent)" />
      <ellipse cx="12" cy="15.800" rx="2.500" ry="3" fill="var(--on-accent)" />
    </>
  ),
  cry: (
    <>
      {face}
      <circle cx="8.500" cy="10.200" r="1.400" fill="var(--on-accent)" />
      <circle cx="15.500" cy="10.200" r="1.400" fill="var(--on-accent)" />
      <path d="M8.600 17.200a4 4 0 0 1 6.800 0" {...line} />
      <path
        d="M17.400 12.300c1.200 1.700 1.800 2.700 1.800 3.500a1.800 1.800 0 0 1-3.600 0c0-.8.6-1.800 1.800-3.500z"
        fill="var(--series-2)"
      />
    </>
  ),
  fire: (
    <>
      <path
        d="M12.600 1.800c.5 3.600 2.100 4.900 3.800 6.800 1.700 1.900 3.100 3.900 3.100 6.500a7.500 7.500 0 0 1-15 0c0-2.700 1.300-4.600 2.700-5.900.2 1.400.8 2.400 1.700 2.900.1-4.300 1.200-7.500 3.700-10.300z"
        fill="var(--series-1)"
      />
      <path
        d="M12.300 11.500c.3 1.700 1.100 2.300 1.900 3.200.6.800 1 1.500 1 2.500a3.200 3.200 0 0 1-6.400 0c0-1.200.6-2 1.200-2.600.2.600.5 1 .9 1.200 0-1.800.4-3.100 1.400-4.300z"
        fill="var(--accent)"
      />
    </>
  ),
  clap: (
    <>
      <g fill="var(--series-1)" transform="rotate(16 12 14) translate(5.200 3.300) scale(.78)">
        {hand}
      </g>
      <g fill="var(--accent)" transform="rotate(-22 12 14) translate(1 5.200) scale(.8)">
        {hand}
      </g>
      <path d="M10.300 1.200l.4 2.200M5.600 2.600l1.200 1.900M14.800 2.200l-.9 1.900" {...line} stroke="var(--series-1)" />
    </>
  ),
}

/** A reaction as a small coloured picture: drawn here, since not every device has such signs in its fonts. */
export const Sign = ({ kind, size = 20, className }: { kind: ReactionKind; size?: number; className?: string }) => (
  <svg viewBox="0 0 24 24" width={size} height={size} aria-hidden className={className}>
    {drawn[kind]}
  </svg>
)
