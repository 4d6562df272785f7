import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, read, type Ok } from '../../api.ts'
import { useFormat, useWords } from '../../i18n/use.tsx'
import { Button } from '../../ui/button.tsx'
import { Input, TextArea } from '../../ui/field.tsx'
import { Money } from '../../ui/money.tsx'
import { Dialog } from '../../ui/overlay.tsx'
import { Panel, SkeletonRows, faultText } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { toast } from '../../ui/toast.tsx'
import { useRefundsChanged } from './refund-sale.tsx'

type Reserve = Ok<'GET /console/reserves'>['items'][number]
export type Party = Reserve['party']

/** Whose income rests in part, and what rests now. */
export function Reserves({ onChange }: { onChange: (party: Party) => void }) {
  const t = useWords()
  const format = useFormat()
  const { data } = useQuery(read('GET /console/reserves'))
  if (!data || data.items.length === 0) return null
  return (
    <Panel title={t.disputes.reserves} note={t.disputes.reservesNote} className="mt-5">
      <Table<Reserve>
        label={t.disputes.reserves}
        dense
        rows={data.items}
        rowKey={row => row.party.id}
        columns={[
          {
            key: 'party',
            name: t.disputes.receiver,
            sort: row => row.party.name,
            cell: row => (
              <>
                {row.party.name}
                <span className="block text-xs text-muted">{row.reason}</span>
              </>
            ),
          },
          {
            key: 'rule',
            name: t.disputes.reserve,
            cell: row => t.disputes.reserveNote(format.percent(row.shareBp / 10_000), format.number(row.days)),
          },
          {
            key: 'resting',
            name: t.disputes.resting,
            align: 'end',
            cell: row => row.resting.map(value => <Money key={value.currency} value={value} className="block font-semibold" />),
          },
          {
            key: 'act',
            name: t.disputes.setReserve,
            hideName: true,
            align: 'end',
            cell: row => (
              <Button look="plain" size="sm" onClick={() => onChange(row.party)}>
                {t.disputes.setReserve}
              </Button>
            ),
          },
        ]}
      />
    </Panel>
  )
}

/** Sets which part of a party's later income rests, for how long, and why. */
export function SetReserve({ party, onClose }: { party: Party; onClose: () => void }) {
  const t = useWords()
  const { data, isPending } = useQuery(read('GET /console/reserves', { party: party.id }))
  return (
    <Dialog open onOpenChange={open => (open ? undefined : onClose())} title={t.disputes.reserveOf(party.name)}>
      {isPending ? <SkeletonRows rows={3} /> : <Form party={party} before={data?.items[0]} onClose={onClose} />}
    </Dialog>
  )
}

function Form({ party, before, onClose }: { party: Party; before: Reserve | undefined; onClose: () => void }) {
  const t = useWords()
  const changed = useRefundsChanged()
  const [share, setShare] = useState(String((before?.shareBp ?? 1000) / 100))
  const [days, setDays] = useState(String(before?.days ?? 90))
  const [reason, setReason] = useState(before?.reason ?? '')
  const shareBp = Math.round(Number(share) * 100)
  const right = share.trim() !== '' && shareBp >= 0 && shareBp <= 10_000
  const longEnough = /^\d{1,3}$/.test(days) && Number(days) >= 1 && Number(days) <= 730
  const save = useMutation({
    mutationFn: () => api('PUT /console/reserves/:party', { party: party.id, shareBp, days: Number(days), reason }),
    onSuccess: () => {
      toast(t.disputes.saved, { tone: 'good' })
      onClose()
      return changed()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={event => {
        event.preventDefault()
        if (right && longEnough && reason.trim()) save.mutate()
      }}
    >
      <div className="grid grid-cols-2 gap-4">
        <Input
          label={t.disputes.share}
          hint={t.disputes.shareHint}
          value={share}
          inputMode="decimal"
          suffix="%"
          error={right ? undefined : t.faults.invalid}
          onChange={event => setShare(event.target.value)}
        />
        <Input
          label={t.disputes.days}
          value={days}
          inputMode="numeric"
          error={longEnough ? undefined : t.faults.invalid}
          onChange={event => setDays(event.target.value)}
        />
      </div>
      <TextArea
        label={t.disputes.why}
        hint={t.disputes.whyHint}
        rows={2}
        maxLength={500}
        value={reason}
        onChange={event => setReason(event.target.value)}
      />
      <Button type="submit" busy={save.isPending} disabled={!right || !longEnough || !reason.trim()}>
        {t.disputes.setReserve}
      </Button>
    </form>
  )
}
