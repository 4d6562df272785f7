import { Link } from '@tanstack/react-router'
import { Bell as Sign } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { useHydrated } from '../ui/hydrated.ts'
import { bellClass } from './bell-look.ts'

const Live = lazy(() => import('./bell-live.tsx').then(module => ({ default: module.BellLive })))

/** The way to one's notices; what makes it ring comes after the first picture. */
export function Bell() {
  const t = useWords()
  const me = useMe()
  const awake = useHydrated()
  if (!me) return null
  const resting = (
    <Link to={'/notices' as '/'} aria-label={t.shell.notices} className={bellClass}>
      <Sign size={19} strokeWidth={1.9} aria-hidden />
    </Link>
  )
  return awake ? (
    <Suspense fallback={resting}>
      <Live />
    </Suspense>
  ) : (
    resting
  )
}
