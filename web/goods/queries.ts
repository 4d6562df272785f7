import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query'
import { api, read, type Ok } from '../api.ts'

export type Product = Ok<'GET /goods/:id'>
export type Variant = Product['variants'][number]
export type ProductCard = Ok<'GET /pages/:page/goods'>['items'][number]
export type Counts = Ok<'GET /pages/:page/goods'>['counts']
export type StockRow = Ok<'GET /pages/:page/stock'>['items'][number]
export type Sending = Ok<'GET /pages/:page/sendings'>['items'][number]
export type Return = Ok<'GET /returns/:id'>
export type Shipping = Ok<'GET /pages/:page/shipping'>
export type Zone = Shipping['zones'][number]
export type Rate = Zone['rates'][number]
export type TableAnswer = Ok<'POST /pages/:page/goods/table'>

const more = { initialPageParam: '', getNextPageParam: (last: { next: string | null }) => last.next }
const cursor = (pageParam: string) => (pageParam ? { cursor: pageParam } : {})

export const productQuery = (id: string) => read('GET /goods/:id', { id })
export const shippingQuery = (page: string) => read('GET /pages/:page/shipping', { page })
export const returnQuery = (id: string) => read('GET /returns/:id', { id })
export const lineReturnQuery = (line: string) => read('GET /lines/:line/return', { line })
export const countsQuery = (page: string) => read('GET /pages/:page/goods', { page, limit: 1 })

export const productsQuery = (page: string, state: ProductCard['state'] | 'all', q: string, low: boolean) =>
  infiniteQueryOptions({
    queryKey: ['GET /pages/:page/goods', page, state, q, low],
    queryFn: ({ pageParam, signal }) =>
      api(
        'GET /pages/:page/goods',
        {
          page,
          ...(state === 'all' ? {} : { state }),
          ...(q ? { q } : {}),
          ...(low ? { low: 'true' as const } : {}),
          ...cursor(pageParam),
        },
        { signal },
      ),
    ...more,
  })
export const stockQuery = (page: string, q: string, low: boolean) =>
  infiniteQueryOptions({
    queryKey: ['GET /pages/:page/stock', page, q, low],
    queryFn: ({ pageParam, signal }) =>
      api(
        'GET /pages/:page/stock',
        { page, ...(q ? { q } : {}), ...(low ? { low: 'true' as const } : {}), ...cursor(pageParam) },
        { signal },
      ),
    ...more,
  })
export const movementsQuery = (variant: string) =>
  infiniteQueryOptions({
    queryKey: ['GET /variants/:variant/movements', variant],
    queryFn: ({ pageParam, signal }) => api('GET /variants/:variant/movements', { variant, ...cursor(pageParam) }, { signal }),
    ...more,
  })
export const sendingsQuery = (page: string, state: Sending['state']) =>
  infiniteQueryOptions({
    queryKey: ['GET /pages/:page/sendings', page, state],
    queryFn: ({ pageParam, signal }) => api('GET /pages/:page/sendings', { page, state, ...cursor(pageParam) }, { signal }),
    ...more,
  })
export const deskReturnsQuery = (page: string, state: Return['state'] | 'all') =>
  infiniteQueryOptions({
    queryKey: ['GET /pages/:page/returns', page, state],
    queryFn: ({ pageParam, signal }) =>
      api('GET /pages/:page/returns', { page, ...(state === 'all' ? {} : { state }), ...cursor(pageParam) }, { signal }),
    ...more,
  })
export const myReturnsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['GET /me/returns'],
    queryFn: ({ pageParam, signal }) => api('GET /me/returns', cursor(pageParam), { signal }),
    ...more,
  })

/** After a change at the desk or of a return: all that shows goods, parcels or their orders is read anew. */
export const refreshGoods = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({
    predicate: ({ queryKey }) => /goods|stock|sendings|returns|return$|variants|parcels|shipping|orders/.test(String(queryKey[0])),
  })
