import { useState, type ReactNode } from 'react'
import type { Area, Item, Plan, Rows, Table } from '../../shared/seating-plan.ts'
import { useWords } from '../i18n/use.tsx'
import { Checkbox, Input, Select } from '../ui/field.tsx'
import { putItem, withRows, withSeats } from './plan-edit.ts'

/** Changes the plan; steps `joined` by the same name are one step back. */
export type Put = (plan: Plan, joined?: string) => void
type Own<I> = { item: I; put: (item: Item, joined?: string) => void }

/** A number that is kept when it is one within its bounds; meanwhile what is typed stays. */
function Amount({
  label,
  value,
  min,
  max,
  suffix,
  onChange,
}: {
  label: string
  value: number
  min: number
  max: number
  suffix?: string
  onChange: (value: number) => void
}) {
  const [typed, setTyped] = useState<string | null>(null)
  const given = Number(typed)
  const bad = typed !== null && (typed.trim() === '' || !Number.isFinite(given) || given < min || given > max)
  return (
    <Input
      label={label}
      inputMode="numeric"
      value={typed ?? String(Math.round(value * 10) / 10)}
      suffix={suffix}
      error={bad ? `${min} – ${max}` : undefined}
      onChange={event => {
        setTyped(event.target.value)
        const next = Number(event.target.value)
        if (event.target.value.trim() !== '' && Number.isFinite(next) && next >= min && next <= max) onChange(next)
      }}
      onBlur={() => setTyped(null)}
    />
  )
}
const Pair = ({ children }: { children: ReactNode }) => <div className="grid grid-cols-2 gap-3">{children}</div>
const whole = Math.round

function Category({ plan, value, onChange }: { plan: Plan; value: string; onChange: (key: string) => void }) {
  const t = useWords()
  return (
    <Select
      label={t.selling.seating.category}
      value={value}
      onChange={event => onChange(event.target.value)}
      options={plan.categories.map(one => ({ value: one.key, name: one.name }))}
    />
  )
}

function RowsFields({ item, put }: Own<Rows>) {
  const t = useWords()
  const own = t.selling.seating
  const first = item.rows[0]!.seats
  const more = item.rows.length > 1 ? item.rows[1]!.seats - first : 0
  return (
    <>
      <Pair>
        <Amount label={own.rows} value={item.rows.length} min={1} max={120} onChange={n => put(withRows(item, whole(n)), 'rows')} />
        <Amount label={own.seatsEach} value={first} min={1} max={200} onChange={n => put(withSeats(item, whole(n), more), 'seats')} />
        <Amount label={own.growing} value={more} min={-10} max={20} onChange={n => put(withSeats(item, first, whole(n)), 'more')} />
        <Amount
          label={own.curve}
          value={item.curve}
          min={0}
          max={40_000}
          suffix="cm"
          onChange={curve => put({ ...item, curve }, 'curve')}
        />
        <Amount
          label={own.seatGap}
          value={item.seatGap}
          min={30}
          max={400}
          suffix="cm"
          onChange={seatGap => put({ ...item, seatGap }, 'seatGap')}
        />
        <Amount
          label={own.rowGap}
          value={item.rowGap}
          min={40}
          max={600}
          suffix="cm"
          onChange={rowGap => put({ ...item, rowGap }, 'rowGap')}
        />
      </Pair>
      <Pair>
        <Select
          label={own.rowStyle}
          value={item.rowNames.style}
          onChange={event => put({ ...item, rowNames: { ...item.rowNames, style: event.target.value as Rows['rowNames']['style'] } })}
          options={(['letters', 'numbers'] as const).map(value => ({ value, name: own.rowStyles[value] }))}
        />
        <Amount
          label={own.from}
          value={item.rowNames.from}
          min={1}
          max={999}
          onChange={from => put({ ...item, rowNames: { ...item.rowNames, from: whole(from) } }, 'rowFrom')}
        />
      </Pair>
      <Checkbox
        label={own.rowsBackwards}
        checked={item.rowNames.backwards}
        onChange={event => put({ ...item, rowNames: { ...item.rowNames, backwards: event.target.checked } })}
      />
      {item.rowNames.style === 'letters' ? (
        <Checkbox
          label={own.skip}
          checked={item.rowNames.skip}
          onChange={event => put({ ...item, rowNames: { ...item.rowNames, skip: event.target.checked } })}
        />
      ) : null}
      <Pair>
        <Select
          label={own.seatStyle}
          value={item.seatNames.style}
          onChange={event => put({ ...item, seatNames: { ...item.seatNames, style: event.target.value as Rows['seatNames']['style'] } })}
          options={(['plain', 'odd', 'even', 'centre'] as const).map(value => ({ value, name: own.seatStyles[value] }))}
        />
        <Amount
          label={own.from}
          value={item.seatNames.from}
          min={1}
          max={999}
          onChange={from => put({ ...item, seatNames: { ...item.seatNames, from: whole(from) } }, 'seatFrom')}
        />
      </Pair>
      <Checkbox
        label={own.seatsBackwards}
        checked={item.seatNames.backwards}
        onChange={event => put({ ...item, seatNames: { ...item.seatNames, backwards: event.target.checked } })}
      />
    </>
  )
}
function TableFields({ item, put }: Own<Table>) {
  const t = useWords()
  const own = t.selling.seating
  return (
    <>
      <Pair>
        <Amount label={own.chairs} value={item.chairs} min={1} max={60} onChange={n => put({ ...item, chairs: whole(n) }, 'chairs')} />
        <Select
          label={own.shape}
          value={item.shape}
          onChange={event => put({ ...item, shape: event.target.value as Table['shape'] })}
          options={(['round', 'rect'] as const).map(value => ({ value, name: own.shapes[value] }))}
        />
      </Pair>
      {item.shape === 'rect' ? <Size item={item} put={put} /> : null}
      <Checkbox
        label={own.whole}
        hint={own.wholeHint}
        checked={item.whole}
        onChange={event => put({ ...item, whole: event.target.checked })}
      />
    </>
  )
}
function Size({ item, put }: Own<Table | Area | Extract<Item, { kind: 'stage' }>>) {
  const own = useWords().selling.seating
  return (
    <Pair>
      <Amount label={own.width} value={item.width} min={20} max={40_000} suffix="cm" onChange={width => put({ ...item, width }, 'width')} />
      <Amount
        label={own.depth}
        value={item.height}
        min={20}
        max={40_000}
        suffix="cm"
        onChange={height => put({ ...item, height }, 'height')}
      />
    </Pair>
  )
}

