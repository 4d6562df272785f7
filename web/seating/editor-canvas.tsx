import { Accessibility, Maximize2, ZoomIn, ZoomOut } from 'lucide-react'
import { memo, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { tableSize, type Item, type Plan } from '../../shared/seating-plan.ts'
import { useWords } from '../i18n/use.tsx'
import { IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Ground, Patterns } from './drawing.tsx'
import { dots, finderOf, type Box } from './looks.ts'
import { boxOf, seatsIn } from './plan-edit.ts'
import { useHands, useView } from './viewport.ts'

export type Mode = 'items' | 'seats'
type Props = {
  plan: Plan
  mode: Mode
  /** Chosen things; or, in the mode of seats, keys of seats. */
  chosen: ReadonlySet<string>
  /** Fingers have no shift key. */
  several: boolean
  onChoose: (next: ReadonlySet<string>) => void
  onMove: (dx: number, dy: number) => void
  onKey: (event: KeyboardEvent) => boolean
  /** The middle of what is seen: new things come there. */
  onLook: (middle: { x: number; y: number }) => void
}
const step = 10
const snap = (value: number): number => Math.round(value / step) * step

/** A thing with its seats. `goneToo`: seats that were taken out can be seen, to be put back. */
const ItemView = memo(function ItemView({
  item,
  plan,
  name,
  near,
  goneToo,
}: {
  item: Item
  plan: Pick<Plan, 'categories'>
  name: string
  near: boolean
  goneToo: boolean
}) {
  const t = useWords()
  const tones = useMemo(() => new Map(plan.categories.map(one => [one.key, one.colour])), [plan.categories])
  const seats = useMemo(() => (item.kind === 'rows' || item.kind === 'table' ? seatsIn(item) : []), [item])
  const gone = useMemo(
    () =>
      goneToo && (item.kind === 'rows' || item.kind === 'table')
        ? seatsIn({ ...item, marks: {} }).filter(seat => {
            const [, row, place] = seat.key.split('-')
            return item.marks[`${row}.${place}`]?.gone === true
          })
        : [],
    [item, goneToo],
  )
  const radius = item.kind === 'rows' ? Math.min(21, item.seatGap * 0.4) : 21
  const by = Map.groupBy(seats, seat => tones.get(seat.category) ?? 0)
  return (
    <>
      {item.kind === 'rows' ? null : (
        <Ground item={item} tone={item.kind === 'area' ? (tones.get(item.category) ?? null) : null} stage={t.seating.stage} near={near} />
      )}
      {[...by].map(([tone, own]) => (
        <path key={tone} d={dots(own, radius)} fill={`url(#${name}-${tone})`} />
      ))}
      <path d={dots(gone, radius * 0.6)} fill="none" style={{ stroke: 'var(--line-strong)' }} strokeWidth={3} strokeDasharray="5 5" />
      {seats.map(seat =>
        seat.accessible || seat.companion || seat.restricted ? (
          <g key={seat.key} transform={`translate(${seat.x} ${seat.y})`} style={{ stroke: 'var(--ink)' }} strokeWidth={4} fill="none">
            {seat.accessible ? (
              <>
                <circle r={radius} style={{ fill: 'var(--surface)' }} />
                <Accessibility x={-13} y={-13} width={26} height={26} strokeWidth={2.4} />
              </>
            ) : (
              <circle r={radius + 3} {...(seat.companion ? {} : { strokeDasharray: '4 6' })} />
            )}
          </g>
        ) : null,
      )}
      {item.kind === 'rows' ? <Ground item={item} tone={null} stage="" near={near} /> : null}
    </>
  )
})

/** Where a press means the thing, also between its seats. */
function Touch({ item }: { item: Item }) {
  if (item.kind === 'rows') {
    const box = boxOf({ ...item, turn: 0 })
    return (
      <rect
        x={box.x - item.x}
        y={box.y - item.y}
        width={box.width}
        height={box.height}
        transform={`translate(${item.x} ${item.y}) rotate(${item.turn})`}
        fill="transparent"
      />
    )
  }
  const size =
    item.kind === 'table'
      ? { width: tableSize(item).width + 110, height: tableSize(item).height + 110 }
      : item.kind === 'label'
        ? boxOf({ ...item, turn: 0 })
        : item
  return (
    <rect
      x={-size.width / 2}
      y={-size.height / 2}
      width={size.width}
      height={size.height}
      transform={`translate(${item.x} ${item.y}) rotate(${item.turn})`}
      fill="transparent"
    />
  )
}

export function EditorCanvas({ plan, mode, chosen, several, onChoose, onMove, onKey, onLook }: Props) {
  const t = useWords()
  const name = useId()
  const svg = useRef<SVGSVGElement>(null)
  const { width, height } = plan
  const whole = useMemo<Box>(() => ({ x: -150, y: -150, width: width + 300, height: height + 300 }), [width, height])
  const view = useView(svg, whole)
  const [drag, setDrag] = useState<{ from: { x: number; y: number }; dx: number; dy: number } | null>(null)
  const [frame, setFrame] = useState<{ from: { x: number; y: number }; to: { x: number; y: number } } | null>(null)
  const seats = useMemo(
    () =>
      mode === 'seats'
        ? plan.items.flatMap(item => (item.kind === 'rows' || item.kind === 'table' ? seatsIn({ ...item, marks: {} }) : []))
        : [],
    [mode, plan.items],
  )
  const find = useMemo(() => finderOf(seats), [seats])
  const itemAt = (event: PointerEvent): string | null => (event.target as Element).closest('[data-item]')?.getAttribute('data-item') ?? null
  const toggle = (key: string, add: boolean): void => {
    const next = new Set(add ? chosen : [])
    if (add && chosen.has(key)) next.delete(key)
    else next.add(key)
    onChoose(next)
  }
  const hands = useHands(svg, view, {
    wheelMoves: true,
    onTap: (at, event) => {
      const add = event.shiftKey || event.metaKey || event.ctrlKey || several
      if (mode === 'seats') {
        const place = find(at.x, at.y, Math.max(27, 16 / view.scale))
        if (place !== null) toggle(seats[place]!.key, true)
        else if (!add) onChoose(new Set())
        return
      }
      const id = itemAt(event)
      if (id !== null) toggle(id, add)
      else if (!add) onChoose(new Set())
    },
    onGrab: (at, event) => {
      if (event.shiftKey && (mode === 'seats' || itemAt(event) === null)) {
        svg.current?.setPointerCapture(event.pointerId)
        setFrame({ from: at, to: at })
        return true
      }
      const id = mode === 'items' ? itemAt(event) : null
      // With a finger what is not chosen yet is moved past, so that the plan can be looked through.
      if (id === null || event.shiftKey || (event.pointerType !== 'mouse' && !chosen.has(id))) return false
      if (!chosen.has(id)) {
        if (several || event.ctrlKey || event.metaKey) return false
        onChoose(new Set([id]))
      }
      svg.current?.setPointerCapture(event.pointerId)
      setDrag({ from: at, dx: 0, dy: 0 })
      return true
    },
  })
  const onPointerMove = (event: PointerEvent<SVGSVGElement>) => {
    if (drag) {
      const at = view.toPlan(event)
      setDrag({ ...drag, dx: snap(at.x - drag.from.x), dy: snap(at.y - drag.from.y) })
    } else if (frame) setFrame({ ...frame, to: view.toPlan(event) })
    else hands.onPointerMove(event)
  }
  const onPointerUp = (event: PointerEvent<SVGSVGElement>) => {
    if (drag) {
      setDrag(null)
      if (drag.dx !== 0 || drag.dy !== 0) onMove(drag.dx, drag.dy)
    } else if (frame) {
      setFrame(null)
      const [left, right] = [Math.min(frame.from.x, frame.to.x), Math.max(frame.from.x, frame.to.x)]
      const [top, bottom] = [Math.min(frame.from.y, frame.to.y), Math.max(frame.from.y, frame.to.y)]
      const within = (at: { x: number; y: number }): boolean => at.x >= left && at.x <= right && at.y >= top && at.y <= bottom
      const found = mode === 'seats' ? seats.filter(within).map(seat => seat.key) : plan.items.filter(within).map(item => item.id)
      onChoose(new Set([...chosen, ...found]))
    } else hands.onPointerUp(event)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (onKey(event)) event.preventDefault()
    else if (event.key === '+' || event.key === '=') view.zoom(1.4)
    else if (event.key === '-') view.zoom(1 / 1.4)
    else if (event.key === '0') view.fit()
  }
  const { box } = view
  useEffect(() => onLook({ x: box.x + box.width / 2, y: box.y + box.height / 2 }), [box, onLook])
  const near = view.scale > 0.35
  const marked = mode === 'seats' ? seats.filter(seat => chosen.has(seat.key)) : []
  return (
    <div className="relative h-full min-h-0 overflow-hidden bg-sunken">
      <svg
        ref={svg}
        role="application"
        aria-roledescription={t.selling.seating.canvasRole}
        aria-label={t.selling.seating.canvas}
        aria-describedby={`${name}-keys`}
        tabIndex={0}
        viewBox={`${view.box.x} ${view.box.y} ${view.box.width} ${view.box.height}`}
        className={cx('block size-full touch-none select-none focus-visible:outline-offset-[-3px]', drag ? 'cursor-grabbing' : '')}
        onKeyDown={onKeyDown}
        onPointerDown={hands.onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={event => {
          setDrag(null)
          setFrame(null)
          hands.onPointerCancel(event)
        }}
      >
        <Patterns name={name} tones={plan.categories.map(one => one.colour)} />
        <defs>
          <pattern id={`${name}-grid`} width={200} height={200} patternUnits="userSpaceOnUse">
            <path d="M200 0H0V200" fill="none" style={{ stroke: 'var(--line)' }} strokeWidth={3} />
          </pattern>
        </defs>
        <rect width={plan.width} height={plan.height} style={{ fill: 'var(--surface)', stroke: 'var(--line-strong)' }} strokeWidth={4} />
        <rect width={plan.width} height={plan.height} fill={`url(#${name}-grid)`} opacity={0.6} />
        {plan.items.map(item => {
          const moving = drag !== null && chosen.has(item.id)
          return (
            <g
              key={item.id}
              data-item={item.id}
              transform={moving ? `translate(${drag.dx} ${drag.dy})` : undefined}
              className={mode === 'items' ? 'cursor-move' : undefined}
              opacity={mode === 'seats' && item.kind !== 'rows' && item.kind !== 'table' ? 0.4 : 1}
            >
              <ItemView item={item} plan={plan} name={name} near={near} goneToo={mode === 'seats'} />
              {mode === 'items' ? <Touch item={item} /> : null}
              {mode === 'items' && chosen.has(item.id) ? <Outline box={boxOf(item)} /> : null}
            </g>
          )
        })}
        <g
          transform={`translate(${plan.focus.x} ${plan.focus.y})`}
          className="pointer-events-none"
          style={{ stroke: 'var(--accent-mark)' }}
          strokeWidth={6}
          fill="none"
        >
          <circle r={26} />
          <path d="M-44 0h28M16 0h28M0-44v28M0 16v28" />
        </g>
        {marked.map(seat => (
          <circle key={seat.key} cx={seat.x} cy={seat.y} r={27} fill="none" style={{ stroke: 'var(--focus)' }} strokeWidth={7} />
        ))}
        {frame ? (
          <rect
            x={Math.min(frame.from.x, frame.to.x)}
            y={Math.min(frame.from.y, frame.to.y)}
            width={Math.abs(frame.to.x - frame.from.x)}
            height={Math.abs(frame.to.y - frame.from.y)}
            style={{ fill: 'var(--ion-soft)', stroke: 'var(--ion)' }}
            strokeWidth={4}
            opacity={0.6}
          />
        ) : null}
      </svg>
      <div className="absolute top-2 right-2 flex flex-col gap-1 rounded-full border border-line bg-surface p-1 shadow-lift">
        <IconButton icon={ZoomIn} label={t.seating.pick.zoomIn} size="sm" tip={false} onClick={() => view.zoom(1.4)} />
        <IconButton icon={ZoomOut} label={t.seating.pick.zoomOut} size="sm" tip={false} onClick={() => view.zoom(1 / 1.4)} />
        <IconButton icon={Maximize2} label={t.seating.pick.whole} size="sm" tip={false} onClick={view.fit} />
      </div>
      <p id={`${name}-keys`} className="sr-only">
        {t.selling.seating.keys}
      </p>
    </div>
  )
}
const Outline = ({ box }: { box: Box }) => (
  <rect
    x={box.x - 14}
    y={box.y - 14}
    width={box.width + 28}
    height={box.height + 28}
    rx={14}
    fill="none"
    style={{ stroke: 'var(--focus)' }}
    strokeWidth={7}
    strokeDasharray="22 12"
    className="pointer-events-none"
  />
)
