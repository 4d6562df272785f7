import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ImagePlus, Plus, Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { newClientId } from '../ids.ts'
import { makeUploads } from '../media/uploads.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { faultText, Panel, Progress } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { DropZone } from '../ui/upload.tsx'
import { minorOf, refreshDeals, type Desk } from './queries.ts'

const uploads = makeUploads(({ type }) => /^image\/(?:jpeg|png|webp|avif|gif)$/.test(type))

export function Costs({ desk }: { desk: Desk }) {
  const t = useWords()
  const d = t.selling.deals
  const format = useFormat()
  const client = useQueryClient()
  const [adding, setAdding] = useState(false)
  const [receipt, setReceipt] = useState<string | null>(null)
  const drop = useMutation({
    mutationFn: (id: string) => api('DELETE /shows/:show/costs/:id', { show: desk.show.id, id }),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => refreshDeals(client),
  })
  return (
    <Panel
      title={d.costs}
      note={d.costsBody}
      action={
        desk.can.cost ? (
          <Button look="quiet" size="sm" icon={Plus} onClick={() => setAdding(true)}>
            {d.addCost}
          </Button>
        ) : null
      }
    >
      {desk.costs.length === 0 ? (
        <p className="text-muted">{d.noCosts}</p>
      ) : (
        <ul className="divide-y divide-line">
          {desk.costs.map(cost => (
            <li key={cost.id} className="flex min-w-0 items-center gap-3 py-2.5">
              {cost.receipt ? (
                <a href={cost.receipt} target="_blank" rel="noreferrer" className="shrink-0">
                  <img src={cost.receipt} alt={d.receipt} className="size-12 rounded-md object-cover" />
                </a>
              ) : null}
              <span className="min-w-0 flex-1">
                <b className="block truncate font-semibold">{cost.name}</b>
                <span className="block truncate text-xs text-muted">
                  {d.payee}：{d.sides[cost.payee]}
                  {cost.note ? ` · ${cost.note}` : ''}
                </span>
              </span>
              <b className="tabular">{format.money({ amount: cost.amount, currency: desk.currency })}</b>
              {desk.can.cost ? (
                <>
                  <IconButton icon={ImagePlus} label={d.addReceipt} size="sm" onClick={() => setReceipt(cost.id)} />
                  <IconButton icon={Trash2} label={d.removeCost} size="sm" onClick={() => drop.mutate(cost.id)} />
                </>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {adding ? <AddCost desk={desk} onClose={() => setAdding(false)} /> : null}
      {receipt ? <Receipt show={desk.show.id} cost={receipt} onClose={() => setReceipt(null)} /> : null}
    </Panel>
  )
}

function AddCost({ desk, onClose }: { desk: Desk; onClose: () => void }) {
  const t = useWords()
  const d = t.selling.deals
  const client = useQueryClient()
  const [id] = useState(() => newClientId('dea'))
  const [name, setName] = useState('')
  const [amount, setAmount] = useState('')
  const [payee, setPayee] = useState<'organiser' | 'artist'>('organiser')
  const [note, setNote] = useState('')
  const minor = minorOf(amount, desk.currency)
  const save = useMutation({
    mutationFn: () => api('PUT /shows/:show/costs/:id', { show: desk.show.id, id, name: name.trim(), amount: minor!, payee, note }),
    onSuccess: onClose,
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => refreshDeals(client),
  })
  return (
    <Sheet open onOpenChange={open => (open ? undefined : onClose())} title={d.addCost}>
      <form
        className="flex flex-col gap-4"
        onSubmit={event => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Input label={d.costName} value={name} maxLength={120} required onChange={event => setName(event.target.value)} />
        <Input
          label={d.amount}
          value={amount}
          inputMode="decimal"
          suffix={desk.currency}
          required
          onChange={event => setAmount(event.target.value)}
        />
        <Select
          label={d.payee}
          value={payee}
          onChange={event => setPayee(event.target.value as 'organiser')}
          options={(['organiser', 'artist'] as const).map(value => ({ value, name: d.sides[value] }))}
        />
        <Input label={d.note} value={note} maxLength={500} optional onChange={event => setNote(event.target.value)} />
        <Button type="submit" size="lg" busy={save.isPending} disabled={name.trim() === '' || minor === null || minor === '0'}>
          {d.save}
        </Button>
      </form>
    </Sheet>
  )
}

function Receipt({ show, cost, onClose }: { show: string; cost: string; onClose: () => void }) {
  const t = useWords()
  const d = t.selling.deals
  const client = useQueryClient()
  const [file, setFile] = useState<string | null>(null)
  const all = uploads.use()
  const sending = file === null ? undefined : all.find(one => one.name === file)
  const upload = sending?.state === 'done' ? sending.upload : null
  const { mutate } = useMutation({
    mutationFn: (id: string) => api('PUT /shows/:show/costs/:id/receipt', { show, id: cost, upload: id }),
    onSuccess: () => {
      toast(d.receiptDone, { tone: 'good' })
      onClose()
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: () => refreshDeals(client),
  })
  useEffect(() => {
    if (upload) mutate(upload)
  }, [upload, mutate])
  const take = (chosen: File | undefined) => {
    if (!chosen) return
    for (const one of all) uploads.drop(one.key)
    if (uploads.send([chosen]) === 0) setFile(chosen.name)
  }
  return (
    <Sheet open onOpenChange={open => (open ? undefined : onClose())} title={d.addReceipt}>
      <DropZone label={d.addReceipt} accept="image/*" compact onFiles={files => take(files[0])} />
      {sending && sending.state !== 'done' ? (
        <div className="mt-4">
          <Progress label={sending.name} share={sending.bytes > 0 ? sending.sent / sending.bytes : 0} />
        </div>
      ) : null}
    </Sheet>
  )
}
