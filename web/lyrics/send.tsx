import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { CircleCheck, Download, History, Lock, LockOpen, TriangleAlert } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { formats, writeTimed, type TimedFormat } from '../../shared/timedtext/index.ts'
import { api, asApiError, read } from '../api.ts'
import { useLanguage, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Checkbox, Input, Select, TextArea } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { faultText, Panel, SkeletonRows, Tag, type Tone } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { besideOf, check, linesOf, textOf, type Work } from './edit.ts'
import { kindOf, languageName, languageOfPart, newContributionId, type Contribution, type Sheet } from './names.ts'
import type { Editor } from './use-editor.ts'

/** The lines of one text as they are sent. */
const sent = (work: Work, name: string, durationMs: number) =>
  name === 'main'
    ? linesOf(work, durationMs).map(({ startMs, endMs, text, agent, words }) => ({ startMs, endMs, text, agent, words }))
    : besideOf(work, name)

type StepProps = { editor: Editor; sheet: Sheet; revising: Contribution | null; onShow: (line: number) => void }

/** What is wrong, what will be sent, and sending it: shown at once for those who keep the page, looked at first for everyone else. */
export function SendStep({ editor, sheet, revising, onShow }: StepProps) {
  const t = useWords()
  const { locale } = useLanguage()
  const me = useMe()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { work, dirty, bases } = editor
  const [note, setNote] = useState(revising?.note ?? '')
  const [licence, setLicence] = useState(revising?.licence ?? '')
  const [agreed, setAgreed] = useState(false)
  const [tried, setTried] = useState(false)
  // The same press twice is the same proposal.
  const ids = useRef<Record<string, string>>({})
  const problems = useMemo(() => check(work, sheet.durationMs), [work, sheet.durationMs])
  const bad = problems.some(problem => problem.bad)
  const { edit } = sheet.can
  const send = useMutation({
    mutationFn: async () => {
      let next: Sheet = sheet
      for (const name of dirty) {
        const given = {
          id: sheet.track,
          kind: kindOf(name),
          language: languageOfPart(name, work.language),
          lines: sent(work, name, sheet.durationMs),
          base: bases[name] ?? null,
          licence: licence.trim() || null,
        }
        if (edit) {
          // Saving the words may have made what stood inside them a text of its own.
          const before = next.parts.find(
            part => part.kind === given.kind && (given.kind !== 'translation' || part.language === given.language),
          )
          next = await api('PUT /tracks/:id/lyrics/parts', { ...given, base: name === dirty[0] ? given.base : (before?.base ?? null) })
        } else if (given.lines.length === 0) continue
        else if (revising && revising.kind === given.kind && (given.kind !== 'translation' || revising.language === given.language))
          await api('PUT /lyrics/contributions/:id', {
            id: revising.id,
            language: given.language,
            lines: given.lines,
            base: given.base,
            note,
          })
        else {
          ids.current[name] ??= newContributionId()
          await api('POST /tracks/:id/lyrics/contributions', { ...given, contribution: ids.current[name], note })
        }
      }
      return next
    },
    onSuccess: async saved => {
      ids.current = {}
      toast(edit ? t.lyrics.saved : t.lyrics.proposed, { tone: 'good' })
      if (edit) client.setQueryData(read('GET /tracks/:id/lyrics/sheet', { id: sheet.track }).queryKey, saved)
      editor.restart(saved)
      await Promise.all(
        ['GET /tracks/:id/lyrics/sheet', 'GET /tracks/:id/lyrics', 'GET /tracks/:id', 'GET /tracks/:id/lyrics/versions'].map(key =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      )
      if (revising) await navigate({ to: '/lyrics/$id', params: { id: sheet.track }, search: {}, replace: true })
    },
    onError: async error => {
      toast(faultText(t, error), { tone: 'bad' })
      if (asApiError(error).code === 'lyrics_changed') await client.invalidateQueries({ queryKey: ['GET /tracks/:id/lyrics/sheet'] })
    },
  })
  return (
    <div className="grid gap-5 xl:grid-cols-2">
      <Panel title={t.lyrics.checks}>
        {problems.length === 0 ? (
          <p className="flex items-center gap-2 text-paid">
            <CircleCheck size={18} aria-hidden /> {t.lyrics.noProblems}
          </p>
        ) : (
          <ul className="flex max-h-80 flex-col gap-2 overflow-y-auto" tabIndex={0} aria-label={t.lyrics.checks}>
            {problems.map((problem, i) => (
              <li key={i} className="flex items-start gap-2.5">
                <TriangleAlert
                  size={16}
                  aria-hidden
                  className={problem.bad ? 'mt-0.5 shrink-0 text-danger' : 'mt-0.5 shrink-0 text-held'}
                />
                <span className="min-w-0 flex-1">
                  {problem.what === 'empty'
                    ? ''
                    : `${t.lyrics.lineAt(problem.line + 1, work.lines[problem.line] ? textOf(work.lines[problem.line]!).trim() : '')} · `}
                  {t.lyrics.problems[problem.what]}
                </span>
                {problem.what === 'empty' ? null : (
                  <Button look="plain" size="sm" onClick={() => onShow(problem.line)}>
                    {t.lyrics.goThere}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <Panel title={t.lyrics.changes}>
        {dirty.length === 0 ? (
          <p className="text-muted">{t.lyrics.noChanges}</p>
        ) : (
          <ul className="mb-4 flex flex-wrap gap-2">
            {dirty.map(name => (
              <li key={name}>
                <Tag tone="ion">
                  {t.lyrics.partNames[kindOf(name)]} · {languageName(languageOfPart(name, work.language), locale, t.lyrics.otherLanguage)}
                </Tag>
              </li>
            ))}
          </ul>
        )}
        {dirty.length > 0 ? (
          <form
            className="flex flex-col gap-4"
            onSubmit={event => {
              event.preventDefault()
              setTried(true)
              if (!bad && (edit || agreed)) send.mutate()
            }}
          >
            {edit ? null : (
              <TextArea
                label={t.lyrics.note}
                optional
                rows={2}
                maxLength={1000}
                placeholder={t.lyrics.notePlaceholder}
                value={note}
                onChange={event => setNote(event.target.value)}
              />
            )}
            <Input
              label={t.lyrics.licence}
              optional
              hint={t.lyrics.licenceHint}
              maxLength={300}
              value={licence}
              onChange={event => setLicence(event.target.value)}
            />
            {edit ? null : (
              <Checkbox
                label={t.lyrics.agree}
                checked={agreed}
                onChange={event => setAgreed(event.target.checked)}
                {...(tried && !agreed ? { error: t.lyrics.agree } : {})}
              />
            )}
            {me && (edit || sheet.can.propose || revising) ? (
              <Button type="submit" busy={send.isPending} disabled={bad} className="self-start">
                {edit ? t.lyrics.save : t.lyrics.propose}
              </Button>
            ) : me ? (
              <p className="text-held">{t.lyrics.locked}</p>
            ) : (
              <div className="flex flex-wrap items-center gap-3">
                <Link to="/sign-in" search={{ next: `/lyrics/${sheet.track}` }} className={buttonClass('primary')}>
                  {t.account.signIn}
                </Link>
                <p className="text-sm text-muted">{t.lyrics.signIn}</p>
              </div>
            )}
          </form>
        ) : null}
      </Panel>
      <ExportPanel editor={editor} sheet={sheet} />
      {sheet.mine.length > 0 ? <MinePanel sheet={sheet} /> : null}
      {edit ? <KeepPanel sheet={sheet} /> : null}
    </div>
  )
}

/** The words as a file: what one works on, in any format. */
function ExportPanel({ editor, sheet }: { editor: Editor; sheet: Sheet }) {
  const t = useWords()
  const [format, setFormat] = useState<TimedFormat>('elrc')
  const save = () => {
    const lines = linesOf(editor.work, sheet.durationMs)
    const text = writeTimed(lines, format, {
      title: sheet.title,
      ...(editor.work.language === 'other' ? {} : { language: editor.work.language }),
    })
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([text], { type: formats[format].type }))
    link.download = `${sheet.title.replace(/[\\/:*?"<>|]/g, '_')}.${formats[format].ending}`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  }
  return (
    <Panel title={t.lyrics.export}>
      <div className="flex flex-wrap items-end gap-3">
        <Select
          label={t.lyrics.exportDraft}
          className="w-44"
          value={format}
          onChange={event => setFormat(event.target.value as TimedFormat)}
          options={(Object.keys(formats) as TimedFormat[]).map(value => ({ value, name: t.lyrics.formats[value] }))}
        />
        <Button look="quiet" icon={Download} onClick={save}>
          {t.lyrics.exportDraft}
        </Button>
      </div>
    </Panel>
  )
}

export const stateTones: Record<Contribution['state'], Tone> = {
  open: 'held',
  asked: 'ion',
  accepted: 'good',
  refused: 'bad',
  withdrawn: 'plain',
}

/** What one proposed for this track and what became of it. */
function MinePanel({ sheet }: { sheet: Sheet }) {
  const t = useWords()
  const client = useQueryClient()
  const withdraw = useMutation({
    mutationFn: (id: string) => api('POST /lyrics/contributions/:id/withdraw', { id }),
    onSuccess: () => toast(t.lyrics.withdrawn),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['GET /tracks/:id/lyrics/sheet'] }),
  })
  return (
    <Panel title={t.lyrics.mine}>
      <ul className="flex flex-col divide-y divide-line">
        {sheet.mine.map(one => (
          <li key={one.id} className="flex flex-wrap items-center gap-x-3 gap-y-1.5 py-2.5">
            <Tag tone={stateTones[one.state]}>{t.lyrics.states[one.state]}</Tag>
            <span className="min-w-0 flex-1">
              {t.lyrics.partNames[one.kind]} · <When at={one.at} />
              {one.reason ? <span className="block text-sm text-muted">{one.reason}</span> : null}
              {one.stale ? <span className="block text-sm text-held">{t.lyrics.moved}</span> : null}
            </span>
            {one.can.revise ? (
              <>
                <Link to="/lyrics/$id" params={{ id: sheet.track }} search={{ proposal: one.id }} className={buttonClass('plain', 'sm')}>
                  {t.lyrics.revise}
                </Link>
                <Button look="plain" size="sm" busy={withdraw.isPending} onClick={() => withdraw.mutate(one.id)}>
                  {t.lyrics.withdraw}
                </Button>
              </>
            ) : null}
          </li>
        ))}
      </ul>
    </Panel>
  )
}

/** For those who keep the page: earlier texts and the lock. */
function KeepPanel({ sheet }: { sheet: Sheet }) {
  const t = useWords()
  const { locale } = useLanguage()
  const client = useQueryClient()
  const { data } = useQuery(read('GET /tracks/:id/lyrics/versions', { id: sheet.track }))
  const again = () =>
    Promise.all(
      ['GET /tracks/:id/lyrics/sheet', 'GET /tracks/:id/lyrics', 'GET /tracks/:id/lyrics/versions'].map(key =>
        client.invalidateQueries({ queryKey: [key] }),
      ),
    )
  const act = useMutation({
    mutationFn: (what: { restore: string } | { locked: boolean }) =>
      'restore' in what
        ? api('POST /tracks/:id/lyrics/restore', { id: sheet.track, version: what.restore })
        : api('PUT /tracks/:id/lyrics/lock', { id: sheet.track, locked: what.locked }),
    onSuccess: async (_, what) => {
      if ('restore' in what) toast(t.lyrics.restored, { tone: 'good' })
      await again()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <Panel
      title={t.lyrics.versions}
      note={t.lyrics.lockHint}
      action={
        <Button
          look="quiet"
          size="sm"
          icon={sheet.locked ? LockOpen : Lock}
          busy={act.isPending}
          onClick={() => act.mutate({ locked: !sheet.locked })}
        >
          {sheet.locked ? t.lyrics.unlock : t.lyrics.lock}
        </Button>
      }
    >
      {!data ? (
        <SkeletonRows rows={2} />
      ) : (
        <ul className="flex max-h-80 flex-col divide-y divide-line overflow-y-auto">
          {data.items.map(one => (
            <li key={one.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
              <span className="min-w-0 flex-1">
                {t.lyrics.partNames[one.kind]} · {languageName(one.language, locale, t.lyrics.otherLanguage)} ·{' '}
                {t.lyrics.timings[one.timing]}
                <span className="block text-xs text-muted">
                  <When at={one.at} />
                  {one.hands.length > 0 ? ` · ${[...new Set(one.hands.map(hand => hand.name))].join(', ')}` : ''}
                </span>
              </span>
              {one.replacedAt === null ? (
                <Tag tone="good">{t.lyrics.current}</Tag>
              ) : (
                <Button look="plain" size="sm" icon={History} onClick={() => act.mutate({ restore: one.id })}>
                  {t.lyrics.restore}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}
