import { useQuery } from '@tanstack/react-query'
import {
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  type ComponentProps,
  type KeyboardEvent,
  type RefObject,
} from 'react'
import { read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { askedAt, putName, type Named } from './mentions.ts'
import type { Mentionable } from './post.ts'

type AreaProps = {
  label: string
  value: string
  named: Named
  onChange: (text: string, named: Named) => void
  /** Where people can be named; without it nobody is offered. */
  group: string | undefined
  /** The list of names stands over the text instead of below. */
  up?: boolean
  area?: RefObject<HTMLTextAreaElement | null>
} & Pick<ComponentProps<'textarea'>, 'placeholder' | 'maxLength' | 'className' | 'autoFocus' | 'onKeyDown' | 'onFocus' | 'rows'>

const useBrowserLayout = import.meta.env.SSR ? useEffect : useLayoutEffect

/** A text that grows with what is typed; @ offers the people of the group (arrows and Enter, or a press). */
export function MentionArea({ label, value, named, onChange, group, up, area, className, onKeyDown, ...rest }: AreaProps) {
  const t = useWords()
  const id = useId()
  const own = useRef<HTMLTextAreaElement>(null)
  useImperativeHandle(area, () => own.current!)
  const [asked, setAsked] = useState<{ from: number; q: string } | null>(null)
  const [active, setActive] = useState(0)
  const cursorAfter = useRef<number | null>(null)
  const { data } = useQuery({
    ...read('GET /groups/:group/mentionable', { group: group ?? '', q: asked?.q ?? '' }),
    enabled: asked !== null && group !== undefined,
    placeholderData: before => before,
    staleTime: 60_000,
  })
  const people = asked && group !== undefined ? (data?.items.slice(0, 8) ?? []) : []
  const open = people.length > 0
  useBrowserLayout(() => {
    const text = own.current
    if (!text) return
    text.style.height = 'auto'
    text.style.height = `${text.scrollHeight}px`
    if (cursorAfter.current === null) return
    text.setSelectionRange(cursorAfter.current, cursorAfter.current)
    cursorAfter.current = null
  }, [value])
  const follow = (text: HTMLTextAreaElement) => {
    const next = askedAt(text.value, text.selectionStart)
    if (next?.q !== asked?.q) setActive(0)
    setAsked(next)
  }
  const choose = (one: Mentionable | undefined) => {
    const text = own.current
    if (!one || !asked || !text) return
    const put = putName(value, asked.from, text.selectionStart, one.name)
    cursorAfter.current = put.cursor
    onChange(put.text, { ...named, [one.name]: one.id })
    setAsked(null)
    text.focus()
  }
  const keys = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // A word that is still being composed keeps its keys.
    if (open && !event.nativeEvent.isComposing) {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (by) {
        event.preventDefault()
        setActive((active + by + people.length) % people.length)
        return
      }
      if (event.key === 'Enter' || event.key === 'Tab') {
        event.preventDefault()
        choose(people[active])
        return
      }
      if (event.key === 'Escape') {
        event.preventDefault()
        event.stopPropagation()
        setAsked(null)
        return
      }
    }
    onKeyDown?.(event)
  }
  return (
    <div className="relative min-w-0 flex-1">
      <textarea
        rows={1}
        {...rest}
        ref={own}
        value={value}
        aria-label={label}
        {...(open
          ? {
              'aria-controls': `${id}-list`,
              'aria-activedescendant': `${id}-${active}`,
              'aria-autocomplete': 'list' as const,
              'aria-haspopup': 'listbox' as const,
            }
          : {})}
        onChange={event => {
          onChange(event.target.value, named)
          follow(event.target)
        }}
        onSelect={event => follow(event.currentTarget)}
        onBlur={() => setAsked(null)}
        onKeyDown={keys}
        className={cx('block w-full resize-none bg-transparent outline-none placeholder:text-muted', className)}
      />
      {open ? (
        <ul
          id={`${id}-list`}
          role="listbox"
          aria-label={t.feed.mentionList}
          className={cx(
            'animate-rise absolute left-0 z-20 max-h-72 w-full max-w-xs overflow-y-auto rounded-md border border-line bg-surface p-1.5 shadow-pop',
            up ? 'bottom-full mb-2' : 'top-full mt-1',
          )}
        >
          {people.map((one, index) => (
            <li
              key={one.id}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              // The text keeps the cursor.
              onPointerDown={event => event.preventDefault()}
              onClick={() => choose(one)}
              // Not as it appears under a resting pointer.
              onPointerMove={() => index !== active && setActive(index)}
              className="flex cursor-pointer items-center gap-3 rounded-sm px-2.5 py-2 aria-selected:bg-raised"
            >
              <Cover id={one.id} picture={one.picture} alt="" size={32} round className="size-8 shrink-0" />
              <span className="min-w-0 flex-1 truncate font-medium">{one.name}</span>
              {one.role === 'member' ? null : <span className="shrink-0 text-xs text-muted">{t.feed[one.role]}</span>}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
