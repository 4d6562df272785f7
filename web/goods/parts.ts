/** Parts of the desk of goods, as the address names them. */
export const parts = ['products', 'sendings', 'returns', 'stock', 'shipping', 'table'] as const
export type Part = (typeof parts)[number]
