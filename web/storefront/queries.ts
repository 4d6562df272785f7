import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query'
import { api, read, type Ok } from '../api.ts'
import type { Asked, Kind, PriceBand, Sort } from './asking.ts'

/** What pages of shops ask: apart from the pages, so that a route's loader does not pull the page into the first load. */
export type Card = Ok<'GET /listings'>['items'][number]
export type Shop = Ok<'GET /shops/:id'>
export type ShopCard = Ok<'GET /shops'>['items'][number]
export type Product = Ok<'GET /products/:id'>
export type Variant = Product['variants'][number]
export type Review = Ok<'GET /reviews'>['items'][number]
export type ToReview = Ok<'GET /me/reviews'>['waiting'][number]
export type Desk = Ok<'GET /shops/:id/desk'>
export type Terms = Ok<'GET /selling-terms'>

const bands: Record<PriceBand, { from?: string; to?: string; free?: 'true' }> = {
  any: {},
  free: { free: 'true' },
  low: { to: '5000' },
  mid: { from: '5000', to: '20000' },
  high: { from: '20000' },
}

export const listingsQuery = ({ q, kind, sort, price }: Asked) =>
  infiniteQueryOptions({
    queryKey: ['GET /listings', q ?? '', kind ?? '', sort ?? '', price ?? ''],
    queryFn: ({ pageParam, signal }) =>
      api(
        'GET /listings',
        {
          limit: 24,
          ...(q ? { q } : {}),
          ...(kind ? { kind } : {}),
          ...(sort ? { sort } : {}),
          ...bands[price ?? 'any'],
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
export const kindsQuery = () => read('GET /listings/kinds')
export const shopsQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ['GET /shops', q],
    queryFn: ({ pageParam, signal }) =>
      api('GET /shops', { limit: 24, ...(q ? { q } : {}), ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
export const fewShopsQuery = () => read('GET /shops', { limit: 12 })
export const shopQuery = (id: string) => read('GET /shops/:id', { id })
export type ThingsAsked = { section?: string; kind?: Kind; q?: string; sort?: Sort }
export const thingsQuery = (id: string, { section, kind, q, sort }: ThingsAsked) =>
  infiniteQueryOptions({
    queryKey: ['GET /shops/:id/things', id, section ?? '', kind ?? '', q ?? '', sort ?? ''],
    queryFn: ({ pageParam, signal }) =>
      api(
        'GET /shops/:id/things',
        {
          id,
          limit: 24,
          ...(section ? { section } : {}),
          ...(kind ? { kind } : {}),
          ...(q ? { q } : {}),
          ...(sort ? { sort } : {}),
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
export const productQuery = (id: string) => read('GET /products/:id', { id })
export const besideQuery = (id: string) => read('GET /things/:id/beside', { id })

export type ReviewSort = 'new' | 'best' | 'worst'
export type ReviewsAsked = { thing?: string; shop?: string; stars?: number; pictures?: boolean; unanswered?: boolean; sort?: ReviewSort }
export const reviewsQuery = (asked: ReviewsAsked) =>
  infiniteQueryOptions({
    queryKey: ['GET /reviews', asked],
    queryFn: ({ pageParam, signal }) =>
      api(
        'GET /reviews',
        {
          limit: 10,
          ...(asked.thing ? { thing: asked.thing } : {}),
          ...(asked.shop ? { shop: asked.shop } : {}),
          ...(asked.stars ? { stars: asked.stars } : {}),
          ...(asked.pictures ? { pictures: 'true' as const } : {}),
          ...(asked.unanswered ? { unanswered: 'true' as const } : {}),
          ...(asked.sort ? { sort: asked.sort } : {}),
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
export const myReviewsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['GET /me/reviews'],
    queryFn: ({ pageParam, signal }) => api('GET /me/reviews', pageParam ? { cursor: pageParam } : {}, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })

export const myShopsQuery = () => read('GET /me/shops')
export const deskQuery = (id: string) => read('GET /shops/:id/desk', { id })
export const termsQuery = (page?: string) => read('GET /selling-terms', page ? { page } : {})

/** After a review, or a change of a shop: what was read of them is asked anew. */
export const refreshStorefront = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ predicate: ({ queryKey }) => /reviews|\/shops|\/products|\/things|\/listings/.test(String(queryKey[0])) })
