import { useNavigate, useRouterState } from '@tanstack/react-router'
import { Search, X } from 'lucide-react'
import { Suspense, useEffect, useRef, useState } from 'react'
import { lazyWithWords } from '../i18n/lazy.ts'
import { useWords } from '../i18n/use.tsx'
import { aroundId, panelId, type PanelKeys } from './keys.ts'

const load = () => import('./panel.tsx')
const Panel = lazyWithWords(async () => (await load()).SearchPanel)

/** Search from anywhere: `/` or Ctrl-K puts the cursor here; results come below while one types, on the page of results they follow the typing. */
export function SearchBox() {
  const t = useWords()
  const navigate = useNavigate()
  const here = useRouterState({
    select: state => ({ on: state.location.pathname === '/search', search: state.location.search as { q?: string; kind?: string } }),
  })
  // While someone types, the box is theirs; otherwise it shows what the page shows.
  const [draft, setDraft] = useState<string | null>(null)
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState<string | null>(null)
  const typed = draft ?? (here.on ? String(here.search.q ?? '') : '')
  const form = useRef<HTMLFormElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const keys = useRef<PanelKeys>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const shown = open && !here.on
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement
      const slash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey
      const k = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
      if ((!slash && !k) || (slash && target.closest('input, textarea, select, [contenteditable]'))) return
      event.preventDefault()
      input.current?.focus()
      input.current?.select()
    }
    document.addEventListener('keydown', focus)
    return () => document.removeEventListener('keydown', focus)
  }, [])
  useEffect(() => {
    if (!shown) return
    const away = (event: PointerEvent) => {
      const target = event.target as HTMLElement
      if (!form.current?.contains(target) && !target.closest(`#${aroundId}`)) setOpen(false)
    }
    document.addEventListener('pointerdown', away)
    return () => document.removeEventListener('pointerdown', away)
  }, [shown])
  const go = (q: string, wait: number) => {
    clearTimeout(timer.current)
    const kind = here.on && here.search.kind ? { kind: here.search.kind } : {}
    timer.current = setTimeout(() => void navigate({ to: '/search', search: (q ? { q, ...kind } : {}) as never, replace: here.on }), wait)
  }
  const close = () => {
    setOpen(false)
    setActive(null)
    setDraft(null)
    input.current?.blur()
  }
  return (
    <form
      ref={form}
      role="search"
      className="relative max-w-md"
      onSubmit={event => {
        event.preventDefault()
        setOpen(false)
        go(typed.trim(), 0)
        void import('./recent.ts').then(recent => recent.keepSearch(typed))
      }}
    >
      <Search size={16} aria-hidden className="pointer-events-none absolute top-3 left-3.5 text-muted" />
      <input
        ref={input}
        type="search"
        name="q"
        role="combobox"
        aria-expanded={shown}
        aria-controls={panelId}
        aria-autocomplete="list"
        aria-activedescendant={shown && active !== null ? active : undefined}
        value={typed}
        aria-label={t.common.search}
        aria-keyshortcuts="/ Control+K"
        placeholder={t.shell.searchPlaceholder}
        autoComplete="off"
        spellCheck={false}
        onFocus={() => {
          void load()
          setOpen(true)
        }}
        onClick={() => setOpen(true)}
        onBlur={event => {
          if (here.on) setDraft(null)
          // By Tab to somewhere else: the results go; a press inside them comes before.
          if (event.relatedTarget instanceof HTMLElement && !event.relatedTarget.closest(`#${aroundId}`)) setOpen(false)
        }}
        onKeyDown={event => {
          if (event.key === 'Escape' && shown) {
            event.preventDefault()
            close()
          } else if (shown && !event.nativeEvent.isComposing && keys.current?.press(event)) event.preventDefault()
        }}
        onChange={event => {
          setDraft(event.target.value)
          setOpen(true)
          if (here.on) go(event.target.value.trim(), 180)
        }}
        className="h-10 w-full rounded-full bg-raised pr-9 pl-10 text-sm placeholder:text-muted hover:inset-ring hover:inset-ring-line-strong/50 focus-visible:rounded-full [&::-webkit-search-cancel-button]:hidden"
      />
      {typed ? (
        <button
          type="button"
          aria-label={t.common.close}
          className="absolute top-1 right-1 grid size-8 place-items-center rounded-full text-muted hover:text-ink"
          onClick={() => {
            setDraft('')
            if (here.on) go('', 0)
            input.current?.focus()
          }}
        >
          <X size={15} aria-hidden />
        </button>
      ) : (
        <kbd
          aria-hidden
          className="pointer-events-none absolute top-2 right-3 rounded-sm border border-line-strong/60 px-1.5 font-sans text-xs leading-5 text-muted max-sm:hidden"
        >
          /
        </kbd>
      )}
      {shown ? (
        <Suspense fallback={null}>
          <Panel box={form} keys={keys} q={typed} active={active} onActive={setActive} onPick={setDraft} onClose={close} />
        </Suspense>
      ) : null}
    </form>
  )
}
