import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowLeft, ArrowUpRight, Scale } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api, read } from '../api.ts'
import { useFormat, useWords, type Words } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { ErrorState, faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { toast } from '../ui/toast.tsx'
import { actionTones, kindName, newId, PagedList, Quoted, rowLook, type Statement } from './parts.tsx'

/** Decisions about oneself, and what became of one's reports. */
export function MyAppeals() {
  const t = useWords()
  const me = useMe()
  if (me === null) return <SignInFirst />
  return (
    <div className="mx-auto max-w-3xl">
      <h1 className="text-xl">{t.moderation.mineTitle}</h1>
      <p className="mt-1 mb-5 text-muted">{t.moderation.mineBody}</p>
      <Tabs
        label={t.moderation.mineTitle}
        tabs={[
          { value: 'decisions', name: t.moderation.mineTabs.decisions, content: <Decisions /> },
          { value: 'reports', name: t.moderation.mineTabs.reports, content: <Reports /> },
        ]}
      />
    </div>
  )
}

const whereOf = (t: Words, one: { group: { name: string } | null; action?: string }): string =>
  one.group ? t.moderation.inGroup(one.group.name) : one.action === 'ban' ? t.moderation.onPlanet : ''

function Decisions() {
  const t = useWords()
  const query = useInfiniteQuery({
    queryKey: ['GET /me/decisions'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => api('GET /me/decisions', pageParam ? { cursor: pageParam } : {}, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  return (
    <PagedList
      query={query}
      empty={{ title: t.moderation.noDecisions, body: t.moderation.noDecisionsBody }}
      itemKey={row => row.id}
      item={row => (
        <Link to="/appeals/$id" params={{ id: row.id }} className={rowLook}>
          <span className="min-w-0 flex-1 basis-56">
            <span className="font-medium">{t.moderation.statementTitles[row.action]}</span>
            <span className="block text-sm text-muted">
              {[t.moderation.reasons[row.reason], whereOf(t, row)].filter(Boolean).join(' · ')}
            </span>
            {row.facts.text ? <span className="line-clamp-2 break-words text-muted">{row.facts.text}</span> : null}
          </span>
          <span className="flex flex-col items-end gap-1.5 text-sm text-muted">
            <When at={row.at} />
            {row.appeal ? (
              <Tag tone={row.appeal.state === 'reversed' ? 'good' : row.appeal.state === 'open' ? 'held' : 'plain'}>
                {t.moderation.appealStates[row.appeal.state]}
              </Tag>
            ) : null}
          </span>
        </Link>
      )}
    />
  )
}

const outcomeTones = { waiting: 'held', acted: 'good', kept: 'plain' } as const

function Reports() {
  const t = useWords()
  const query = useInfiniteQuery({
    queryKey: ['GET /me/reports'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => api('GET /me/reports', pageParam ? { cursor: pageParam } : {}, { signal }),
    getNextPageParam: last => last.next ?? undefined,
  })
  return (
    <PagedList
      query={query}
      empty={{ title: t.moderation.noReports, body: t.moderation.noReportsBody }}
      itemKey={row => `${row.kind} ${row.subject}`}
      item={row => (
        <article className={rowLook.replace(' hover:bg-raised', '')}>
          <div className="min-w-0 flex-1 basis-56">
            <p className="font-medium">
              {kindName(t, row.kind)} · {t.moderation.reasons[row.reason]}
            </p>
            <p className="text-sm text-muted">{whereOf(t, row)}</p>
            {row.words ? <p className="break-words text-muted">{row.words}</p> : null}
            {row.url ? (
              <a href={row.url} className="inline-flex items-center gap-1 text-sm underline underline-offset-4">
                {t.moderation.see}
                <ArrowUpRight size={14} aria-hidden />
              </a>
            ) : null}
          </div>
          <span className="flex flex-col items-end gap-1.5 text-sm text-muted">
            <When at={row.at} />
            <Tag tone={outcomeTones[row.outcome]}>{t.moderation.outcomes[row.outcome]}</Tag>
          </span>
        </article>
      )}
    />
  )
}

/** One decision about oneself: what, why, how it came up, and the way to appeal. */
export function StatementPage({ id }: { id: string }) {
  const t = useWords()
  const me = useMe()
  const { data, error, isPending, refetch } = useQuery({ ...read('GET /decisions/:id', { id }), enabled: me !== null })
  if (me === null) return <SignInFirst />
  return (
    <div className="mx-auto max-w-3xl">
      <Link to="/appeals" className={buttonClass('plain', 'sm', '-ml-3 mb-3')}>
        <ArrowLeft size={15} aria-hidden />
        {t.moderation.back}
      </Link>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={4} />
      ) : (
        <One statement={data} />
      )}
    </div>
  )
}

function One({ statement }: { statement: Statement }) {
  const t = useWords()
  const format = useFormat()
  const m = t.moderation
  const { facts, ban, appeal } = statement
  const found =
    facts.hold !== null && facts.hold !== 'reports' ? m.foundRule : facts.reports > 0 ? m.foundReports(facts.reports) : m.foundHost
  return (
    <div className="flex flex-col gap-5">
      <header>
        <h1 className="text-xl">{m.statementTitles[statement.action]}</h1>
        <p className="mt-1 flex flex-wrap items-center gap-2 text-muted">
          <Tag tone={actionTones[statement.action]}>{m.actions[statement.action]}</Tag>
          {[kindName(t, statement.kind), whereOf(t, statement), format.dateTime(statement.at)].filter(Boolean).join(' · ')}
        </p>
      </header>
      {ban ? (
        <p className="rounded-lg border border-line bg-surface px-5 py-4 font-medium">
          {ban.ended ? m.banOver : ban.until ? m.banUntil(format.dateTime(ban.until)) : m.untilLifted}
        </p>
      ) : null}
      <Panel>
        <dl className="flex flex-col gap-4">
          <div>
            <dt className="text-sm text-muted">{m.why}</dt>
            <dd className="font-medium">{m.reasons[statement.reason]}</dd>
            <dd className="text-sm text-muted">{m.reasonHints[statement.reason]}</dd>
          </div>
          {statement.words ? (
            <div>
              <dt className="text-sm text-muted">{m.wordsToYou}</dt>
              <dd className="break-words whitespace-pre-wrap">{statement.words}</dd>
            </div>
          ) : null}
          {statement.action === 'ban' ? null : (
            <div>
              <dt className="mb-1.5 text-sm text-muted">{m.whatItWas}</dt>
              <dd>
                <Quoted text={facts.text} pictures={facts.pictures} />
              </dd>
            </div>
          )}
          <div>
            <dt className="text-sm text-muted">{m.howFound}</dt>
            <dd>{found}</dd>
          </div>
        </dl>
      </Panel>
      {appeal ? (
        <Panel
          title={m.yourAppeal}
          action={
            <Tag tone={appeal.state === 'reversed' ? 'good' : appeal.state === 'open' ? 'held' : 'plain'}>
              {m.appealStates[appeal.state]}
            </Tag>
          }
        >
          <p className="break-words whitespace-pre-wrap">{appeal.words}</p>
          <p className="mt-1 text-sm text-muted">{format.dateTime(appeal.at)}</p>
          {appeal.answer ? (
            <div className="mt-4 border-t border-line pt-4">
              <h3 className="text-sm font-semibold">{m.theirAnswer}</h3>
              <p className="break-words whitespace-pre-wrap">{appeal.answer}</p>
              {appeal.decidedAt ? <p className="mt-1 text-sm text-muted">{format.dateTime(appeal.decidedAt)}</p> : null}
            </div>
          ) : null}
        </Panel>
      ) : statement.can.appeal ? (
        <AppealForm statement={statement} />
      ) : statement.action === 'keep' ? null : (
        <p className="text-muted">{m.appealEnded}</p>
      )}
    </div>
  )
}

function AppealForm({ statement }: { statement: Statement }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const [words, setWords] = useState('')
  const [id] = useState(() => newId('ape'))
  const send = useMutation({
    mutationFn: () => api('POST /decisions/:id/appeal', { id: statement.id, appeal: id, words }),
    onSuccess: async next => {
      client.setQueryData(read('GET /decisions/:id', { id: statement.id }).queryKey, next)
      toast(t.moderation.appealSent, { tone: 'good' })
      await client.invalidateQueries({ queryKey: ['GET /me/decisions'] })
    },
  })
  return (
    <Panel title={t.moderation.appealTitle} note={t.moderation.appealBody}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          send.mutate()
        }}
      >
        <TextArea
          label={t.moderation.appealWords}
          hint={t.moderation.appealUntil(format.date(statement.appealUntil))}
          required
          rows={5}
          maxLength={2000}
          value={words}
          onChange={event => setWords(event.target.value)}
          {...(send.error ? { error: faultText(t, send.error) } : {})}
        />
        <Button type="submit" icon={Scale} busy={send.isPending} disabled={words.trim() === ''} className="self-start">
          {t.moderation.appealSend}
        </Button>
      </form>
    </Panel>
  )
}
