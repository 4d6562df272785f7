import { sankey, sankeyLinkHorizontal, type SankeyNode } from 'd3-sankey'
import { Table2, Waves } from 'lucide-react'
import { useId, useMemo, useState, type KeyboardEvent } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from './button.tsx'
import { seriesColour } from './chart.tsx'
import { cx } from './cx.ts'
import { Table } from './table.tsx'
import { useWidth } from './width.ts'

export type FlowNode = { id: string; name: string; tone?: 'paid' | 'held' | 'fee' | undefined }
/** `amount` in minor units, as on the wire. */
export type FlowLink = { id: string; from: string; to: string; amount: string }
type FlowProps = {
  label: string
  currency: string
  nodes: readonly FlowNode[]
  links: readonly FlowLink[]
  onOpen?: (link: FlowLink) => void
}

type N = FlowNode & { colour: number }
type L = FlowLink & { colour: number; value: number }

/** Follow the money: bands from what came in to everyone who got a part. Each band is a button; the same as a table for who prefers reading. */
export function Sankey({ label, currency, nodes, links, onOpen }: FlowProps) {
  const t = useWords()
  const format = useFormat()
  const id = useId().replace(/[^a-zA-Z0-9]/g, '')
  const [box, width] = useWidth(760, 300)
  const [asTable, setAsTable] = useState(false)
  const [near, setNear] = useState<string | null>(null)
  const narrow = width < 560
  const names = useMemo(() => new Map(nodes.map(node => [node.id, node.name])), [nodes])
  const drawn = useMemo(() => layOut(nodes, links, width, narrow), [nodes, links, width, narrow])
  const amountText = (minor: string) => format.money({ amount: minor, currency })
  const sentence = (link: FlowLink) => t.money.band(names.get(link.from) ?? '', names.get(link.to) ?? '', amountText(link.amount))
  const key = (event: KeyboardEvent, link: FlowLink) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    onOpen?.(link)
  }
  return (
    <figure aria-label={label}>
      <div className="mb-2 flex items-center justify-between gap-3">
        <p className="text-xs text-muted">{onOpen ? t.money.bandHint : ''}</p>
        <Button look="plain" size="sm" icon={asTable ? Waves : Table2} onClick={() => setAsTable(!asTable)}>
          {asTable ? t.money.asPicture : t.money.asTable}
        </Button>
      </div>
      <div ref={box}>
        {asTable || !drawn ? (
          <Table
            label={label}
            dense
            rows={links}
            rowKey={link => link.id}
            columns={[
              { key: 'from', name: t.money.from, cell: link => names.get(link.from), sort: link => names.get(link.from) ?? '' },
              { key: 'to', name: t.money.to, cell: link => names.get(link.to), sort: link => names.get(link.to) ?? '' },
              {
                key: 'amount',
                name: t.money.amount,
                align: 'end',
                sort: link => BigInt(link.amount),
                cell: link =>
                  onOpen ? (
                    <button
                      type="button"
                      className="tabular underline decoration-line-strong underline-offset-4 hover:decoration-current"
                      onClick={() => onOpen(link)}
                    >
                      {amountText(link.amount)}
                    </button>
                  ) : (
                    amountText(link.amount)
                  ),
              },
            ]}
          />
        ) : (
          <div>
            <svg
              viewBox={`0 0 ${width} ${drawn.height}`}
              width="100%"
              className="block overflow-visible"
              style={{ aspectRatio: `${width} / ${drawn.height}` }}
              role="group"
              aria-label={label}
            >
              {drawn.links.map(link => {
                const on = near === link.id
                return (
                  <g
                    key={link.id}
                    {...(onOpen
                      ? { role: 'button', tabIndex: 0, onClick: () => onOpen(link), onKeyDown: (event: KeyboardEvent) => key(event, link) }
                      : { role: 'img' })}
                    aria-label={sentence(link)}
                    className={cx('group outline-none', onOpen && 'cursor-pointer')}
                    onPointerEnter={() => setNear(link.id)}
                    onPointerLeave={() => setNear(null)}
                    onFocus={() => setNear(link.id)}
                    onBlur={() => setNear(null)}
                  >
                    <path
                      d={link.path}
                      fill="none"
                      stroke={seriesColour(link.colour)}
                      strokeWidth={link.width}
                      strokeOpacity={on ? 0.75 : near ? 0.18 : 0.34}
                      className="transition-[stroke-opacity] duration-120"
                    />
                    {/* Thin bands still have something to hit. */}
                    <path d={link.path} fill="none" stroke="transparent" strokeWidth={Math.max(10, link.width)} />
                    <path
                      d={link.path}
                      fill="none"
                      stroke="var(--focus)"
                      strokeWidth="2"
                      strokeDasharray="4 3"
                      className="opacity-0 group-focus-visible:opacity-100"
                    />
                  </g>
                )
              })}
              {drawn.nodes.map(node => (
                <g key={node.id} aria-hidden>
                  <rect
                    x={node.x}
                    y={node.y}
                    width={node.w}
                    height={node.h}
                    rx="3"
                    fill={
                      node.tone === 'fee'
                        ? 'var(--muted)'
                        : node.tone === 'held'
                          ? 'var(--held)'
                          : node.tone === 'paid'
                            ? 'var(--paid)'
                            : seriesColour(node.colour)
                    }
                  />
                  <text
                    x={node.textX}
                    y={node.textY}
                    dy=".35em"
                    textAnchor={node.anchor}
                    className="text-[12px]"
                    style={{ paintOrder: 'stroke' }}
                    stroke="var(--surface)"
                    strokeWidth="4"
                    strokeLinejoin="round"
                    fill="var(--ink)"
                  >
                    <tspan fontWeight="560">{shorten(node.name, narrow ? 12 : 26)}</tspan>
                    {node.terse ? null : (
                      <tspan fill="var(--muted)" dx="6">
                        {amountText(String(node.amount))}
                      </tspan>
                    )}
                  </text>
                </g>
              ))}
            </svg>
            <p aria-live="polite" className="mt-2 min-h-5 text-xs text-muted" id={id}>
              {near ? sentence(links.find(link => link.id === near)!) : ''}
            </p>
          </div>
        )}
      </div>
    </figure>
  )
}