/** What can be said of the one thing that is chosen. */
export function ItemFields({ plan, item, onPut }: { plan: Plan; item: Item; onPut: Put }) {
  const t = useWords()
  const own = t.selling.seating
  const put = (next: Item, joined?: string) => onPut(putItem(plan, next), joined === undefined ? undefined : `${item.id} ${joined}`)
  return (
    <div className="flex flex-col gap-3">
      <Input
        label={item.kind === 'label' ? own.text : own.name}
        value={item.name}
        maxLength={60}
        onChange={event => put({ ...item, name: event.target.value } as Item, 'name')}
        error={item.name.trim() === '' && item.kind !== 'stage' ? own.problems.no_name : undefined}
      />
      {item.kind === 'stage' || item.kind === 'label' ? null : (
        <Category plan={plan} value={item.category} onChange={category => put({ ...item, category } as Item)} />
      )}
      {item.kind === 'rows' ? <RowsFields item={item} put={put} /> : null}
      {item.kind === 'table' ? <TableFields item={item} put={put} /> : null}
      {item.kind === 'area' ? (
        <>
          <Amount
            label={own.capacity}
            value={item.capacity}
            min={1}
            max={200_000}
            onChange={n => put({ ...item, capacity: whole(n) }, 'capacity')}
          />
          <Size item={item} put={put} />
        </>
      ) : null}
      {item.kind === 'stage' ? <Size item={item} put={put} /> : null}
      {item.kind === 'label' ? (
        <Amount label={own.size} value={item.size} min={20} max={400} suffix="cm" onChange={size => put({ ...item, size }, 'size')} />
      ) : null}
      {item.kind === 'area' || item.kind === 'stage' ? (
        <Select
          label={own.shape}
          value={item.shape}
          onChange={event => put({ ...item, shape: event.target.value } as Item)}
          options={(['rect', 'ellipse'] as const).map(value => ({ value, name: own.shapes[value] }))}
        />
      ) : null}
      <div className="grid grid-cols-3 gap-3">
        <Amount label="X" value={item.x} min={0} max={40_000} onChange={x => put({ ...item, x }, 'x')} />
        <Amount label="Y" value={item.y} min={0} max={40_000} onChange={y => put({ ...item, y }, 'y')} />
        <Amount label={own.turn} value={item.turn} min={-360} max={360} suffix="°" onChange={turn => put({ ...item, turn }, 'turn')} />
      </div>
    </div>
  )
}
