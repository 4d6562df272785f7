/** Parts of the desk, as the address names them. */
export const parts = ['window', 'todo', 'parcels', 'counter', 'raffles'] as const
export type Part = (typeof parts)[number]
