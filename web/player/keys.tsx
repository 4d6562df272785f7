import { lazy, Suspense, useEffect, useState } from 'react'
import type { NowView } from './view.ts'
import { player } from './player.ts'

const KeyHelp = lazy(() => import('./key-help.tsx').then(module => ({ default: module.KeyHelp })))

/** Keyboard from anywhere, except while someone types or a control wants the key itself. */
export function Keys({ onView }: { onView: (view: NowView) => void }) {
  const [help, setHelp] = useState(false)
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      if (target.closest('input:not([type=range]), textarea, select, [contenteditable]')) return
      const control = target.closest(
        'button, a, [role=button], [role=menuitem], [role=menuitemradio], [role=tab], [role=switch], summary, [role=radio]',
      )
      const slider = target.closest('[role=slider], input[type=range], [role=tablist], [role=menu]')
      const run = (action: () => void) => {
        event.preventDefault()
        action()
      }
      if (event.key === ' ' && (!control || control.hasAttribute('data-player-toggle')))
        return event.repeat ? event.preventDefault() : run(() => player.toggle())
      if (event.key === '?') return run(() => setHelp(true))
      if (slider) return
      const shift = event.shiftKey
      if (event.key === 'ArrowRight') return run(() => (shift ? player.next() : player.seekBy(5000)))
      if (event.key === 'ArrowLeft') return run(() => (shift ? player.previous() : player.seekBy(-5000)))
      if (shift && event.key === 'ArrowUp') return run(() => player.setVolume(player.getState().volume + 0.05))
      if (shift && event.key === 'ArrowDown') return run(() => player.setVolume(player.getState().volume - 0.05))
      if (shift) return
      if (event.key === 'm') return run(() => player.toggleMute())
      if (event.key === 'f') return run(() => onView('cover'))
      if (event.key === 'l') return run(() => onView('lyrics'))
      if (event.key === 'q') return run(() => onView('queue'))
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [onView])
  return help ? (
    <Suspense>
      <KeyHelp open={help} onOpenChange={setHelp} />
    </Suspense>
  ) : null
}
