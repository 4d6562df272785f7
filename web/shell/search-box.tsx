import { useNavigate, useRouterState } from '@tanstack/react-router'
import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useWords } from '../i18n/use.tsx'

/** Search from anywhere: `/` puts the cursor here; results follow the typing. */
export function SearchBox() {
  const t = useWords()
  const navigate = useNavigate()
  const here = useRouterState({
    select: state => ({ on: state.location.pathname === '/search', q: String((state.location.search as { q?: string }).q ?? '') }),
  })
  // While someone types, the box is theirs; otherwise it shows what the page shows.
  const [draft, setDraft] = useState<string | null>(null)
  const typed = draft ?? (here.on ? here.q : '')
  const input = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement
      if (
        event.key !== '/' ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        target.closest('input, textarea, select, [contenteditable]')
      )
        return
      event.preventDefault()
      input.current?.focus()
      input.current?.select()
    }
    document.addEventListener('keydown', focus)
    return () => document.removeEventListener('keydown', focus)
  }, [])
  const go = (q: string, wait: number) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void navigate({ to: '/search', search: q ? { q } : {}, replace: here.on }), wait)
  }
  return (
    <form
      role="search"
      className="relative max-w-md"
      onSubmit={event => {
        event.preventDefault()
        go(typed.trim(), 0)
      }}
    >
      <Search size={16} aria-hidden className="pointer-events-none absolute top-3 left-3.5 text-muted" />
      <input
        ref={input}
        type="search"
        name="q"
        value={typed}
        aria-label={t.common.search}
        aria-keyshortcuts="/"
        placeholder={t.shell.searchPlaceholder}
        autoComplete="off"
        spellCheck={false}
        onBlur={() => setDraft(null)}
        onChange={event => {
          setDraft(event.target.value)
          if (event.target.value.trim() || here.on) go(event.target.value.trim(), 180)
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
    </form>
  )
}