const shorten = (name: string, most: number): string => (name.length > most ? `${name.slice(0, most - 1)}…` : name)

function layOut(nodes: readonly FlowNode[], links: readonly FlowLink[], width: number, narrow: boolean) {
  const good = links.filter(link => BigInt(link.amount) > 0n)
  if (good.length === 0) return null
  const sources = nodes.filter(node => good.some(link => link.from === node.id) && !good.some(link => link.to === node.id))
  const colourOf = new Map(nodes.map((node, index) => [node.id, Math.max(0, sources.indexOf(node)) + (sources.includes(node) ? 0 : index)]))
  const most = Math.max(sources.length, nodes.length - sources.length)
  const height = Math.max(180, Math.min(620, most * (narrow ? 40 : 36) + 40))
  // On wide pictures the outer names stand beside the bands, on narrow ones on top of them.
  const text = (names: readonly string[]) =>
    Math.min(230, 20 + Math.max(0, ...names.map(name => Math.min(26, name.length) * (/[\u2e80-\uffff]/.test(name) ? 12.5 : 7.2) + 66)))
  const last = nodes.filter(node => good.some(link => link.to === node.id) && !good.some(link => link.from === node.id))
  const left = narrow ? 2 : text(sources.map(node => node.name))
  const right = narrow ? 2 : text(last.map(node => node.name))
  const lay = sankey<N, L>()
    .nodeId(node => node.id)
    .nodeWidth(9)
    .nodePadding(narrow ? 20 : 16)
    .extent([
      [left, 10],
      [width - right, height - 10],
    ])
  const graph = lay({
    nodes: nodes
      .filter(node => good.some(link => link.from === node.id || link.to === node.id))
      .map(node => ({ ...node, colour: colourOf.get(node.id) ?? 0 })),
    // Layout needs plain numbers; what is shown is always the exact text.
    links: good.map(link => ({
      ...link,
      source: link.from,
      target: link.to,
      value: Number(link.amount),
      colour: colourOf.get(link.from) ?? 0,
    })),
  })
  const path = sankeyLinkHorizontal<N, L>()
  const exact = (node: SankeyNode<N, L>): bigint => {
    const into = good.filter(link => link.to === node.id).reduce((sum, link) => sum + BigInt(link.amount), 0n)
    const out = good.filter(link => link.from === node.id).reduce((sum, link) => sum + BigInt(link.amount), 0n)
    return into > out ? into : out
  }
  return {
    height,
    nodes: graph.nodes.map(node => {
      const first = sources.some(source => source.id === node.id)
      const end = last.some(receiver => receiver.id === node.id)
      // Beside on the outside, or (narrow) inwards over the band; those in the middle to their right.
      const before = narrow ? !first : first
      return {
        id: node.id,
        name: node.name,
        tone: node.tone,
        colour: node.colour,
        amount: exact(node),
        x: node.x0 ?? 0,
        y: node.y0 ?? 0,
        w: (node.x1 ?? 0) - (node.x0 ?? 0),
        h: Math.max(2, (node.y1 ?? 0) - (node.y0 ?? 0)),
        // On narrow pictures the first names stand at the top of their node, out of the way of the next ones, which tell no amount.
        textY: narrow && first ? Math.min((node.y1 ?? 0) - 2, (node.y0 ?? 0) + 11) : ((node.y0 ?? 0) + (node.y1 ?? 0)) / 2,
        terse: narrow && !first && !end,
        textX: before ? (node.x0 ?? 0) - 8 : (node.x1 ?? 0) + 8,
        anchor: before ? ('end' as const) : ('start' as const),
      }
    }),
    links: graph.links.map(link => ({
      id: link.id,
      from: link.from,
      to: link.to,
      amount: link.amount,
      colour: link.colour,
      width: Math.max(1.5, link.width ?? 1),
      path: path(link) ?? '',
    })),
  }
}
