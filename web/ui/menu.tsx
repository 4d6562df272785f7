import { cloneElement, lazy, Suspense, useState, type ReactElement } from 'react'
import type { MenuEntry } from './menu-entry.ts'

const load = () => import('./menu-open.tsx')
const OpenMenu = lazy(() => load().then(module => ({ default: module.OpenMenu })))

type MenuProps = { label: string; trigger: ReactElement; entries: readonly MenuEntry[]; align?: 'start' | 'end' }

/** A menu under a button. What makes it work (focus, keys, placing) is fetched when someone reaches for the first one. */
export function Menu({ label, trigger, entries, align = 'end' }: MenuProps) {
  const [armed, setArmed] = useState(false)
  const resting = cloneElement(trigger as ReactElement<Record<string, unknown>>, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onPointerEnter: () => void load(),
    onFocus: () => void load(),
    onClick: () => setArmed(true),
  })
  if (!armed) return resting
  return (
    <Suspense fallback={resting}>
      <OpenMenu label={label} trigger={trigger} entries={entries} align={align} />
    </Suspense>
  )
}
