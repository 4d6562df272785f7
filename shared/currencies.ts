/** Currencies by themselves, for the browser: shared/money.ts brings zod along, which no page should load. */

/** Decimals of the currencies a planet can take (ISO 4217). */
export const currencyScale = { CNY: 2, USD: 2, EUR: 2, GBP: 2, HKD: 2, TWD: 2, SGD: 2, KRW: 0, JPY: 0, KWD: 3 } as const
export type Currency = keyof typeof currencyScale
export const isCurrency = (text: unknown): text is Currency => typeof text === 'string' && text in currencyScale
