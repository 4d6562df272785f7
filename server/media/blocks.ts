/** Hot media in memory: files as blocks of equal size, the least used dropped first, never more bytes than allowed. One positioned read for each block that is missing. */
import type { FileHandle } from 'node:fs/promises'
import { files } from '../foundation/files.ts'

export const blockBytes = 256 * 1024
const mostHandles = 256

type Open = { handle: Promise<FileHandle>; users: number }

export class Blocks {
  readonly #limitBytes: number
  #bytes = 0
  /** In the order of use: the first is the one used longest ago. */
  readonly #kept = new Map<string, Buffer>()
  readonly #coming = new Map<string, Promise<Buffer>>()
  readonly #handles = new Map<string, Open>()
  hits = 0
  misses = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }
  get bytes(): number {
    return this.#bytes
  }

  /** A block that is in memory now, else undefined. */
  peek(key: string, index: number): Buffer | undefined {
    const name = `${key}:${index}`
    const found = this.#kept.get(name)
    if (found === undefined) return undefined
    this.hits++
    this.#kept.delete(name)
    this.#kept.set(name, found)
    return found
  }

  /** A block from memory or disk; the last one of a file is shorter. Several that ask at once share one read. */
  read(key: string, index: number): Promise<Buffer> {
    const there = this.peek(key, index)
    if (there !== undefined) return Promise.resolve(there)
    const name = `${key}:${index}`
    let coming = this.#coming.get(name)
    if (coming === undefined) {
      this.misses++
      coming = this.#load(key, index)
        .then(block => {
          this.#keep(name, block)
          return block
        })
        .finally(() => this.#coming.delete(name))
      this.#coming.set(name, coming)
    }
    return coming
  }

  #keep(name: string, block: Buffer): void {
    if (block.length > this.#limitBytes) return
    this.#kept.set(name, block)
    this.#bytes += block.length
    for (const [oldest, bytes] of this.#kept) {
      if (this.#bytes <= this.#limitBytes) break
      this.#kept.delete(oldest)
      this.#bytes -= bytes.length
    }
  }

  async #load(key: string, index: number): Promise<Buffer> {
    const open = this.#handle(key)
    open.users++
    try {
      const handle = await open.handle
      const into = Buffer.allocUnsafeSlow(blockBytes)
      let filled = 0
      while (filled < blockBytes) {
        const { bytesRead } = await handle.read(into, filled, blockBytes - filled, index * blockBytes + filled)
        if (bytesRead === 0) break
        filled += bytesRead
      }
      // The end of a file keeps only its own bytes.
      return filled === blockBytes ? into : Buffer.from(into.subarray(0, filled))
    } finally {
      open.users--
    }
  }

  #handle(key: string): Open {
    let open = this.#handles.get(key)
    if (open !== undefined) return open
    const handle = files.handle(key)
    open = { handle, users: 0 }
    handle.catch(() => this.#handles.delete(key))
    this.#handles.set(key, open)
    for (const [oldest, other] of this.#handles) {
      if (this.#handles.size <= mostHandles) break
      if (other.users > 0 || oldest === key) continue
      this.#handles.delete(oldest)
      other.handle.then(one => one.close()).catch(() => undefined)
    }
    return open
  }

  /** Closes all files and forgets everything. */
  async close(): Promise<void> {
    const open = [...this.#handles.values()]
    this.#handles.clear()
    this.#kept.clear()
    this.#bytes = 0
    await Promise.allSettled(open.map(async ({ handle }) => (await handle).close()))
  }
}
