/** How an entry's flat input becomes an HTTP request: the same rule as the server's (shared/contract.ts), without zod in the browser. */

export type Sent = { method: string; url: string; body?: string }

const base = '/api/v1'

/**
 * Splits `input` for the entry `key` ("METHOD /path/:name"): names in the path go into the path, the rest into the query (GET, DELETE) or a JSON
 * body. `undefined` and `null` query values are left out; arrays repeat their name. Throws when a path name is missing: that is a bug.
 */
export function splitInput(key: string, input: Record<string, unknown> = {}): Sent {
  const space = key.indexOf(' ')
  const method = key.slice(0, space)
  const used = new Set<string>()
  const path = key.slice(space + 1).replace(/:([a-zA-Z]+)/g, (_, name: string) => {
    const value = input[name]
    if (value === undefined || value === null || value === '') throw new TypeError(`${key} needs "${name}"`)
    used.add(name)
    return encodeURIComponent(String(value as string | number))
  })
  const rest = Object.entries(input).filter(([name, value]) => !used.has(name) && value !== undefined)
  if (method === 'GET' || method === 'DELETE') {
    const query = new URLSearchParams()
    for (const [name, value] of rest) {
      if (value === null) continue
      for (const item of Array.isArray(value) ? value : [value]) query.append(name, String(item))
    }
    const text = query.toString()
    return { method, url: base + path + (text ? `?${text}` : '') }
  }
  return { method, url: base + path, body: JSON.stringify(Object.fromEntries(rest)) }
}

/** A refusal of the API (RFC 9457), with what a form needs. `status` 0 means that the planet could not be reached. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly fields: Record<string, string>
  readonly reference: string | undefined
  constructor(problem: { status?: number; code?: string; title?: string; fields?: Record<string, string>; reference?: string }) {
    super(problem.title ?? problem.code ?? 'error')
    this.name = 'ApiError'
    this.status = problem.status ?? 0
    this.code = problem.code ?? 'broken'
    this.title = problem.title ?? ''
    this.fields = problem.fields ?? {}
    this.reference = problem.reference
  }
}

/** Whether a script of the page did not come (a wire that failed, a planet renewed since): told by the sentences of Chromium, Firefox and Safari, as there is no code for it. */
export const scriptMissing = (error: unknown): boolean =>
  error instanceof TypeError &&
  /^(?:Failed to fetch dynamically imported module|error loading dynamically imported module|Importing a module script failed)/.test(
    error.message,
  )

/** Reads any thrown thing as an ApiError. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (scriptMissing(error)) return new ApiError({ status: 0, code: 'unreachable' })
  if (typeof error === 'object' && error !== null && 'code' in error && 'status' in error)
    return new ApiError(error as { status: number; code: string })
  return new ApiError({ status: 0, code: 'broken', title: error instanceof Error ? error.message : String(error) })
}
