/** For tests of storefront: what its entries answer, and how a call was refused. */
export type Card = {
  id: string
  title: string
  kind: string
  url: string
  price: { amount: string }
  upTo: object | null
  rating: { count: number; average: number | null }
}
export type Cards = { items: Card[]; next: string | null }
export type Terms = {
  digest: string
  categories: { kind: string; commissionBp: number; own: boolean; plan: string }[]
  partner: { months: number } | null
}
export type Desk = {
  version: number
  shop: { name: string; state: string; things: number; kinds: string[] }
  sections: { key: string; things: { id: string }[] }[]
  todo: string[]
  terms: Terms
  unanswered: number
  sales: { amount: { amount: string } }
  partner: { can: boolean; months: number; application: { id: string; state: string; reason: string | null } | null }
}
export type Shop = {
  opened: boolean
  name: string
  rating: { count: number; average: number | null }
  sections: { key: string; items: Card[]; more: boolean }[]
}
export type Review = { id: string; stars: number; text: string; answer: { text: string } | null; can: { edit: boolean; answer: boolean } }
export type Reviews = { items: Review[]; next: string | null; rating: { count: number; average: number | null; byStars: number[] } }

/** `409 key_reused`; `done` when it was not refused. */
export const refused = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { status?: number; problem?: { code: string } }) => `${error.status} ${error.problem?.code}`,
  )
