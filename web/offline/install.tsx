/** Planet as an app of the device: offered quietly, where the browser can do it. */
import { Download, Share } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/states.tsx'

/** Chromium's way to ask for the installation, kept from the moment it came (find.ts). */
type InstallEvent = Event & { prompt: () => Promise<void>; userChoice: Promise<{ outcome: 'accepted' | 'dismissed' }> }
const held = globalThis as { planetInstall?: InstallEvent | undefined }

const listeners = new Set<() => void>()
const tell = (): void => {
  for (const listener of listeners) listener()
}
if (typeof addEventListener === 'function') {
  addEventListener('beforeinstallprompt', () => setTimeout(tell))
  addEventListener('appinstalled', () => {
    held.planetInstall = undefined
    tell()
  })
}

type Way = 'offer' | 'ios' | 'running' | 'none'

function way(): Way {
  if (matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true) return 'running'
  if (held.planetInstall) return 'offer'
  const apple = /iphone|ipad|ipod/i.test(navigator.userAgent) || (navigator.platform === 'MacIntel' && navigator.maxTouchPoints > 1)
  return apple ? 'ios' : 'none'
}

export const useInstall = (): Way =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    way,
    () => 'none',
  )

export async function install(): Promise<void> {
  const event = held.planetInstall
  if (!event) return
  await event.prompt()
  await event.userChoice
  held.planetInstall = undefined
  tell()
}

/** Nothing where nothing can be done. */
export function InstallPanel() {
  const t = useWords()
  const how = useInstall()
  if (how === 'none' || how === 'running') return null
  return (
    <Panel
      title={t.offline.app.install}
      note={how === 'ios' ? t.offline.app.iosBody : t.offline.app.installBody}
      action={
        how === 'offer' ? (
          <Button look="quiet" size="sm" icon={Download} onClick={() => void install()}>
            {t.offline.app.install}
          </Button>
        ) : (
          <Share size={20} strokeWidth={1.7} aria-hidden className="text-muted" />
        )
      }
    >
      {null}
    </Panel>
  )
}
