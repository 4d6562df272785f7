import { CircleAlert, CircleCheck, FileAudio, Pause, Play, UploadCloud, X } from 'lucide-react'
import { useEffect, useEffectEvent, useId, useRef, useState, type ReactNode } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { IconButton } from './button.tsx'
import { cx } from './cx.ts'
import { Progress } from './states.tsx'

type DropProps = {
  label: string
  hint?: ReactNode
  accept?: string
  multiple?: boolean
  onFiles: (files: File[]) => void
  compact?: boolean
}

/** Takes files by dropping or choosing; the whole box is the label of a real file input. */
export function DropZone({ label, hint, accept, multiple, onFiles, compact }: DropProps) {
  const id = useId()
  const [over, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const give = (chosen: FileList | null | undefined) => {
    const files = [...(chosen ?? [])]
    if (files.length > 0) onFiles(files)
    if (input.current) input.current.value = ''
  }
  // What was chosen before the page was awake told nobody.
  const awake = useEffectEvent(() => give(input.current?.files))
  useEffect(() => awake(), [])
  return (
    <label
      htmlFor={id}
      className={cx(
        'flex cursor-pointer flex-col items-center justify-center gap-1.5 rounded-lg border-2 border-dashed text-center transition-colors focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-focus',
        compact ? 'px-4 py-6' : 'px-6 py-12',
        over ? 'border-accent-mark bg-accent-soft' : 'border-line-strong/60 hover:border-line-strong hover:bg-raised/50',
      )}
      onDragOver={event => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        event.preventDefault()
        setOver(false)
        const files = [...event.dataTransfer.files]
        if (files.length > 0) onFiles(multiple ? files : files.slice(0, 1))
      }}
    >
      <UploadCloud size={compact ? 22 : 30} strokeWidth={1.5} aria-hidden className="text-accent-ink" />
      <span className="font-semibold">{label}</span>
      {hint ? <span className="max-w-[52ch] text-xs text-muted">{hint}</span> : null}
      <input
        ref={input}
        id={id}
        type="file"
        accept={accept}
        multiple={multiple}
        className="sr-only"
        onChange={event => give(event.target.files)}
      />
    </label>
  )
}

export type UploadItem = {
  key: string
  name: string
  bytes: number
  sent: number
  state: 'waiting' | 'sending' | 'paused' | 'processing' | 'done' | 'failed'
  /** A sentence about the state, in the reader's language. */
  note?: string
  /** Share of the processing that is done, where it is known. */
  share?: number | null
}

/** Uploads with what is done and what is left; each can be paused, resumed and dropped. */
export function UploadList({
  items,
  onPause,
  onResume,
  onCancel,
}: {
  items: readonly UploadItem[]
  onPause?: (key: string) => void
  onResume?: (key: string) => void
  onCancel?: (key: string) => void
}) {
  const t = useWords()
  const format = useFormat()
  return (
    <ul className="flex flex-col divide-y divide-line">
      {items.map(item => (
        <li key={item.key} className="flex items-center gap-3 py-3">
          {item.state === 'done' ? (
            <CircleCheck size={20} aria-hidden className="shrink-0 text-paid" />
          ) : item.state === 'failed' ? (
            <CircleAlert size={20} aria-hidden className="shrink-0 text-danger" />
          ) : (
            <FileAudio size={20} aria-hidden className="shrink-0 text-muted" />
          )}
          <div className="min-w-0 flex-1">
            {item.state === 'done' || item.state === 'failed' ? (
              <>
                <p className="truncate text-xs font-medium">{item.name}</p>
                <p className={cx('text-xs', item.state === 'failed' ? 'text-danger' : 'text-muted')}>
                  {item.note ?? format.bytes(item.bytes)}
                </p>
              </>
            ) : (
              <Progress
                label={item.name}
                share={item.state === 'processing' ? (item.share ?? null) : item.bytes > 0 ? item.sent / item.bytes : 0}
                detail={item.note ?? `${format.bytes(item.sent)} / ${format.bytes(item.bytes)}`}
              />
            )}
          </div>
          {item.state === 'sending' && onPause ? (
            <IconButton icon={Pause} size="sm" label={t.upload.pause(item.name)} onClick={() => onPause(item.key)} />
          ) : null}
          {(item.state === 'paused' || item.state === 'failed') && onResume ? (
            <IconButton icon={Play} size="sm" label={t.upload.resume(item.name)} onClick={() => onResume(item.key)} />
          ) : null}
          {item.state !== 'processing' && onCancel ? (
            <IconButton icon={X} size="sm" label={t.upload.drop(item.name)} onClick={() => onCancel(item.key)} />
          ) : null}
        </li>
      ))}
    </ul>
  )
}
