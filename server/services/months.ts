/**
 * The moment `months` after an anchor, counted from it and not from month to month: 31 January, 28 February, 31 March (trap 11). In UTC. Pure.
 */
export function addMonths(anchor: Date, months: number): Date {
  const first = new Date(anchor)
  first.setUTCDate(1)
  first.setUTCMonth(first.getUTCMonth() + months)
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  first.setUTCDate(Math.min(anchor.getUTCDate(), last))
  return first
}
