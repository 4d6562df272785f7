import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ChevronLeft, ChevronRight, X } from 'lucide-react'
import { useEffect, useEffectEvent, useRef } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { makeUploads } from '../media/uploads.ts'
import { IconButton } from '../ui/button.tsx'
import { faultText, Progress, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { DropZone } from '../ui/upload.tsx'
import { productQuery, refreshGoods, type Product } from './queries.ts'

const uploads = makeUploads(({ type }) => /^image\/(?:jpeg|png|webp|avif|gif)$/.test(type))
const most = 12

/** Pictures of a product: added by dropping files, put in order, removed. */
export function Pictures({ product }: { product: Product }) {
  const t = useWords()
  const w = t.wares
  const client = useQueryClient()
  const all = uploads.use()
  const used = useRef(new Set<string>())
  const failed = (error: unknown) => toast(faultText(t, error), { tone: 'bad' })
  const { id } = product
  const add = useMutation({
    mutationFn: (upload: string) => api('POST /goods/:id/pictures', { id, upload }),
    onError: failed,
    onSettled: () => refreshGoods(client),
  })
  const order = useMutation({
    mutationFn: (pictures: string[]) => api('PUT /goods/:id/pictures', { id, pictures }),
    onSuccess: saved => client.setQueryData(productQuery(id).queryKey, saved),
    onError: failed,
    onSettled: () => refreshGoods(client),
  })
  // What came up whole becomes a picture, once.
  const take = useEffectEvent(() => {
    for (const item of all)
      if (item.state === 'done' && item.upload !== null && !used.current.has(item.upload)) {
        used.current.add(item.upload)
        add.mutate(item.upload)
        uploads.forget([item.key])
      }
  })
  useEffect(() => take(), [all])
  const assets = product.pictures.map(one => one.asset)
  const swap = (a: number, b: number) => {
    const next = [...assets]
    ;[next[a], next[b]] = [next[b]!, next[a]!]
    order.mutate(next)
  }
  return (
    <div className="flex flex-col gap-4">
      {product.pictures.length > 0 ? (
        <ol className="grid grid-cols-3 gap-3">
          {product.pictures.map((one, index) => (
            <li key={one.asset} className={index === 0 ? 'col-span-3' : ''}>
              <div className="relative overflow-hidden rounded-md bg-sunken">
                <img src={index === 0 ? one.large : one.small} alt="" className="aspect-square w-full object-cover" />
                {index === 0 ? (
                  <span className="absolute top-2 left-2">
                    <Tag>{w.first}</Tag>
                  </span>
                ) : null}
              </div>
              <div className="flex justify-center">
                <IconButton
                  size="sm"
                  icon={ChevronLeft}
                  label={`${w.earlier} (${index + 1})`}
                  disabled={index === 0 || order.isPending}
                  onClick={() => swap(index, index - 1)}
                />
                <IconButton
                  size="sm"
                  icon={ChevronRight}
                  label={`${w.later} (${index + 1})`}
                  disabled={index === assets.length - 1 || order.isPending}
                  onClick={() => swap(index, index + 1)}
                />
                <IconButton
                  size="sm"
                  icon={X}
                  label={`${w.remove} (${index + 1})`}
                  disabled={order.isPending}
                  onClick={() => order.mutate(assets.filter(asset => asset !== one.asset))}
                />
              </div>
            </li>
          ))}
        </ol>
      ) : null}
      {all
        .filter(item => item.state !== 'done')
        .map(item => (
          <Progress key={item.key} label={item.name} share={item.bytes === 0 ? null : item.sent / item.bytes} />
        ))}
      {add.isPending ? <Progress label={w.addPicture} share={null} /> : null}
      {product.waiting.length > 0 ? (
        <ul className="flex flex-col gap-1 text-xs text-muted">
          {product.waiting.map(one => (
            <li key={one.url} className="[overflow-wrap:anywhere]">
              {one.problem === null ? w.picturesWait('1') : w.pictureProblem[one.problem]}: {one.url}
            </li>
          ))}
        </ul>
      ) : null}
      {assets.length < most ? (
        <DropZone
          compact
          multiple
          label={w.addPicture}
          accept="image/*"
          onFiles={files => uploads.send(files.slice(0, most - assets.length))}
        />
      ) : null}
    </div>
  )
}
