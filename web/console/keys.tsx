import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Dialog } from '../ui/overlay.tsx'

export type Go = { key: string; to: string; name: string }

/** What j and k step through: the links of a list's rows carry `data-jk`. */
const rowsOf = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('main [data-jk]')].filter(row => row.offsetParent !== null)

function step(by: 1 | -1): void {
  const rows = rowsOf()
  const at = rows.indexOf(document.activeElement as HTMLElement)
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}

/** Keys of the desk: g and a letter to go, j and k through a list, `?` for this list. They come before the player's. */
export function DeskKeys({ goes }: { goes: readonly Go[] }) {
  const t = useWords()
  const navigate = useNavigate()
  const [help, setHelp] = useState(false)
  useEffect(() => {
    let going = 0
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement
      if (event.ctrlKey || event.metaKey || event.altKey) return
      if (target.closest('input, textarea, select, [contenteditable], [role=dialog], [role=menu]')) return
      const taken = () => {
        event.preventDefault()
        event.stopPropagation()
      }
      if (going > 0 && event.timeStamp - going < 1500) {
        going = 0
        const to = goes.find(go => go.key === event.key)?.to
        if (to === undefined) return
        taken()
        void navigate({ to: to as '/' })
        return
      }
      going = 0
      if (event.key === 'g') {
        taken()
        going = event.timeStamp
      } else if (event.key === 'j' || event.key === 'k') {
        taken()
        step(event.key === 'j' ? 1 : -1)
      } else if (event.key === '?') {
        taken()
        setHelp(true)
      }
    }
    document.addEventListener('keydown', press, true)
    return () => document.removeEventListener('keydown', press, true)
  }, [goes, navigate])
  const rows: [string[], string][] = [
    ...goes.map((go): [string[], string] => [['G', go.key.toUpperCase()], go.name]),
    [['J', 'K'], t.console.keyRows],
    [['Enter'], t.console.keyOpen],
    [['?'], t.player.helpHelp],
  ]
  return (
    <Dialog open={help} onOpenChange={setHelp} title={t.console.keys}>
      <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-2">
        {rows.map(([keys, meaning]) => (
          <div key={keys.join(' ')} className="contents">
            <dt>{meaning}</dt>
            <dd className="flex gap-1.5">
              {keys.map(key => (
                <kbd
                  key={key}
                  className="min-w-7 rounded-sm border border-line-strong/60 bg-raised px-2 py-0.5 text-center font-sans text-xs"
                >
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
