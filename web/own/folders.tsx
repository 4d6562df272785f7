import { ChevronDown, Folder, FolderLock, Music, RotateCw, X } from 'lucide-react'
import { useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Confirm } from '../ui/overlay.tsx'
import { forget, lookAgain, reopen, sessionFile, useOwn } from './library.ts'
import { fileName, type OwnRoot, type OwnTrack } from './track.ts'

/** Where the files come from, and what the browser wants before it opens them again. */
export function Folders() {
  const t = useWords()
  const { roots, open, tracks, work } = useOwn()
  const [asking, setAsking] = useState<OwnRoot | null>(null)
  const closed = roots.filter(root => root.handle && !open.has(root.id))
  // Files without a handle live as long as the page.
  const lost = roots.filter(
    root => !root.handle && !work && tracks.some(track => track.root === root.id && track.problem === null && !sessionFile(track.id)),
  )
  if (roots.length === 0) return null
  return (
    <>
      {closed.length > 0 ? (
        <div role="status" className="mb-4 flex flex-wrap items-center gap-3 rounded-md border border-line bg-surface px-4 py-3">
          <FolderLock size={20} strokeWidth={1.7} aria-hidden className="shrink-0 text-accent-ink" />
          <p className="min-w-0 flex-1 basis-60">{t.offline.own.allowBody}</p>
          <Button size="sm" onClick={() => void reopen()}>
            {t.offline.own.allow}
          </Button>
        </div>
      ) : null}
      {lost.length > 0 ? (
        <p role="status" className="mb-4 rounded-md border border-line bg-surface px-4 py-3 text-muted">
          {t.offline.own.pickAgainBody}
        </p>
      ) : null}
      <ul aria-label={t.offline.own.folders} className="mb-5 flex flex-wrap gap-2">
        {roots.map(root => (
          <li
            key={root.id}
            className="flex max-w-full items-center gap-1.5 rounded-full border border-line bg-surface py-0.5 pr-1 pl-3 text-[13px]"
          >
            {root.kind === 'folder' ? (
              <Folder size={14} aria-hidden className="shrink-0 text-muted" />
            ) : (
              <Music size={14} aria-hidden className="shrink-0 text-muted" />
            )}
            <span className="truncate">{root.name}</span>
            {root.handle?.kind === 'directory' ? (
              <IconButton
                icon={RotateCw}
                size="sm"
                label={`${t.offline.own.lookAgain}: ${root.name}`}
                className="size-7"
                onClick={() => void lookAgain(root.id)}
              />
            ) : null}
            <IconButton
              icon={X}
              size="sm"
              label={`${t.offline.own.forget}: ${root.name}`}
              className="size-7"
              onClick={() => setAsking(root)}
            />
          </li>
        ))}
      </ul>
      <Confirm
        open={asking !== null}
        onOpenChange={next => next || setAsking(null)}
        title={t.offline.own.forget}
        body={t.offline.own.forgetBody(tracks.filter(track => track.root === asking?.id).length)}
        action={t.offline.own.forget}
        onConfirm={() => (asking ? forget(asking.id) : undefined)}
      />
    </>
  )
}

/** What cannot be played is named, with the reason. */
export function Unplayable({ tracks }: { tracks: readonly OwnTrack[] }) {
  const t = useWords()
  const [open, setOpen] = useState(false)
  const bad = tracks.filter(track => track.problem !== null)
  if (bad.length === 0) return null
  const why = ({ problem }: OwnTrack): string =>
    problem === null ? '' : problem.kind === 'format' ? t.offline.own.reasons.format(problem.detail) : t.offline.own.reasons[problem.kind]
  return (
    <section className="mt-8 border-t border-line pt-4">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex items-center gap-2 font-medium text-muted hover:text-ink"
      >
        <ChevronDown size={16} aria-hidden className={cx('transition-transform', open && 'rotate-180')} />
        {t.offline.own.cannotPlay(bad.length)}
      </button>
      {open ? (
        <ul className="mt-3 flex flex-col gap-1.5 text-[13px]">
          {bad.slice(0, 500).map(track => (
            <li key={track.id} className="flex flex-wrap gap-x-3">
              <span className="max-w-full truncate" title={track.path}>
                {fileName(track.path)}
              </span>
              <span className="text-muted">{why(track)}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  )
}
