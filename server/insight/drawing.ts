/** Nodes and links of a flow as it is put together. */
import { hash } from 'node:crypto'
import type { Decoded } from '../../shared/contract.ts'
import type { Flow, FlowLink, FlowNode } from '../../shared/insight.ts'

type Node = Decoded<typeof FlowNode>
type Link = Decoded<typeof FlowLink>

/** How a public flow names an owner: by a hash, not by the id of their account. */
export const receiverId = (owner: string): string => hash('sha256', owner).slice(0, 16)

/** Nodes and links by id; links with the same ends add up. */
export class Drawing {
  readonly nodes = new Map<string, Node>()
  readonly links = new Map<string, Link>()
  node(id: string, kind: Node['kind'], code: string, label: string | null = null): string {
    if (!this.nodes.has(id)) this.nodes.set(id, { id, kind, code, label })
    return id
  }
  link(from: string, to: string, amount: bigint): void {
    const id = `${from}>${to}`
    const before = this.links.get(id)
    if (before === undefined) this.links.set(id, { id, from, to, amount })
    else before.amount += amount
  }
  done(asset: string, total: bigint, transfers: number): Decoded<typeof Flow> {
    return { asset, total: { amount: total, currency: asset }, transfers, nodes: [...this.nodes.values()], links: [...this.links.values()] }
  }
}

export const nobody: ReadonlySet<string> = new Set()
