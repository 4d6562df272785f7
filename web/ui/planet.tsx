import { useId, useMemo } from 'react'
import { cx } from './cx.ts'
import { planetOf, tenth, type Ring } from './planet.ts'

type PlanetProps = {
  /** What the planet is generated from: the same id gives the same planet everywhere. */
  id: string
  /** A count the rings stand for (followers, plays of 30 days): none, one, two or three rings. */
  measure?: number
  /** Says what it is; decoration without it. */
  label?: string
  className?: string
  /** Without sky: only sphere, rings and moons. */
  bare?: boolean
  /** Rings drift slowly. */
  alive?: boolean
}

/** A page's planet: a generated emblem that stands where a picture is missing. Works while rendering on the server. */
export function Planet({ id, measure, label, className, bare, alive }: PlanetProps) {
  const uid = useId().replace(/[^a-zA-Z0-9]/g, '')
  const p = useMemo(() => planetOf(id, measure), [id, measure])
  const r = p.radius
  const ring = (k: Ring, index: number, front: boolean) => (
    <g key={index} clipPath={`url(#${uid}${front ? 'f' : 'b'})`}>
      <ellipse
        cx="50"
        cy="50"
        rx={tenth(r * k.reach)}
        ry={tenth(r * k.reach * k.flat)}
        fill="none"
        stroke={k.colour}
        strokeWidth={k.width}
        opacity={k.opacity}
      />
      {k.dust ? (
        <ellipse
          cx="50"
          cy="50"
          rx={tenth(r * (k.reach + 0.1))}
          ry={tenth(r * (k.reach + 0.1) * k.flat)}
          fill="none"
          stroke={k.colour}
          strokeWidth={tenth(k.width / 3)}
          opacity={k.opacity * 0.6}
        />
      ) : null}
    </g>
  )
  return (
    <svg
      viewBox="0 0 100 100"
      className={cx('block', className)}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
      preserveAspectRatio="xMidYMid slice"
    >
      <defs>
        <radialGradient id={`${uid}s`} cx={p.light.x} cy={p.light.y} r=".95">
          <stop offset="0" stopColor={p.bright} />
          <stop offset=".5" stopColor={p.body} />
          <stop offset="1" stopColor={p.dark} />
        </radialGradient>
        <radialGradient id={`${uid}t`} cx={p.light.x} cy={p.light.y} r="1">
          <stop offset=".3" stopColor={p.dark} stopOpacity="0" />
          <stop offset=".62" stopColor={p.dark} stopOpacity=".34" />
          <stop offset=".95" stopColor={p.night} stopOpacity=".92" />
        </radialGradient>
        <radialGradient id={`${uid}g`}>
          <stop offset=".62" stopColor={p.bright} stopOpacity=".5" />
          <stop offset="1" stopColor={p.bright} stopOpacity="0" />
        </radialGradient>
        <linearGradient id={`${uid}n`} x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor={p.sky[0]} />
          <stop offset="1" stopColor={p.sky[1]} />
        </linearGradient>
        <clipPath id={`${uid}c`}>
          <circle cx="50" cy="50" r={r} />
        </clipPath>
        <clipPath id={`${uid}f`}>
          <rect x="-40" y="50" width="180" height="90" />
        </clipPath>
        <clipPath id={`${uid}b`}>
          <rect x="-40" y="-40" width="180" height="90" />
        </clipPath>
      </defs>
      {bare ? null : (
        <>
          <rect width="100" height="100" fill={`url(#${uid}n)`} />
          <path d={p.stars[0]} stroke={p.starlight} strokeWidth=".5" strokeLinecap="round" opacity=".5" />
          <path d={p.stars[1]} stroke={p.starlight} strokeWidth="1" strokeLinecap="round" opacity=".75" />
        </>
      )}
      <circle cx="50" cy="50" r={tenth(r * 1.5)} fill={`url(#${uid}g)`} opacity={bare ? 0.5 : 0.35} />
      <g transform={`rotate(${p.tilt} 50 50)`}>
        {p.rings.map((k, index) => ring(k, index, false))}
        <circle cx="50" cy="50" r={r} fill={`url(#${uid}s)`} />
        <g clipPath={`url(#${uid}c)`}>
          {p.bands.map((band, index) => (
            <ellipse
              key={index}
              cx={tenth(50 + band.shift)}
              cy={band.y}
              rx={tenth(r * 1.25)}
              ry={band.h}
              fill={band.colour}
              opacity={band.o}
            />
          ))}
          {/* Night falls on the side away from the light, over bands and all. */}
          <circle cx="50" cy="50" r={r} fill={`url(#${uid}t)`} />
        </g>
        {p.rings.map((k, index) => ring(k, index, true))}
      </g>
      <g className={alive ? 'animate-turn origin-center' : undefined}>
        {p.moons.map((moon, index) => (
          <circle key={index} cx={moon.x} cy={moon.y} r={moon.r} fill={moon.colour} />
        ))}
      </g>
    </svg>
  )
}
