import { useEffect, useMemo, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { makeUploads } from '../media/uploads.ts'
import { Cover } from '../ui/cover.tsx'
import { Progress } from '../ui/states.tsx'
import { DropZone } from '../ui/upload.tsx'

const uploads = makeUploads(({ type }) => /^image\/(?:jpeg|png|webp|avif|gif)$/.test(type))

/** A picture on its way up beside what there is; tells the upload when it is whole. */
export function PictureField({ id, picture, onUpload }: { id: string; picture: string | null; onUpload: (upload: string | null) => void }) {
  const t = useWords()
  const [file, setFile] = useState<File | null>(null)
  // What another form left is not this one's.
  const all = uploads.use()
  const sending = file === null ? undefined : all.find(one => one.name === file.name)
  const upload = sending?.state === 'done' ? sending.upload : null
  useEffect(() => onUpload(upload), [upload, onUpload])
  const preview = useMemo(() => (file === null ? null : URL.createObjectURL(file)), [file])
  useEffect(
    () => () => {
      if (preview !== null) URL.revokeObjectURL(preview)
    },
    [preview],
  )
  const take = (chosen: File | undefined) => {
    if (!chosen) return
    for (const one of all) uploads.drop(one.key)
    if (uploads.send([chosen]) === 0) setFile(chosen)
  }
  return (
    <div>
      <p className="mb-2 text-sm font-medium">{t.rewards.desk.picture}</p>
      <div className="flex items-center gap-4">
        {preview ? (
          <img src={preview} alt="" className="size-28 shrink-0 rounded-md bg-sunken object-cover" />
        ) : (
          <Cover id={id} picture={picture} alt="" size={112} className="w-28 shrink-0" />
        )}
        <div className="min-w-0 flex-1">
          <DropZone compact label={t.rewards.desk.choosePicture} accept="image/*" onFiles={files => take(files[0])} />
          {sending && sending.state !== 'done' ? (
            sending.state === 'failed' ? (
              <p role="alert" className="mt-2 text-danger">
                {t.common.failedTitle}
              </p>
            ) : (
              <Progress label={sending.name} share={sending.bytes > 0 ? sending.sent / sending.bytes : 0} />
            )
          ) : null}
        </div>
      </div>
    </div>
  )
}
