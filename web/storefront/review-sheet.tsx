import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Star, X } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useWords } from '../i18n/use.tsx'
import { makeUploads } from '../media/uploads.ts'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { TextArea } from '../ui/field.tsx'
import { Sheet } from '../ui/overlay.tsx'
import { faultText, Progress } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { DropZone } from '../ui/upload.tsx'
import { refreshStorefront, type Review } from './queries.ts'

const uploads = makeUploads(({ type }) => /^image\/(?:jpeg|png|webp|avif|gif)$/.test(type))
const most = 6

/** Writes a review of a line one bought, or changes one. Keeps what was typed when something is refused; pictures go up meanwhile. */
export function ReviewSheet({ line, review, title, onClose }: { line?: string; review?: Review; title: string; onClose: () => void }) {
  const t = useWords()
  const s = t.storefront
  const client = useQueryClient()
  const [id] = useState(() => review?.id ?? newClientId('rev'))
  const [stars, setStars] = useState(review?.stars ?? 0)
  const [text, setText] = useState(review?.text ?? '')
  const [kept, setKept] = useState(review?.pictures ?? [])
  const [names, setNames] = useState<string[]>([])
  const all = uploads.use()
  const sending = all.filter(one => names.includes(one.name))
  const busy = sending.some(one => one.state !== 'done' && one.state !== 'failed')
  const save = useMutation({
    mutationFn: async () => {
      if (review) await api('PATCH /reviews/:id', { id, stars, text, pictures: kept.map(picture => picture.small) })
      else await api('POST /reviews', { id, line: line!, stars, text })
      for (const one of sending) {
        if (!one.upload) continue
        await api('POST /reviews/:id/pictures', { id, upload: one.upload })
        uploads.drop(one.key)
      }
    },
    onSuccess: async () => {
      toast(review ? s.saved : s.published, { tone: 'good' })
      onClose()
      await refreshStorefront(client)
    },
  })
  const take = (files: File[]) => {
    const room = most - kept.length - names.length
    const chosen = files.slice(0, Math.max(0, room))
    uploads.send(chosen)
    setNames(before => [...new Set([...before, ...chosen.map(file => file.name)])])
  }
  return (
    <Sheet
      open
      onOpenChange={open => !open && onClose()}
      title={review ? s.change : s.write}
      description={title}
      footer={
        <Button size="lg" className="flex-1" disabled={stars === 0 || busy} busy={save.isPending} onClick={() => save.mutate()}>
          {review ? t.common.save : s.publish}
        </Button>
      }
    >
      <div className="flex flex-col gap-5">
        <StarPicker value={stars} onChange={setStars} />
        <TextArea
          label={s.words}
          optional
          maxLength={2000}
          rows={6}
          value={text}
          placeholder={s.wordsHint}
          onChange={event => setText(event.target.value)}
        />
        {kept.length > 0 ? (
          <ul className="flex flex-wrap gap-2">
            {kept.map((picture, index) => (
              <li key={picture.small} className="relative">
                <img src={picture.small} alt={s.picture(index + 1)} className="size-20 rounded-md object-cover" />
                <button
                  type="button"
                  aria-label={`${t.common.remove}: ${s.picture(index + 1)}`}
                  onClick={() => setKept(kept.filter(one => one !== picture))}
                  className="absolute -top-2 -right-2 grid size-7 place-items-center rounded-full bg-ink text-bg"
                >
                  <X size={14} aria-hidden />
                </button>
              </li>
            ))}
          </ul>
        ) : null}
        {kept.length + names.length < most ? (
          <DropZone compact multiple label={s.addPictures} hint={s.mostPictures} accept="image/*" onFiles={take} />
        ) : null}
        {sending.map(one => (
          <Progress key={one.key} label={one.name} share={one.state === 'done' ? 1 : one.bytes > 0 ? one.sent / one.bytes : 0} />
        ))}
        {save.error ? (
          <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
            {faultText(t, save.error)}
          </p>
        ) : null}
      </div>
    </Sheet>
  )
}

/** One to five, by finger, mouse or arrows. */
function StarPicker({ value, onChange }: { value: number; onChange: (stars: number) => void }) {
  const t = useWords()
  const s = t.storefront
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-medium">{s.rate}</legend>
      <div className="flex items-center gap-1">
        {[1, 2, 3, 4, 5].map(stars => (
          <label
            key={stars}
            className="grid size-12 cursor-pointer place-items-center rounded-md hover:bg-raised has-focus-visible:outline-2 has-focus-visible:outline-focus"
          >
            <input
              type="radio"
              name="stars"
              value={stars}
              checked={value === stars}
              onChange={() => onChange(stars)}
              className="sr-only"
              aria-label={`${s.stars(String(stars))} · ${s.starWords[stars - 1]}`}
            />
            <Star
              size={30}
              strokeWidth={1.6}
              aria-hidden
              className={cx(stars <= value ? 'text-accent-mark' : 'text-line-strong')}
              fill={stars <= value ? 'currentColor' : 'none'}
            />
          </label>
        ))}
        <span className="ml-2 text-sm text-muted" aria-hidden>
          {value > 0 ? s.starWords[value - 1] : ''}
        </span>
      </div>
    </fieldset>
  )
}
