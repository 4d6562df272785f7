/**
 * One contract per room. From it come validation, types, the serialiser, OpenAPI and the typed client; there is no code generation.
 * An entry's key is its address: `'GET /releases/:id'` (below /api/v1). Its `input` is one flat object: names in the path are taken from the path;
 * the rest from the query string (GET, DELETE) or the JSON body (POST, PUT, PATCH).
 */
import { z } from 'zod'

/** What the generics look at, instead of z.ZodType: checking 400 entries stays fast. */
export type Schema<Out = unknown, In = unknown> = { _zod: { output: Out; input: In } }
export type Shape = Record<string, Schema>
export type Decoded<S> = S extends { _zod: { output: infer O } } ? O : never
export type Encoded<S> = S extends { _zod: { input: infer I } } ? I : never
type Optional<S extends Shape, Side extends 'in' | 'out'> = {
  [K in keyof S]: undefined extends (Side extends 'in' ? Encoded<S[K]> : Decoded<S[K]>) ? K : never
}[keyof S]
type Flat<T> = { [K in keyof T]: T[K] }
export type InputOf<S extends Shape> = Flat<
  { [K in Exclude<keyof S, Optional<S, 'out'>>]: Decoded<S[K]> } & { [K in Optional<S, 'out'>]?: Decoded<S[K]> }
>
export type WireInputOf<S extends Shape> = Flat<
  { [K in Exclude<keyof S, Optional<S, 'in'>>]: Encoded<S[K]> } & { [K in Optional<S, 'in'>]?: Encoded<S[K]> }
>

/** Who may ask. `anyone` may be signed out. Roles are the operator's staff; object-level rules are in each room's policy.ts. */
export type Access = 'anyone' | 'member' | 'operator' | 'finance' | 'reviewer'
export type Kind = 'query' | 'command' | 'stream'

export type Entry<K extends Kind = Kind, A extends Access = Access, I extends Shape = Shape, O extends Schema = Schema> = {
  kind: K
  access: A
  /** One English sentence for the docs. */
  summary: string
  input: I
  ok: O
  faults: readonly string[]
  /** Requests of one caller per minute; the default is generous. */
  perMinute?: number
  /** Largest body, in bytes (1 MiB unless told). */
  bodyLimit?: number
}
type Given<A extends Access, I extends Shape, O extends Schema> = {
  access: A
  summary: string
  input?: I
  ok: O
  faults?: readonly string[]
  perMinute?: number
  bodyLimit?: number
}

const entry =
  <K extends Kind>(kind: K) =>
  <A extends Access, O extends Schema, I extends Shape = Record<never, never>>(given: Given<A, I, O>): Entry<K, A, I, O> => ({
    faults: [],
    ...given,
    input: (given.input ?? {}) as I,
    kind,
  })

/** A read: gets a read-only connection. */
export const query = entry('query')
/** A write: runs inside one transaction that commits only if the handler returns. */
export const command = entry('command')
/** Uploads, media, downloads, server-sent events, webhooks: gets the raw request and reply and opens short transactions itself. */
export const stream = entry('stream')

export type Entries = Record<string, Entry>
export type Room<E extends Entries = Entries> = { name: string; entries: E }

/** One room's contract. */
export const room = <E extends Entries>(name: string, entries: E): Room<E> => ({ name, entries })

/** A page of a list: `next` is an opaque cursor or null. */
export const page = <S extends z.core.$ZodType>(item: S) => z.object({ items: z.array(item), next: z.string().nullable() })
/** Schemas never change, so contracts share those that are alike: there are thousands, and each weighs kilobytes. */
export const alike = <Key, Schema>(make: (key: Key) => Schema): ((key: Key) => Schema) => {
  const made = new Map<Key, Schema>()
  return key => {
    const known = made.get(key)
    if (known !== undefined) return known
    const schema = make(key)
    made.set(key, schema)
    return schema
  }
}
const anyCursor = z.string().max(300).optional()
export const cursor = () => anyCursor
const limitOf = alike((most: number) => alike((usual: number) => z.coerce.number().int().min(1).max(most).default(usual)))
export const limit = (most = 100, usual = 24) => limitOf(most)(usual)
const anyFlag = z
  .enum(['true', 'false'])
  .transform(value => value === 'true')
  .optional()
/** A yes/no in a query string. */
export const flag = () => anyFlag
/** One line of text a person typed: trimmed, no control characters, 1 … most characters. */
export const line = (most = 200) => lineOf(most)
const lineOf = alike((most: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    // eslint-disable-next-line no-control-regex
    .regex(/^[^\u0000-\u001f\u007f]*$/),
)
/** Several lines of text: trimmed, may be empty. */
export const text = (most = 5000) => textOf(most)
const textOf = alike((most: number) =>
  z
    .string()
    .trim()
    .max(most)
    // eslint-disable-next-line no-control-regex
    .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/),
)
export const done = z.object({ ok: z.literal(true) })

/** Names in the path of an address, in order. */
export const pathNames = (address: string): string[] => [...address.matchAll(/:([a-zA-Z]+)/g)].map(match => match[1]!)
