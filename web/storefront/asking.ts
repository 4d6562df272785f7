/** What the address of a shop's page may ask; apart from what asks the server, for routes stand in the first load. */
export const sorts = ['new', 'popular', 'rated', 'cheap', 'dear'] as const
export type Sort = (typeof sorts)[number]
export const kinds = ['digital', 'merch', 'ticket', 'booking', 'service', 'membership', 'voucher', 'gift_card'] as const
export type Kind = (typeof kinds)[number]
export const prices = ['any', 'free', 'low', 'mid', 'high'] as const
export type PriceBand = (typeof prices)[number]
export type Asked = { q?: string; kind?: Kind; sort?: Sort; price?: PriceBand }
/** What an address asks of the shop; what means nothing is left out. */
export const askedOf = (search: Record<string, unknown>): Asked => ({
  ...(typeof search['q'] === 'string' && search['q'].trim() !== '' ? { q: search['q'].slice(0, 100) } : {}),
  ...(kinds.includes(search['kind'] as Kind) ? { kind: search['kind'] as Kind } : {}),
  ...(sorts.includes(search['sort'] as Sort) && search['sort'] !== 'new' ? { sort: search['sort'] as Sort } : {}),
  ...(prices.includes(search['price'] as PriceBand) && search['price'] !== 'any' ? { price: search['price'] as PriceBand } : {}),
})
