import { ArrowDown, ArrowUp, ArrowUpDown } from 'lucide-react'
import { useMemo, useState, type ReactNode } from 'react'
import { cx } from './cx.ts'

export type Column<Row> = {
  key: string
  name: string
  cell: (row: Row) => ReactNode
  /** What to sort by; without it the column does not sort. */
  sort?: (row: Row) => string | number | bigint
  align?: 'end'
  /** Left out on phones. */
  wide?: boolean
  hideName?: boolean
  className?: string
}

type TableProps<Row> = {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  dense?: boolean
  foot?: ReactNode
  initial?: { key: string; down: boolean }
}

/** Rows and columns with tabular figures; heads with a `sort` are buttons. Scrolls sideways inside its own box where it must. */
export function Table<Row>({ label, columns, rows, rowKey, dense, foot, initial }: TableProps<Row>) {
  const [order, setOrder] = useState<{ key: string; down: boolean } | null>(initial ?? null)
  const sorted = useMemo(() => {
    const sort = order && columns.find(column => column.key === order.key)?.sort
    if (!sort || !order) return rows
    const sign = order.down ? -1 : 1
    return [...rows].sort((a, b) => {
      const x = sort(a)
      const y = sort(b)
      return (typeof x === 'string' && typeof y === 'string' ? x.localeCompare(y) : x < y ? -1 : x > y ? 1 : 0) * sign
    })
  }, [rows, columns, order])
  const pad = dense ? 'py-1.5' : 'py-2.5'
  return (
    <div className="relative -mx-1 overflow-x-auto px-1" tabIndex={0} role="region" aria-label={label}>
      <table className="tabular w-full border-collapse text-left">
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            {columns.map(column => {
              const on = order?.key === column.key
              const Arrow = on ? (order.down ? ArrowDown : ArrowUp) : ArrowUpDown
              return (
                <th
                  key={column.key}
                  scope="col"
                  aria-sort={on ? (order.down ? 'descending' : 'ascending') : undefined}
                  className={cx(
                    'px-3 py-2 font-medium whitespace-nowrap first:pl-1 last:pr-1',
                    column.align === 'end' && 'text-right',
                    column.wide && 'max-md:hidden',
                  )}
                >
                  {column.hideName ? (
                    <span className="sr-only">{column.name}</span>
                  ) : column.sort ? (
                    <button
                      type="button"
                      className="inline-flex items-center gap-1 hover:text-ink"
                      onClick={() =>
                        setOrder(on ? (order.down ? null : { key: column.key, down: true }) : { key: column.key, down: false })
                      }
                    >
                      {column.name}
                      <Arrow size={12} aria-hidden className={on ? 'text-accent-ink' : 'opacity-50'} />
                    </button>
                  ) : (
                    column.name
                  )}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {sorted.map(row => (
            <tr key={rowKey(row)} className="border-b border-line/70 transition-colors last:border-0 hover:bg-raised/60">
              {columns.map(column => (
                <td
                  key={column.key}
                  className={cx(
                    'px-3 align-middle first:pl-1 last:pr-1',
                    pad,
                    column.align === 'end' && 'text-right',
                    column.wide && 'max-md:hidden',
                    column.className,
                  )}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {foot ? <tfoot>{foot}</tfoot> : null}
      </table>
    </div>
  )
}
