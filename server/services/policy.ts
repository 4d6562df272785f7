/** Terms that hold for all services, memberships and vouchers. Days and milliseconds. */
export const dayMs = 24 * 3600_000
/** A membership may be given back in its first days. */
export const freeDays = 7
/** Work this long over its date is ended by itself: the money goes back. */
export const lateDays = 14
/** A voucher's money waits so long after its end for what is still to be refunded. */
export const afterEndDays = 30
/** Work that is not accepted yet holds its money; it is never paid out by time alone. */
export const heldDays = 1000
export const after = (at: Date, days: number): Date => new Date(at.getTime() + days * dayMs)

/** What of a voucher's price was not used, in proportion, rounded down. */
export const unusedOf = ({ paid, worth, used }: { paid: bigint; worth: bigint; used: bigint }): bigint => (paid * (worth - used)) / worth
