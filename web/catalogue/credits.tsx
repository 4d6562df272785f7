import { Link } from '@tanstack/react-router'
import type { Ok } from '../api.ts'
import { useWords } from '../i18n/use.tsx'

export type Credit = Ok<'GET /releases/:id'>['credits'][number]

/** Everyone who had a hand in it, by what they did. */
export function Credits({ credits }: { credits: readonly Credit[] }) {
  const t = useWords()
  if (credits.length === 0) return null
  const roles = [...new Set(credits.map(credit => credit.role))]
  return (
    <section>
      <h2 className="mb-2 text-sm text-muted">{t.music.credits}</h2>
      <dl className="grid grid-cols-[auto_1fr] gap-x-5 gap-y-1.5">
        {roles.map(role => {
          const people = credits.filter(credit => credit.role === role)
          return (
            <div key={role} className="contents">
              <dt className="text-muted">{t.music.roles[role]}</dt>
              <dd>
                {people.map((person, index) => (
                  <span key={`${person.name}${index}`}>
                    {index > 0 ? ', ' : ''}
                    {person.page ? (
                      <Link to="/artists/$id" params={{ id: person.page }} className="font-medium hover:underline">
                        {person.name}
                      </Link>
                    ) : (
                      person.name
                    )}
                  </span>
                ))}
              </dd>
            </div>
          )
        })}
      </dl>
    </section>
  )
}
