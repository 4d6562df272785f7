import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowLeft, ArrowUpRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { When } from '../ui/money.tsx'
import { ErrorState, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { DecideClaim } from './desk-decide.tsx'
import { FileList, LinkList, Objections, stateTones } from './parts.tsx'
import { claimQuery, type PageClaim } from './queries.ts'

/** One claim with what is said and what shows it side by side, and the decision about it. */
export function DeskClaim({ id, onBack }: { id: string; onBack: () => void }) {
  const t = useWords()
  const { data, error, isPending, refetch } = useQuery({
    ...claimQuery(id),
    refetchInterval: query => (query.state.data?.links.some(link => link.looking) ? 1200 : 60_000),
  })
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <Button look="plain" size="sm" icon={ArrowLeft} className="self-start xl:hidden" onClick={onBack}>
        {t.claiming.desk.back}
      </Button>
      {error ? <ErrorState error={error} onRetry={() => void refetch()} /> : isPending ? <SkeletonRows rows={5} /> : <One claim={data} />}
    </div>
  )
}

function One({ claim }: { claim: PageClaim }) {
  const t = useWords()
  const d = t.claiming.desk
  const forOther = claim.person !== null && claim.person.id !== claim.beneficiary.id
  return (
    <>
      <header className="flex items-center gap-4">
        <Cover id={claim.page.id} picture={claim.page.picture} alt="" size={56} round className="size-14 shrink-0" />
        <div className="min-w-0 flex-1">
          <h2 className="flex flex-wrap items-center gap-x-3 gap-y-1 text-lg">
            <Link to="/artists/$id" params={{ id: claim.page.id }} className="inline-flex items-center gap-1 hover:underline">
              {claim.page.name}
              <ArrowUpRight size={16} aria-hidden />
            </Link>
            <Tag tone={stateTones[claim.state]}>{t.claiming.states[claim.state]}</Tag>
          </h2>
          <p className="text-muted">{forOther ? d.byFor(claim.person!.name, claim.beneficiary.name) : claim.beneficiary.name}</p>
        </div>
      </header>
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Panel title={d.says} note={<When at={claim.at} show="dateTime" />}>
          <p className="break-words whitespace-pre-wrap">{claim.words}</p>
        </Panel>
        <Panel title={d.proofs} note={claim.code ? <code className="font-mono">{claim.code}</code> : undefined}>
          {claim.links.length > 0 ? <LinkList claim={claim} /> : <p className="text-muted">{d.noLinks}</p>}
          <h3 className="mt-5 mb-2 text-sm font-medium">{t.claiming.files}</h3>
          {claim.files.length > 0 || claim.filesGone ? <FileList claim={claim} /> : <p className="text-muted">{d.noWords}</p>}
        </Panel>
      </div>
      {claim.objections.length > 0 || claim.rivals.length > 0 ? (
        <div className="grid items-start gap-5 lg:grid-cols-2">
          {claim.objections.length > 0 ? (
            <Panel title={d.objections}>
              <Objections claim={claim} />
            </Panel>
          ) : null}
          {claim.rivals.length > 0 ? (
            <Panel title={d.rivals}>
              <ul className="flex flex-col gap-2">
                {claim.rivals.map(rival => (
                  <li key={rival.id} className="flex items-center justify-between gap-3">
                    <Link
                      to="/console/page-claims"
                      search={{ claim: rival.id, ...tabOf(rival.state) }}
                      className="min-w-0 truncate font-medium hover:underline"
                    >
                      {rival.beneficiary.name}
                    </Link>
                    <Tag tone={stateTones[rival.state]}>{t.claiming.states[rival.state]}</Tag>
                  </li>
                ))}
              </ul>
            </Panel>
          ) : null}
        </div>
      ) : null}
      <Past claim={claim} />
      <DecideClaim claim={claim} />
    </>
  )
}
const tabOf = (state: PageClaim['state']): { tab?: 'announced' | 'contested' } =>
  state === 'announced' || state === 'contested' ? { tab: state } : {}

function Past({ claim }: { claim: PageClaim }) {
  const t = useWords()
  const d = t.claiming.desk
  if (claim.announcedAt === null && claim.closedAt === null) return null
  return (
    <Panel title={d.history}>
      <ol className="flex flex-col gap-2">
        {claim.announcedAt ? (
          <Line at={claim.announcedAt}>{claim.announcedBy ? d.announcedBy(claim.announcedBy) : t.claiming.states.announced}</Line>
        ) : null}
        {claim.contestedAt && claim.contestedWhy ? (
          <Line at={claim.contestedAt}>{t.claiming.steps.contestedWhy[claim.contestedWhy]}</Line>
        ) : null}
        {claim.closedAt ? (
          <Line at={claim.closedAt}>
            {claim.decidedBy ? d.decidedBy(claim.decidedBy) : claim.state === 'granted' ? d.byTime : t.claiming.states[claim.state]}
            {claim.refusedWhy === 'given' ? ` · ${t.claiming.steps.given}` : ''}
          </Line>
        ) : null}
      </ol>
      {claim.reason ? <Said title={d.reasonTo} words={claim.reason} /> : null}
      {claim.answer ? <Said title={d.answerTo} words={claim.answer} /> : null}
    </Panel>
  )
}
const Line = ({ at, children }: { at: string; children: ReactNode }) => (
  <li className="flex flex-wrap justify-between gap-x-4">
    <span className="min-w-0">{children}</span>
    <span className="text-sm text-muted">
      <When at={at} show="dateTime" />
    </span>
  </li>
)
const Said = ({ title, words }: { title: string; words: string }) => (
  <div className="mt-4">
    <h3 className="text-sm font-medium text-muted">{title}</h3>
    <p className="mt-1 break-words whitespace-pre-wrap">{words}</p>
  </div>
)
