import type { Rule, RuleField, RuleGroup, Rules } from '../../shared/playlist-rules.ts'

export type { Rule, RuleField, RuleGroup, Rules } from '../../shared/playlist-rules.ts'
type Op = Rule['op']

/** As the planet knows them; here without what checks them, which is long. */
export const kinds: Record<RuleField, 'text' | 'number' | 'date' | 'flag'> = {
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
}
export const fields = Object.keys(kinds) as RuleField[]
export const ops: Record<'text' | 'number' | 'date' | 'flag', readonly Op[]> = {
  text: ['has', 'has_not', 'is', 'is_not'],
  number: ['over', 'under', 'is', 'between'],
  date: ['within', 'not_within', 'after', 'before'],
  flag: ['is'],
}
export const orders: readonly Rules['order']['by'][] = [
  'added',
  'played',
  'plays',
  'rating',
  'popular',
  'random',
  'title',
  'artist',
  'album',
  'year',
  'duration',
  'bpm',
]

const firsts: Partial<Record<RuleField, number>> = { year: 2020, bpm: 120, duration: 180, plays: 0, rating: 3 }

/** A rule of this field and relation, with the value of the one before where it fits. */
export function ruleOf(field: RuleField, op: Op = ops[kinds[field]][0]!, before?: Rule): Rule {
  const old = before?.value
  const kind = kinds[field]
  const fits = before !== undefined && kinds[before.field] === kind
  if (kind === 'text') return { field, op, value: fits && typeof old === 'string' ? old : '' } as Rule
  if (kind === 'flag') return { field, op: 'is', value: fits && typeof old === 'boolean' ? old : true } as Rule
  if (kind === 'number') {
    const value = fits && before.field === field && typeof old === 'number' ? old : (firsts[field] ?? 0)
    return (op === 'between' ? { field, op, value, to: value + (field === 'year' ? 9 : 60) } : { field, op, value }) as Rule
  }
  const day = op === 'after' || op === 'before'
  const value = day
    ? fits && typeof old === 'string'
      ? old
      : new Date().toISOString().slice(0, 10)
    : fits && typeof old === 'number'
      ? old
      : 30
  return { field, op, value } as Rule
}

export const isGroup = (one: Rule | RuleGroup): one is RuleGroup => 'rules' in one
/** Whether all values are there. */
const whole = (rule: Rule): boolean => rule.value !== '' && !Number.isNaN(rule.value)
/** The rules without what is still being filled in: what the preview asks with. */
export const ready = (rules: Rules): Rules => ({
  ...rules,
  rules: rules.rules.flatMap((one): (Rule | RuleGroup)[] => {
    if (!isGroup(one)) return whole(one) ? [one] : []
    const inner = one.rules.filter(whole)
    return inner.length > 0 ? [{ ...one, rules: inner }] : []
  }),
})
export const isWhole = (rules: Rules): boolean =>
  rules.rules.every(one => (isGroup(one) ? one.rules.length > 0 && one.rules.every(whole) : whole(one)))

export const emptyRules: Rules = { match: 'all', rules: [], order: { by: 'added', down: true }, limit: { tracks: 100 } }
/** To begin with. */
export const starts = {
  rated: { ...emptyRules, rules: [{ field: 'rating', op: 'over', value: 3 }], order: { by: 'rating', down: true } },
  forgotten: {
    ...emptyRules,
    rules: [
      { field: 'favourite', op: 'is', value: true },
      { field: 'played', op: 'not_within', value: 60 },
    ],
    order: { by: 'random', down: false },
  },
  fresh: { ...emptyRules, rules: [{ field: 'added', op: 'within', value: 30 }] },
  short: {
    ...emptyRules,
    rules: [{ field: 'duration', op: 'under', value: 180 }],
    order: { by: 'random', down: false },
    limit: { minutes: 60 },
  },
} as const satisfies Record<string, unknown>
