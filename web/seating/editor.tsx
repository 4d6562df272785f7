import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Armchair, ArrowLeft, CheckCheck, Circle, Grid3x3, MousePointer2, Redo2, SquareDashed, Theater, Type, Undo2 } from 'lucide-react'
import { useCallback, useReducer, useRef, useState, type KeyboardEvent } from 'react'
import { countPlan, type Plan } from '../../shared/seating-plan.ts'
import { api } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Dialog } from '../ui/overlay.tsx'
import { ErrorState, SkeletonRows, Tag } from '../ui/states.tsx'
import { useAutosave, type Saving } from './autosave.ts'
import { EditorCanvas, type Mode } from './editor-canvas.tsx'
import { EditorFile, Publish } from './editor-more.tsx'
import type { Put } from './editor-fields.tsx'
import { ItemsPanel, SeatsPanel } from './editor-panel.tsx'
import { addItem, copyItems, historyStep, kinds, moveItems, newItem, removeItems, turnItems, type Kind } from './plan-edit.ts'
import { mapQuery, type SeatMap } from './queries.ts'

const icons = { rows: Grid3x3, table: Circle, area: SquareDashed, stage: Theater, label: Type }
const tones: Record<Saving, 'plain' | 'good' | 'held' | 'bad'> = {
  saved: 'good',
  saving: 'plain',
  waiting: 'plain',
  failed: 'held',
  conflict: 'bad',
}

