import { queryOptions } from '@tanstack/react-query'
import type { Api } from '../shared/api.ts'
import { ApiError, asApiError, splitInput } from './api-call.ts'
import { pageScope } from './scope.ts'

export { ApiError, asApiError } from './api-call.ts'
export type { Api } from '../shared/api.ts'

type Key = Extract<keyof Api, string>
type Input<K extends Key> = Api[K]['input']
/** The wire form of an answer: times and amounts are strings. */
export type Ok<K extends Key> = Api[K]['ok']
/** Entries whose input may be left out. */
type Given<K extends Key> =
  Record<never, never> extends Input<K> ? [input?: Input<K>, options?: CallOptions] : [input: Input<K>, options?: CallOptions]
type CallOptions = { signal?: AbortSignal }

/**
 * Calls the published API: over HTTP in the browser, in process while a page renders on the server.
 * Rejects with an ApiError for every refusal and for an unreachable planet (status 0).
 */
export async function api<K extends Key>(key: K, ...[input, options]: Given<K>): Promise<Ok<K>> {
  const scope = pageScope()
  if (scope) {
    try {
      return (await scope.callApi(key, input ?? {})) as Ok<K>
    } catch (error) {
      throw asApiError(error)
    }
  }
  const sent = splitInput(key, input as Record<string, unknown> | undefined)
  let response: Response
  try {
    response = await fetch(sent.url, {
      method: sent.method,
      headers: { accept: 'application/json', ...(sent.body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: sent.body ?? null,
      credentials: 'same-origin',
      signal: options?.signal ?? null,
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError({ status: 0, code: 'unreachable' })
  }
  const text = await response.text()
  let body: unknown
  try {
    body = text === '' ? null : JSON.parse(text)
  } catch {
    throw new ApiError({ status: response.status, code: 'broken' })
  }
  if (!response.ok) throw new ApiError({ ...(body as object | null), status: response.status })
  return body as Ok<K>
}

/** Query options for a read: `useSuspenseQuery(read('GET /releases/:id', { id }))`, and the same in a loader. */
export function read<K extends Key & `GET ${string}`>(key: K, ...[input]: Given<K>) {
  return queryOptions({
    queryKey: [key, input ?? {}] as const,
    queryFn: ({ signal }): Promise<Ok<K>> => api(key, ...([input ?? {}, { signal }] as unknown as Given<K>)),
  })
}
