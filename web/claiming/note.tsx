import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useRouter } from '@tanstack/react-router'
import { Megaphone } from 'lucide-react'
import { useState } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { ObjectSheet } from './object.tsx'
import { onPageQuery } from './queries.ts'

/** On a page without an owner: who claims it, so that anybody may object; else a quiet line for whom it speaks of. */
export function PageClaimNote({ page }: { page: string }) {
  const t = useWords()
  const c = t.claiming
  const format = useFormat()
  const me = useMe()
  const navigate = useNavigate()
  const router = useRouter()
  const [objecting, setObjecting] = useState(false)
  const { data } = useQuery(onPageQuery(page))
  if (!data?.free) return null
  const { claim } = data
  if (claim === null)
    return (
      <p className="mb-6 text-sm text-muted">
        {data.mine ? null : `${c.ask} `}
        <Link to="/claim/$page" params={{ page }} className="font-medium text-accent-ink underline underline-offset-4">
          {data.mine ? c.askOwn : c.askLink}
        </Link>
      </p>
    )
  const object = () =>
    me && !me.guest ? setObjecting(true) : void navigate({ to: '/sign-in', search: { next: router.latestLocation.href } })
  return (
    <section
      aria-label={c.noteTitle}
      className="mb-8 flex flex-wrap items-center gap-x-6 gap-y-3 rounded-lg border border-line bg-surface p-4 sm:px-5"
    >
      <Megaphone size={22} aria-hidden className="shrink-0 text-accent-ink max-sm:hidden" />
      <div className="min-w-0 flex-1 basis-72">
        <h2 className="text-base">{c.noteTitle}</h2>
        <p className="mt-0.5 max-w-[64ch] text-muted">
          {claim.state === 'announced'
            ? c.note(claim.beneficiary.name, format.dateTime(claim.endsAt))
            : c.noteContested(claim.beneficiary.name)}
        </p>
        {data.objected === claim.id ? <p className="mt-1 font-medium">{c.objected}</p> : null}
      </div>
      <div className="flex flex-wrap gap-2">
        {data.mine || data.objected === claim.id ? (
          <Link to="/claim/$page" params={{ page }} className={buttonClass('quiet', 'sm')}>
            {data.mine ? c.askOwn : c.objection.mine}
          </Link>
        ) : (
          <Link to="/claim/$page" params={{ page }} className={buttonClass('plain', 'sm')}>
            {c.askLink}
          </Link>
        )}
        {claim.can.object ? (
          <Button look="quiet" size="sm" onClick={object}>
            {c.object}
          </Button>
        ) : null}
      </div>
      {objecting ? <ObjectSheet claim={claim} onClose={() => setObjecting(false)} /> : null}
    </section>
  )
}
