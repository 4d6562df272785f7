import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { Check, Plus } from 'lucide-react'
import { api, read, type Ok } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button } from '../ui/button.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

/** Follows a page; who is signed out is asked to sign in and comes back here. */
export function Follow({ page }: { page: Ok<'GET /pages/:id'> }) {
  const t = useWords()
  const me = useMe()
  const client = useQueryClient()
  const navigate = useNavigate()
  const router = useRouter()
  const change = useMutation({
    mutationFn: (follow: boolean) =>
      follow ? api('POST /pages/:id/follow', { id: page.id }) : api('DELETE /pages/:id/follow', { id: page.id }),
    onSuccess: next => {
      client.setQueryData(read('GET /pages/:id', { id: page.id }).queryKey, next)
      client.setQueryData(read('GET /pages/:id', { id: page.handle }).queryKey, next)
      return client.invalidateQueries({ queryKey: ['GET /me/follows'] })
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const press = () => (me ? change.mutate(!page.followed) : void navigate({ to: '/sign-in', search: { next: router.latestLocation.href } }))
  return (
    <Button look="quiet" size="lg" icon={page.followed ? Check : Plus} busy={change.isPending} aria-pressed={page.followed} onClick={press}>
      {page.followed ? t.music.following : t.music.follow}
    </Button>
  )
}
