import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api, asApiError, type Api, type Ok } from '../api.ts'
import { useMe } from '../shell/me.ts'
import type { CartLine } from './cart.ts'
import { addUp, type Price } from './price.ts'

export type Quote = Ok<'POST /orders/quote'>
export type Asked = Api['POST /orders/quote']['input']
type AskedLine = Asked['lines'][number]

/** What the planet is asked for: of a line its offer and what was chosen; the price only where the buyer names it. */
export const askedLine = (line: CartLine): AskedLine => ({
  offer: line.offer,
  quantity: line.quantity,
  ...(line.named ? { price: line.price } : {}),
  ...(line.choice ? { choice: line.choice } : {}),
})

/** Offers that are gone refuse the whole question: then each is asked for alone, to know which. */
async function goneOf(lines: readonly AskedLine[]): Promise<ReadonlySet<number>> {
  const gone = new Set<number>()
  for (const [index, line] of lines.entries())
    // oxlint-disable-next-line no-await-in-loop -- rare, and gently
    await api('POST /orders/quote', { lines: [line] }).catch((error: unknown) => asApiError(error).status === 404 && gone.add(index))
  return gone
}

export type Quoted = { quote: Quote | null; gone: ReadonlySet<number> }
/** What the lines come to; asked anew when they change. Nobody who is not known (not even as a guest) can ask. */
export function useQuote(asked: Asked) {
  const me = useMe()
  return useQuery({
    queryKey: ['POST /orders/quote', me?.id, asked] as const,
    queryFn: async ({ signal }): Promise<Quoted> => {
      try {
        return { quote: await api('POST /orders/quote', asked, { signal }), gone: new Set() }
      } catch (error) {
        if (asApiError(error).status !== 404) throw error
        return { quote: null, gone: await goneOf(asked.lines) }
      }
    },
    enabled: me !== null && asked.lines.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 5000,
    retry: false,
  })
}

/** What lines come to as they were put in, until the planet has said. */
export const sumOf = (lines: readonly CartLine[]): Price =>
  addUp(lines.map(line => ({ amount: (BigInt(line.price.amount) * BigInt(line.quantity)).toString(), currency: line.price.currency })))

/** Lines of one payment: those of the first currency. */
export function payable(cart: readonly CartLine[]): { lines: readonly CartLine[]; others: number } {
  const all = cart.filter(line => !line.later)
  const lines = all.filter(line => line.price.currency === all[0]!.price.currency)
  return { lines, others: all.length - lines.length }
}

/** Lines by who sells them, in the order of the cart; `index` is their place in what is asked. */
export function bySeller(
  lines: readonly CartLine[],
  quote: Quote | null | undefined,
): { id: string; name: string; lines: { line: CartLine; index: number; quoted: Quote['lines'][number] | undefined }[] }[] {
  const groups = new Map<string, ReturnType<typeof bySeller>[number]>()
  for (const [index, line] of lines.entries()) {
    const quoted = quote?.lines.find(one => one.index === index && one.offer === line.offer)
    const seller = quoted?.seller ?? line.seller ?? { id: '', name: '' }
    const group = groups.get(seller.id) ?? { ...seller, lines: [] }
    group.lines.push({ line, index, quoted })
    groups.set(seller.id, group)
  }
  return [...groups.values()]
}
