import { Link } from '@tanstack/react-router'
import { useWords } from '../i18n/use.tsx'

/** What points were for, leading there where there is a page of it. `note` is the line that came with them. */
export function Cause({ cause, note, group }: { cause: string; note: string | null; group: string }) {
  const t = useWords()
  const [word = '', id = ''] = cause.split(':')
  const names: Record<string, string> = t.points.causes
  const name = names[word] ?? t.points.causes.other
  const text = note ?? name
  const look = 'font-medium underline-offset-4 hover:underline'
  if (word === 'mission')
    return (
      <Link to={'/groups/$id/missions' as '/'} params={{ id: group } as never} className={look}>
        {text}
      </Link>
    )
  if (word === 'raffle' && id)
    return (
      <Link to={'/raffles/$id' as '/'} params={{ id } as never} className={look}>
        {text}
      </Link>
    )
  if (word === 'exchange')
    return (
      <Link to={'/rewards' as '/'} className={look}>
        {text}
      </Link>
    )
  return <span className="font-medium">{text}</span>
}

/** The word of a cause, for tables. */
export function useCauseName(): (cause: string) => string {
  const t = useWords()
  const names: Record<string, string> = t.points.causes
  return cause => names[cause.split(':')[0] ?? ''] ?? t.points.causes.other
}
