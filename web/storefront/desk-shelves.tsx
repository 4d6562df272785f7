import { closestCenter, DndContext, KeyboardSensor, MouseSensor, TouchSensor, useSensor, useSensors } from '@dnd-kit/core'
import { arrayMove, SortableContext, sortableKeyboardCoordinates, useSortable, verticalListSortingStrategy } from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ArrowDown, ArrowUp, GripVertical, LayoutGrid, Plus, X } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useAbove } from '../shop/above.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Input, Select } from '../ui/field.tsx'
import { EmptyState, faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { PickThings } from './desk-pick.tsx'
import { deskQuery, refreshStorefront, type Desk } from './queries.ts'

type Shelf = Desk['sections'][number]
const kinds = ['pinned', 'new', 'best', 'tag', 'digital', 'merch', 'ticket', 'booking', 'service', 'membership', 'voucher'] as const
const layouts = ['grid', 'strip', 'large'] as const
const most = 30

/** Shelves in the order people see them: dragged by their handles, or moved by arrows. Kept when everything is arranged. */
export function ShelvesPart({ desk }: { desk: Desk }) {
  const t = useWords()
  const w = t.shopkeeping.shop
  const format = useFormat()
  const client = useQueryClient()
  const [shelves, setShelves] = useState<readonly Shelf[]>(desk.sections)
  const [said, setSaid] = useState('')
  const [picking, setPicking] = useState<string | null>(null)
  const above = useAbove()
  const changed = JSON.stringify(shelves) !== JSON.stringify(desk.sections)
  const nameOf = (shelf: Shelf): string => shelf.title || (shelf.kind === 'tag' ? (shelf.tag ?? '') : t.storefront.sections[shelf.kind])
  const set = (key: string, change: Partial<Shelf>) => setShelves(shelves.map(one => (one.key === key ? { ...one, ...change } : one)))
  const move = (from: number, to: number) => {
    if (to < 0 || to >= shelves.length || from === to) return
    setSaid(w.moved(nameOf(shelves[from]!), format.number(to + 1)))
    setShelves(arrayMove([...shelves], from, to))
  }
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 4 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 160, tolerance: 8 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  const save = useMutation({
    mutationFn: () =>
      api('PUT /shops/:id/sections', {
        id: desk.shop.id,
        version: desk.version,
        sections: shelves.map(({ things, tag, ...shelf }) => ({
          ...shelf,
          tag: shelf.kind === 'tag' ? tag : null,
          things: shelf.kind === 'pinned' ? things.map(thing => thing.id) : [],
        })),
      }),
    onSuccess: async next => {
      client.setQueryData(deskQuery(desk.shop.id).queryKey, next)
      toast(w.saved, { tone: 'good' })
      await refreshStorefront(client)
    },
  })
  const add = () => {
    const key = freeKey(shelves)
    setShelves([...shelves, { key, kind: shelves.length === 0 ? 'pinned' : 'new', title: '', tag: null, layout: 'grid', things: [] }])
  }
  const picked = shelves.find(shelf => shelf.key === picking)
  return (
    <section className="flex max-w-4xl flex-col gap-5">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h2 className="text-base">{w.shelvesTitle}</h2>
          <p className="mt-0.5 text-muted">{w.shelvesBody}</p>
        </div>
        <Button look="quiet" icon={Plus} disabled={shelves.length >= most} onClick={add}>
          {w.addShelf}
        </Button>
      </header>
      <p role="status" className="sr-only">
        {said}
      </p>
      {shelves.length === 0 ? (
        <EmptyState icon={LayoutGrid} title={w.shelvesAuto} />
      ) : (
        <DndContext
          sensors={sensors}
          collisionDetection={closestCenter}
          onDragEnd={({ active, over }) => {
            if (over)
              move(
                shelves.findIndex(one => one.key === active.id),
                shelves.findIndex(one => one.key === over.id),
              )
          }}
        >
          <SortableContext items={shelves.map(shelf => shelf.key)} strategy={verticalListSortingStrategy}>
            <ol className="flex flex-col gap-3">
              {shelves.map((shelf, at) => (
                <ShelfRow
                  key={shelf.key}
                  shelf={shelf}
                  name={nameOf(shelf)}
                  onChange={change => set(shelf.key, change)}
                  onRemove={() => setShelves(shelves.filter(one => one.key !== shelf.key))}
                  onPick={() => setPicking(shelf.key)}
                  {...(at > 0 ? { onUp: () => move(at, at - 1) } : {})}
                  {...(at < shelves.length - 1 ? { onDown: () => move(at, at + 1) } : {})}
                />
              ))}
            </ol>
          </SortableContext>
        </DndContext>
      )}
      {save.error ? (
        <p role="alert" className="rounded-md bg-danger-soft px-4 py-3 font-medium text-danger">
          {faultText(t, save.error)}
        </p>
      ) : null}
      {/* Only while there is something to keep: under the thumb on phones, at the foot of the list elsewhere. */}
      {changed || save.isPending ? (
        <div
          className={cx(
            'z-10 max-lg:sticky max-lg:-mx-4 max-lg:border-t max-lg:border-line max-lg:bg-bg/95 max-lg:px-4 max-lg:py-3 max-lg:backdrop-blur',
            above,
          )}
        >
          <Button
            size="lg"
            className="max-lg:w-full"
            busy={save.isPending}
            disabled={shelves.some(shelf => shelf.kind === 'tag' && !shelf.tag?.trim())}
            onClick={() => save.mutate()}
          >
            {w.saveShelves}
          </Button>
        </div>
      ) : null}
      {picked ? (
        <PickThings
          page={desk.shop.id}
          chosen={picked.things}
          onClose={() => setPicking(null)}
          onChoose={things => {
            set(picked.key, { things: [...things] })
            setPicking(null)
          }}
        />
      ) : null}
    </section>
  )
}

/** A short name no other shelf has. */
function freeKey(shelves: readonly Shelf[]): string {
  for (let n = 1; ; n++) if (!shelves.some(shelf => shelf.key === `s${n}`)) return `s${n}`
}

type RowProps = {
  shelf: Shelf
  name: string
  onChange: (change: Partial<Shelf>) => void
  onRemove: () => void
  onPick: () => void
  onUp?: () => void
  onDown?: () => void
}
function ShelfRow({ shelf, name, onChange, onRemove, onPick, onUp, onDown }: RowProps) {
  const t = useWords()
  const w = t.shopkeeping.shop
  const format = useFormat()
  const { setNodeRef, setActivatorNodeRef, attributes, listeners, transform, transition, isDragging } = useSortable({ id: shelf.key })
  return (
    <li
      ref={setNodeRef}
      style={{ transform: CSS.Translate.toString(transform), transition }}
      className={cx('rounded-lg border border-line bg-surface p-3 sm:p-4', isDragging && 'relative z-10 shadow-pop')}
    >
      <div className="flex items-center gap-2">
        <button
          type="button"
          ref={setActivatorNodeRef}
          {...attributes}
          {...listeners}
          aria-label={`${w.drag}: ${name}`}
          className="grid size-10 shrink-0 cursor-grab touch-none place-items-center rounded-sm text-muted hover:bg-raised hover:text-ink"
        >
          <GripVertical size={18} aria-hidden />
        </button>
        <p className="min-w-0 flex-1 truncate font-semibold">{name}</p>
        <IconButton icon={ArrowUp} size="sm" label={`${w.up}: ${name}`} disabled={!onUp} onClick={() => onUp?.()} />
        <IconButton icon={ArrowDown} size="sm" label={`${w.down}: ${name}`} disabled={!onDown} onClick={() => onDown?.()} />
        <IconButton icon={X} size="sm" label={`${w.removeShelf}: ${name}`} onClick={onRemove} />
      </div>
      <div className="mt-3 grid gap-3 sm:grid-cols-3">
        <Select
          label={w.shelfKind}
          value={shelf.kind}
          onChange={event => onChange({ kind: event.target.value as Shelf['kind'] })}
          options={kinds.map(value => ({ value, name: t.storefront.sections[value] }))}
        />
        <Input
          label={w.shelfTitle}
          optional
          maxLength={60}
          value={shelf.title}
          placeholder={t.storefront.sections[shelf.kind]}
          onChange={event => onChange({ title: event.target.value })}
        />
        <Select
          label={w.layout}
          value={shelf.layout}
          onChange={event => onChange({ layout: event.target.value as Shelf['layout'] })}
          options={layouts.map(value => ({ value, name: w.layouts[value] }))}
        />
        {shelf.kind === 'tag' ? (
          <Input
            label={w.shelfTag}
            required
            maxLength={40}
            hint={w.shelfTagHint}
            value={shelf.tag ?? ''}
            onChange={event => onChange({ tag: event.target.value })}
            className="sm:col-span-3"
          />
        ) : null}
      </div>
      {shelf.kind === 'pinned' ? (
        <div className="mt-3 flex flex-wrap items-center gap-2">
          {shelf.things.slice(0, 8).map(thing => (
            <Cover key={thing.id} id={thing.id} picture={thing.picture} alt={thing.title} size={48} className="size-12" />
          ))}
          <Button look="quiet" size="sm" onClick={onPick}>
            {shelf.things.length > 0 ? w.picked(format.number(shelf.things.length)) : w.pick}
          </Button>
        </div>
      ) : null}
    </li>
  )
}
