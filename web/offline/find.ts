/** The player's door to sound on this device. It costs a look at localStorage until something is kept: the rest comes when it is needed. */
import { setLocalSounds } from '../player/source.ts'

/** Says that something is kept (kept.ts writes it). */
const anyKey = 'planet.kept'

setLocalSounds(async track => {
  if (track.own) return (await import('../own/sounds.ts')).ownSound(track.id)
  if (!localStorage.getItem(anyKey)) return null
  return (await import('./sounds.ts')).keptSound(track.id)
})

// Chromium offers to install the app once, whenever it likes: the offer is kept for the settings (install.tsx).
addEventListener('beforeinstallprompt', event => {
  event.preventDefault()
  Object.assign(globalThis, { planetInstall: event })
})
