import type { QueryClient } from '@tanstack/react-query'
import { read, type Ok } from '../api.ts'

export type PageClaim = Ok<'GET /page-claims/:id'>
export type OnPage = Ok<'GET /pages/:page/claim'>
export type Queued = Ok<'GET /console/page-claims'>['items'][number]

export const onPageQuery = (page: string) => read('GET /pages/:page/claim', { page })
export const claimQuery = (id: string) => read('GET /page-claims/:id', { id })

/** After anything about a claim: it, lists of claims, what the page says, and whose page it is. */
export const refreshClaims = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({
    predicate: ({ queryKey }) => /page-claims|\/pages\/:(?:page\/claim|id$)|console\/overview/.test(String(queryKey[0])),
  })

/** Tabs of the desk. Apart from it: its route reads them with the first page, the desk comes later. */
export const queueNames = ['review', 'contested', 'announced', 'closed'] as const
export type QueueName = (typeof queueNames)[number]
/** A tab and an open claim named in the address. */
export const deskSearch = (search: Record<string, unknown>): { tab?: QueueName; claim?: string } => {
  const tab = queueNames.find(one => one === search['tab'])
  const claim = typeof search['claim'] === 'string' && /^pgc_[0-9a-z]{26}$/.test(search['claim']) ? search['claim'] : undefined
  return { ...(tab === undefined || tab === 'review' ? {} : { tab }), ...(claim === undefined ? {} : { claim }) }
}
