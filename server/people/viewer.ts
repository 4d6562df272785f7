/** Who asks: the session cookie checked with our own HMAC and one join, about a sixth of what better-auth needs; viewer.test.ts holds the two together. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { clock } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import type { Db } from '../foundation/db.ts'
import type { ReadViewer, Viewer } from '../foundation/session.ts'
import { cookieName, forgetSeconds, rememberSeconds } from './options.ts'
import { readSession, touchSession } from './store.ts'

const signature = /^([A-Za-z0-9]{32})\.([A-Za-z0-9+/]{43}=)$/
/** A session's row says when it was last used, to within so many milliseconds. */
const touchEveryMs = 10 * 60_000

function cookieOf(header: string | string[] | undefined, name: string): string | undefined {
  if (typeof header !== 'string') return undefined
  for (const part of header.split(';')) {
    const at = part.indexOf('=')
    if (at < 0 || part.slice(0, at).trim() !== name) continue
    try {
      return decodeURIComponent(part.slice(at + 1).trim())
    } catch {
      return undefined
    }
  }
  return undefined
}

/** The session token of a signed cookie; undefined when there is none or it was tampered with. */
export function tokenOf(header: string | string[] | undefined, name: string, secret: string): string | undefined {
  const found = signature.exec(cookieOf(header, name) ?? '')
  if (found === null) return undefined
  const [, token = '', signed = ''] = found
  const right = createHmac('sha256', secret).update(token).digest()
  const given = Buffer.from(signed, 'base64')
  return given.length === right.length && timingSafeEqual(given, right) ? token : undefined
}

/**
 * Reads the viewer of a request. It asks the writing database each time, so that a session that was ended, or a person who was banned, is out at once;
 * when a session was last seen more than ten minutes ago that is noted beside the request, and the session's end moves on.
 */
export function makeReadViewer({ db, config }: { db: Db; config: Config }): ReadViewer {
  const name = cookieName(config)
  return async headers => {
    const token = tokenOf(headers['cookie'], name, config.secret)
    if (token === undefined) return null
    const now = clock.now()
    const found = await readSession(db.write, token, now)
    if (found === undefined) return null
    if (now.getTime() - found.lastSeenAt.getTime() > touchEveryMs) {
      const seconds = found.remember ? rememberSeconds : forgetSeconds
      const ends = new Date(now.getTime() + seconds * 1000)
      // Nobody waits for it, and losing it does no harm: the next request notes it.
      void touchSession(db.write, found.session, now, ends, new Date(now.getTime() - touchEveryMs)).catch(() => undefined)
    }
    const viewer: Viewer = {
      id: found.id,
      name: found.name,
      email: found.email,
      locale: found.locale,
      roles: found.roles,
      session: found.session,
      ...(found.guest ? { guest: true as const } : {}),
    }
    return viewer
  }
}
