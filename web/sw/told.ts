/** What pages and the worker agree on: names of caches and addresses, and what a page says to the worker. */

/** Covers of what is kept offline, at their own addresses. */
export const coverCache = 'planet-covers'
/** Covers of the device's own files, at addresses that exist only here: `/own/covers/<key>`. */
export const ownCache = 'planet-own'
export const ownCover = (key: string): string => `/own/covers/${key}`
/** Files that another app shared, until the page has taken them. */
export const sharedCache = 'planet-shared'
/** How this device's reader wants pages to look. */
export const factCache = 'planet-facts'
export const lookAt = '/facts/look'

export type Look = { locale: 'zh' | 'en'; theme: 'system' | 'light' | 'dark' }
export type Told = { kind: 'look'; look: Look } | { kind: 'take-over' }

/** Pages that stand without the planet: each is kept in both languages as nobody in particular sees it. */
export const shells = ['/offline', '/own', '/tickets', '/door'] as const
export const shellAddress = (page: (typeof shells)[number], locale: Look['locale']): string => `${page}?shell=${locale}`
