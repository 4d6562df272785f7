import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { hasRole, useMe } from '../shell/me.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Input, Select, TextArea } from '../ui/field.tsx'
import { ErrorState, faultText, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { asked, type Where } from './parts.tsx'

type Data = Ok<'GET /moderation/rules'>
type Kind = 'word' | 'link'
type Action = 'block' | 'hold' | 'allow'
export const rulesQuery = (where: Where) => read('GET /moderation/rules', asked(where))

/** How people write in a group or anywhere: newcomers, slow mode, links, words; and a text to try it on. */
export function Rules({ where, host }: { where: Where; host: boolean }) {
  const t = useWords()
  const me = useMe()
  const { data, error, isPending, refetch } = useQuery(rulesQuery(where))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  const may = where === null ? hasRole(me, 'operator') : host
  return (
    <div className="grid items-start gap-5 lg:grid-cols-2">
      <p className="text-muted lg:col-span-2">
        {may ? t.moderating.planetRulesNote : where === null ? t.moderating.planetRulesNote : t.moderating.readOnlyRules}
      </p>
      <div className="flex flex-col gap-5">
        {where === null ? <Try where={where} /> : <SettingsForm where={where} data={data} may={may} />}
        <RuleList where={where} kind="link" data={data} may={may} />
      </div>
      <div className="flex flex-col gap-5">
        {where === null ? null : <Try where={where} />}
        <RuleList where={where} kind="word" data={data} may={may} />
      </div>
    </div>
  )
}

function useRules(where: Where) {
  const t = useWords()
  const client = useQueryClient()
  return {
    onSuccess: (data: Data) => {
      client.setQueryData(rulesQuery(where).queryKey, data)
      toast(t.moderating.rulesSaved, { tone: 'good' })
    },
    onError: (error: unknown) => toast(faultText(t, error), { tone: 'bad' }),
  }
}

function SettingsForm({ where, data, may }: { where: string; data: Data; may: boolean }) {
  const t = useWords()
  const [given, setGiven] = useState({ holdFirst: data.holdFirst, slowSeconds: data.slowSeconds, links: data.links, hideAt: data.hideAt })
  const save = useMutation({ mutationFn: () => api('PUT /moderation/rules', { group: where, ...given }), ...useRules(where) })
  const slow = [...new Set([0, 10, 30, 60, 300, 3600, data.slowSeconds])].sort((a, b) => a - b)
  return (
    <Panel title={t.moderating.settingsTitle}>
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <fieldset disabled={!may} className="flex flex-col gap-4">
          <Input
            label={t.moderating.holdFirst}
            hint={t.moderating.holdFirstHint}
            type="number"
            min={0}
            max={20}
            value={given.holdFirst}
            onChange={event => setGiven({ ...given, holdFirst: Math.max(0, Math.min(20, Number(event.target.value))) })}
          />
          <Select
            label={t.moderating.slowMode}
            value={String(given.slowSeconds)}
            onChange={event => setGiven({ ...given, slowSeconds: Number(event.target.value) })}
            options={slow.map(one => ({ value: String(one), name: t.moderating.slowOptions[one] ?? `${one} s` }))}
          />
          <Select
            label={t.moderating.linksLabel}
            value={given.links}
            onChange={event => setGiven({ ...given, links: event.target.value as Data['links'] })}
            options={(['any', 'listed', 'none'] as const).map(one => ({ value: one, name: t.moderating.linkModes[one] }))}
          />
          <Input
            label={t.moderating.hideAt}
            hint={t.moderating.hideAtHint}
            type="number"
            min={0}
            max={50}
            value={given.hideAt}
            onChange={event => setGiven({ ...given, hideAt: Math.max(0, Math.min(50, Number(event.target.value))) })}
          />
          {may ? (
            <Button type="submit" busy={save.isPending} className="self-start">
              {t.common.save}
            </Button>
          ) : null}
        </fieldset>
      </form>
    </Panel>
  )
}

const tones = { block: 'bad', hold: 'held', allow: 'good' } as const

function RuleList({ where, kind, data, may }: { where: Where; kind: Kind; data: Data; may: boolean }) {
  const t = useWords()
  const [text, setText] = useState('')
  const [action, setAction] = useState<Action>('block')
  const told = useRules(where)
  const patterns = text
    .split('\n')
    .map(one => one.trim())
    .filter(one => one !== '')
  const add = useMutation({
    mutationFn: () => api('POST /moderation/rules', { ...asked(where), kind, patterns, action }),
    onSuccess: (next: Data) => {
      setText('')
      told.onSuccess(next)
    },
    onError: told.onError,
  })
  const remove = useMutation({
    mutationFn: (pattern: string) => api('DELETE /moderation/rules', { ...asked(where), kind, pattern }),
    ...told,
  })
  const rows = data.rules.filter(rule => rule.kind === kind)
  return (
    <Panel
      title={kind === 'word' ? t.moderating.wordRules : t.moderating.linkRules}
      note={kind === 'word' ? t.moderating.wordRulesBody : t.moderating.linkRulesBody}
    >
      {rows.length === 0 ? (
        <p className="text-muted">{t.moderating.noRules}</p>
      ) : (
        <ul
          className="max-h-80 overflow-y-auto"
          tabIndex={0}
          aria-label={kind === 'word' ? t.moderating.wordRules : t.moderating.linkRules}
        >
          {rows.map(rule => (
            <li key={rule.pattern} className="flex min-h-11 items-center gap-3 border-b border-line last:border-0">
              <span className="min-w-0 flex-1 break-words">{rule.pattern}</span>
              <Tag tone={tones[rule.action]}>{t.moderating.ruleActions[rule.action]}</Tag>
              {may ? (
                <IconButton
                  icon={X}
                  size="sm"
                  label={t.moderating.removeRule(rule.pattern)}
                  disabled={remove.isPending}
                  onClick={() => remove.mutate(rule.pattern)}
                />
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {may ? (
        <form
          className="mt-4 flex flex-col gap-3"
          onSubmit={(event: FormEvent) => {
            event.preventDefault()
            add.mutate()
          }}
        >
          <TextArea
            label={kind === 'word' ? t.moderating.addWords : t.moderating.addLinks}
            hint={t.moderating.addWordsHint}
            rows={3}
            value={text}
            onChange={event => setText(event.target.value)}
          />
          <div className="flex flex-wrap items-end gap-3">
            <Select
              label={t.moderating.ruleDoes}
              className="w-36"
              value={action}
              onChange={event => setAction(event.target.value as Action)}
              options={(kind === 'word' ? (['block', 'hold'] as const) : (['block', 'hold', 'allow'] as const)).map(one => ({
                value: one,
                name: t.moderating.ruleActions[one],
              }))}
            />
            <Button type="submit" look="quiet" busy={add.isPending} disabled={patterns.length === 0}>
              {t.moderating.add}
            </Button>
          </div>
        </form>
      ) : null}
    </Panel>
  )
}

const verdictTones = { pass: 'good', hold: 'held', block: 'bad' } as const

function Try({ where }: { where: Where }) {
  const t = useWords()
  const [text, setText] = useState('')
  const ask = useMutation({ mutationFn: () => api('POST /moderation/try', { ...asked(where), text }) })
  return (
    <Panel title={t.moderating.tryTitle} note={t.moderating.tryBody}>
      <form
        className="flex flex-col gap-3"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          ask.mutate()
        }}
      >
        <TextArea
          label={t.moderating.tryText}
          hideLabel
          rows={3}
          maxLength={5000}
          value={text}
          onChange={event => setText(event.target.value)}
        />
        <Button type="submit" look="quiet" busy={ask.isPending} disabled={text.trim() === ''} className="self-start">
          {t.moderating.tryDo}
        </Button>
      </form>
      <div role="status" className="mt-3">
        {ask.error ? <p className="font-medium text-danger">{faultText(t, ask.error)}</p> : null}
        {ask.data ? (
          <>
            <Tag tone={verdictTones[ask.data.verdict]}>{t.moderating.verdicts[ask.data.verdict]}</Tag>
            <ul className="mt-2 text-sm text-muted">
              {ask.data.found.map(one => (
                <li key={`${one.kind} ${one.pattern}`}>
                  {one.pattern} · {t.moderating.ruleActions[one.action]}
                  {one.planet ? ` · ${t.moderating.planetRule}` : ''}
                </li>
              ))}
            </ul>
          </>
        ) : null}
      </div>
    </Panel>
  )
}
