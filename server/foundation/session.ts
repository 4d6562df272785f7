import { localeFor } from '../../shared/words/locale.ts'

/** Who asks. The people room reads sessions; the foundation only knows what a viewer is. */
export type Viewer = {
  /** `usr_…` */
  id: string
  name: string
  email: string
  locale: 'en' | 'zh'
  /** Staff roles on this planet: operator, finance, reviewer. Empty for almost everyone. */
  roles: readonly string[]
  /** The session's own id, to tell it from others in the list of sessions. */
  session: string
  /** Buys without an account: `email` is what they gave, unproven. Nothing but buying and listening is open to them (server/guests.ts). */
  guest?: true
}
/** Finds the viewer of a request by its headers; null when signed out. */
export type ReadViewer = (headers: Record<string, string | string[] | undefined>) => Promise<Viewer | null>

/**
 * `en` or `zh`, by the cookie someone chose with, else by what the browser asks for: the language of the page they look at. A program that asks for none is
 * answered in its person's own (`viewer`).
 */
export function localeOf(headers: Record<string, string | string[] | undefined>, viewer?: Pick<Viewer, 'locale'> | null): 'en' | 'zh' {
  const chosen = /(?:^|;\s*)planet_locale=(en|zh)\b/.exec(String(headers['cookie'] ?? ''))?.[1]
  const asked = headers['accept-language'] === undefined ? '*' : String(headers['accept-language'])
  return viewer && chosen === undefined && asked === '*' ? viewer.locale : localeFor(asked, chosen)
}
