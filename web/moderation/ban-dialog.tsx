import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { api, read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Checkbox, Input, TextArea } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { daysOf, LengthSelect, ReasonSelect } from './choices.tsx'
import { asked, newId, type Where } from './parts.tsx'
import type { Reason } from './report.tsx'

type Who = { id: string; name: string }
type Props = { where: Where; person?: Who; onClose: () => void }

/** Bans somebody from a group, or proposes it for the planet. */
export function BanDialog({ where, person, onClose }: Props) {
  const t = useWords()
  const client = useQueryClient()
  const [who, setWho] = useState<Who | null>(person ?? null)
  const [reason, setReason] = useState<Reason>('harassment')
  const [words, setWords] = useState('')
  const [length, setLength] = useState('7')
  const [locks, setLocks] = useState(false)
  const [failed, setFailed] = useState<string | null>(null)
  const [id] = useState(() => newId('ban'))
  const send = useMutation({
    mutationFn: (given: Who) =>
      api('POST /moderation/bans', { ban: id, ...asked(where), person: given.id, reason, words, days: daysOf(length), locks }),
    onSuccess: async () => {
      toast(where === null ? t.moderating.banProposed : t.moderating.banDone, { tone: 'good' })
      onClose()
      await client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).includes('moderation') })
    },
    onError: error => setFailed(faultText(t, error)),
  })
  return (
    <Dialog
      open
      onOpenChange={open => !open && onClose()}
      title={who ? `${where === null ? t.moderating.proposePlanet : t.moderating.banTitle}: ${who.name}` : t.moderating.banTitle}
      description={where === null ? t.moderating.banPlanetBody : t.moderating.banGroupBody}
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            {t.common.cancel}
          </Button>
          <Button
            look="danger"
            busy={send.isPending}
            disabled={who === null || words.trim() === ''}
            onClick={() => {
              setFailed(null)
              if (who) send.mutate(who)
            }}
          >
            {where === null ? t.moderating.banPlanetDo : t.moderating.banGroupDo}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {person ? null : where === null ? <IdField onPick={setWho} /> : <MemberField group={where} who={who} onPick={setWho} />}
        <ReasonSelect value={reason} onChange={setReason} />
        <LengthSelect value={length} onChange={setLength} />
        <TextArea
          label={t.moderating.wordsLabel}
          hint={t.moderating.wordsHint}
          required
          maxLength={2000}
          value={words}
          onChange={event => setWords(event.target.value)}
        />
        {where === null ? (
          <Checkbox
            label={t.moderating.banLocks}
            hint={t.moderating.banLocksHint}
            checked={locks}
            onChange={event => setLocks(event.target.checked)}
          />
        ) : null}
        {failed === null ? null : (
          <p role="alert" className="text-sm font-medium text-danger">
            {failed}
          </p>
        )}
      </div>
    </Dialog>
  )
}

function IdField({ onPick }: { onPick: (who: Who | null) => void }) {
  const t = useWords()
  const [text, setText] = useState('')
  return (
    <Input
      label={t.moderating.banId}
      hint={t.moderating.banIdHint}
      value={text}
      autoComplete="off"
      onChange={event => {
        const given = event.target.value.trim()
        setText(given)
        onPick(/^usr_[0-9a-hjkmnp-tv-z]{26}$/.test(given) ? { id: given, name: `…${given.slice(-5)}` } : null)
      }}
    />
  )
}

function MemberField({ group, who, onPick }: { group: string; who: Who | null; onPick: (who: Who | null) => void }) {
  const t = useWords()
  const [text, setText] = useState('')
  const q = useDeferredValue(text.trim())
  const { data } = useQuery({ ...read('GET /groups/:id/members', { id: group, q, limit: 8 }), enabled: q !== '' })
  const found = q === '' ? [] : (data?.items ?? [])
  return (
    <div>
      <Input
        label={t.moderating.banWho}
        hint={t.moderating.banWhoHint}
        value={who ? who.name : text}
        autoComplete="off"
        onChange={event => {
          onPick(null)
          setText(event.target.value)
        }}
      />
      {who === null && found.length > 0 ? (
        <ul className="mt-2 flex flex-col rounded-md border border-line">
          {found.map(one => (
            <li key={one.id}>
              <button
                type="button"
                className="min-h-11 w-full px-3 text-left hover:bg-raised"
                onClick={() => onPick({ id: one.id, name: one.name })}
              >
                {one.name}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
