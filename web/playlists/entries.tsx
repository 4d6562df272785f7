import { ArrowDownToLine, ArrowUpToLine, CheckCheck, ListMusic, ListPlus, Play, Search, X } from 'lucide-react'
import { Suspense, lazy, useDeferredValue, useMemo, useState } from 'react'
import { useLanguage, useWords } from '../i18n/use.tsx'
import { player } from '../player/player.ts'
import { playable } from '../player/track.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx'
import { FindTracks } from './find.tsx'
import type { Entry, Playlist } from './queries.ts'
import { Rows } from './rows.tsx'
import { kept, nothing, type Selection } from './selection.ts'
import { useEntryActions, type useEntries } from './use-entries.ts'
import { orders, viewOf, type Order } from './view.ts'

const AddToPlaylist = lazy(() => import('./add.tsx').then(module => ({ default: module.AddToPlaylist })))
const ChooseTrack = lazy(() => import('./find.tsx').then(module => ({ default: module.ChooseTrack })))

/** The tracks of a playlist with what one looks for and does in them. */
export function Entries({ list, loaded }: { list: Playlist; loaded: ReturnType<typeof useEntries> }) {
  const t = useWords()
  const { locale } = useLanguage()
  const [sought, setSought] = useState('')
  const [order, setOrder] = useState<Order>('manual')
  const [state, setSelection] = useState<Selection>(nothing)
  const [choosing, setChoosing] = useState(false)
  const [adding, setAdding] = useState<readonly string[] | null>(null)
  const [meant, setMeant] = useState<Entry | null>(null)
  const { move, remove } = useEntryActions(list)
  const { entries, isPending, error, refetch, complete } = loaded
  const words = useDeferredValue(sought)
  const view = useMemo(() => viewOf(entries, words, order, locale), [entries, words, order, locale])
  const selection = useMemo(
    () =>
      kept(
        state,
        view.map(entry => entry.id),
      ),
    [state, view],
  )
  const chosen = view.filter(entry => selection.chosen.has(entry.id))
  const clear = () => {
    setSelection(nothing)
    setChoosing(false)
  }

  const alive = (some: readonly Entry[]) =>
    some.flatMap(entry => (entry.track && entry.dead === null ? [playable(entry.track, 'playlist')] : []))
  const play = (entry: Entry) => {
    const current = player.track
    if (current && entry.track?.id === current.id && current.source === 'playlist') return player.toggle()
    const at = view.indexOf(entry)
    // The queue holds a thousand: from a little before the pressed one on.
    const from = Math.max(0, Math.min(at - 200, view.length - 1000))
    const part = view.slice(from, from + 1000)
    player.playTracks(alive(part), alive(part.slice(0, at - from)).length)
  }
  const ids = chosen.map(entry => entry.id)
  const last = entries.findLast(entry => !selection.chosen.has(entry.id))
  const byHand = order === 'manual' && words.trim() === '' && list.can.fill && complete

  if (error && entries.length === 0) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending)
    return (
      <div className="mt-8">
        <SkeletonRows rows={8} />
      </div>
    )
  if (entries.length === 0)
    return (
      <div className="relative mt-8 flex flex-col gap-6">
        <EmptyState icon={list.smart ? Search : ListMusic} title={list.smart ? t.playlists.emptyRule : t.playlists.emptyTitle}>
          {list.smart ? t.playlists.emptyRuleBody : list.can.fill ? t.playlists.emptyBody : t.playlists.emptyOther}
        </EmptyState>
        {list.can.fill ? <FindTracks list={list} /> : null}
      </div>
    )
  return (
    <section className="relative mt-8" aria-label={t.playlists.list}>
      <div className="sticky top-[60px] z-10 -mx-2 mb-2 flex min-h-14 flex-wrap items-center gap-2 bg-bg/90 px-2 py-2 backdrop-blur-md">
        {chosen.length > 0 ? (
          <div role="toolbar" aria-label={t.playlists.selected(chosen.length)} className="flex w-full flex-wrap items-center gap-1.5">
            <IconButton icon={X} label={t.playlists.unselect} onClick={clear} />
            <span className="tabular mr-auto font-medium" aria-live="polite">
              {t.playlists.selected(chosen.length)}
            </span>
            <IconButton icon={Play} label={t.playlists.play} onClick={() => player.playTracks(alive(chosen))} />
            <IconButton
              icon={ListPlus}
              label={t.playlists.addTo}
              onClick={() => setAdding(chosen.flatMap(entry => (entry.track ? [entry.track.id] : [])))}
            />
            {byHand ? (
              <>
                <IconButton icon={ArrowUpToLine} label={t.playlists.toTop} onClick={() => move({ entries: ids, after: null })} />
                <IconButton
                  icon={ArrowDownToLine}
                  label={t.playlists.toBottom}
                  disabled={!last}
                  onClick={() => last && move({ entries: ids, after: last.id })}
                />
              </>
            ) : null}
            {list.can.fill ? (
              <Button
                look="quiet"
                size="sm"
                onClick={() => {
                  remove(ids)
                  clear()
                }}
              >
                {t.playlists.remove}
              </Button>
            ) : null}
          </div>
        ) : (
          <>
            <Input
              label={t.playlists.filter}
              hideLabel
              type="search"
              placeholder={t.playlists.filter}
              value={sought}
              onChange={event => setSought(event.target.value)}
              className="min-w-0 flex-1 sm:max-w-xs"
            />
            <Select
              label={t.playlists.order}
              hideLabel
              value={order}
              onChange={event => setOrder(event.target.value as Order)}
              options={orders.map(value => ({
                value,
                name: value === 'manual' && list.smart ? t.playlists.byRule : t.playlists.orders[value],
              }))}
              className="w-36 shrink-0 sm:ml-auto"
            />
            <IconButton icon={CheckCheck} label={t.playlists.select} pressed={choosing} onClick={() => setChoosing(!choosing)} />
          </>
        )}
      </div>
      {view.length === 0 ? (
        <EmptyState icon={Search} title={t.playlists.nothingFound} compact />
      ) : (
        <Rows
          label={list.name}
          entries={view}
          selection={selection}
          onSelect={setSelection}
          choosing={choosing}
          shared={list.collaborative}
          can={{ move: byHand, remove: list.can.fill }}
          onPlay={play}
          onRemove={gone => remove([...gone])}
          onMove={move}
          onFind={setMeant}
        />
      )}
      {list.can.fill && words.trim() === '' ? (
        <div className="mt-10">
          <FindTracks list={list} />
        </div>
      ) : null}
      <Suspense>
        {adding ? <AddToPlaylist tracks={adding} open onOpenChange={open => !open && setAdding(null)} /> : null}
        {meant ? <ChooseTrack list={list} entry={meant} onClose={() => setMeant(null)} /> : null}
      </Suspense>
    </section>
  )
}
