/** Parts of the desk, apart from it: its route names them and is in the first load. */
export const tabs = ['offered', 'jobs', 'counter', 'members'] as const
export type Tab = (typeof tabs)[number]
export const tabOf = (value: unknown): Tab => tabs.find(tab => tab === value) ?? 'offered'
