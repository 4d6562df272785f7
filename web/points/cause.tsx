import { Link } from '@tanstack/react-router'
import { useLanguage, useWords } from '../i18n/use.tsx'

type About = { zh: string; en: string } | null

/** Why something was taken back or came back, in words; ids and codes of rooms are not for people. */
export function useReason(): (note: string | null) => string | null {
  const t = useWords()
  const known: Record<string, string> = t.points.reasons
  return note => (note === null || /^[a-z]{3}_/.test(note) ? null : (known[note] ?? note))
}

/** What points were for, leading there where there is a page of it: its name, or the line that came with them. */
export function Cause({ cause, about, note, group }: { cause: string; about: About; note: string | null; group: string }) {
  const t = useWords()
  const { locale } = useLanguage()
  const reason = useReason()
  const [word = '', id = ''] = cause.split(':')
  const names: Record<string, string> = t.points.causes
  const name = names[word] ?? t.points.causes.other
  const text = about?.[locale] || reason(note) || name
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
export function useCauseName(): (of: { cause: string; about: About; note: string | null }) => string {
  const t = useWords()
  const { locale } = useLanguage()
  const reason = useReason()
  const names: Record<string, string> = t.points.causes
  return ({ cause, about, note }) => about?.[locale] || reason(note) || (names[cause.split(':')[0] ?? ''] ?? t.points.causes.other)
}
