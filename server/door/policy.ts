/** What a scan comes to. Pure: the same rules in the database’s transaction and, in web/door, on a device that is alone. */
export type Claim = { id: string; at: Date }

/** Which of two that let the same one in stands: the earlier; at the same moment, the lower id. */
export const earlier = (a: Claim, b: Claim): boolean => a.at < b.at || (a.at.getTime() === b.at.getTime() && a.id < b.id)

/** When a scan happened by our clock, at the latest now: `clock` is what the device's said when it told of it. */
export const atOurs = (said: Date, clock: Date, now: Date): Date =>
  new Date(Math.min(now.getTime(), said.getTime() + (now.getTime() - clock.getTime())))
