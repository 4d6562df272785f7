import type { claiming } from '../../shared/claiming.ts'
import type { Decoded, InputOf } from '../../shared/contract.ts'

type Entries = typeof claiming.entries
export type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
export type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
export type PageClaim = Ok<'GET /page-claims/:id'>
