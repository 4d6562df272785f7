/** Types of the contract, for the actions. */
import type { Decoded, InputOf } from '../../shared/contract.ts'
import type { missions } from '../../shared/missions.ts'

type Entries = typeof missions.entries
export type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
export type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
