import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query'
import { newClientId } from '../ids.ts'
import { api, read, type Ok } from '../api.ts'

export type Group = Ok<'GET /groups/:id'>
export type GroupCardData = Ok<'GET /groups'>['items'][number]
export type GroupEvent = Ok<'GET /schedule/:id'>
export type Letter = Ok<'PATCH /letters/:id'>
export type Member = Ok<'GET /groups/:id/members'>['items'][number]

/** An id of what this page makes: pressed twice it is the same thing. */
export const newId = (kind: 'grp' | 'gev' | 'ltr' | 'jrq'): string => newClientId(kind)

/** A group by id or handle; the page asks for it under the address it was opened by. */
export const groupQuery = (id: string, invite?: string) => read('GET /groups/:id', { id, ...(invite ? { invite } : {}) })
export const myGroupsQuery = read('GET /me/groups')

export const groupsQuery = (given: { q: string; kind: 'official' | 'fans' | ''; sort: 'members' | 'new' }) =>
  infiniteQueryOptions({
    queryKey: ['GET /groups', given],
    queryFn: ({ pageParam, signal }) =>
      api(
        'GET /groups',
        {
          sort: given.sort,
          ...(given.q ? { q: given.q } : {}),
          ...(given.kind ? { kind: given.kind } : {}),
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
export const membersQuery = (id: string, given: { q: string; sort: 'active' | 'new' }) =>
  infiniteQueryOptions({
    queryKey: ['GET /groups/:id/members', id, given],
    queryFn: ({ pageParam, signal }) =>
      api(
        'GET /groups/:id/members',
        { id, sort: given.sort, limit: 60, ...(given.q ? { q: given.q } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })
export type WhichLetters = 'shown' | 'mine' | 'inbox' | 'unread' | 'unanswered'
export const lettersQuery = (id: string, which: WhichLetters) =>
  infiniteQueryOptions({
    queryKey: ['GET /groups/:id/letters', id, which],
    queryFn: ({ pageParam, signal }) =>
      api('GET /groups/:id/letters', { id, which, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: '',
    getNextPageParam: last => last.next,
  })

/** After a change of a group or of where one stands in it: all that was read of groups is asked anew. */
export const refreshGroup = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ predicate: ({ queryKey }) => /^GET \/(?:(?:me\/)?groups|pages\/:id\/groups)/.test(String(queryKey[0])) })
export const refreshSchedule = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ predicate: ({ queryKey }) => /schedule/.test(String(queryKey[0])) })
