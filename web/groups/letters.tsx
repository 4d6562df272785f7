import { useInfiniteQuery, useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Mail, MailOpen, Send } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { asApiError } from '../api-call.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Checkbox, TextArea } from '../ui/field.tsx'
import { EmptyState, ErrorState, faultText, Panel, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { LetterCard } from './letter-card.tsx'
import { groupQuery, lettersQuery, newId, type Group, type WhichLetters } from './queries.ts'

/** Letters: those that are shown, one's own, and for the artist's side all that came. */
export function GroupLetters({ id }: { id: string }) {
  const t = useWords()
  const format = useFormat()
  const { data: group } = useSuspenseQuery(groupQuery(id))
  const artist = group.you.artist
  const [which, setWhich] = useState<WhichLetters>(artist ? 'inbox' : 'shown')
  const list = useInfiniteQuery(lettersQuery(group.id, which))
  const first = list.data?.pages[0]
  const letters = list.data?.pages.flatMap(page => page.items) ?? []
  const tabs: { value: WhichLetters; name: string }[] = [
    ...(artist
      ? ([
          { value: 'inbox', name: t.groups.lettersInbox },
          { value: 'unread', name: t.groups.filterUnread(format.number(first?.unread ?? 0)) },
          { value: 'unanswered', name: t.groups.filterUnanswered },
        ] as const)
      : []),
    { value: 'shown', name: t.groups.lettersShown },
    ...(group.you.member ? ([{ value: 'mine', name: t.groups.lettersMine }] as const) : []),
  ]
  if (group.kind !== 'official') return <EmptyState icon={Mail} title={t.groups.lettersFans} />
  const empty = { shown: t.groups.lettersNone, mine: t.groups.lettersNoneMine }[which as 'shown' | 'mine'] ?? t.groups.lettersNoneInbox
  return (
    <div className="mx-auto flex max-w-[760px] flex-col gap-5">
      {group.can.write && !artist ? <Write group={group} today={first?.today ?? false} /> : null}
      <div role="group" aria-label={t.groups.tabs.letters} className="no-bar -mx-4 flex gap-2 overflow-x-auto px-4 sm:mx-0 sm:px-0">
        {tabs.map(tab => (
          <button
            key={tab.value}
            type="button"
            aria-pressed={which === tab.value}
            onClick={() => setWhich(tab.value)}
            className={cx(
              'shrink-0 rounded-full px-4 py-2 font-medium transition-colors',
              which === tab.value ? 'bg-ink text-bg' : 'bg-raised text-muted hover:text-ink',
            )}
          >
            {tab.name}
          </button>
        ))}
      </div>
      {list.error ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : list.isPending ? (
        <SkeletonRows rows={4} />
      ) : letters.length === 0 ? (
        <EmptyState icon={MailOpen} title={empty} />
      ) : (
        <ul className="flex flex-col gap-4">
          {letters.map(letter => (
            <LetterCard key={letter.id} letter={letter} />
          ))}
        </ul>
      )}
      {list.hasNextPage ? (
        <Button look="quiet" className="self-center" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t.common.showMore}
        </Button>
      ) : null}
    </div>
  )
}

const draftOf = (group: string) => `planet.letter.${group}`

/** One letter a day. What was begun is kept in this browser until it is sent. */
function Write({ group, today }: { group: Group; today: boolean }) {
  const t = useWords()
  const client = useQueryClient()
  const [letter, setLetter] = useState(() => newId('ltr'))
  const [text, setText] = useState(() => (typeof localStorage === 'undefined' ? '' : (localStorage.getItem(draftOf(group.id)) ?? '')))
  const [mayShow, setMayShow] = useState(false)
  const write = (next: string) => {
    setText(next)
    if (next === '') localStorage.removeItem(draftOf(group.id))
    else localStorage.setItem(draftOf(group.id), next)
  }
  const send = useMutation({
    mutationFn: () => api('POST /groups/:id/letters', { id: group.id, letter, text: text.trim(), mayShow }),
    onSuccess: async () => {
      toast(t.groups.letterSent, { tone: 'good' })
      write('')
      setLetter(newId('ltr'))
      await client.invalidateQueries({ queryKey: ['GET /groups/:id/letters'] })
    },
  })
  const refusal = send.error ? asApiError(send.error) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    send.mutate()
  }
  if (!group.letters) return <p className="rounded-lg bg-raised p-4 text-muted">{t.groups.lettersOff}</p>
  if (today)
    return (
      <p className="flex items-center gap-3 rounded-lg bg-paid-soft p-4 text-paid">
        <Send size={17} aria-hidden />
        {t.groups.letterToday}
      </p>
    )
  return (
    <Panel title={t.groups.letterTitle} note={t.groups.letterBody}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <TextArea
          label={t.groups.letterTitle}
          hideLabel
          rows={5}
          maxLength={3000}
          placeholder={t.groups.letterPlaceholder}
          value={text}
          error={refusal ? faultText(t, refusal) : undefined}
          onChange={event => write(event.target.value)}
        />
        <div className="flex flex-wrap items-center justify-between gap-3">
          <Checkbox label={t.groups.mayShow} checked={mayShow} onChange={event => setMayShow(event.target.checked)} />
          <Button type="submit" icon={Send} busy={send.isPending} disabled={text.trim() === ''}>
            {t.groups.letterSend}
          </Button>
        </div>
      </form>
    </Panel>
  )
}
