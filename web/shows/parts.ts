/** Parts of a show's desk, as its address says them. */
export const deskParts = ['report', 'details', 'tiers', 'guests', 'codes', 'state'] as const
export type DeskPart = (typeof deskParts)[number]
