import { Plus, Trash2, X } from 'lucide-react'
import { useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Checkbox, Input, Select } from '../ui/field.tsx'
import type { PollDraft } from './draft.ts'
import { mostOptions } from './post.ts'

const spans = [1, 3, 7, 14, 30]

/** A poll can be sent when two of its choices say something different. */
export const pollReady = (poll: PollDraft): boolean => {
  const said = poll.options.map(option => option.trim()).filter(Boolean)
  return said.length >= 2 && new Set(said).size === said.length
}

export function ComposePoll({ poll, onChange }: { poll: PollDraft; onChange: (poll: PollDraft | null) => void }) {
  const t = useWords()
  const option = (at: number, text: string) => onChange({ ...poll, options: poll.options.map((one, index) => (index === at ? text : one)) })
  return (
    <fieldset className="rounded-md border border-line p-4">
      <legend className="sr-only">{t.feed.poll}</legend>
      <div className="flex items-start gap-2">
        <Input
          label={t.feed.question}
          hideLabel
          placeholder={t.feed.question}
          maxLength={200}
          autoFocus
          value={poll.question}
          onChange={event => onChange({ ...poll, question: event.target.value })}
          className="min-w-0 flex-1"
        />
        <IconButton icon={Trash2} label={t.feed.removePoll} tip={false} onClick={() => onChange(null)} />
      </div>
      <ul className="mt-3 flex flex-col gap-2">
        {poll.options.map((text, index) => (
          <li key={index} className="flex items-center gap-2">
            <Input
              label={t.feed.choice(index + 1)}
              hideLabel
              placeholder={t.feed.choice(index + 1)}
              maxLength={80}
              value={text}
              onChange={event => option(index, event.target.value)}
              className="min-w-0 flex-1"
            />
            {poll.options.length > 2 ? (
              <IconButton
                icon={X}
                label={t.feed.removeChoice(index + 1)}
                tip={false}
                onClick={() => onChange({ ...poll, options: poll.options.filter((_, other) => other !== index) })}
              />
            ) : (
              <span aria-hidden className="size-10 shrink-0" />
            )}
          </li>
        ))}
      </ul>
      {pollReady(poll) ? null : <p className="mt-2 text-xs text-muted">{t.feed.pollNeeds}</p>}
      {poll.options.length < mostOptions ? (
        <Button look="plain" size="sm" icon={Plus} className="mt-2" onClick={() => onChange({ ...poll, options: [...poll.options, ''] })}>
          {t.feed.addChoice}
        </Button>
      ) : null}
      <div className="mt-3 flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-t border-line pt-3">
        <Checkbox label={t.feed.pollMany} checked={poll.many} onChange={event => onChange({ ...poll, many: event.target.checked })} />
        <Select
          label={t.feed.pollDays}
          value={String(poll.days)}
          onChange={event => onChange({ ...poll, days: Number(event.target.value) })}
          options={spans.map(days => ({ value: String(days), name: t.feed.pollDaysOf(days) }))}
          className="w-40"
        />
      </div>
    </fieldset>
  )
}
