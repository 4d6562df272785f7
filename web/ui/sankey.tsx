import { sankey, sankeyLinkHorizontal, type SankeyNode } from 'd3-sankey'
import { Table2, Waves } from 'lucide-react'
import { useId, useMemo, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useFormat, useWords } from '../i18n/use.tsx'
import { Button } from './button.tsx'
import { seriesColour } from './chart.tsx'
import { cx } from './cx.ts'
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
  const [chosen, setChosen] = useState<'picture' | 'list' | null>(null)
  const [near, setNear] = useState<string | null>(null)
  // A phone has no room for bands and names side by side: there it is a list, and the picture is there for who asks.
  const narrow = width < 560
  const asList = (chosen ?? (narrow ? 'list' : 'picture')) === 'list'
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
        <Button look="plain" size="sm" icon={asList ? Waves : Table2} onClick={() => setChosen(asList ? 'picture' : 'list')}>
          {asList ? t.money.asPicture : t.money.asTable}
        </Button>
      </div>
      <div ref={box}>
        {asList || !drawn ? (
          <FlowList nodes={nodes} links={links} amountText={amountText} onOpen={onOpen} />
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
                // Names lie over bands: what is pressed is the band.
                <g key={node.id} aria-hidden className="pointer-events-none">
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
                  {node.moved ? (
                    <path
                      d={`M${node.tickX} ${node.middle}L${node.textX + (node.anchor === 'end' ? 3 : -3)} ${node.textY}`}
                      stroke="var(--line-strong)"
                      strokeWidth="1"
                      fill="none"
                    />
                  ) : null}
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
                    <tspan fontWeight="560">{shorten(node.name, node.letters)}</tspan>
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

/** The flow to read: under each giver whom it gave to, with a bar for how much of it. */
function FlowList({
  nodes,
  links,
  amountText,
  onOpen,
}: {
  nodes: readonly FlowNode[]
  links: readonly FlowLink[]
  amountText: (minor: string) => string
  onOpen: ((link: FlowLink) => void) | undefined
}) {
  const t = useWords()
  const names = new Map(nodes.map(node => [node.id, node.name]))
  const givers = nodes.filter(node => links.some(link => link.from === node.id))
  return (
    <div className="flex flex-col gap-4">
      {givers.map(giver => {
        const given = links.filter(link => link.from === giver.id).toSorted((a, b) => (BigInt(a.amount) > BigInt(b.amount) ? -1 : 1))
        const sum = given.reduce((total, link) => total + BigInt(link.amount), 0n)
        return (
          <section key={giver.id} aria-label={t.money.gives(giver.name, amountText(sum.toString()))}>
            <h3 className="flex items-baseline justify-between gap-3 text-sm">
              <span className="min-w-0 font-semibold break-words">{giver.name}</span>
              <span className="tabular whitespace-nowrap text-muted">{amountText(sum.toString())}</span>
            </h3>
            <ul className="mt-1 border-l-2 border-line">
              {given.map(link => {
                const row: ReactNode = (
                  <>
                    <span className="min-w-0 break-words">{names.get(link.to)}</span>
                    <span className="tabular font-medium whitespace-nowrap">{amountText(link.amount)}</span>
                    <span aria-hidden className="col-span-2 h-1 overflow-hidden rounded-full bg-raised">
                      <span
                        className="block h-full rounded-full bg-accent-mark"
                        style={{ width: `${Math.max(1, (Number(link.amount) / Number(sum)) * 100)}%` }}
                      />
                    </span>
                  </>
                )
                const look = 'grid w-full grid-cols-[1fr_auto] items-baseline gap-x-3 gap-y-1 py-1.5 pl-3 text-left'
                return (
                  <li key={link.id}>
                    {onOpen ? (
                      <button type="button" className={cx(look, 'rounded-sm hover:bg-raised/60')} onClick={() => onOpen(link)}>
                        {row}
                      </button>
                    ) : (
                      <div className={look}>{row}</div>
                    )}
                  </li>
                )
              })}
            </ul>
          </section>
        )
      })}
    </div>
  )
}

const shorten = (name: string, most: number): string => (name.length > most ? `${name.slice(0, most - 1)}…` : name)

function layOut(nodes: readonly FlowNode[], links: readonly FlowLink[], width: number, narrow: boolean) {
  const good = links.filter(link => BigInt(link.amount) > 0n)
  if (good.length === 0) return null
  const sources = nodes.filter(node => good.some(link => link.from === node.id) && !good.some(link => link.to === node.id))
  const colourOf = new Map(nodes.map((node, index) => [node.id, Math.max(0, sources.indexOf(node)) + (sources.includes(node) ? 0 : index)]))
  const depth = depths(nodes, good)
  const columns = Map.groupBy(
    nodes.filter(node => depth.has(node.id)),
    node => depth.get(node.id)!,
  )
  const most = Math.max(...[...columns.values()].map(column => column.length))
  // Each name of a column has a line of its own.
  const height = Math.max(180, most * (narrow ? 40 : 34) + 40)
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
  const apart = columns.size > 1 ? (width - left - right) / (columns.size - 1) : width
  const exact = (node: SankeyNode<N, L>): bigint => {
    const into = good.filter(link => link.to === node.id).reduce((sum, link) => sum + BigInt(link.amount), 0n)
    const out = good.filter(link => link.from === node.id).reduce((sum, link) => sum + BigInt(link.amount), 0n)
    return into > out ? into : out
  }
  const placed = graph.nodes.map(node => {
    const first = sources.some(source => source.id === node.id)
    const end = last.some(receiver => receiver.id === node.id)
    // Beside on the outside, or (narrow) inwards over the band; those in the middle to their right.
    const before = narrow ? !first : first
    const middle = ((node.y0 ?? 0) + (node.y1 ?? 0)) / 2
    const amount = exact(node)
    // Between the columns a name may not run into the next one's: without room for the amount it is told by the band alone.
    const letters = (room: number) => Math.max(4, Math.floor(room / (/[\u2e80-\uffff]/.test(node.name) ? 12.5 : 7.2)))
    const inner = !first && !end
    const terse = inner && (narrow || letters(apart - 100) < Math.min(node.name.length, 12))
    return {
      id: node.id,
      name: node.name,
      tone: node.tone,
      colour: node.colour,
      amount,
      depth: depth.get(node.id) ?? 0,
      x: node.x0 ?? 0,
      y: node.y0 ?? 0,
      w: (node.x1 ?? 0) - (node.x0 ?? 0),
      h: Math.max(2, (node.y1 ?? 0) - (node.y0 ?? 0)),
      middle,
      textY: middle,
      moved: false,
      terse,
      letters: narrow ? 12 : inner ? Math.min(26, letters(apart - (terse ? 28 : 100))) : 26,
      tickX: before ? (node.x0 ?? 0) : (node.x1 ?? 0),
      textX: before ? (node.x0 ?? 0) - 8 : (node.x1 ?? 0) + 8,
      anchor: before ? ('end' as const) : ('start' as const),
    }
  })
  for (const column of Map.groupBy(placed, node => node.depth).values()) spread(column, 16, height)
  return {
    height,
    nodes: placed,
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

/** How many bands a node is away from where the money came from. */
function depths(nodes: readonly FlowNode[], links: readonly FlowLink[]): Map<string, number> {
  const depth = new Map<string, number>()
  let here = nodes
    .filter(node => links.some(link => link.from === node.id) && !links.some(link => link.to === node.id))
    .map(node => node.id)
  for (let far = 0; here.length > 0 && far < nodes.length; far++) {
    for (const id of here) depth.set(id, far)
    here = [...new Set(links.filter(link => here.includes(link.from)).map(link => link.to))]
  }
  return depth
}

/** Moves the names of a column apart, each as little as need be, so that none covers another. */
function spread(column: { textY: number; middle: number; moved: boolean }[], gap: number, height: number): void {
  const order = column.toSorted((a, b) => a.textY - b.textY)
  for (const [index, node] of order.entries()) if (index > 0) node.textY = Math.max(node.textY, order[index - 1]!.textY + gap)
  let below = height - gap / 2
  for (const node of order.toReversed()) {
    node.textY = Math.min(node.textY, below)
    below = node.textY - gap
  }
  for (const node of order) node.moved = Math.abs(node.textY - node.middle) > 5
}
