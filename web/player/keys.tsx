import { Suspense, useEffect, useState } from 'react'
import { lazyWithWords } from '../i18n/lazy.ts'
import { player } from './player.ts'
import type { NowView } from './view.ts'

const KeyHelp = lazyWithWords(() => import('./key-help.tsx').then(module => module.KeyHelp))

const typing = 'input:not([type=range]), textarea, select, [contenteditable]'
const pressable = 'button, a, summary, [role=button], [role=menuitem], [role=menuitemradio], [role=tab], [role=switch], [role=radio]'
/** These want arrows, letters and figures for themselves. */
const choosing = '[role=slider], input[type=range], [role=tablist], [role=menu], [role=listbox], [role=grid]'

/** Keyboard from anywhere, except while someone types or a control wants the key itself. */
export function Keys({ onView }: { onView: (view: NowView, toggle: boolean) => void }) {
  const [help, setHelp] = useState(false)
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return
      if (target.closest(typing)) return
      const control = target.closest(pressable)
      const { key, shiftKey: shift } = event
      const run = (action: () => void) => {
        event.preventDefault()
        action()
      }
      if (key === ' ' && (!control || control.hasAttribute('data-player-toggle')))
        return event.repeat ? event.preventDefault() : run(() => player.toggle())
      if (key === '?') return run(() => setHelp(true))
      const volume = (by: number) => player.setVolume(player.getState().volume + by)
      const inMenu = target.closest(choosing)
      if (!inMenu) {
        if (key === 'ArrowRight') return run(() => (shift ? player.next() : player.seekBy(5000)))
        if (key === 'ArrowLeft') return run(() => (shift ? player.previous() : player.seekBy(-5000)))
        if (shift && key === 'ArrowUp') return run(() => volume(0.05))
        if (shift && key === 'ArrowDown') return run(() => volume(-0.05))
      }
      if (target.closest('[role=menu], [role=listbox], [role=grid]')) return
      if (key === '+' || key === '=') return run(() => volume(0.05))
      if (key === '-') return run(() => volume(-0.05))
      // Letters stand alone: with shift, or in a window that asks something, they are not ours.
      if (shift || target.closest('[role=dialog]:not([data-player]), [role=alertdialog]')) return
      if (/^\d$/.test(key)) return run(() => player.seek((player.getState().durationMs * Number(key)) / 10))
      letters[key.toLowerCase()]?.(run, event.repeat)
    }
    const view = (to: NowView) => (run: Run, held: boolean) => run(() => !held && onView(to, true))
    const letters: Record<string, (run: Run, held: boolean) => void> = {
      k: (run, held) => run(() => !held && player.toggle()),
      j: run => run(() => player.seekBy(-10_000)),
      l: run => run(() => player.seekBy(10_000)),
      n: run => run(() => player.next()),
      p: run => run(() => player.previous()),
      m: run => run(() => player.toggleMute()),
      s: run => run(() => player.toggleShuffle()),
      r: run => run(() => player.nextRepeat()),
      f: view('cover'),
      y: view('lyrics'),
      q: view('queue'),
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
type Run = (action: () => void) => void
