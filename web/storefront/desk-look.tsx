import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { makeUploads } from '../media/uploads.ts'
import { Button } from '../ui/button.tsx'
import { Input, Select, TextArea } from '../ui/field.tsx'
import { Planet } from '../ui/planet.tsx'
import { faultText, Panel, Progress } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { DropZone } from '../ui/upload.tsx'
import { deskQuery, refreshStorefront, type Desk } from './queries.ts'

const uploads = makeUploads(({ type }) => /^image\/(?:jpeg|png|webp|avif|gif)$/.test(type))
type State = Desk['shop']['state']

/** What a shop says of itself, and its wide picture. */
export function LookPart({ desk }: { desk: Desk }) {
  const t = useWords()
  const w = t.shopkeeping.shop
  const client = useQueryClient()
  const { shop } = desk
  const [form, setForm] = useState({
    name: shop.name,
    about: shop.about,
    notice: shop.notice,
    shipping: shop.shipping,
    returns: shop.returns,
  })
  const [state, setState] = useState<State>(shop.state)
  const save = useMutation({
    mutationFn: () => api('PATCH /shops/:id', { id: shop.id, ...form, state }),
    onSuccess: async next => {
      client.setQueryData(deskQuery(shop.id).queryKey, next)
      toast(w.saved, { tone: 'good' })
      await refreshStorefront(client)
    },
  })
  const set = (name: keyof typeof form) => ({
    value: form[name],
    onChange: (event: { target: { value: string } }) => setForm({ ...form, [name]: event.target.value }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form onSubmit={submit} className="flex max-w-4xl flex-col gap-6">
      <Banner shop={shop} />
      <Panel title={w.lookTitle}>
        <div className="flex flex-col gap-4">
          <div className="grid gap-4 sm:grid-cols-[1fr_200px]">
            <Input label={w.name} required maxLength={80} {...set('name')} />
            <Select
              label={w.state}
              value={state}
              onChange={event => setState(event.target.value as State)}
              options={(['open', 'paused', 'closed'] as const).map(value => ({ value, name: w.states[value] }))}
            />
          </div>
          <p className="-mt-2 text-xs text-muted">{w.stateHint[state]}</p>
          <TextArea label={w.about} optional maxLength={2000} rows={3} hint={w.aboutHint} {...set('about')} />
          <Input label={w.notice} optional maxLength={300} hint={w.noticeHint} {...set('notice')} />
          <div className="grid gap-4 lg:grid-cols-2">
            <TextArea label={w.shipping} optional maxLength={3000} rows={6} {...set('shipping')} />
            <TextArea label={w.returns} optional maxLength={3000} rows={6} {...set('returns')} />
          </div>
          {save.error ? (
            <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
              {faultText(t, save.error)}
            </p>
          ) : null}
          <Button type="submit" size="lg" busy={save.isPending} className="self-start">
            {w.save}
          </Button>
        </div>
      </Panel>
    </form>
  )
}

function Banner({ shop }: { shop: Desk['shop'] }) {
  const t = useWords()
  const w = t.shopkeeping.shop
  const client = useQueryClient()
  const all = uploads.use()
  const [name, setName] = useState<string | null>(null)
  const sending = name === null ? undefined : all.find(one => one.name === name)
  const put = useMutation({
    mutationFn: async (upload: string | null) =>
      upload === null ? api('DELETE /shops/:id/banner', { id: shop.id }) : api('PUT /shops/:id/banner', { id: shop.id, upload }),
    onSuccess: async () => {
      setName(null)
      toast(w.saved, { tone: 'good' })
      await refreshStorefront(client)
    },
    onError: () => setName(null),
  })
  // As soon as it is up it becomes the banner: there is nothing else to say about it.
  const ready = sending?.state === 'done' ? sending.upload : null
  const place = useEffectEvent((upload: string) => put.mutate(upload))
  useEffect(() => {
    if (ready) place(ready)
  }, [ready])
  const take = (files: File[]) => {
    put.reset()
    for (const one of all) uploads.drop(one.key)
    if (files[0] && uploads.send([files[0]]) === 0) setName(files[0].name)
  }
  return (
    <Panel title={w.banner} note={w.bannerHint}>
      <div className="relative mb-4 h-36 overflow-hidden rounded-lg bg-raised sm:h-48">
        {shop.banner ? (
          <img src={shop.banner} alt={w.banner} className="size-full object-cover" />
        ) : (
          <Planet id={shop.id} className="absolute inset-0 size-full opacity-60 blur-[50px] saturate-150" />
        )}
      </div>
      <div className="grid items-center gap-3 sm:grid-cols-[1fr_auto]">
        <DropZone compact label={w.bannerDrop} accept="image/*" onFiles={take} />
        {shop.banner ? (
          <Button look="quiet" busy={put.isPending} onClick={() => put.mutate(null)}>
            {w.bannerRemove}
          </Button>
        ) : null}
      </div>
      {sending && sending.state !== 'done' ? (
        <Progress label={sending.name} share={sending.bytes > 0 ? sending.sent / sending.bytes : 0} />
      ) : null}
      {put.error ? (
        <p role="alert" className="mt-3 font-medium text-danger">
          {faultText(t, put.error)}
        </p>
      ) : null}
    </Panel>
  )
}
