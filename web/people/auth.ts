import { ApiError } from '../api-call.ts'

/** Talks to the door of accounts at /api/auth; refusals are ApiErrors like those of the API. */
export async function auth(path: 'sign-in/email' | 'sign-up/email' | 'change-password' | 'sign-out', body: object): Promise<void> {
  let response: Response
  try {
    response = await fetch(`/api/auth/${path}`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
    })
  } catch {
    throw new ApiError({ status: 0, code: 'unreachable' })
  }
  if (response.ok) return
  const problem = (await response.json().catch(() => ({}))) as object
  throw new ApiError({ ...problem, status: response.status })
}

/** Only ways inside this site are followed after signing in. */
export const safeNext = (next: string | undefined): string => (next && /^\/(?![/\\])/.test(next) ? next : '/')
