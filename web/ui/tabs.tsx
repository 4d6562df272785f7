import { Tabs as Radix } from 'radix-ui'
import { useEffect, useRef, useState, type ReactNode } from 'react'

type TabsProps = {
  label: string
  tabs: readonly { value: string; name: ReactNode; content: ReactNode }[]
  value?: string
  onChange?: (value: string) => void
}

/** Tabs with arrow keys; controlled when `value` is given. */
export function Tabs({ label, tabs, value, onChange }: TabsProps) {
  // On a phone the list may be wider than the screen: the open tab is seen, whatever address one came by.
  const list = useRef<HTMLDivElement>(null)
  const [own, setOwn] = useState(tabs[0]?.value)
  const choose = (to: string) => {
    setOwn(to)
    onChange?.(to)
  }
  useEffect(() => {
    const box = list.current
    const on = box?.querySelector('[data-state=active]')
    if (!box || !on || box.scrollWidth <= box.clientWidth) return
    const [outer, inner] = [box.getBoundingClientRect(), on.getBoundingClientRect()]
    if (inner.left < outer.left || inner.right > outer.right) box.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2
  }, [value])
  return (
    <Radix.Root value={value ?? own} onValueChange={choose}>
      <Radix.List ref={list} aria-label={label} className="no-bar mb-6 flex gap-6 overflow-x-auto border-b border-line">
        {tabs.map(tab => (
          <Radix.Trigger
            key={tab.value}
            value={tab.value}
            // Radix listens to the button going down; a press kept by web/early.ts, or one by a voice or a switch, comes as a bare click.
            onClick={press => void (press.nativeEvent.isTrusted || choose(tab.value))}
            className="-mb-px border-b-2 border-transparent px-0.5 py-2.5 font-medium whitespace-nowrap text-muted transition-colors hover:text-ink data-[state=active]:border-accent-mark data-[state=active]:text-ink"
          >
            {tab.name}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map(tab => (
        <Radix.Content key={tab.value} value={tab.value} className="focus-visible:outline-offset-8">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
