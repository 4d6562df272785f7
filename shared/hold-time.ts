/** How long what somebody chooses is theirs. Pure; the same on the server and on the map. */

/** From opening the map. */
export const holdMs = 8 * 60_000
const leastMs = 60_000

/** How long a hold lasts that is made so many seconds after the map was opened: what is left of the eight minutes, a minute at least. */
export const holdFor = (sinceOpen = 0): number => Math.min(holdMs, Math.max(leastMs, holdMs - sinceOpen * 1000))
