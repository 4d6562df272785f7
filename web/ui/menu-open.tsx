import { Link } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import { DropdownMenu as Radix } from 'radix-ui'
import { useState, type ReactElement } from 'react'
import { cx } from './cx.ts'
import type { MenuEntry } from './menu-entry.ts'

const item =
  'flex w-full cursor-pointer items-center gap-3 rounded-sm px-3 py-2 text-sm outline-none select-none data-highlighted:bg-raised data-disabled:opacity-45 data-disabled:pointer-events-none'

/** The menu itself; mounts open. */
export function OpenMenu({
  label,
  trigger,
  entries,
  align,
}: {
  label: string
  trigger: ReactElement
  entries: readonly MenuEntry[]
  align: 'start' | 'end'
}) {
  const [open, setOpen] = useState(true)
  return (
    <Radix.Root modal={false} open={open} onOpenChange={setOpen}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={8}
          collisionPadding={12}
          aria-label={label}
          className="animate-rise z-50 max-h-[70dvh] max-w-[80vw] min-w-52 overflow-y-auto rounded-md border border-line bg-surface p-1.5 shadow-pop"
        >
          {entries.map((entry, index) => (
            <Row key={index} entry={entry} />
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function Row({ entry }: { entry: MenuEntry }) {
  if (entry.kind === 'line') return <Radix.Separator className="my-1.5 h-px bg-line" />
  if (entry.kind === 'head') return <div className="px-3 pt-2 pb-2.5">{entry.content}</div>
  if (entry.kind === 'choices') {
    return (
      <Radix.RadioGroup value={entry.value} onValueChange={entry.choose} aria-label={entry.name}>
        <Radix.Label className="px-3 pt-2 pb-1 text-xs text-muted">{entry.name}</Radix.Label>
        {entry.choices.map(choice => (
          <Radix.RadioItem key={choice.value} value={choice.value} lang={choice.lang} className={item}>
            <span className="grid size-4 place-items-center">
              <Radix.ItemIndicator>
                <Check size={15} aria-hidden className="text-accent-ink" />
              </Radix.ItemIndicator>
            </span>
            {choice.name}
          </Radix.RadioItem>
        ))}
      </Radix.RadioGroup>
    )
  }
  const { icon: Icon } = entry
  if (entry.kind === 'link') {
    return (
      <Radix.Item asChild className={item}>
        <Link to={entry.to as '/'} params={entry.params as never} search={entry.search as never}>
          {Icon ? <Icon size={16} aria-hidden className="text-muted" /> : null}
          {entry.name}
        </Link>
      </Radix.Item>
    )
  }
  return (
    <Radix.Item disabled={entry.disabled} onSelect={entry.run} className={cx(item, entry.danger && 'text-danger')}>
      {Icon ? <Icon size={16} aria-hidden className={entry.danger ? '' : 'text-muted'} /> : null}
      {entry.name}
    </Radix.Item>
  )
}
