import { X } from 'lucide-react'
import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { IconButton } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { fields, kinds, ops, ruleOf, type Rule, type RuleField } from './rules.ts'

type RowProps = { rule: Rule; onChange: (rule: Rule) => void; onRemove: () => void }

/** One condition: what, how, and with what it is compared. */
export function RuleRow({ rule, onChange, onRemove }: RowProps) {
  const t = useWords()
  const words = t.rules
  const kind = kinds[rule.field]
  return (
    <div
      role="group"
      aria-label={words.fields[rule.field]}
      className="flex flex-wrap items-center gap-2 rounded-md bg-raised/60 p-2 sm:flex-nowrap"
    >
      <Select
        label={words.field}
        hideLabel
        value={rule.field}
        onChange={event => onChange(ruleOf(event.target.value as RuleField, undefined, rule))}
        options={fields.map(value => ({ value, name: words.fields[value] }))}
        className="min-w-0 flex-1 sm:w-36 sm:flex-none"
      />
      {kind === 'flag' ? (
        <Select
          label={words.value}
          hideLabel
          value={String(rule.value)}
          onChange={event => onChange({ ...rule, value: event.target.value === 'true' } as Rule)}
          options={[
            { value: 'true', name: t.common.yes },
            { value: 'false', name: t.common.no },
          ]}
          className="min-w-0 flex-1"
        />
      ) : (
        <Select
          label={words.op}
          hideLabel
          value={rule.op}
          onChange={event => onChange(ruleOf(rule.field, event.target.value as Rule['op'], rule))}
          options={ops[kind].map(value => ({ value, name: words.ops[value] }))}
          className="min-w-0 flex-1 sm:w-36 sm:flex-none"
        />
      )}
      <IconButton icon={X} size="sm" label={words.removeOne} onClick={onRemove} className="shrink-0 sm:order-last" />
      {kind === 'flag' ? null : (
        <div className="flex w-full min-w-0 items-center gap-2 sm:w-auto sm:flex-1">
          <Value rule={rule} onChange={onChange} />
        </div>
      )}
    </div>
  )
}

const small = 'min-w-0 flex-1'
function Value({ rule, onChange }: Omit<RowProps, 'onRemove'>) {
  const t = useWords()
  const words = t.rules
  const set = (value: unknown) => onChange({ ...rule, value } as Rule)
  if (kinds[rule.field] === 'text') return <TextValue rule={rule} onText={set} />
  if (rule.op === 'after' || rule.op === 'before')
    return (
      <Input
        label={words.value}
        hideLabel
        type="date"
        value={String(rule.value)}
        onChange={event => set(event.target.value)}
        className={small}
      />
    )
  const unit = rule.op === 'within' || rule.op === 'not_within' ? words.days : rule.field === 'duration' ? words.seconds : null
  const [least, most] = rule.op === 'within' || rule.op === 'not_within' ? [1, 3650] : rule.field === 'rating' ? [0, 5] : [0, 1_000_000]
  const number = (value: string): number => (value === '' ? Number.NaN : Math.min(most, Math.max(least, Number(value))))
  const shown = (value: number): string => (Number.isNaN(value) ? '' : String(value))
  return (
    <>
      <Input
        label={words.value}
        hideLabel
        type="number"
        inputMode="numeric"
        min={least}
        max={most}
        value={shown(Number(rule.value))}
        onChange={event => set(number(event.target.value))}
        className={small}
      />
      {rule.op === 'between' ? (
        <>
          <span className="text-xs text-muted">{words.to}</span>
          <Input
            label={words.to}
            hideLabel
            type="number"
            inputMode="numeric"
            min={least}
            max={most}
            value={shown(rule.to)}
            onChange={event => onChange({ ...rule, to: number(event.target.value) })}
            className={small}
          />
        </>
      ) : null}
      {unit ? <span className="shrink-0 text-xs text-muted">{unit}</span> : null}
    </>
  )
}

/** Genres are offered as one types. */
function TextValue({ rule, onText }: { rule: Rule; onText: (text: string) => void }) {
  const t = useWords()
  const id = useId()
  const { data } = useQuery({ ...read('GET /genres'), enabled: rule.field === 'genre' })
  return (
    <>
      <Input
        label={t.rules.value}
        hideLabel
        maxLength={100}
        value={String(rule.value)}
        placeholder={t.rules.value}
        onChange={event => onText(event.target.value)}
        list={rule.field === 'genre' ? id : undefined}
        className={small}
      />
      {rule.field === 'genre' ? (
        <datalist id={id}>
          {data?.items.map(genre => (
            <option key={genre.name} value={genre.name} />
          ))}
        </datalist>
      ) : null}
    </>
  )
}
