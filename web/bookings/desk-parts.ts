/** Parts of the desk, as the address names them. */
export const parts = ['calendar', 'list', 'rooms', 'door'] as const
export type Part = (typeof parts)[number]
export const partOf = (search: Record<string, unknown>): { tab?: Part } => {
  const tab = parts.find(one => one === search['tab'])
  return tab && tab !== 'calendar' ? { tab } : {}
}
