import { FolderOpen, HardDrive, Play, Plus, Search, X } from 'lucide-react'
import { useDeferredValue, useMemo, useRef, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { EmptyState, Progress, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { canRemember, foundIn, pickFolder } from './files.ts'
import { albums, ordered, rows, search, sorts, type Sort } from './group.ts'
import { addFiles, addFolder, stopReading, useOwn } from './library.ts'
import { OwnList } from './list.tsx'
import { playOwn } from './playing.ts'
import { Folders, Unplayable } from './folders.tsx'

/** The files of this device in the same player: chosen, read and played here, sent nowhere. */
export function OwnPage() {
  const t = useWords()
  const { tracks, work, read } = useOwn()
  const alive = useHydrated()
  const [query, setQuery] = useState('')
  const [sort, setSort] = useState<Sort>('album')
  const wanted = useDeferredValue(query)
  const shown = useDeferredValue(tracks)
  const good = useMemo(() => shown.filter(track => track.problem === null), [shown])
  const found = useMemo(() => search(good, wanted), [good, wanted])
  const list = useMemo(() => rows(found, sort), [found, sort])
  const albumCount = useMemo(() => albums(good).length, [good])
  const play = (track?: (typeof tracks)[number]): void => playOwn(ordered(found, sort), track, t.offline.own.unknownArtist)
  const nothing = alive && read && tracks.length === 0 && !work
  return (
    <>
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
        <div className="min-w-0">
          <h1 className="text-xl">{t.offline.own.title}</h1>
          <p className="mt-1.5 max-w-[70ch] text-muted">{t.offline.own.intro}</p>
        </div>
        {alive && read && !nothing ? <Choose compact /> : null}
      </div>
      <div className="mt-6">
        {!alive || (!read && !work) ? (
          <SkeletonRows />
        ) : nothing ? (
          <EmptyState icon={HardDrive} title={t.offline.own.empty} action={<Choose />}>
            <p>{t.offline.own.emptyBody}</p>
            <p className="mt-2 text-[13px] max-sm:hidden">{t.offline.own.dropHint}</p>
          </EmptyState>
        ) : (
          <>
            {work ? (
              <div className="mb-5 flex items-end gap-3 rounded-md border border-line bg-surface px-4 py-3">
                <div className="min-w-0 flex-1">
                  <Progress label={t.offline.own.reading(work.done, work.all)} share={work.all > 0 ? work.done / work.all : null} />
                </div>
                <IconButton icon={X} size="sm" label={t.offline.own.stop} onClick={stopReading} />
              </div>
            ) : null}
            <Folders />
            <div className="mb-4 flex flex-wrap items-center gap-3">
              <Button icon={Play} filled disabled={found.length === 0} onClick={() => play()}>
                {t.offline.own.playAll}
              </Button>
              <p className="text-muted">{t.offline.own.found(good.length, albumCount)}</p>
              <div className="flex w-full gap-2 sm:ml-auto sm:w-auto">
                <div className="relative min-w-0 flex-1 sm:w-72">
                  <Search size={16} aria-hidden className="pointer-events-none absolute top-3 right-3 z-1 text-muted" />
                  <Input
                    label={t.offline.own.search}
                    hideLabel
                    type="search"
                    placeholder={t.offline.own.search}
                    value={query}
                    onChange={event => setQuery(event.target.value)}
                  />
                </div>
                <Select
                  label={t.offline.own.sort}
                  hideLabel
                  className="w-34 shrink-0"
                  value={sort}
                  onChange={event => setSort(event.target.value as Sort)}
                  options={sorts.map(value => ({ value, name: t.offline.own.sorts[value] }))}
                />
              </div>
            </div>
            {found.length === 0 ? (
              wanted ? (
                <p className="py-8 text-center text-muted">{t.offline.own.noMatch}</p>
              ) : work ? null : (
                <p className="py-8 text-center text-muted">{t.offline.own.none}</p>
              )
            ) : (
              <OwnList rows={list} play={play} />
            )}
            <Unplayable tracks={tracks} />
          </>
        )}
      </div>
    </>
  )
}

/** A folder where the browser remembers it; else the browser's own choosers. */
function Choose({ compact }: { compact?: boolean }) {
  const t = useWords()
  const folder = useRef<HTMLInputElement>(null)
  const single = useRef<HTMLInputElement>(null)
  const tell = (ids: readonly string[]): void =>
    toast(ids.length > 0 ? t.offline.own.added(ids.length) : t.offline.own.none, ids.length > 0 ? { tone: 'good' } : {})
  const chooseFolder = async (): Promise<void> => {
    if (!canRemember()) return folder.current?.click()
    const handle = await pickFolder()
    if (handle) tell(await addFolder(handle))
  }
  const take = (input: HTMLInputElement): void => {
    const files = [...(input.files ?? [])]
    const inFolder = files[0]?.webkitRelativePath.split('/')[0] ?? ''
    if (files.length > 0) void addFiles(foundIn(files), inFolder || files[0]!.name, inFolder ? 'folder' : 'files').then(tell)
    input.value = ''
  }
  return (
    <div className="flex flex-wrap gap-2">
      <Button look={compact ? 'quiet' : 'primary'} icon={FolderOpen} onClick={() => void chooseFolder()}>
        {t.offline.own.addFolder}
      </Button>
      <Button look="quiet" icon={Plus} onClick={() => single.current?.click()}>
        {t.offline.own.addFiles}
      </Button>
      <input
        ref={folder}
        type="file"
        hidden
        multiple
        {...{ webkitdirectory: '' }}
        onChange={event => take(event.currentTarget)}
        data-own="folder"
      />
      <input
        ref={single}
        type="file"
        hidden
        multiple
        accept="audio/*,.flac,.opus,.m4a,.lrc,.trc,.ttml"
        onChange={event => take(event.currentTarget)}
        data-own="files"
      />
    </div>
  )
}
