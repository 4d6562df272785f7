import { useNavigate, useRouter } from '@tanstack/react-router'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { toast } from '../ui/toast.tsx'

/** Whether the reader may take part: who is signed out is asked to sign in and comes back here, who is no member is told to join. */
export function useAllowed(): (can?: boolean) => boolean {
  const t = useWords()
  const me = useMe()
  const navigate = useNavigate()
  const router = useRouter()
  return (can = true) => {
    if (!me) void navigate({ to: '/sign-in', search: { next: router.latestLocation.href } })
    else if (!can) toast(t.feed.joinFirst)
    return me !== null && can
  }
}
