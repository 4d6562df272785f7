import { lazyWithWords } from '../i18n/lazy.ts'

export { useLoop, useSleepTimer, useSound } from './sound-hooks.ts'

/** The panel of everything that changes how music sounds: `open`, `onOpenChange`. Fetched with its words when first rendered. */
export const SoundPanel = lazyWithWords(() => import('./sound/panel.tsx').then(module => module.SoundPanel))
