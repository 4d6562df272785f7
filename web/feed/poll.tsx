import { useMutation } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import { useState } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { shareOf, type Poll } from './post.ts'
import { useNow } from './when.tsx'
import { useAllowed } from './allowed.ts'

type PollProps = { poll: Poll; onVote: (options: number[]) => Promise<unknown>; label: string }

/** A poll: one press on a choice votes where only one may be chosen; the result is seen after voting and at the end, and moves live. */
export function PollBox({ poll, onVote, label }: PollProps) {
  const t = useWords()
  const format = useFormat()
  const now = useNow()
  const allowed = useAllowed()
  const [again, setAgain] = useState(false)
  const mine = poll.options.filter(option => option.mine).map(option => option.number)
  const [chosen, setChosen] = useState<readonly number[]>(mine)
  const over = poll.ended || (now > 0 && Date.parse(poll.endsAt) <= now)
  const vote = useMutation({
    mutationFn: onVote,
    onSuccess: () => setAgain(false),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const voting = !over && (again || mine.length === 0)
  const many = poll.choices > 1
  const press = (id: number) => {
    if (!allowed(poll.can.vote)) return
    if (!many) return vote.mutate([id])
    setChosen(chosen.includes(id) ? chosen.filter(one => one !== id) : chosen.length < poll.choices ? [...chosen, id] : chosen)
  }
  const ends = now > 0 ? format.dateTime(poll.endsAt) : format.day(poll.endsAt)
  const facts = [
    voting ? (many ? t.feed.voteMany(poll.choices) : t.feed.voteOne) : null,
    t.feed.votes(format.compact(poll.voters)),
    over ? t.feed.pollEnded : t.feed.pollEnds(ends),
  ]
  const most = Math.max(...poll.options.map(option => option.votes ?? 0))
  return (
    <div role="group" aria-label={poll.question || label}>
      {poll.question ? <p className="mb-2.5 text-base font-semibold">{poll.question}</p> : null}
      <ul className="flex flex-col gap-2">
        {poll.options.map(choice => {
          const share = shareOf(choice.votes ?? 0, poll.voters)
          return (
            <li key={choice.number}>
              {voting ? (
                <button
                  type="button"
                  aria-pressed={many ? chosen.includes(choice.number) : undefined}
                  disabled={vote.isPending}
                  onClick={() => press(choice.number)}
                  className={cx(
                    'flex min-h-12 w-full items-center gap-3 rounded-md border px-4 py-2.5 text-left font-medium transition-colors',
                    many && chosen.includes(choice.number)
                      ? 'border-accent-mark bg-accent-soft'
                      : 'border-line-strong/60 hover:border-accent-mark hover:bg-raised/60',
                  )}
                >
                  <span
                    aria-hidden
                    className={cx(
                      'grid size-5 shrink-0 place-items-center border-2',
                      many ? 'rounded-sm' : 'rounded-full',
                      many && chosen.includes(choice.number) ? 'border-accent-mark bg-accent text-on-accent' : 'border-line-strong',
                    )}
                  >
                    {many && chosen.includes(choice.number) ? <Check size={14} strokeWidth={3} /> : null}
                  </span>
                  <span className="min-w-0 break-words">{choice.text}</span>
                </button>
              ) : (
                <div className="relative flex min-h-12 items-center gap-3 overflow-hidden rounded-md bg-raised px-4 py-2.5">
                  <span
                    aria-hidden
                    className={cx(
                      'absolute inset-y-0 left-0 transition-[width] duration-240',
                      choice.mine ? 'bg-accent/35' : (choice.votes ?? 0) === most && most > 0 ? 'bg-line' : 'bg-line/60',
                    )}
                    style={{ width: `${share * 100}%` }}
                  />
                  <span className={cx('relative min-w-0 flex-1 break-words', choice.mine ? 'font-semibold' : 'font-medium')}>
                    {choice.text}
                    {choice.mine ? (
                      <Check size={15} strokeWidth={2.6} aria-label={t.feed.voted} role="img" className="ml-1.5 inline" />
                    ) : null}
                  </span>
                  <span className="tabular relative shrink-0 font-semibold">{format.percent(Math.round(share * 100) / 100)}</span>
                </div>
              )}
            </li>
          )
        })}
      </ul>
      <div className="mt-2 flex min-h-8 flex-wrap items-center justify-between gap-x-3 gap-y-1">
        <p className="tabular text-[13px] text-muted">{facts.filter(Boolean).join(' · ')}</p>
        {voting && many ? (
          <Button size="sm" busy={vote.isPending} disabled={chosen.length === 0} onClick={() => vote.mutate([...chosen])}>
            {t.feed.vote}
          </Button>
        ) : !voting && !over && mine.length > 0 ? (
          <button
            type="button"
            className="text-[13px] font-medium text-muted underline underline-offset-4 hover:text-ink"
            onClick={() => {
              setChosen(mine)
              setAgain(true)
            }}
          >
            {t.feed.changeVote}
          </button>
        ) : null}
      </div>
    </div>
  )
}
