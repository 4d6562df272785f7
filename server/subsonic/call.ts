/** One call: its parameters and how they are read, who asks, and with which doors. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../foundation/config.ts'
import type { Db, Read } from '../foundation/db.ts'
import type { Log } from '../foundation/log.ts'
import type { Viewer } from '../foundation/session.ts'
import type { AppKeyHolder } from '../people/index.ts'
import { missing, Refused, type Answer } from './answer.ts'

const mostParameters = 20_000

/** What decides who asks and in which form: said once. */
const single = new Set(['u', 'p', 't', 's', 'apiKey', 'f', 'callback', 'v', 'c'])

export class Given {
  readonly #values = new Map<string, string[]>()

  constructor(query: string, form: string) {
    let count = 0
    for (const text of [query, form]) {
      if (text === '') continue
      for (const [name, given] of new URLSearchParams(text)) {
        // The database knows no NUL.
        const value = given.replaceAll('\u0000', '')
        if (++count > mostParameters) throw new Refused(0, 'Too many parameters')
        const there = this.#values.get(name)
        if (there === undefined) this.#values.set(name, [value])
        else there.push(value)
      }
    }
  }

  /** Names of those that are said once by their nature and come with different values: nobody can tell which is meant. */
  conflicts(): string[] {
    return [...this.#values].filter(([name, values]) => single.has(name) && values.some(value => value !== values[0])).map(([name]) => name)
  }
  has(name: string): boolean {
    return this.#values.has(name)
  }
  /** The first of this name. */
  text(name: string): string | undefined {
    return this.#values.get(name)?.[0]
  }
  need(name: string): string {
    const found = this.text(name)
    if (found === undefined || found === '') throw missing(name)
    return found
  }
  all(name: string): readonly string[] {
    return this.#values.get(name) ?? []
  }
  /** A whole number between two, moved to the nearer where it lies outside; the usual one where nothing or nonsense is said. */
  whole(name: string, usual: number, least: number, most: number): number {
    const found = this.text(name)?.trim()
    if (found === undefined || !/^-?\d{1,16}$/.test(found)) return usual
    return Math.min(most, Math.max(least, Number(found)))
  }
  /** The same, but it must be there and be one. */
  needWhole(name: string, least: number, most: number): number {
    const found = this.need(name).trim()
    if (!/^-?\d{1,16}$/.test(found)) throw new Refused(10, `${name} must be a whole number`)
    const number = Number(found)
    if (number < least || number > most) throw new Refused(10, `${name} must lie between ${least} and ${most}`)
    return number
  }
  flag(name: string, usual: boolean): boolean {
    const found = this.text(name)?.toLowerCase()
    return found === 'true' || found === '1' ? true : found === 'false' || found === '0' ? false : usual
  }
}

export type Asked = {
  read: Read
  write: Db['transaction']
  db: Db
  config: Config
  log: Log
  viewer: Viewer
  key: AppKeyHolder
  given: Given
  request: FastifyRequest
  reply: FastifyReply
  /** What the app calls itself. */
  client: string
}
export type Scope = AppKeyHolder['scopes'][number]

/** `open`: answered without signing in. `null`: any key will do. `act` gives what to tell, or the reply it has sent itself. */
export type Call =
  | { open: true; act: (given: Given) => Promise<Answer> | Answer }
  | { scope: Scope | null; act: (asked: Asked) => Promise<Answer | FastifyReply> | Answer }

export const call = (scope: Scope | null, act: (asked: Asked) => Promise<Answer | FastifyReply> | Answer): Call => ({ scope, act })