/** The editor of a map, over the whole window. */
export function MapEditor({ id }: { id: string }) {
  const { data, error, isPending, refetch } = useQuery({ ...mapQuery(id), staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return <Editor key={data.id} map={data} />
}

function Editor({ map }: { map: SeatMap }) {
  const t = useWords()
  const own = t.selling.seating
  const format = useFormat()
  const client = useQueryClient()
  const [first] = useState({ revision: map.revision, plan: map.draft as Plan, changed: map.changed })
  const [history, step] = useReducer(historyStep, { plan: first.plan, past: [], future: [] })
  const { plan } = history
  const { saving, revision, changed, flush, overwrite, restart } = useAutosave(map.id, plan, first)
  const [mode, setMode] = useState<Mode>('items')
  const [several, setSeveral] = useState(false)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const middle = useRef({ x: plan.width / 2, y: plan.height / 2 })
  const onLook = useCallback((at: { x: number; y: number }) => void (middle.current = at), [])
  const put: Put = useCallback((next, joined) => step({ do: 'put', plan: next, ...(joined === undefined ? {} : { with: joined }) }), [])
  const add = (kind: Kind) => {
    const item = newItem(plan, kind, kind === 'stage' ? '' : own.names[kind], middle.current)
    put(addItem(plan, item))
    setMode('items')
    setChosen(new Set([item.id]))
  }
  const copy = () => {
    const made = copyItems(plan, chosen)
    put(made.plan)
    setChosen(made.ids)
  }
  const remove = () => {
    put(removeItems(plan, chosen))
    setChosen(new Set())
  }
  const turnTo = (next: Mode) => {
    setMode(next)
    setChosen(new Set())
  }
  /** True: it was for us. */
  const onKey = (event: KeyboardEvent): boolean => {
    const command = event.ctrlKey || event.metaKey
    const key = event.key.toLowerCase()
    if (command && key === 'z') step({ do: event.shiftKey ? 'redo' : 'undo' })
    else if (command && key === 'y') step({ do: 'redo' })
    else if (command && key === 'a') setChosen(new Set(mode === 'items' ? plan.items.map(item => item.id) : []))
    else if (event.key === 'Escape') setChosen(new Set())
    else if (mode === 'seats') return false
    else if (event.key === 'Tab' && event.altKey === false && plan.items.length > 0 && chosen.size <= 1 && chosen.size > 0) {
      // From thing to thing; the last one lets go of the keys.
      const at = plan.items.findIndex(item => chosen.has(item.id)) + (event.shiftKey ? -1 : 1)
      const next = plan.items[at]
      if (!next) return false
      setChosen(new Set([next.id]))
    } else if (event.key === 'Enter' && chosen.size === 0 && plan.items[0]) setChosen(new Set([plan.items[0].id]))
    else if (chosen.size === 0) return false
    else if (command && key === 'd') copy()
    else if (event.key === 'Delete' || event.key === 'Backspace') remove()
    else if (event.key === '[') put(turnItems(plan, chosen, -5), 'turn')
    else if (event.key === ']') put(turnItems(plan, chosen, 5), 'turn')
    else if (event.key.startsWith('Arrow')) {
      const far = event.shiftKey ? 100 : 10
      const [dx, dy] = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far] }[event.key] as [
        number,
        number,
      ]
      put(moveItems(plan, chosen, dx, dy), 'move')
    } else return false
    return true
  }
  const count = countPlan(plan)
  return (
    <div className="fixed inset-x-0 top-0 bottom-[calc(var(--player-height)+var(--tabs-height))] z-30 flex flex-col bg-bg">
      <header className="flex h-14 shrink-0 items-center gap-2 border-b border-line px-2 sm:px-4">
        <Link
          to="/studio/venues/$id"
          params={{ id: map.venue.id }}
          aria-label={own.back(map.venue.name)}
          className="grid size-10 shrink-0 place-items-center rounded-full text-muted hover:bg-raised hover:text-ink"
        >
          <ArrowLeft size={19} aria-hidden />
        </Link>
        <div className="min-w-0 flex-1">
          <h1 className="truncate text-sm font-semibold">{map.name}</h1>
          <p className="tabular truncate text-xs text-muted">{own.counts(format.number(count.seats), format.number(count.standing))}</p>
        </div>
        <span role="status" className="max-sm:hidden">
          <Tag tone={tones[saving]}>{own.saving[saving]}</Tag>
        </span>
        <IconButton icon={Undo2} label={own.undo} disabled={history.past.length === 0} onClick={() => step({ do: 'undo' })} />
        <IconButton icon={Redo2} label={own.redo} disabled={history.future.length === 0} onClick={() => step({ do: 'redo' })} />
        <EditorFile map={map} plan={plan} onPut={put} />
        <Publish
          map={map}
          plan={plan}
          revision={revision}
          changed={changed || saving !== 'saved'}
          flush={flush}
          onShow={item => {
            setMode('items')
            setChosen(new Set([item]))
          }}
        />
      </header>
      <div className="flex min-h-0 flex-1 flex-col lg:flex-row">
        <div className="relative min-h-0 flex-1">
          <EditorCanvas
            plan={plan}
            mode={mode}
            chosen={chosen}
            several={several}
            onChoose={setChosen}
            onMove={(dx, dy) => put(moveItems(plan, chosen, dx, dy))}
            onKey={onKey}
            onLook={onLook}
          />
          <div className="absolute top-2 left-2 flex flex-col gap-2">
            <div
              role="group"
              aria-label={own.modes}
              className="flex flex-col gap-1 rounded-full border border-line bg-surface p-1 shadow-lift"
            >
              <IconButton icon={MousePointer2} label={own.modeItems} size="sm" pressed={mode === 'items'} onClick={() => turnTo('items')} />
              <IconButton icon={Armchair} label={own.modeSeats} size="sm" pressed={mode === 'seats'} onClick={() => turnTo('seats')} />
              <IconButton
                icon={CheckCheck}
                label={own.several}
                size="sm"
                pressed={several}
                onClick={() => setSeveral(!several)}
                className={mode === 'seats' ? 'hidden' : ''}
              />
            </div>
          </div>
          <div
            role="toolbar"
            aria-label={own.add}
            className="no-bar absolute inset-x-2 bottom-2 mx-auto flex w-fit max-w-[calc(100%-1rem)] gap-1 overflow-x-auto rounded-full border border-line bg-surface p-1 shadow-lift"
          >
            {kinds.map(kind => {
              const Icon = icons[kind]
              return (
                <button
                  key={kind}
                  type="button"
                  onClick={() => add(kind)}
                  className="inline-flex h-9 shrink-0 items-center gap-1.5 rounded-full px-3 text-xs font-medium hover:bg-raised"
                >
                  <Icon size={15} aria-hidden />
                  {own.kinds[kind]}
                </button>
              )
            })}
          </div>
        </div>
        <aside
          aria-label={own.panel}
          className={cx(
            'min-h-0 shrink-0 overflow-y-auto border-line p-4 max-lg:border-t lg:w-[320px] lg:border-l',
            // On a phone the plan has the room until something is chosen.
            chosen.size > 0 || mode === 'seats' ? 'max-lg:h-[42%]' : 'max-lg:h-[26%]',
          )}
        >
          {mode === 'items' ? (
            <ItemsPanel plan={plan} chosen={chosen} onPut={put} onChoose={setChosen} onCopy={copy} onRemove={remove} />
          ) : (
            <SeatsPanel plan={plan} chosen={chosen} onPut={put} onChoose={setChosen} />
          )}
        </aside>
      </div>
      <Dialog
        open={saving === 'conflict'}
        onOpenChange={() => undefined}
        title={own.conflict}
        footer={
          <>
            <Button
              look="quiet"
              onClick={() =>
                void api('GET /maps/:id', { id: map.id }).then(theirs => {
                  client.setQueryData(mapQuery(map.id).queryKey, theirs)
                  step({ do: 'load', plan: theirs.draft as Plan })
                  setChosen(new Set())
                  restart({ revision: theirs.revision, plan: theirs.draft as Plan })
                })
              }
            >
              {own.takeTheirs}
            </Button>
            <Button onClick={() => void api('GET /maps/:id', { id: map.id }).then(theirs => overwrite(theirs.revision))}>
              {own.keepMine}
            </Button>
          </>
        }
      >
        <p className="text-muted">{own.conflictBody}</p>
      </Dialog>
    </div>
  )
}
