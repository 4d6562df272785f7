import { useFormat, useWords } from '../i18n/use.tsx'
import { cx } from '../ui/cx.ts'

export const designs = ['moon', 'orbit', 'comet', 'garden', 'festival', 'plain'] as const

type Look = { from: string; to: string; ink: string; art: React.ReactNode }
/** Colours of their own in both themes, as printed cards have them. */
const looks: Record<string, Look> = {
  moon: {
    from: '#1b1440',
    to: '#4b2f8a',
    ink: '#fff',
    art: (
      <>
        <circle cx="268" cy="62" r="44" fill="#ffd9a0" />
        <circle cx="286" cy="48" r="40" fill="#3a2673" />
        {[
          [40, 40],
          [90, 96],
          [150, 30],
          [196, 120],
          [120, 150],
          [300, 150],
          [60, 170],
        ].map(([x, y]) => (
          <circle key={`${x}`} cx={x} cy={y} r="1.8" fill="#ffe9c9" />
        ))}
      </>
    ),
  },
  orbit: {
    from: '#0d3b4f',
    to: '#12787a',
    ink: '#fff',
    art: (
      <g fill="none" stroke="#9ff0e2" strokeOpacity=".55" strokeWidth="1.6">
        <ellipse cx="250" cy="90" rx="120" ry="42" transform="rotate(-18 250 90)" />
        <ellipse cx="250" cy="90" rx="78" ry="26" transform="rotate(-18 250 90)" />
        <circle cx="250" cy="90" r="20" fill="#f5a742" stroke="none" />
        <circle cx="137" cy="122" r="8" fill="#9ff0e2" stroke="none" />
        <circle cx="322" cy="60" r="5" fill="#fff" stroke="none" />
      </g>
    ),
  },
  comet: {
    from: '#7a1f3d',
    to: '#e2574c',
    ink: '#fff',
    art: (
      <g>
        <path d="M40 40 L262 132 L254 148 Z" fill="#ffd2a8" fillOpacity=".45" />
        <path d="M90 20 L266 128 L258 146 Z" fill="#fff" fillOpacity=".3" />
        <circle cx="264" cy="140" r="17" fill="#ffe6cf" />
      </g>
    ),
  },
  garden: {
    from: '#174c2f',
    to: '#5f9a3f',
    ink: '#fff',
    art: (
      <g fill="#d9f2b4" fillOpacity=".85">
        {[
          [240, 150, 1],
          [280, 120, 1.3],
          [310, 165, 0.9],
          [200, 175, 0.8],
        ].map(([x, y, s]) => (
          <g key={`${x}`} transform={`translate(${x} ${y}) scale(${s})`}>
            {[0, 72, 144, 216, 288].map(turn => (
              <ellipse key={turn} cx="0" cy="-12" rx="6" ry="11" transform={`rotate(${turn})`} />
            ))}
            <circle r="5" fill="#f5a742" />
          </g>
        ))}
      </g>
    ),
  },
  festival: {
    from: '#35104a',
    to: '#c2357f',
    ink: '#fff',
    art: (
      <g>
        <path d="M170 0 L90 200 L200 200 Z" fill="#ffb3dd" fillOpacity=".28" />
        <path d="M220 0 L210 200 L300 200 Z" fill="#ffe08a" fillOpacity=".32" />
        <path d="M270 0 L300 200 L360 200 Z" fill="#9fe6ff" fillOpacity=".28" />
        {Array.from({ length: 17 }, (_, n) => (
          <rect key={n} x={8 + n * 19} y={198 - ((n * 37) % 14)} width="12" height="40" rx="6" fill="#1c0828" />
        ))}
      </g>
    ),
  },
  plain: { from: '#f2ead9', to: '#fff8ea', ink: '#3a2a10', art: <circle cx="290" cy="50" r="26" fill="#f5a742" /> },
}

/** A gift card as it looks: its design, what it is worth and whom it is for. */
export function GiftArt({
  design,
  amount,
  to,
  className,
}: {
  design: string
  amount: { amount: string; currency: string } | null
  to?: string
  className?: string
}) {
  const t = useWords()
  const format = useFormat()
  const look = looks[design] ?? looks['plain']!
  return (
    <div
      className={cx(
        'relative isolate flex aspect-[1.6] w-full flex-col justify-between overflow-hidden rounded-lg p-[6%] shadow-pop',
        className,
      )}
      style={{ background: `linear-gradient(135deg, ${look.from}, ${look.to})`, color: look.ink }}
    >
      <svg viewBox="0 0 340 212" preserveAspectRatio="xMaxYMid slice" aria-hidden className="absolute inset-0 -z-10 size-full">
        {look.art}
      </svg>
      <p className="text-sm font-semibold tracking-wide">{t.coupons.gift.card}</p>
      <div className="[text-shadow:0_1px_6px_rgb(0_0_0/.25)]">
        {amount ? <p className="tabular text-2xl leading-none font-bold">{format.money(amount)}</p> : null}
        {to ? <p className="mt-1.5 truncate text-sm font-medium">{t.coupons.gift.toName(to)}</p> : null}
      </div>
    </div>
  )
}

/** Small signs of the designs, to choose by. */
export const swatches: Record<string, string> = {
  moon: 'linear-gradient(135deg,#1b1440,#4b2f8a)',
  orbit: 'linear-gradient(135deg,#0d3b4f,#12787a)',
  comet: 'linear-gradient(135deg,#7a1f3d,#e2574c)',
  garden: 'linear-gradient(135deg,#174c2f,#5f9a3f)',
  festival: 'linear-gradient(135deg,#35104a,#c2357f)',
  plain: 'linear-gradient(135deg,#f2ead9,#f5a742)',
}
