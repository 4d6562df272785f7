import { useState } from 'react'
import { cx } from './cx.ts'
import { Planet } from './planet.tsx'

/** The picture of a release or page, as the API tells it. */
export type CoverPicture = { small: string; medium: string; large: string; accent: string }

type CoverProps = {
  /** What the planet is made from where there is no picture. */
  id: string
  picture?: CoverPicture | string | null
  /** Alternative text; empty where the title stands beside it. */
  alt: string
  /** CSS pixels at which it is shown: picks the file. */
  size: number
  className?: string
  round?: boolean
  /** Above the fold: loaded at once. */
  eager?: boolean
}

/** A picture with its own colour behind while it loads; the planet of its id where there is none. Never moves the page. */
export function Cover({ id, picture, alt, size, className, round, eager }: CoverProps) {
  const [failed, setFailed] = useState(false)
  const shape = cx(
    'relative block aspect-square overflow-hidden bg-raised',
    round ? 'rounded-full' : size >= 120 ? 'rounded-md' : 'rounded-sm',
    className,
  )
  const file =
    typeof picture === 'string' ? picture : picture ? (size <= 96 ? picture.small : size <= 320 ? picture.medium : picture.large) : null
  if (!file || failed) {
    return (
      <span className={shape}>
        <Planet id={id} className="size-full" {...(alt ? { label: alt } : {})} />
      </span>
    )
  }
  return (
    <span className={shape} style={picture && typeof picture !== 'string' ? { background: picture.accent } : undefined}>
      <img
        src={file}
        alt={alt}
        width={size}
        height={size}
        loading={eager ? 'eager' : 'lazy'}
        decoding="async"
        {...(eager ? { fetchPriority: 'high' as const } : {})}
        onError={() => setFailed(true)}
        className="absolute inset-0 size-full object-cover"
      />
    </span>
  )
}
