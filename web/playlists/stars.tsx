import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Star } from 'lucide-react'
import { useState } from 'react'
import { api, read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { cx } from '../ui/cx.ts'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshSmart } from './queries.ts'

/** One to five stars of a track or release; the same star again takes them back. The average is shown from five people on. */
export function Stars({ id }: { id: string }) {
  const t = useWords()
  const format = useFormat()
  const me = useMe()
  const client = useQueryClient()
  const [over, setOver] = useState(0)
  const query = read('GET /ratings/:id', { id })
  const { data } = useQuery(query)
  const change = useMutation({
    mutationFn: (stars: number) => api('PUT /me/ratings/:id', { id, stars }),
    onMutate: (stars: number) => client.setQueryData(query.queryKey, old => (old ? { ...old, own: stars } : old)),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => {
      refreshSmart(client)
      return client.invalidateQueries({ queryKey: query.queryKey })
    },
  })
  const own = data?.own ?? 0
  const average = data?.average ?? null
  if (!me && average === null) return null
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      {me ? (
        <div role="radiogroup" aria-label={t.playlists.rating} className="flex" onPointerLeave={() => setOver(0)}>
          {[1, 2, 3, 4, 5].map(n => (
            <button
              key={n}
              type="button"
              role="radio"
              aria-checked={own === n}
              aria-label={t.playlists.rate(n)}
              title={own === n ? t.playlists.unrate : t.playlists.rate(n)}
              tabIndex={n === (own || 1) ? 0 : -1}
              onPointerEnter={event => event.pointerType === 'mouse' && setOver(n)}
              onClick={() => change.mutate(own === n ? 0 : n)}
              onKeyDown={event => {
                const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key]
                if (step === undefined) return
                event.preventDefault()
                const to = Math.min(5, Math.max(1, (own || n) + step))
                change.mutate(to)
                ;(event.currentTarget.parentElement?.children[to - 1] as HTMLElement | undefined)?.focus()
              }}
              className="grid size-8 place-items-center rounded-full"
            >
              <Star
                size={19}
                strokeWidth={1.8}
                aria-hidden
                fill={(over || own) >= n ? 'currentColor' : 'none'}
                className={cx((over || own) >= n ? 'text-accent-mark' : 'text-line-strong', 'transition-colors')}
              />
            </button>
          ))}
        </div>
      ) : null}
      {average !== null && data ? (
        <span className="text-xs text-muted">{t.playlists.average(format.number(Math.round(average * 10) / 10), data.count)}</span>
      ) : null}
    </div>
  )
}
