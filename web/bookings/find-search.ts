export const kinds = ['ktv', 'rehearsal', 'studio', 'performer', 'other'] as const
export type Find = {
  kind?: (typeof kinds)[number] | undefined
  city?: string | undefined
  people?: number | undefined
  q?: string | undefined
}

/** What the address says is looked for; anything else is left out. */
export function findOf(search: Record<string, unknown>): Find {
  const kind = kinds.find(one => one === search['kind'])
  const { city, q } = search
  const people = Number(search['people'])
  return {
    ...(kind ? { kind } : {}),
    ...(typeof city === 'string' && city !== '' ? { city: city.slice(0, 80) } : {}),
    ...(Number.isInteger(people) && people >= 1 && people <= 2000 ? { people } : {}),
    ...(typeof q === 'string' && q !== '' ? { q: q.slice(0, 80) } : {}),
  }
}
