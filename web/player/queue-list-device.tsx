import { Check, MonitorSmartphone, Pencil } from 'lucide-react'
import { useState, useSyncExternalStore } from 'react'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { IconButton } from '../ui/button.tsx'
import { nameDevice, onDevice, thisDevice } from './continue-device.ts'

/** What one's other devices call this one. */
export function ThisDevice() {
  const t = useWords()
  const me = useMe()
  const device = useSyncExternalStore(onDevice, thisDevice, () => null)
  const [name, setName] = useState<string | null>(null)
  if (!me || !device) return null
  const save = () => {
    if (name !== null) nameDevice(name)
    setName(null)
  }
  return (
    <form
      className="flex h-9 shrink-0 items-center gap-2 border-t border-line/60 text-xs text-muted max-lg:hidden"
      onSubmit={event => {
        event.preventDefault()
        save()
      }}
    >
      <MonitorSmartphone size={14} aria-hidden className="shrink-0" />
      {name === null ? (
        <>
          <span className="truncate">
            {t.listening.thisDevice}: <span className="text-ink">{device.name}</span>
          </span>
          <IconButton icon={Pencil} size="sm" label={t.listening.rename} onClick={() => setName(device.name)} />
        </>
      ) : (
        <>
          <input
            aria-label={t.listening.deviceName}
            value={name}
            maxLength={60}
            autoFocus
            onChange={event => setName(event.target.value)}
            onKeyDown={event => {
              if (event.key !== 'Escape') return
              // Only the name is left, not the whole view.
              event.stopPropagation()
              setName(null)
            }}
            className="h-7 min-w-0 flex-1 rounded-sm border border-line-strong bg-surface px-2 text-sm text-ink"
          />
          <IconButton icon={Check} size="sm" label={t.common.save} type="submit" />
        </>
      )}
    </form>
  )
}
