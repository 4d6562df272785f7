import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

type TabsProps = {
  label: string
  tabs: readonly { value: string; name: ReactNode; content: ReactNode }[]
  value?: string
  onChange?: (value: string) => void
}

/** Tabs with arrow keys; controlled when `value` is given. */
export function Tabs({ label, tabs, value, onChange }: TabsProps) {
  return (
    <Radix.Root {...(value === undefined ? { defaultValue: tabs[0]?.value } : { value })} onValueChange={onChange}>
      <Radix.List aria-label={label} className="no-bar mb-6 flex gap-6 overflow-x-auto border-b border-line">
        {tabs.map(tab => (
          <Radix.Trigger
            key={tab.value}
            value={tab.value}
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
