import { useMutation, useQueryClient } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useEffect } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { makeUploads } from '../media/uploads.ts'
import { IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { faultText, Progress } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { DropZone } from '../ui/upload.tsx'
import { refreshBookings, type DeskResource } from './queries.ts'

const uploads = makeUploads(({ type }) => /^image\/(?:jpeg|png|webp|avif|gif)$/.test(type))
const assetOf = (address: string): string => /\/covers\/(ast_[0-9a-z]+)\//.exec(address)?.[1] ?? ''

/** Pictures of a room, the first one large; each is kept as soon as it is up. */
export function PicturesField({ room }: { room: DeskResource }) {
  const t = useWords()
  const l = t.letting
  const client = useQueryClient()
  const all = uploads.use()
  const said = { onError: (error: unknown) => toast(faultText(t, error), { tone: 'bad' }), onSettled: () => refreshBookings(client) }
  const add = useMutation({ mutationFn: (upload: string) => api('POST /resources/:id/pictures', { id: room.id, upload }), ...said })
  const drop = useMutation({ mutationFn: (asset: string) => api('DELETE /resources/:id/pictures/:asset', { id: room.id, asset }), ...said })
  const { mutate } = add
  useEffect(() => {
    for (const one of all)
      if (one.state === 'done' && one.upload) {
        uploads.drop(one.key)
        mutate(one.upload)
      }
  }, [all, mutate])
  return (
    <div className="mt-5">
      <p className="mb-2 text-sm font-medium">{l.pictures}</p>
      <ul className="mb-3 flex flex-wrap gap-3">
        {room.pictures.map((picture, n) => (
          <li key={picture} className="relative">
            <Cover id={room.id} picture={picture} alt={t.bookings.picture(n + 1)} size={112} className="w-28" />
            <IconButton
              icon={X}
              size="sm"
              tip={false}
              label={`${l.dropPicture}: ${t.bookings.picture(n + 1)}`}
              className="absolute -top-2 -right-2 bg-surface shadow-lift"
              onClick={() => drop.mutate(assetOf(picture))}
            />
          </li>
        ))}
      </ul>
      {room.pictures.length < 12 ? <DropZone compact label={l.addPicture} accept="image/*" onFiles={files => uploads.send(files)} /> : null}
      {all
        .filter(one => one.state !== 'done')
        .map(one =>
          one.state === 'failed' ? (
            <p key={one.key} role="alert" className="mt-2 text-danger">
              {t.common.failedTitle}
            </p>
          ) : (
            <Progress key={one.key} label={one.name} share={one.bytes > 0 ? one.sent / one.bytes : 0} />
          ),
        )}
    </div>
  )
}
