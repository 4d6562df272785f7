import { Suspense } from 'react'
import { lazyWithWords } from '../i18n/lazy.ts'
import { useHydrated } from '../ui/hydrated.ts'
import type { KeepProps } from './kept.ts'

const KeepButton = lazyWithWords(() => import('./keep-button.tsx').then(module => module.KeepButton))

/** "Keep offline" for a release, a playlist or a track. It comes after the page: nothing of it is on the server. */
export function KeepOffline(props: KeepProps) {
  return useHydrated() ? (
    <Suspense fallback={null}>
      <KeepButton {...props} />
    </Suspense>
  ) : null
}
