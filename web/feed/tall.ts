import { useEffect, useState } from 'react'

const phone = '(width < 40rem)'

/** On a phone: the height above its keyboard, in px; null on wide screens. */
export function useTall(): number | null {
  const [tall, setTall] = useState<number | null>(null)
  useEffect(() => {
    const view = visualViewport
    if (!view) return
    const narrow = matchMedia(phone)
    const measure = () => setTall(narrow.matches ? Math.round(view.height) : null)
    measure()
    view.addEventListener('resize', measure)
    narrow.addEventListener('change', measure)
    return () => {
      view.removeEventListener('resize', measure)
      narrow.removeEventListener('change', measure)
    }
  }, [])
  return tall
}
