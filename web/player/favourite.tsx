import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Heart } from 'lucide-react'
import { api, read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { IconButton } from '../ui/button.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

type HeartProps = { track: string; size?: 'sm' | 'md' }

/** A heart that keeps a track; only for those who are signed in. */
export const Favourite = (props: HeartProps) => (useMe() ? <HeartOf {...props} /> : null)

function HeartOf({ track, size = 'sm' }: HeartProps) {
  const t = useWords()
  const client = useQueryClient()
  const query = read('GET /me/favourites/:id', { id: track })
  const { data } = useQuery({ ...query, staleTime: 300_000 })
  const on = data?.favourite ?? false
  const change = useMutation({
    mutationFn: (next: boolean) => (next ? api('PUT /me/favourites/:id', { id: track }) : api('DELETE /me/favourites/:id', { id: track })),
    onMutate: (next: boolean) => client.setQueryData(query.queryKey, { favourite: next }),
    onError: (error, next) => {
      client.setQueryData(query.queryKey, { favourite: !next })
      toast(faultText(t, error), { tone: 'bad' })
    },
    // Lists of favourites, and playlists whose rule asks for them.
    onSettled: () =>
      client.invalidateQueries({
        predicate: ({ queryKey: [key] }) => /^GET \/(me\/favourites(\/releases|\/artists)?|playlists\/:id(\/entries)?)$/.test(String(key)),
      }),
  })
  return (
    <IconButton
      icon={Heart}
      filled={on}
      pressed={on}
      size={size}
      label={on ? t.player.unfavourite : t.player.favourite}
      onClick={() => change.mutate(!on)}
    />
  )
}
