import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Sparkles } from 'lucide-react'
import { read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useLive } from '../shell/live.ts'

/** What a member has in this group, at its head; counts up while points arrive. */
export function PointsChip({ group, id }: { group: string; id: string }) {
  const t = useWords()
  const format = useFormat()
  const { data, refetch } = useQuery(read('GET /me/points/:group', { group }))
  useLive(
    ['me'],
    message => {
      if (message.kind === 'points' && message['group'] === id) void refetch()
    },
    () => void refetch(),
  )
  if (data === undefined || (!data.funded && data.balance === 0 && data.debt === 0)) return null
  return (
    <Link
      to="/points/$group"
      params={{ group }}
      className="tabular inline-flex items-center gap-1.5 rounded-full bg-accent-soft px-2.5 py-0.5 text-xs font-medium whitespace-nowrap text-accent-ink underline-offset-4 hover:underline"
    >
      <Sparkles size={13} aria-hidden />
      {t.points.count(format.number(data.balance))}
    </Link>
  )
}
