import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query'
import { api, read, type Ok } from '../api.ts'

export type Service = Ok<'GET /services/:id'>
export type ServiceCard = Ok<'GET /pages/:page/services'>['items'][number]
export type DeskService = Ok<'GET /pages/:page/services/desk'>['items'][number]
export type JobCard = Ok<'GET /me/jobs'>['items'][number]
export type Job = Ok<'GET /jobs/:line'>
export type Voucher = Ok<'GET /vouchers/:id'>
export type Look = Ok<'GET /pages/:page/vouchers/:code'>

export const serviceQuery = (id: string) => read('GET /services/:id', { id })
export const offeredQuery = (page: string) => read('GET /pages/:page/services', { page })
export const deskQuery = (page: string) => read('GET /pages/:page/services/desk', { page })
export const jobQuery = (line: string) => read('GET /jobs/:line', { line })
export const voucherQuery = (id: string) => read('GET /vouchers/:id', { id })
export const membershipsQuery = () => read('GET /me/memberships')
export const myJobsQuery = () =>
  infiniteQueryOptions({
    queryKey: ['GET /me/jobs'],
    queryFn: ({ pageParam, signal }) => api('GET /me/jobs', pageParam ? { cursor: pageParam } : {}, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
export const myVouchersQuery = () =>
  infiniteQueryOptions({
    queryKey: ['GET /me/vouchers'],
    queryFn: ({ pageParam, signal }) => api('GET /me/vouchers', pageParam ? { cursor: pageParam } : {}, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
export const pageJobsQuery = (page: string, open: boolean) =>
  infiniteQueryOptions({
    queryKey: ['GET /pages/:page/jobs', page, open],
    queryFn: ({ pageParam, signal }) =>
      api('GET /pages/:page/jobs', { page, open: open ? 'true' : 'false', ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
export const membersQuery = (page: string) =>
  infiniteQueryOptions({
    queryKey: ['GET /pages/:page/members', page],
    queryFn: ({ pageParam, signal }) => api('GET /pages/:page/members', { page, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })

/** After a change: all that was read of services, jobs, memberships and vouchers is asked anew. */
export const refreshServices = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ predicate: ({ queryKey }) => /services|jobs|vouchers|memberships|members|orders/.test(String(queryKey[0])) })
