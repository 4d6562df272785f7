import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, Plus, X } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { api, read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Input, Select, TextArea } from '../ui/field.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { majorOf, minorOf, refreshDeals, type Desk } from './queries.ts'

const kinds = ['versus', 'guarantee', 'percentage', 'plus'] as const
type Kind = (typeof kinds)[number]

export function TermsSheet({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const t = useWords()
  const d = t.selling.deals
  const client = useQueryClient()
  const { currency } = desk
  const before = desk.terms?.terms
  const [id] = useState(() => newClientId('dea'))
  const [artist, setArtist] = useState<{ id: string; name: string } | null>(null)
  const [kind, setKind] = useState<Kind>(before?.kind ?? 'versus')
  const [guarantee, setGuarantee] = useState(before ? majorOf(before.guarantee, currency) : '')
  const [share, setShare] = useState(before ? String(before.shareBp / 100) : '70')
  const [costsMost, setCostsMost] = useState(before?.costsMost ? majorOf(before.costsMost, currency) : '')
  const [bonuses, setBonuses] = useState(
    before?.bonuses.map(one => ({ from: String(one.from), amount: majorOf(one.amount, currency) })) ?? [],
  )
  const [note, setNote] = useState(desk.terms?.note ?? '')
  const shareBp = Math.round(Number(share) * 100)
  const least = kind === 'percentage' ? '0' : minorOf(guarantee, currency)
  const ready =
    artist !== null &&
    least !== null &&
    (kind === 'guarantee' || (shareBp >= 1 && shareBp <= 10_000)) &&
    (costsMost === '' || minorOf(costsMost, currency) !== null) &&
    bonuses.every(one => /^[1-9]\d{0,5}$/.test(one.from) && (minorOf(one.amount, currency) ?? '0') !== '0')
  const send = useMutation({
    mutationFn: () =>
      api('POST /shows/:show/deals', {
        show: desk.show.id,
        id,
        artist: artist!.id,
        kind,
        guarantee: least!,
        shareBp: kind === 'guarantee' ? 0 : shareBp,
        costsMost: costsMost === '' ? null : minorOf(costsMost, currency),
        bonuses: bonuses.map(one => ({ from: Number(one.from), amount: minorOf(one.amount, currency)! })),
        note,
      }),
    onSuccess: onClose,
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => refreshDeals(client),
  })
  const bonus = (index: number, change: Partial<(typeof bonuses)[number]>) =>
    setBonuses(bonuses.map((one, n) => (n === index ? { ...one, ...change } : one)))
  return (
    <Sheet open onOpenChange={open => (open ? undefined : onClose())} title={d.propose}>
      <form
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          send.mutate()
        }}
      >
        <ArtistField value={artist} onChange={setArtist} />
        <Select
          label={d.kind}
          value={kind}
          onChange={event => setKind(event.target.value as Kind)}
          options={kinds.map(value => ({ value, name: d.dealKinds[value] }))}
        />
        {kind === 'percentage' ? null : (
          <Input
            label={d.guarantee}
            value={guarantee}
            inputMode="decimal"
            suffix={currency}
            required
            onChange={event => setGuarantee(event.target.value)}
          />
        )}
        {kind === 'guarantee' ? null : (
          <Input label={d.share} value={share} inputMode="decimal" suffix="%" required onChange={event => setShare(event.target.value)} />
        )}
        <Input
          label={d.costsMost}
          hint={d.costsMostHint}
          value={costsMost}
          inputMode="decimal"
          suffix={currency}
          optional
          onChange={event => setCostsMost(event.target.value)}
        />
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1 text-sm font-medium">{d.bonuses}</legend>
          {bonuses.map((one, index) => (
            // eslint-disable-next-line react/no-array-index-key -- rows have no names of their own
            <div key={index} className="flex items-end gap-2">
              <Input
                label={d.bonusFrom}
                value={one.from}
                inputMode="numeric"
                onChange={event => bonus(index, { from: event.target.value })}
                className="flex-1"
              />
              <Input
                label={d.bonusAmount}
                value={one.amount}
                inputMode="decimal"
                onChange={event => bonus(index, { amount: event.target.value })}
                className="flex-1"
              />
              <IconButton icon={X} label={d.removeCost} onClick={() => setBonuses(bonuses.filter((_, n) => n !== index))} />
            </div>
          ))}
          {bonuses.length < 10 ? (
            <Button
              look="plain"
              size="sm"
              icon={Plus}
              onClick={() => setBonuses([...bonuses, { from: '', amount: '' }])}
              className="self-start"
            >
              {d.addBonus}
            </Button>
          ) : null}
        </fieldset>
        <TextArea label={d.note} value={note} rows={3} maxLength={1000} optional onChange={event => setNote(event.target.value)} />
        <Button type="submit" size="lg" busy={send.isPending} disabled={!ready}>
          {d.send}
        </Button>
      </form>
    </Sheet>
  )
}

/** An artist's page by name. */
function ArtistField({
  value,
  onChange,
}: {
  value: { id: string; name: string } | null
  onChange: (value: { id: string; name: string } | null) => void
}) {
  const t = useWords()
  const d = t.selling.deals
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text.trim())
  const { data } = useQuery({
    ...read('GET /search', { q: wanted, kind: 'artist', limit: 6 }),
    enabled: wanted.length > 0 && value === null,
  })
  const pages = data?.artists ?? []
  if (value)
    return (
      <div className="flex items-center gap-3 rounded-md bg-raised p-3">
        <Check size={18} aria-hidden className="text-paid" />
        <b className="min-w-0 flex-1 truncate">{value.name}</b>
        <IconButton icon={X} label={t.common.cancel} size="sm" onClick={() => onChange(null)} />
      </div>
    )
  return (
    <div>
      <Input label={d.artist} hint={d.artistHint} value={text} autoComplete="off" onChange={event => setText(event.target.value)} />
      {pages.length > 0 ? (
        <ul className="mt-2 divide-y divide-line rounded-md border border-line">
          {pages.map(page => (
            <li key={page.id}>
              <button
                type="button"
                onClick={() => onChange({ id: page.id, name: page.name })}
                className="flex w-full items-center gap-3 px-3 py-2 text-left hover:bg-raised"
              >
                <Cover id={page.id} picture={page.picture} alt="" size={48} round className="w-9 shrink-0" />
                <span className="min-w-0 truncate">{page.name}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
