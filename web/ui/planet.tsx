import { useId, useMemo } from 'react'
import { planetAddress, planetArt, ringsFor } from '../../shared/planet.ts'
import { cx } from './cx.ts'

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
  /** Its moons go round slowly: then it is drawn into the page instead of being a picture in it. */
  alive?: boolean
}

/** A page's planet: a generated emblem that stands where a picture is missing. */
export function Planet({ id, measure, label, className, bare, alive }: PlanetProps) {
  const rings = measure === undefined ? undefined : ringsFor(measure)
  if (alive) return <LivePlanet id={id} rings={rings} label={label} className={className} bare={bare} />
  return (
    <img
      src={planetAddress(id, { rings, bare })}
      alt={label ?? ''}
      width="100"
      height="100"
      decoding="async"
      className={cx('block object-cover', className)}
    />
  )
}

function LivePlanet({ id, rings, label, className, bare }: Omit<PlanetProps, 'measure'> & { rings: number | undefined }) {
  const prefix = useId().replace(/[^a-zA-Z0-9]/g, '')
  const art = useMemo(() => planetArt(id, { rings, bare, prefix, moonClass: 'animate-turn origin-center' }), [id, rings, bare, prefix])
  return (
    <svg
      viewBox="0 0 100 100"
      className={cx('block', className)}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
      preserveAspectRatio="xMidYMid slice"
      dangerouslySetInnerHTML={{ __html: art }}
    />
  )
}
