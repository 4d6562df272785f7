/** Looking at a plan: what part of it is seen; moved by finger, mouse, wheel and keys. */
import { useEffect, useLayoutEffect, useRef, useState, type PointerEvent as ReactPointer, type RefObject } from 'react'
import type { Box } from './looks.ts'

const nearest = 160
/** Pixels a finger may tremble before it is a move. */
const tremble = 7

export type View = {
  box: Box
  /** What is truly seen: the window is seldom of the same shape. */
  seen: Box
  /** Screen pixels of one centimetre; 0 until it is known. */
  scale: number
  zoomed: boolean
  zoom: (factor: number, at?: { x: number; y: number }) => void
  move: (dx: number, dy: number) => void
  fit: () => void
  /** Shows that place, moving only as far as needed. */
  reveal: (x: number, y: number) => void
  toPlan: (event: { clientX: number; clientY: number }) => { x: number; y: number }
}
const useIsoLayout = typeof window === 'undefined' ? useEffect : useLayoutEffect

export function useView(svg: RefObject<SVGSVGElement | null>, whole: Box): View {
  const [kept, setKept] = useState({ whole, box: whole })
  const [size, setSize] = useState({ width: 0, height: 0 })
  // Another plan is looked at as a whole first.
  const box = kept.whole === whole ? kept.box : whole
  useIsoLayout(() => {
    const element = svg.current
    if (!element) return
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight })
    measure()
    const watch = new ResizeObserver(measure)
    watch.observe(element)
    return () => watch.disconnect()
  }, [svg])
  const change = (next: (now: Box) => Box): void =>
    setKept(before => {
      const to = next(before.whole === whole ? before.box : whole)
      if (to.width >= whole.width) return { whole, box: whole }
      // The middle of what is seen stays on the plan.
      const x = Math.min(Math.max(to.x, whole.x - to.width / 2), whole.x + whole.width - to.width / 2)
      const y = Math.min(Math.max(to.y, whole.y - to.height / 2), whole.y + whole.height - to.height / 2)
      return { whole, box: { ...to, x, y } }
    })
  const scale = Math.min(size.width / box.width, size.height / box.height)
  const width = scale > 0 ? size.width / scale : box.width
  const height = scale > 0 ? size.height / scale : box.height
  return {
    box,
    seen: { x: box.x - (width - box.width) / 2, y: box.y - (height - box.height) / 2, width, height },
    scale,
    zoomed: box.width < whole.width * 0.98,
    zoom: (factor, at) =>
      change(now => {
        const width = Math.max(nearest, now.width / factor)
        const share = width / now.width
        const middle = at ?? { x: now.x + now.width / 2, y: now.y + now.height / 2 }
        return { x: middle.x - (middle.x - now.x) * share, y: middle.y - (middle.y - now.y) * share, width, height: now.height * share }
      }),
    move: (dx, dy) => change(now => ({ ...now, x: now.x + dx, y: now.y + dy })),
    fit: () => setKept({ whole, box: whole }),
    reveal: (x, y) =>
      change(now => {
        const edge = Math.min(120, now.width / 6, now.height / 6)
        const dx = x < now.x + edge ? x - now.x - edge : x > now.x + now.width - edge ? x - now.x - now.width + edge : 0
        const dy = y < now.y + edge ? y - now.y - edge : y > now.y + now.height - edge ? y - now.y - now.height + edge : 0
        return { ...now, x: now.x + dx, y: now.y + dy }
      }),
    toPlan: event => {
      const matrix = svg.current?.getScreenCTM()
      if (!matrix) return { x: 0, y: 0 }
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse())
      return { x: point.x, y: point.y }
    },
  }
}

/**
 * Fingers and mouse on the plan: one moves it, two zoom it, a short touch is `onTap`. Ctrl and the wheel zoom; with `wheelMoves` the wheel alone moves.
 * `onGrab` may take a press for itself (dragging a thing): true keeps the plan where it is.
 */
export function useHands(
  svg: RefObject<SVGSVGElement | null>,
  view: View,
  {
    onTap,
    onGrab,
    wheelMoves = false,
  }: {
    onTap: (at: { x: number; y: number }, event: ReactPointer) => void
    onGrab?: (at: { x: number; y: number }, event: ReactPointer) => boolean
    wheelMoves?: boolean
  },
) {
  const fingers = useRef(new Map<number, { x: number; y: number }>())
  const start = useRef<{ x: number; y: number; moved: boolean } | null>(null)
  const current = useRef(view)
  useEffect(() => {
    current.current = view
  })
  useEffect(() => {
    const element = svg.current
    if (!element) return
    const wheel = (event: WheelEvent): void => {
      const { zoom, move, toPlan, scale } = current.current
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault()
        zoom(Math.exp(-event.deltaY / 240), toPlan(event))
      } else if (wheelMoves && scale > 0) {
        event.preventDefault()
        move(event.deltaX / scale, event.deltaY / scale)
      }
    }
    // React listens passively: the page would zoom, too.
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  }, [svg, wheelMoves])
  return {
    onPointerDown: (event: ReactPointer<SVGSVGElement>) => {
      if (event.pointerType === 'mouse' && event.button !== 0 && event.button !== 1) return
      if (fingers.current.size === 0 && event.button === 0 && onGrab?.(view.toPlan(event), event) === true) return
      fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
      start.current = fingers.current.size === 1 ? { x: event.clientX, y: event.clientY, moved: false } : null
    },
    onPointerMove: (event: ReactPointer<SVGSVGElement>) => {
      const before = fingers.current.get(event.pointerId)
      if (!before || view.scale === 0) return
      const now = { x: event.clientX, y: event.clientY }
      const others = [...fingers.current.entries()].filter(([id]) => id !== event.pointerId)
      if (others.length === 0) {
        const first = start.current
        if (first && !first.moved && Math.hypot(now.x - first.x, now.y - first.y) < tremble) return
        if (first) first.moved = true
        // A finger moves the page until the plan is zoomed in.
        if (event.pointerType !== 'mouse' && !view.zoomed && !wheelMoves) return
        svg.current?.setPointerCapture(event.pointerId)
        view.move((before.x - now.x) / view.scale, (before.y - now.y) / view.scale)
      } else {
        const other = others[0]![1]
        const was = Math.hypot(before.x - other.x, before.y - other.y)
        const is = Math.hypot(now.x - other.x, now.y - other.y)
        if (was > 0) view.zoom(is / was, view.toPlan({ clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 }))
      }
      fingers.current.set(event.pointerId, now)
    },
    onPointerUp: (event: ReactPointer<SVGSVGElement>) => {
      const known = fingers.current.delete(event.pointerId)
      const first = start.current
      start.current = null
      if (known && first && !first.moved) onTap(view.toPlan(event), event)
    },
    onPointerCancel: (event: ReactPointer<SVGSVGElement>) => {
      fingers.current.delete(event.pointerId)
      start.current = null
    },
  }
}
