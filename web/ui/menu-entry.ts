import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

/** One row of a menu. */
export type MenuEntry =
  | { kind: 'action'; name: string; icon?: LucideIcon; run: () => void; danger?: boolean; disabled?: boolean }
  | { kind: 'link'; name: string; icon?: LucideIcon; to: string; params?: Record<string, string>; search?: Record<string, unknown> }
  | {
      kind: 'choices'
      name: string
      value: string
      choices: readonly { value: string; name: string; lang?: string }[]
      choose: (value: string) => void
    }
  | { kind: 'head'; content: ReactNode }
  | { kind: 'line' }
