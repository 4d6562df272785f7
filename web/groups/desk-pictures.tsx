import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ImageUp } from 'lucide-react'
import { useEffect, useEffectEvent, useId, useRef, type ReactNode } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { makeUploads } from '../media/uploads.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Planet } from '../ui/planet.tsx'
import { faultText, Panel, Progress } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshGroup, type Group } from './queries.ts'

const kinds = 'image/jpeg,image/png,image/webp,image/avif,image/gif'
const takes = (file: { type: string }): boolean => kinds.includes(file.type) && file.type !== ''
type Which = 'picture' | 'cover'
const lines = { picture: makeUploads(takes), cover: makeUploads(takes) }

/** Emblem and cover of a group. */
export function Pictures({ group }: { group: Group }) {
  const t = useWords()
  return (
    <Panel title={t.hosting.pictures} note={t.hosting.pictureHint}>
      <div className="grid gap-6 sm:grid-cols-[auto_minmax(0,1fr)]">
        <One group={group} which="picture" label={t.hosting.emblem}>
          <Cover id={group.id} picture={group.picture} alt="" size={112} round className="size-28" />
        </One>
        <One group={group} which="cover" label={t.hosting.cover}>
          <div className="h-28 overflow-hidden rounded-md bg-raised">
            {group.cover ? (
              <img src={group.cover} alt="" className="size-full object-cover" />
            ) : (
              <Planet id={group.id} className="size-full scale-125 opacity-75 blur-xl" />
            )}
          </div>
        </One>
      </div>
    </Panel>
  )
}

function One({ group, which, label, children }: { group: Group; which: Which; label: string; children: ReactNode }) {
  const t = useWords()
  const id = useId()
  const client = useQueryClient()
  const line = lines[which]
  const item = line.use().at(-1)
  const used = useRef<string | null>(null)
  const failed = (error: unknown) => toast(faultText(t, error), { tone: 'bad' })
  const save = useMutation({
    mutationFn: (upload: string) => api('PUT /groups/:id/pictures/:which', { id: group.id, which, upload }),
    onSuccess: () => {
      toast(t.hosting.pictureSaved, { tone: 'good' })
      return refreshGroup(client)
    },
    onError: failed,
  })
  const drop = useMutation({
    mutationFn: () => api('DELETE /groups/:id/pictures/:which', { id: group.id, which }),
    onSuccess: () => refreshGroup(client),
    onError: failed,
  })
  // What came up whole becomes the picture, once.
  const upload = item?.state === 'done' ? item.upload : null
  const take = useEffectEvent((whole: string) => {
    if (whole === used.current) return
    used.current = whole
    save.mutate(whole)
    if (item) line.forget([item.key])
  })
  useEffect(() => {
    if (upload) take(upload)
  }, [upload])
  const busy = save.isPending || item?.state === 'sending' || item?.state === 'waiting'
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <p className="text-sm font-medium">{label}</p>
      {children}
      {item && item.state !== 'done' ? <Progress label={item.name} share={item.bytes === 0 ? null : item.sent / item.bytes} /> : null}
      <div className="flex flex-wrap gap-2">
        <label htmlFor={id} className={buttonClass('quiet', 'sm', 'cursor-pointer focus-within:outline-2')} aria-busy={busy || undefined}>
          <ImageUp size={14} aria-hidden />
          {t.hosting.choosePicture}
          <span className="sr-only">: {label}</span>
          <input
            id={id}
            type="file"
            accept={kinds}
            className="sr-only"
            disabled={busy}
            onChange={event => {
              if (event.target.files && line.send([...event.target.files].slice(0, 1)) > 0)
                toast(t.refusals.picture_refused, { tone: 'bad' })
              event.target.value = ''
            }}
          />
        </label>
        {group[which] ? (
          <Button look="plain" size="sm" busy={drop.isPending} onClick={() => drop.mutate()}>
            {t.hosting.dropPicture}
          </Button>
        ) : null}
      </div>
    </div>
  )
}
