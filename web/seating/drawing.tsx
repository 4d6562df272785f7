import { memo } from 'react'
import { rowName, seatsOf, tableSize, turned, type Item, type Plan, type Rows } from '../../shared/seating-plan.ts'
import { inRows } from '../../shared/seating-plan.ts'
import { softToneOf, strokeOf, tile, toneOf } from './looks.ts'

/** Fills of tiers for one drawing: `url(#name-3)`. */
export const Patterns = memo(function Patterns({ name, tones }: { name: string; tones: readonly number[] }) {
  return (
    <defs>
      {[...new Set(tones)].map(tone => (
        <pattern key={tone} id={`${name}-${tone}`} width={tile} height={tile} patternUnits="userSpaceOnUse">
          <rect width={tile} height={tile} style={{ fill: toneOf(tone) }} />
          <path d={strokeOf(tone)} style={{ stroke: 'var(--surface)' }} strokeWidth={3} strokeLinecap="round" fill="none" opacity={0.75} />
        </pattern>
      ))}
    </defs>
  )
})

/** Words stand upright however their thing is turned. */
const upright = (turn: number): number => {
  const angle = ((turn % 360) + 360) % 360
  return angle > 90 && angle < 270 ? angle - 180 : angle
}
function Words({ item, text, size, dy = 0, muted }: { item: Item; text: string; size: number; dy?: number; muted?: boolean }) {
  const at = turned(item, 0, dy)
  return (
    <text
      transform={`translate(${at.x} ${at.y}) rotate(${upright(item.turn)})`}
      textAnchor="middle"
      dominantBaseline="central"
      fontSize={size}
      fontWeight={600}
      style={{ fill: muted ? 'var(--muted)' : 'var(--ink)' }}
    >
      {text}
    </text>
  )
}

const middleOf = (item: Rows): { x: number; y: number; top: number } => {
  const seats = seatsOf({ form: 1, width: 0, height: 0, focus: { x: 0, y: 0 }, categories: [], items: [item] })
  if (seats.length === 0) return { x: item.x, y: item.y, top: item.y }
  return {
    x: seats.reduce((sum, seat) => sum + seat.x, 0) / seats.length,
    y: seats.reduce((sum, seat) => sum + seat.y, 0) / seats.length,
    top: Math.min(...seats.map(seat => seat.y)),
  }
}

/** One thing of a plan, without its seats. `tone`: of its category or tier. */
export const Ground = memo(function Ground({
  item,
  tone,
  stage,
  near,
}: {
  item: Item
  tone: number | null
  /** What a stage without a name is called. */
  stage: string
  /** Near enough for small words. */
  near: boolean
}) {
  const place = `translate(${item.x} ${item.y}) rotate(${item.turn})`
  if (item.kind === 'stage')
    return (
      <>
        <g transform={place} style={{ fill: 'var(--raised)', stroke: 'var(--line-strong)' }} strokeWidth={4}>
          {item.shape === 'rect' ? (
            <rect x={-item.width / 2} y={-item.height / 2} width={item.width} height={item.height} rx={24} />
          ) : (
            <ellipse rx={item.width / 2} ry={item.height / 2} />
          )}
        </g>
        <Words item={item} text={item.name || stage} size={Math.min(item.height * 0.32, item.width / 8, 110)} muted />
      </>
    )
  if (item.kind === 'label') return <Words item={item} text={item.name} size={item.size} muted />
  if (item.kind === 'area')
    return (
      <>
        <g
          transform={place}
          style={{ fill: tone === null ? 'var(--raised)' : softToneOf(tone), stroke: tone === null ? 'var(--line)' : toneOf(tone) }}
          strokeWidth={5}
        >
          {item.shape === 'rect' ? (
            <rect x={-item.width / 2} y={-item.height / 2} width={item.width} height={item.height} rx={30} />
          ) : (
            <ellipse rx={item.width / 2} ry={item.height / 2} />
          )}
        </g>
        <Words
          item={item}
          text={item.name}
          size={Math.min(item.height * 0.26, (item.width * 1.5) / Math.max(4, item.name.length * 2), 100)}
        />
      </>
    )
  if (item.kind === 'table') {
    const { width, height } = tableSize(item)
    return (
      <>
        <g transform={place} style={{ fill: 'var(--raised)', stroke: 'var(--line-strong)' }} strokeWidth={3}>
          {item.shape === 'round' ? (
            <circle r={width / 2} />
          ) : (
            <rect x={-width / 2} y={-height / 2} width={width} height={height} rx={10} />
          )}
        </g>
        <Words item={item} text={item.name} size={Math.min(34, (width * 1.4) / Math.max(3, item.name.length))} muted />
      </>
    )
  }
  const middle = middleOf(item)
  return (
    <>
      {near ? (
        item.rows.map((row, index) => {
          const name = rowName(item, index)
          return [-1, row.seats].map(end => {
            const inside = inRows(item, index, end)
            const at = turned(item, inside.x, inside.y)
            return (
              <text
                key={`${index} ${end}`}
                x={at.x}
                y={at.y}
                textAnchor="middle"
                dominantBaseline="central"
                fontSize={24}
                style={{ fill: 'var(--muted)' }}
              >
                {name}
              </text>
            )
          })
        })
      ) : (
        <text
          x={middle.x}
          y={middle.y}
          textAnchor="middle"
          dominantBaseline="central"
          fontSize={Math.min(120, 60 + item.rows.length * 4)}
          fontWeight={700}
          style={{ fill: 'var(--ink)', stroke: 'var(--surface)', paintOrder: 'stroke' }}
          strokeWidth={26}
          strokeLinejoin="round"
        >
          {item.name}
        </text>
      )}
    </>
  )
})

/** A plan seen from afar: for cards and the small map in the corner. */
export const SmallPlan = memo(function SmallPlan({ plan, path }: { plan: Plan; path: string }) {
  return (
    <>
      {plan.items.map(item =>
        item.kind === 'stage' || item.kind === 'area' ? (
          <rect
            key={item.id}
            x={-item.width / 2}
            y={-item.height / 2}
            width={item.width}
            height={item.height}
            transform={`translate(${item.x} ${item.y}) rotate(${item.turn})`}
            style={{ fill: item.kind === 'stage' ? 'var(--line-strong)' : 'var(--line)' }}
            rx={20}
          />
        ) : null,
      )}
      <path d={path} style={{ fill: 'var(--line-strong)' }} />
    </>
  )
})
