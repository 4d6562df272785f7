import {
  Accessibility,
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalDistributeCenter,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalDistributeCenter,
  Copy,
  Eraser,
  EyeOff,
  Plus,
  RotateCcw,
  RotateCw,
  Trash2,
  UserRoundPlus,
  XCircle,
} from 'lucide-react'
import type { Plan } from '../../shared/seating-plan.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { ItemFields, type Put } from './editor-fields.tsx'
import { Swatch } from './side.tsx'
import { addCategory, alignItems, categorizeSeats, markSeats, removeCategory, seatsIn, turnItems, type Edge } from './plan-edit.ts'

const edges: readonly [Edge, typeof AlignStartVertical][] = [
  ['left', AlignStartVertical],
  ['centre', AlignCenterVertical],
  ['right', AlignEndVertical],
  ['top', AlignStartHorizontal],
  ['middle', AlignCenterHorizontal],
  ['bottom', AlignEndHorizontal],
  ['across', AlignHorizontalDistributeCenter],
  ['along', AlignVerticalDistributeCenter],
]

export function ItemsPanel({
  plan,
  chosen,
  onPut,
  onChoose,
  onCopy,
  onRemove,
}: {
  plan: Plan
  chosen: ReadonlySet<string>
  onPut: Put
  onChoose: (next: ReadonlySet<string>) => void
  onCopy: () => void
  onRemove: () => void
}) {
  const t = useWords()
  const own = t.selling.seating
  const items = plan.items.filter(item => chosen.has(item.id))
  const [one] = items
  if (one === undefined) return <Overview plan={plan} onPut={onPut} onChoose={onChoose} />
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-1">
        <h2 className="min-w-0 flex-1 truncate text-sm font-semibold">
          {items.length === 1 ? own.kinds[one.kind] : own.chosen(items.length)}
        </h2>
        <IconButton icon={RotateCcw} label={own.turnLeft} size="sm" onClick={() => onPut(turnItems(plan, chosen, -15))} />
        <IconButton icon={RotateCw} label={own.turnRight} size="sm" onClick={() => onPut(turnItems(plan, chosen, 15))} />
        <IconButton icon={Copy} label={own.copy} size="sm" onClick={onCopy} />
        <IconButton icon={Trash2} label={t.common.remove} size="sm" onClick={onRemove} />
      </div>
      {items.length > 1 ? (
        <div role="group" aria-label={own.align} className="flex flex-wrap gap-1">
          {edges.map(([edge, icon]) => (
            <IconButton key={edge} icon={icon} label={own.edges[edge]} size="sm" onClick={() => onPut(alignItems(plan, chosen, edge))} />
          ))}
        </div>
      ) : (
        <ItemFields key={one.id} plan={plan} item={one} onPut={onPut} />
      )}
    </div>
  )
}

/** Nothing is chosen: what the map has in all, its categories, and its things by name. */
function Overview({ plan, onPut, onChoose }: { plan: Plan; onPut: Put; onChoose: (next: ReadonlySet<string>) => void }) {
  const t = useWords()
  const format = useFormat()
  const own = t.selling.seating
  const counts = new Map<string, number>()
  for (const item of plan.items) {
    if (item.kind === 'area') counts.set(item.category, (counts.get(item.category) ?? 0) + item.capacity)
    else if (item.kind === 'rows' || item.kind === 'table')
      for (const seat of seatsIn(item)) counts.set(seat.category, (counts.get(seat.category) ?? 0) + 1)
  }
  return (
    <div className="flex flex-col gap-5">
      <section className="flex flex-col gap-2">
        <div className="flex items-center justify-between">
          <h2 className="text-sm font-semibold">{own.categories}</h2>
          <IconButton
            icon={Plus}
            label={own.addCategory}
            size="sm"
            disabled={plan.categories.length >= 12}
            onClick={() => onPut(addCategory(plan, own.newCategory(plan.categories.length + 1)))}
          />
        </div>
        <p className="text-xs text-muted">{own.categoriesHint}</p>
        {plan.categories.map(one => (
          <div key={one.key} className="flex items-center gap-2">
            <Swatch tone={one.colour} className="size-5" />
            <Input
              label={own.categoryName}
              hideLabel
              className="min-w-0 flex-1"
              value={one.name}
              maxLength={40}
              onChange={event => {
                const name = event.target.value
                if (name.trim() !== '')
                  onPut(
                    { ...plan, categories: plan.categories.map(other => (other.key === one.key ? { ...other, name } : other)) },
                    `category ${one.key}`,
                  )
              }}
            />
            <span className="tabular w-12 text-right text-xs text-muted">{format.number(counts.get(one.key) ?? 0)}</span>
            <IconButton
              icon={XCircle}
              size="sm"
              tip={false}
              label={`${t.common.remove}: ${one.name}`}
              disabled={plan.categories.length < 2}
              onClick={() => onPut(removeCategory(plan, one.key))}
            />
          </div>
        ))}
      </section>
      <section className="flex flex-col gap-1">
        <h2 className="text-sm font-semibold">{own.things}</h2>
        {plan.items.length === 0 ? <p className="text-sm text-muted">{own.nothing}</p> : null}
        <ul className="flex flex-col">
          {plan.items.map(item => (
            <li key={item.id}>
              <button
                type="button"
                onClick={() => onChoose(new Set([item.id]))}
                className="flex min-h-9 w-full items-center gap-2 rounded-sm px-2 text-left text-sm hover:bg-raised"
              >
                <span className="min-w-0 flex-1 truncate">
                  {item.name || (item.kind === 'stage' ? t.seating.stage : own.problems.no_name)}
                </span>
                <span className="text-xs text-muted">{own.kinds[item.kind]}</span>
              </button>
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}

/** Seats one by one: what they are, or that they are not there. */
export function SeatsPanel({
  plan,
  chosen,
  onPut,
  onChoose,
}: {
  plan: Plan
  chosen: ReadonlySet<string>
  onPut: Put
  onChoose: (next: ReadonlySet<string>) => void
}) {
  const t = useWords()
  const own = t.selling.seating
  const marks = [
    ['accessible', Accessibility, t.seating.marks.accessible],
    ['companion', UserRoundPlus, t.seating.marks.companion],
    ['restricted', EyeOff, t.seating.marks.restricted],
    ['gone', XCircle, own.gone],
  ] as const
  return (
    <div className="flex flex-col gap-3">
      <h2 className="text-sm font-semibold">{own.chosenSeats(chosen.size)}</h2>
      {chosen.size === 0 ? (
        <p className="text-sm text-muted">{own.seatsHint}</p>
      ) : (
        <>
          <div className="grid grid-cols-2 gap-2">
            {marks.map(([mark, icon, name]) => (
              <Button
                key={mark}
                look="quiet"
                size="sm"
                icon={icon}
                className="justify-start! overflow-hidden"
                onClick={() => onPut(markSeats(plan, chosen, mark))}
              >
                <span className="truncate">{name}</span>
              </Button>
            ))}
          </div>
          <Select
            label={own.category}
            value=""
            onChange={event => onPut(categorizeSeats(plan, chosen, event.target.value))}
            options={[
              { value: '', name: own.chooseCategory, disabled: true },
              ...plan.categories.map(one => ({ value: one.key, name: one.name })),
            ]}
          />
          <div className="flex gap-2">
            <Button look="plain" size="sm" icon={Eraser} onClick={() => onPut(markSeats(plan, chosen, null))}>
              {own.plain}
            </Button>
            <Button look="plain" size="sm" onClick={() => onChoose(new Set())}>
              {own.none}
            </Button>
          </div>
        </>
      )}
    </div>
  )
}
