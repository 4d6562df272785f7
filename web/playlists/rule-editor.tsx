import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ListTree, Plus, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { artistNames } from '../player/track.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Input, Select } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { ErrorState, faultText, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { newPlaylistId, refresh, type Playlist } from './queries.ts'
import { RuleRow } from './rule-row.tsx'
import { emptyRules, isGroup, isWhole, orders, ready, ruleOf, starts, type Rule, type RuleGroup, type Rules } from './rules.ts'

/** Makes or changes a smart playlist; what it gives now stands beside it while one edits. */
export function RuleDialog({ list, onClose }: { list?: Playlist | undefined; onClose: () => void }) {
  const t = useWords()
  const format = useFormat()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [id] = useState(() => list?.id ?? newPlaylistId())
  const [name, setName] = useState(list?.name ?? '')
  const [rules, setRules] = useState<Rules>(list?.rules ?? emptyRules)
  const save = useMutation({
    mutationFn: () => (list ? api('PATCH /playlists/:id', { id, rules }) : api('POST /playlists', { id, name: name.trim(), rules })),
    onSuccess: async () => {
      if (!list) await navigate({ to: '/playlists/$id', params: { id } })
      onClose()
      await refresh(client, id)
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const preview = usePreview(rules)
  const { data } = preview
  const can = isWhole(rules) && (list !== undefined || name.trim() !== '')
  return (
    <Dialog
      wide
      open
      onOpenChange={open => !open && onClose()}
      title={list ? t.playlists.editRules : t.playlists.makeSmart}
      footer={
        <>
          <p
            role="status"
            className={cx('tabular mr-auto self-center text-xs text-muted transition-opacity', preview.isFetching && 'opacity-60')}
          >
            {data ? t.rules.previewCount(data.count, format.duration(data.durationMs)) : ''}
          </p>
          <Button look="quiet" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button disabled={!can} busy={save.isPending} onClick={() => save.mutate()}>
            {list ? t.common.save : t.playlists.create}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        {list ? null : (
          <Input
            label={t.playlists.name}
            autoFocus
            maxLength={200}
            value={name}
            placeholder={t.playlists.namePlaceholder}
            onChange={event => setName(event.target.value)}
          />
        )}
        {!list && rules.rules.length === 0 ? (
          <div className="flex flex-wrap items-center gap-2">
            <span className="text-xs text-muted">{t.rules.startWith}</span>
            {(Object.keys(starts) as (keyof typeof starts)[]).map(key => (
              <Button
                key={key}
                look="quiet"
                size="sm"
                onClick={() => {
                  setRules(structuredClone(starts[key]) as unknown as Rules)
                  if (name === '') setName(t.rules.starts[key])
                }}
              >
                {t.rules.starts[key]}
              </Button>
            ))}
          </div>
        ) : null}
        <Conditions
          match={rules.match}
          rules={rules.rules}
          onMatch={match => setRules({ ...rules, match })}
          onRules={next => setRules({ ...rules, rules: next })}
          top
        />
        <Ordering rules={rules} onChange={setRules} />
        <Preview preview={preview} />
      </div>
    </Dialog>
  )
}

type ConditionsProps = {
  match: 'all' | 'any'
  rules: readonly (Rule | RuleGroup)[]
  onMatch: (match: 'all' | 'any') => void
  onRules: (rules: (Rule | RuleGroup)[]) => void
  top?: boolean
}

/** A list of conditions; on top, groups may stand among them. */
function Conditions({ match, rules, onMatch, onRules, top }: ConditionsProps) {
  const t = useWords()
  const words = t.rules
  const put = (index: number, next: Rule | RuleGroup) => onRules(rules.map((one, n) => (n === index ? next : one)))
  const drop = (index: number) => onRules(rules.filter((_, n) => n !== index))
  return (
    <div className={cx('flex flex-col gap-2', !top && 'rounded-md border border-line p-2')}>
      <div className="flex items-center gap-2">
        <span className="text-sm font-medium">{words.match}</span>
        <Select
          label={words.match}
          hideLabel
          value={match}
          onChange={event => onMatch(event.target.value as 'all' | 'any')}
          options={[
            { value: 'all', name: words.all },
            { value: 'any', name: words.any },
          ]}
          className="w-44"
        />
      </div>
      {rules.length === 0 ? <p className="py-1 text-muted">{words.none}</p> : null}
      {rules.map((one, index) =>
        isGroup(one) ? (
          <div key={index} role="group" aria-label={words.group} className="relative sm:pl-4">
            <Conditions
              match={one.match}
              rules={one.rules}
              onMatch={next => put(index, { ...one, match: next })}
              onRules={next => (next.length === 0 ? drop(index) : put(index, { ...one, rules: next as Rule[] }))}
            />
            <IconButton icon={X} size="sm" label={words.removeOne} onClick={() => drop(index)} className="!absolute top-2 right-2" />
          </div>
        ) : (
          <RuleRow key={index} rule={one} onChange={next => put(index, next)} onRemove={() => drop(index)} />
        ),
      )}
      <div className="flex flex-wrap gap-2">
        <Button look="quiet" size="sm" icon={Plus} disabled={rules.length >= 20} onClick={() => onRules([...rules, ruleOf('genre', 'is')])}>
          {words.add}
        </Button>
        {top ? (
          <Button
            look="plain"
            size="sm"
            icon={ListTree}
            disabled={rules.length >= 20}
            onClick={() => onRules([...rules, { match: 'any', rules: [ruleOf('artist'), ruleOf('title')] }])}
          >
            {words.addGroup}
          </Button>
        ) : null}
      </div>
    </div>
  )
}

function Ordering({ rules, onChange }: { rules: Rules; onChange: (rules: Rules) => void }) {
  const t = useWords()
  const words = t.rules
  const minutes = 'minutes' in rules.limit
  const value = 'minutes' in rules.limit ? rules.limit.minutes : rules.limit.tracks
  const most = minutes ? 10_080 : 2000
  const limit = (next: number, inMinutes: boolean) => {
    const whole = Math.min(inMinutes ? 10_080 : 2000, Math.max(1, Math.round(next) || 1))
    onChange({ ...rules, limit: inMinutes ? { minutes: whole } : { tracks: whole } })
  }
  return (
    <div className="grid grid-cols-2 gap-3 border-t border-line pt-4 sm:grid-cols-4">
      <Select
        label={words.order}
        value={rules.order.by}
        onChange={event => onChange({ ...rules, order: { ...rules.order, by: event.target.value as Rules['order']['by'] } })}
        options={orders.map(by => ({ value: by, name: words.orders[by] }))}
        className="min-w-0"
      />
      <Select
        label={t.playlists.order}
        disabled={rules.order.by === 'random'}
        value={rules.order.down ? 'down' : 'up'}
        onChange={event => onChange({ ...rules, order: { ...rules.order, down: event.target.value === 'down' } })}
        options={[
          { value: 'down', name: words.down },
          { value: 'up', name: words.up },
        ]}
        className="min-w-0"
      />
      <Input
        label={words.limit}
        type="number"
        inputMode="numeric"
        min={1}
        max={most}
        value={value}
        onChange={event => limit(Number(event.target.value), minutes)}
        className="min-w-0"
      />
      <Select
        label={words.unit}
        value={minutes ? 'minutes' : 'tracks'}
        onChange={event => limit(value, event.target.value === 'minutes')}
        options={[
          { value: 'tracks', name: words.limitTracks },
          { value: 'minutes', name: words.limitMinutes },
        ]}
        className="min-w-0"
      />
    </div>
  )
}

/** Waits until one stops typing for a moment. */
function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}

/** What the rules give now, when one has stopped changing them for a moment. */
function usePreview(rules: Rules) {
  const settled = useSettled(JSON.stringify(ready(rules)), 300)
  return useQuery({
    queryKey: ['POST /playlists/preview', settled],
    queryFn: ({ signal }) => api('POST /playlists/preview', { rules: JSON.parse(settled) as Rules }, { signal }),
    placeholderData: keepPreviousData,
  })
}

function Preview({ preview }: { preview: ReturnType<typeof usePreview> }) {
  const t = useWords()
  const { data, error, isPending, isFetching, refetch } = preview
  const words = t.rules
  return (
    <section aria-busy={isFetching} className="border-t border-line pt-4">
      <h3 className="mb-2 text-sm font-semibold">{words.preview}</h3>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={4} />
      ) : data.items.length === 0 ? (
        <p className="py-4 text-muted">{words.previewNone}</p>
      ) : (
        <>
          <ul className={cx('grid gap-x-4 transition-opacity sm:grid-cols-2', isFetching && 'opacity-60')}>
            {data.items.slice(0, 10).map(track => (
              <li key={track.id} className="flex min-w-0 items-center gap-3 py-1">
                <Cover id={track.release.id} picture={track.cover} alt="" size={36} className="size-9 shrink-0" />
                <span className="min-w-0">
                  <span className="block truncate text-[13px] font-medium">{track.title}</span>
                  <span className="block truncate text-xs text-muted">{artistNames(track.artists)}</span>
                </span>
              </li>
            ))}
          </ul>
          {data.count > 10 ? <p className="mt-1 text-xs text-muted">{words.previewMore(data.count - 10)}</p> : null}
        </>
      )}
    </section>
  )
}
