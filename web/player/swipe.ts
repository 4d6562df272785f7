import { useLayoutEffect, useMemo, useRef, type PointerEvent, type MouseEvent } from 'react'

export type Direction = 'left' | 'right' | 'up' | 'down'
type Swipe = {
  /** How far the finger is from where it came down, in CSS pixels, along the one axis it took. */
  onMove?: (dx: number, dy: number) => void
  /** The finger left; the direction when that was far or fast enough. */
  onEnd: (direction: Direction | null) => void
}

/** Pixels before a touch counts as a swipe and its axis is decided. */
const slack = 8
const far = 72
/** Pixels per ms. */
const fast = 0.45

/** Which way a finger went that ends here, or null when it was neither far nor fast. */
export function directionOf(dx: number, dy: number, axis: 'x' | 'y', milliseconds: number): Direction | null {
  const way = axis === 'x' ? dx : dy
  const enough = Math.abs(way) >= far || (Math.abs(way) >= slack * 3 && Math.abs(way) / Math.max(1, milliseconds) >= fast)
  if (!enough) return null
  return axis === 'x' ? (dx < 0 ? 'left' : 'right') : dy < 0 ? 'up' : 'down'
}

/** Handlers for an element that is swiped by finger or pen (give it `touch-action: none`). A swipe is no press. */
export function useSwipe(swipe: Swipe) {
  const now = useRef(swipe)
  useLayoutEffect(() => {
    now.current = swipe
  })
  const from = useRef<{ id: number; x: number; y: number; at: number; axis: 'x' | 'y' | null } | null>(null)
  const swiped = useRef(false)
  return useMemo(() => {
    const way = (event: PointerEvent) => {
      const start = from.current!
      const [dx, dy] = [event.clientX - start.x, event.clientY - start.y]
      return start.axis === 'x' ? [dx, 0] : start.axis === 'y' ? [0, dy] : [dx, dy]
    }
    const end = (event: PointerEvent, cancelled: boolean) => {
      const start = from.current
      if (start?.id !== event.pointerId) return
      const [dx, dy] = way(event)
      from.current = null
      if (start.axis) now.current.onEnd(cancelled ? null : directionOf(dx!, dy!, start.axis, event.timeStamp - start.at))
    }
    return {
      onPointerDown: (event: PointerEvent) => {
        swiped.current = false
        if (event.pointerType === 'mouse' || from.current) return
        from.current = { id: event.pointerId, x: event.clientX, y: event.clientY, at: event.timeStamp, axis: null }
      },
      onPointerMove: (event: PointerEvent) => {
        const start = from.current
        if (start?.id !== event.pointerId) return
        let [dx, dy] = way(event)
        if (!start.axis) {
          if (Math.hypot(dx!, dy!) < slack) return
          start.axis = Math.abs(dx!) > Math.abs(dy!) ? 'x' : 'y'
          swiped.current = true
          event.currentTarget.setPointerCapture(event.pointerId)
          ;[dx, dy] = way(event)
        }
        now.current.onMove?.(dx!, dy!)
      },
      onPointerUp: (event: PointerEvent) => end(event, false),
      onPointerCancel: (event: PointerEvent) => end(event, true),
      onClickCapture: (event: MouseEvent) => {
        if (!swiped.current) return
        swiped.current = false
        event.preventDefault()
        event.stopPropagation()
      },
    }
  }, [])
}
