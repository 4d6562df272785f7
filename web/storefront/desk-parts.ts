/** Parts of the desk of a shop, as the address names them. */
export const parts = ['overview', 'look', 'shelves', 'reviews', 'terms'] as const
export type Part = (typeof parts)[number]
