import { useEffect, useRef, useState, type RefObject } from 'react'

/** The width of an element in CSS pixels, at least `least`; `first` until it is known (and on the server). */
export function useWidth(first: number, least = 40): [RefObject<HTMLDivElement | null>, number] {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(first)
  useEffect(() => {
    const element = box.current
    if (!element) return
    const observer = new ResizeObserver(entries => setWidth(Math.max(least, Math.round(entries[0]!.contentRect.width))))
    observer.observe(element)
    return () => observer.disconnect()
  }, [least])
  return [box, width]
}
