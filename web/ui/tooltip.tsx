import { cloneElement, useEffect, useRef, useState, type ReactElement } from 'react'

type Side = 'top' | 'bottom'

/** A short name beside a picture-only control. It repeats the control's accessible name, so nothing is lost without it. */
export const Tip = ({ text, children, side = 'top' }: { text: string; children: ReactElement; side?: Side }): ReactElement =>
  cloneElement(children as ReactElement<Record<string, unknown>>, { 'data-tip': text, 'data-tip-side': side })

type Shown = { text: string; x: number; y: number; side: Side }

/** Draws the one tooltip of the page, for whatever carries `data-tip`. Once, near the root. */
export function Tips() {
  const [shown, setShown] = useState<Shown | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const warm = useRef(0)
  useEffect(() => {
    let on: Element | null = null
    const hide = () => {
      clearTimeout(timer.current)
      if (on) warm.current = performance.now()
      on = null
      setShown(null)
    }
    const show = (element: Element, wait: number) => {
      if (element === on) return
      clearTimeout(timer.current)
      on = element
      timer.current = setTimeout(() => {
        if (!element.isConnected) return
        const rect = element.getBoundingClientRect()
        const side = element.getAttribute('data-tip-side') === 'bottom' || rect.top < 44 ? 'bottom' : 'top'
        setShown({
          text: element.getAttribute('data-tip') ?? '',
          x: Math.min(innerWidth - 12, Math.max(12, rect.left + rect.width / 2)),
          y: side === 'top' ? rect.top - 7 : rect.bottom + 7,
          side,
        })
      }, wait)
    }
    const over = (event: PointerEvent) => {
      const element = event.pointerType === 'mouse' ? (event.target as Element).closest('[data-tip]') : null
      if (element) show(element, performance.now() - warm.current < 300 ? 0 : 450)
      else if (on) hide()
    }
    const focus = (event: FocusEvent) => {
      const element = (event.target as Element).closest('[data-tip]')
      if (element?.matches(':focus-visible')) show(element, 0)
      else hide()
    }
    const key = (event: KeyboardEvent) => event.key === 'Escape' && hide()
    const options = { passive: true, capture: true } as const
    document.addEventListener('pointerover', over, options)
    document.addEventListener('pointerdown', hide, options)
    document.addEventListener('focusin', focus)
    document.addEventListener('focusout', hide)
    document.addEventListener('keydown', key)
    document.addEventListener('scroll', hide, options)
    return () => {
      clearTimeout(timer.current)
      document.removeEventListener('pointerover', over, options)
      document.removeEventListener('pointerdown', hide, options)
      document.removeEventListener('focusin', focus)
      document.removeEventListener('focusout', hide)
      document.removeEventListener('keydown', key)
      document.removeEventListener('scroll', hide, options)
    }
  }, [])
  if (!shown) return null
  return (
    <div
      aria-hidden
      className="animate-fade pointer-events-none fixed z-70 rounded-sm bg-ink px-2 py-1 text-xs font-medium whitespace-nowrap text-bg"
      style={{ left: shown.x, top: shown.y, translate: `-${edge(shown)}% ${shown.side === 'top' ? '-100%' : '0'}` }}
    >
      {shown.text}
    </div>
  )
}

/** How far left of its point the tooltip begins, in per cent of its width: less near the left edge, more near the right one. */
function edge({ x }: Shown): number {
  if (x < 90) return Math.max(10, (x / 90) * 50)
  const right = innerWidth - x
  return right < 90 ? 100 - Math.max(10, (right / 90) * 50) : 50
}
