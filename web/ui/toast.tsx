import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useWords } from '../i18n/use.tsx'
import { IconButton } from './button.tsx'

type Toast = { id: number; text: string; tone: 'plain' | 'good' | 'bad'; action?: { label: string; run: () => void } }

let toasts: Toast[] = []
let last = 0
const listeners = new Set<() => void>()
const change = (next: Toast[]) => {
  toasts = next
  for (const listener of listeners) listener()
}
const dismiss = (id: number) => change(toasts.filter(toast => toast.id !== id))

/** Says something for a few seconds; longer when it offers to undo. Read aloud politely. */
export function toast(text: string, options: { tone?: Toast['tone']; action?: Toast['action'] } = {}): void {
  const id = ++last
  change([...toasts.slice(-2), { id, text, tone: options.tone ?? 'plain', ...(options.action ? { action: options.action } : {}) }])
  setTimeout(() => dismiss(id), options.action || options.tone === 'bad' ? 8000 : 4500)
}

const none: Toast[] = []

/** Where toasts appear; once, near the root. */
export function Toasts() {
  const t = useWords()
  const shown = useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => toasts,
    () => none,
  )
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 bottom-[calc(var(--player-height)+var(--tabs-height)+12px)] z-60 flex flex-col items-center gap-2"
    >
      {shown.map(toast => (
        <div
          key={toast.id}
          className="animate-rise pointer-events-auto flex max-w-lg items-center gap-3 rounded-md bg-ink py-2 pr-2 pl-4 text-sm text-bg shadow-pop"
        >
          {toast.tone === 'good' ? (
            <CircleCheck size={18} aria-hidden />
          ) : toast.tone === 'bad' ? (
            <CircleAlert size={18} aria-hidden />
          ) : null}
          <span className="py-1">{toast.text}</span>
          {toast.action ? (
            <button
              type="button"
              className="shrink-0 rounded-full px-3 py-1 font-semibold whitespace-nowrap underline underline-offset-4 coarse:py-2.5"
              onClick={() => {
                toast.action?.run()
                dismiss(toast.id)
              }}
            >
              {toast.action.label}
            </button>
          ) : null}
          <IconButton
            icon={X}
            label={t.common.close}
            size="sm"
            tip={false}
            className="text-bg hover:bg-transparent hover:text-bg"
            onClick={() => dismiss(toast.id)}
          />
        </div>
      ))}
    </div>
  )
}
