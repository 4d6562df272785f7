/** The tabs of the desk. Apart from it: routes read them with the first page, the desk comes later. */
export const deskTabs = ['queue', 'decided', 'appeals', 'bans', 'rules', 'figures'] as const
export type DeskTab = (typeof deskTabs)[number]

/** A tab named in the address. */
export const tabOf = (search: Record<string, unknown>): { tab?: DeskTab } => {
  const found = deskTabs.find(one => one === search['tab'])
  return found === undefined || found === 'queue' ? {} : { tab: found }
}
