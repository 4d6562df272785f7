import { Maximize2, ZoomIn, ZoomOut } from 'lucide-react'
import { memo, useCallback, useId, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import type { Plan } from '../../shared/seating-plan.ts'
import { useWords } from '../i18n/use.tsx'
import { IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { isFree, type Known, type PickTier } from './choice.ts'
import { Ground, Patterns, SmallPlan } from './drawing.tsx'
import { boundsOf, dots, finderOf, nextSeat, seatRadius, toneOf } from './looks.ts'
import { seatText } from './side.tsx'
import { useHands, useView } from './viewport.ts'

type Props = {
  plan: Plan
  known: Known
  tiers: readonly PickTier[]
  tones: ReadonlyMap<string, number>
  /** Only seats of this tier stand out. */
  only: string | null
  chosen: readonly string[]
  /** Seats the choice would leave alone. */
  alone: readonly number[]
  onPress: (place: number) => void
  /** Staff: blocked seats can be pressed, too, and look different from sold ones. */
  desk?: boolean
}
/** Below so many pixels across a finger cannot mean one seat: the first touch comes nearer. */
const touchable = 15
const arrows = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const

/** All seats that are not chosen, as a few paths: by tier what is free, and what is not. */
const Seats = memo(function Seats({ known, tones, only, name, desk }: Pick<Props, 'known' | 'tones' | 'only' | 'desk'> & { name: string }) {
  const paths = useMemo(() => {
    const by = new Map<string, { x: number; y: number }[]>()
    for (const [place, seat] of known.layout.seats.entries()) {
      const tier = known.tierAt(place)
      const state = known.stateAt(place)
      const key = tier === null || state === '-' ? 'off' : isFree(known, place) ? `free ${tier}` : desk === true ? `${state} ` : 'taken'
      const own = by.get(key)
      if (own === undefined) by.set(key, [seat])
      else own.push(seat)
    }
    return [...by].map(([key, seats]) => ({
      key,
      path: dots(seats, key.startsWith('free') || desk === true ? seatRadius : key === 'off' ? 8 : 13),
    }))
  }, [known, desk])
  return paths.map(({ key, path }) => {
    const tier = key.startsWith('free ') ? key.slice(5) : null
    if (tier !== null)
      return (
        <path
          key={key}
          d={path}
          fill={`url(#${name}-${tones.get(tier) ?? 0})`}
          opacity={only === null || only === tier ? 1 : 0.16}
          className="transition-opacity"
        />
      )
    const look =
      key === 's ' || key === 'y '
        ? { fill: 'var(--ink)' }
        : key === 'h '
          ? { fill: 'var(--held)' }
          : key === 'b '
            ? { fill: 'var(--surface)', stroke: 'var(--danger)' }
            : { fill: key === 'off' ? 'var(--line)' : 'var(--line-strong)', opacity: key === 'off' ? 0.7 : 0.5 }
    return <path key={key} d={path} style={look} strokeWidth={6} />
  })
})

/** The map of a hall: zoom, move, choose; with fingers, mouse and keys. */
export function SeatChart({ plan, known, tiers, tones, only, chosen, alone, onPress, desk }: Props) {
  const t = useWords()
  const name = useId()
  const svg = useRef<SVGSVGElement>(null)
  const { layout } = known
  const whole = useMemo(() => boundsOf(plan, layout.seats, plan.items), [plan, layout])
  const view = useView(svg, whole)
  const find = useMemo(() => finderOf(layout.seats), [layout])
  const small = useMemo(() => dots(layout.seats, 24), [layout])
  const [active, setActive] = useState<number | null>(null)
  const [hover, setHover] = useState<{ place: number; left: number; top: number } | null>(null)
  const prices = useMemo(() => new Map(tiers.map(tier => [tier.tier, tier])), [tiers])
  const itemTone = useMemo(() => {
    // A floor has the colour of its tier if there is one by its category; else none.
    const by = new Map<string, number>()
    for (const [place, seat] of layout.seats.entries()) {
      const tier = known.tierAt(place)
      if (tier !== null && !by.has(seat.category)) by.set(seat.category, tones.get(tier) ?? 0)
    }
    return by
  }, [layout, known, tones])
  const mine = useMemo(() => chosen.flatMap(key => layout.index.get(key) ?? []), [chosen, layout])
  const pressable = useCallback((place: number) => isFree(known, place) || (desk === true && known.stateAt(place) === 'b'), [known, desk])
  const hands = useHands(svg, view, {
    onTap: (at, event) => {
      setHover(null)
      const size = seatRadius * 2 * view.scale
      if (event.pointerType !== 'mouse' && size < touchable) return view.zoom((touchable / Math.max(size, 2)) * 1.8, at)
      const place = find(at.x, at.y, event.pointerType === 'mouse' ? 27 : Math.max(27, 20 / view.scale))
      if (place === null) return
      setActive(place)
      if (pressable(place)) onPress(place)
    },
  })
  const say = (place: number): string => {
    const seat = layout.seats[place]!
    const tier = prices.get(known.tierAt(place) ?? '')
    const marks = [
      seat.restricted ? t.seating.marks.restricted : null,
      seat.accessible ? t.seating.marks.accessible : null,
      seat.companion ? t.seating.marks.companion : null,
    ]
    const state = chosen.includes(seat.key) ? t.seating.pick.isChosen : isFree(known, place) ? null : t.seating.pick.taken
    return [seatText(t, seat), tier?.name, tier?.price, state, ...marks].filter(Boolean).join(', ')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const go = (place: number) => {
      event.preventDefault()
      setActive(place)
      view.reveal(layout.seats[place]!.x, layout.seats[place]!.y)
    }
    const here = active ?? mine[0] ?? layout.seats.findIndex((_, place) => pressable(place))
    if (here < 0) return
    if (arrows.includes(event.key as (typeof arrows)[number]))
      return go(active === null ? here : nextSeat(layout.seats, here, event.key as (typeof arrows)[number]))
    const run = layout.runs.find(one => one.includes(here))
    if (event.key === 'Home' && run) return go(run[0]!)
    if (event.key === 'End' && run) return go(run.at(-1)!)
    if (event.key === '+' || event.key === '=') return view.zoom(1.5, layout.seats[here])
    if (event.key === '-') return view.zoom(1 / 1.5)
    if (event.key === '0') return view.fit()
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      if (active === null) return go(here)
      if (pressable(active)) onPress(active)
    }
  }
  const onHover = (event: PointerEvent<SVGSVGElement>) => {
    hands.onPointerMove(event)
    if (event.pointerType !== 'mouse') return
    const at = view.toPlan(event)
    const place = find(at.x, at.y, 27)
    const frame = event.currentTarget.getBoundingClientRect()
    setHover(place === null ? null : { place, left: event.clientX - frame.left, top: event.clientY - frame.top })
  }
  const near = view.scale > 0.42
  const seen = near && view.scale > 0.5 ? layout.seats.flatMap((seat, place) => (inside(seat, view.seen) ? [place] : [])) : []
  return (
    <div className="relative overflow-hidden rounded-lg border border-line bg-sunken">
      <svg
        ref={svg}
        role="application"
        aria-roledescription={t.seating.pick.mapRole}
        aria-label={t.seating.pick.mapName}
        aria-describedby={`${name}-keys`}
        tabIndex={0}
        viewBox={`${view.box.x} ${view.box.y} ${view.box.width} ${view.box.height}`}
        preserveAspectRatio="xMidYMid meet"
        className={cx(
          'block h-[min(62dvh,640px)] w-full select-none focus-visible:outline-offset-[-3px]',
          view.zoomed ? 'cursor-grab touch-none' : 'touch-pan-y',
        )}
        onKeyDown={onKeyDown}
        onDoubleClick={event => view.zoom(2, view.toPlan(event))}
        onPointerDown={hands.onPointerDown}
        onPointerMove={onHover}
        onPointerUp={hands.onPointerUp}
        onPointerCancel={hands.onPointerCancel}
        onPointerLeave={() => setHover(null)}
      >
        <Patterns name={name} tones={[...tones.values()]} />
        {plan.items.map(item =>
          item.kind === 'rows' ? null : (
            <Ground
              key={item.id}
              item={item}
              tone={item.kind === 'area' ? (itemTone.get(item.category) ?? null) : null}
              stage={t.seating.stage}
              near={near}
            />
          ),
        )}
        <Seats known={known} tones={tones} only={only} name={name} {...(desk === undefined ? {} : { desk })} />
        {plan.items.map(item => (item.kind === 'rows' ? <Ground key={item.id} item={item} tone={null} stage="" near={near} /> : null))}
        {seen.length <= 500
          ? seen.map(place => {
              const seat = layout.seats[place]!
              return chosen.includes(seat.key) || !(isFree(known, place) || desk === true) ? null : (
                <text
                  key={seat.key}
                  x={seat.x}
                  y={seat.y + 1}
                  textAnchor="middle"
                  dominantBaseline="central"
                  fontSize={18}
                  fontWeight={700}
                  style={{ fill: 'var(--surface)', stroke: toneOf(tones.get(known.tierAt(place) ?? '') ?? 0), paintOrder: 'stroke' }}
                  strokeWidth={5}
                  className="pointer-events-none"
                >
                  {seat.accessible ? '♿︎' : seat.number}
                </text>
              )
            })
          : null}
        {alone.map(place => {
          const seat = layout.seats[place]!
          return (
            <circle
              key={seat.key}
              cx={seat.x}
              cy={seat.y}
              r={27}
              fill="none"
              style={{ stroke: 'var(--danger)' }}
              strokeWidth={6}
              strokeDasharray="10 7"
            />
          )
        })}
        {mine.map(place => {
          const seat = layout.seats[place]!
          return (
            <g key={seat.key} transform={`translate(${seat.x} ${seat.y})`} className="pointer-events-none">
              <circle r={25} style={{ fill: 'var(--ink)', stroke: 'var(--surface)' }} strokeWidth={4} />
              <path
                d="M-10 1l7 7 13-15"
                fill="none"
                style={{ stroke: 'var(--accent)' }}
                strokeWidth={6}
                strokeLinecap="round"
                strokeLinejoin="round"
              />
            </g>
          )
        })}
        {active === null ? null : (
          <circle
            cx={layout.seats[active]!.x}
            cy={layout.seats[active]!.y}
            r={31}
            fill="none"
            style={{ stroke: 'var(--focus)' }}
            strokeWidth={6}
            className="pointer-events-none"
          />
        )}
      </svg>
      <div className="absolute top-2 right-2 flex flex-col gap-1 rounded-full border border-line bg-surface p-1 shadow-lift">
        <IconButton icon={ZoomIn} label={t.seating.pick.zoomIn} size="sm" tip={false} onClick={() => view.zoom(1.6)} />
        <IconButton
          icon={ZoomOut}
          label={t.seating.pick.zoomOut}
          size="sm"
          tip={false}
          disabled={!view.zoomed}
          onClick={() => view.zoom(1 / 1.6)}
        />
        <IconButton icon={Maximize2} label={t.seating.pick.whole} size="sm" tip={false} disabled={!view.zoomed} onClick={view.fit} />
      </div>
      {view.zoomed ? (
        <svg
          aria-hidden
          viewBox={`${whole.x} ${whole.y} ${whole.width} ${whole.height}`}
          className="pointer-events-none absolute bottom-2 left-2 h-20 w-28 rounded-md border border-line bg-surface"
        >
          <SmallPlan plan={plan} path={small} />
          <rect
            x={view.seen.x}
            y={view.seen.y}
            width={view.seen.width}
            height={view.seen.height}
            fill="none"
            style={{ stroke: 'var(--accent-mark)' }}
            strokeWidth={whole.width / 60}
            rx={20}
          />
        </svg>
      ) : null}
      {hover ? (
        <p
          aria-hidden
          className="pointer-events-none absolute z-10 max-w-60 -translate-x-1/2 -translate-y-full rounded-md bg-ink px-3 py-1.5 text-xs font-medium text-bg shadow-pop"
          style={{ left: hover.left, top: hover.top - 12 }}
        >
          {say(hover.place)}
        </p>
      ) : null}
      <p id={`${name}-keys`} className="sr-only">
        {t.seating.pick.keys}
      </p>
      <p role="status" className="sr-only">
        {active === null ? '' : say(active)}
      </p>
    </div>
  )
}
const inside = (seat: { x: number; y: number }, box: { x: number; y: number; width: number; height: number }): boolean =>
  seat.x > box.x && seat.x < box.x + box.width && seat.y > box.y && seat.y < box.y + box.height
