/** Rules of smart playlists, as data: all or any of them, groups nested one level. What is not listed here is refused. */
import { z } from 'zod'
import { line } from './contract.ts'
import { day } from './time.ts'

export const ruleOps = {
  text: ['has', 'has_not', 'is', 'is_not'],
  number: ['is', 'over', 'under', 'between'],
  date: ['within', 'not_within', 'after', 'before'],
  flag: ['is'],
} as const
/** Kind of each field. `played` is when it was last heard, `plays` how often (as counted), `duration` is in seconds, `within` in days. */
export const ruleFields = {
  title: 'text',
  artist: 'text',
  album: 'text',
  genre: 'text',
  language: 'text',
  year: 'number',
  bpm: 'number',
  duration: 'number',
  plays: 'number',
  rating: 'number',
  added: 'date',
  played: 'date',
  favourite: 'flag',
  lyrics: 'flag',
  instrumental: 'flag',
  owned: 'flag',
} as const satisfies Record<string, keyof typeof ruleOps>
export type RuleField = keyof typeof ruleFields

const number = z.number().min(0).max(1_000_000)
const days = z.number().int().min(1).max(3650)
export const Rule = z.union([
  z.strictObject({ field: z.enum(['title', 'artist', 'album', 'genre', 'language']), op: z.enum(ruleOps.text), value: line(100) }),
  z.strictObject({ field: z.enum(['year', 'bpm', 'duration', 'plays', 'rating']), op: z.enum(['is', 'over', 'under']), value: number }),
  z.strictObject({ field: z.enum(['year', 'bpm', 'duration', 'plays', 'rating']), op: z.literal('between'), value: number, to: number }),
  z.strictObject({ field: z.enum(['added', 'played']), op: z.enum(['within', 'not_within']), value: days }),
  z.strictObject({ field: z.enum(['added', 'played']), op: z.enum(['after', 'before']), value: day }),
  z.strictObject({ field: z.enum(['favourite', 'lyrics', 'instrumental', 'owned']), op: z.literal('is'), value: z.boolean() }),
])
export type Rule = z.infer<typeof Rule>

export const match = z.enum(['all', 'any'])
export const RuleGroup = z.strictObject({ match, rules: z.array(Rule).min(1).max(20) })
export type RuleGroup = z.infer<typeof RuleGroup>

export const ruleOrders = [
  'added',
  'title',
  'artist',
  'album',
  'year',
  'played',
  'plays',
  'rating',
  'duration',
  'bpm',
  'popular',
  'random',
] as const
export const mostSmart = 2000
export const Rules = z.strictObject({
  match,
  rules: z.array(z.union([Rule, RuleGroup])).max(20),
  /** `random` is dealt anew each day. */
  order: z.strictObject({ by: z.enum(ruleOrders), down: z.boolean() }),
  /** At most so many tracks, or so many minutes. */
  limit: z.union([
    z.strictObject({ tracks: z.number().int().min(1).max(mostSmart) }),
    z.strictObject({ minutes: z.number().int().min(1).max(10_080) }),
  ]),
})
export type Rules = z.infer<typeof Rules>

export const isGroup = (one: Rule | RuleGroup): one is RuleGroup => 'rules' in one
