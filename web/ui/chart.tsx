import { useId, useState, type ReactNode } from 'react'
import { useWords } from '../i18n/use.tsx'
import { cx } from './cx.ts'
import { useWidth } from './width.ts'

export type Series = { key: string; name: string; values: readonly number[] }

export const seriesColour = (index: number): string => `var(--series-${(index % 8) + 1})`

type ChartProps = {
  label: string
  points: readonly string[]
  series: readonly Series[]
  format: (value: number) => string
  kind?: 'bars' | 'line'
  height?: number
}

/** Stacked bars or lines over time, with a table for those who cannot see them. */
export function Chart({ label, points, series, format, kind = 'bars', height = 220 }: ChartProps) {
  const id = useId()
  const [box, width] = useWidth(720, 240)
  const [at, setAt] = useState<number | null>(null)
  const left = 8
  const bottom = 22
  const inner = height - bottom - 10
  const totals = points.map((_, i) => series.reduce((sum, s) => sum + (s.values[i] ?? 0), 0))
  const most = Math.max(1, ...(kind === 'bars' ? totals : series.flatMap(s => [...s.values])))
  const step = (width - left * 2) / Math.max(1, points.length)
  const y = (value: number) => 10 + inner - (value / most) * inner
  const every = Math.ceil(points.length / Math.max(2, Math.floor(width / 84)))
  return (
    <figure className="relative" aria-labelledby={id}>
      <div ref={box}>
        <figcaption id={id} className="sr-only">
          {label}
        </figcaption>
        <svg
          viewBox={`0 0 ${width} ${height}`}
          width="100%"
          height={height}
          className="block"
          aria-hidden
          onPointerLeave={() => setAt(null)}
        >
          {[0, 0.5, 1].map(part => (
            <line
              key={part}
              x1={left}
              x2={width - left}
              y1={y(most * part)}
              y2={y(most * part)}
              className="stroke-line"
              strokeWidth="1"
              strokeDasharray={part === 0 ? undefined : '2 4'}
            />
          ))}
          {kind === 'bars'
            ? points.map((point, i) => {
                let below = 0
                return (
                  <g key={point} opacity={at === null || at === i ? 1 : 0.45} className="transition-opacity">
                    {series.map((s, k) => {
                      const value = s.values[i] ?? 0
                      const top = y(below + value)
                      const tall = y(below) - top
                      below += value
                      const wide = Math.min(46, step * 0.62)
                      return value > 0 ? (
                        <rect
                          key={s.key}
                          x={left + step * i + (step - wide) / 2}
                          y={top}
                          width={wide}
                          height={Math.max(1, tall - 1)}
                          rx="2.5"
                          fill={seriesColour(k)}
                        />
                      ) : null
                    })}
                  </g>
                )
              })
            : series.map((s, k) => {
                const line = s.values
                  .map((value, i) => `${i === 0 ? 'M' : 'L'}${(left + step * (i + 0.5)).toFixed(1)} ${y(value).toFixed(1)}`)
                  .join('')
                return (
                  <g key={s.key}>
                    <path
                      d={`${line}L${left + step * (points.length - 0.5)} ${y(0)}L${left + step * 0.5} ${y(0)}Z`}
                      fill={seriesColour(k)}
                      opacity=".12"
                    />
                    <path d={line} fill="none" stroke={seriesColour(k)} strokeWidth="2.2" strokeLinejoin="round" strokeLinecap="round" />
                  </g>
                )
              })}
          {points.map((point, i) =>
            i % every === 0 ? (
              <text
                key={point}
                x={left + step * (i + 0.5)}
                y={height - 6}
                // Where points are close, a name in the middle of the first or last one would be cut at the edge.
                textAnchor={step > 60 ? 'middle' : i === 0 ? 'start' : i === points.length - 1 ? 'end' : 'middle'}
                className="fill-muted text-[11px]"
              >
                {point}
              </text>
            ) : null,
          )}
          {points.map((point, i) => (
            <rect key={point} x={left + step * i} y={0} width={step} height={height} fill="transparent" onPointerEnter={() => setAt(i)} />
          ))}
        </svg>
      </div>
      {at !== null ? (
        <div
          className="pointer-events-none absolute top-0 z-10 rounded-sm border border-line bg-surface px-3 py-2 text-xs shadow-pop"
          style={
            at < points.length / 2 ? { left: `${((at + 1) / points.length) * 100}%` } : { right: `${(1 - at / points.length) * 100}%` }
          }
        >
          <b>{points[at]}</b>
          {series.map((s, k) => (
            <div key={s.key} className="tabular flex items-center gap-2">
              <span className="size-2 rounded-full" style={{ background: seriesColour(k) }} />
              {s.name}
              <span className="ml-auto pl-3">{format(s.values[at] ?? 0)}</span>
            </div>
          ))}
        </div>
      ) : null}
      <Legend items={series.map((s, k) => ({ name: s.name, colour: seriesColour(k) }))} />
      <div className="sr-only">
        <table>
          <caption>{label}</caption>
          <tbody>
            {points.map((point, i) => (
              <tr key={point}>
                <th scope="row">{point}</th>
                {series.map(s => (
                  <td key={s.key}>{`${s.name}: ${format(s.values[i] ?? 0)}`}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  )
}

/** Names of colours under a picture. */
export const Legend = ({ items }: { items: readonly { name: ReactNode; colour: string }[] }) => (
  <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-xs text-muted" aria-hidden>
    {items.map((item, index) => (
      <li key={index} className="flex items-center gap-1.5">
        <span className="size-2.5 rounded-full" style={{ background: item.colour }} />
        {item.name}
      </li>
    ))}
  </ul>
)

/** A ring of shares: how a whole is divided. */
export function Donut({
  label,
  parts,
  className,
}: {
  label: string
  parts: readonly { name: string; share: number }[]
  className?: string
}) {
  const t = useWords()
  const starts = parts.map((_, index) => parts.slice(0, index).reduce((sum, part) => sum + part.share * 100, 0))
  return (
    <svg
      viewBox="0 0 42 42"
      role="img"
      aria-label={`${label}: ${parts.map(p => `${p.name} ${Math.round(p.share * 100)}%`).join(', ') || t.common.none}`}
      className={cx('-rotate-90', className)}
    >
      <circle cx="21" cy="21" r="15.9" fill="none" className="stroke-raised" strokeWidth="5" />
      {parts.map((part, index) => {
        const from = starts[index]!
        return (
          <circle
            key={index}
            cx="21"
            cy="21"
            r="15.9155"
            fill="none"
            stroke={seriesColour(index)}
            strokeWidth="5"
            strokeDasharray={`${Math.max(0, part.share * 100 - 0.8)} ${100 - Math.max(0, part.share * 100 - 0.8)}`}
            strokeDashoffset={-from}
          />
        )
      })}
    </svg>
  )
}
