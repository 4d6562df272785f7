import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Download, Flag, Pencil } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { formats, type TimedFormat } from '../../shared/timedtext/model.ts'
import { api, read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { Menu } from '../ui/menu.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

/** Under the lyrics of a track: who made them, and what one can do: take them along, make them better, say that they are wrong. */
export function LyricsFoot({ id, edit, has }: { id: string; edit: boolean; has: boolean }) {
  const t = useWords()
  const me = useMe()
  const [reporting, setReporting] = useState(false)
  const { data } = useQuery({ ...read('GET /tracks/:id/lyrics', { id }), enabled: has, staleTime: 600_000 })
  const hands = data?.parts.flatMap(part => part.hands) ?? []
  const roles = [...new Set(hands.map(hand => hand.role))]
  const source = data?.parts[0]?.source
  return (
    <div className="mt-5 border-t border-line pt-4">
      {roles.map(role => {
        const named = [...new Map(hands.filter(hand => hand.role === role).map(hand => [hand.name, hand])).values()]
        return (
          <p key={role} className="text-sm text-muted">
            {t.lyrics.credits(t.lyrics.roles[role], '')}
            {named.map((hand, i) => (
              <span key={hand.name}>
                {i > 0 ? ', ' : ''}
                {hand.page ? (
                  <Link to="/artists/$id" params={{ id: hand.page }} className="text-ink underline-offset-2 hover:underline">
                    {hand.name}
                  </Link>
                ) : (
                  <span className="text-ink">{hand.name}</span>
                )}
              </span>
            ))}
          </p>
        )
      })}
      {source && roles.length === 0 ? <p className="text-sm text-muted">{t.lyrics.source[source]}</p> : null}
      <div className="mt-2 -ml-3 flex flex-wrap">
        <Link to="/lyrics/$id" params={{ id }} className={buttonClass('plain', 'sm')}>
          <Pencil size={14} aria-hidden />
          {edit ? t.lyrics.edit : has ? t.lyrics.improve : t.lyrics.add}
        </Link>
        {has ? (
          <Menu
            label={t.lyrics.download}
            align="start"
            trigger={
              <Button look="plain" size="sm" icon={Download}>
                {t.lyrics.download}
              </Button>
            }
            entries={(Object.keys(formats) as TimedFormat[]).map(format => ({
              kind: 'action',
              name: t.lyrics.formats[format],
              run: () => location.assign(`/api/v1/tracks/${id}/lyrics/file?format=${format}`),
            }))}
          />
        ) : null}
        {has && me && !edit ? (
          <Button look="plain" size="sm" icon={Flag} onClick={() => setReporting(true)}>
            {t.lyrics.report}
          </Button>
        ) : null}
      </div>
      {reporting && data ? <Report id={id} lines={data.lines} onClose={() => setReporting(false)} /> : null}
    </div>
  )
}

function Report({ id, lines, onClose }: { id: string; lines: readonly { text: string; startMs: number }[]; onClose: () => void }) {
  const t = useWords()
  const [line, setLine] = useState('')
  const [reason, setReason] = useState('')
  const send = useMutation({
    mutationFn: () => {
      const about = line === '' ? null : lines[Number(line)]!
      return api('POST /tracks/:id/lyrics/reports', { id, line: about?.text ?? null, startMs: about?.startMs ?? null, reason })
    },
    onSuccess: () => {
      toast(t.lyrics.reported, { tone: 'good' })
      onClose()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <Dialog open onOpenChange={open => !open && onClose()} title={t.lyrics.report}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          send.mutate()
        }}
      >
        <Select
          label={t.lyrics.reportLine}
          value={line}
          onChange={event => setLine(event.target.value)}
          options={[
            { value: '', name: t.lyrics.wholeText },
            ...lines.flatMap((one, i) => (one.text.trim() === '' ? [] : [{ value: String(i), name: one.text }])),
          ]}
        />
        <Input label={t.lyrics.reportWhat} required maxLength={500} value={reason} onChange={event => setReason(event.target.value)} />
        <Button type="submit" busy={send.isPending} disabled={reason.trim() === ''} className="self-end">
          {t.lyrics.report}
        </Button>
      </form>
    </Dialog>
  )
}
