/** Talking to servers outside in their own protocols: ListenBrainz's, and AudioScrobbler 2.0 (Last.fm, Libre.fm). What comes back is one of few outcomes. */
import { createHash } from 'node:crypto'
import { BlockedAddress, fetchOutside, type OutsideAnswer } from '../foundation/outside.ts'
import type { Secrets } from './sealing.ts'

export type Song = {
  play: string
  at: Date
  title: string
  artist: string
  release: string | null
  durationMs: number
  number: number | null
  url: string
}
/**
 * done: all were taken · rejected: the token or session is not good (any more) · blocked: not an address outside · later: away, or too many requests
 * (`afterSeconds` if it says so) · refused: what was sent is not wanted.
 */
export type Outcome =
  | { is: 'done'; name?: string | undefined }
  | { is: 'rejected' | 'blocked' | 'refused'; said: string }
  | { is: 'later'; said: string; afterSeconds: number | null }

export type Server = {
  protocol: 'listenbrainz' | 'lastfm'
  root: string
  secrets: Secrets
  trusted: readonly string[]
  signal?: AbortSignal | undefined
}

const longestWaitSeconds = 86_400
const short = (text: string): string => [...text.replace(/\p{Cc}/gu, ' ').trim()].slice(0, 200).join('')

function afterOf(answer: OutsideAnswer): number | null {
  const given = answer.headers['retry-after'] ?? answer.headers['x-ratelimit-reset-in']
  const found = Number(Array.isArray(given) ? given[0] : given)
  return Number.isFinite(found) && found >= 0 ? Math.min(found, longestWaitSeconds) : null
}
const jsonOf = (answer: OutsideAnswer): Record<string, unknown> => {
  try {
    const found: unknown = JSON.parse(answer.body.toString('utf8'))
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

async function call(
  server: Server,
  act: () => Promise<OutsideAnswer>,
  read: (answer: OutsideAnswer) => Outcome | undefined,
): Promise<Outcome> {
  let answer: OutsideAnswer
  try {
    answer = await act()
  } catch (error) {
    if (error instanceof BlockedAddress) return { is: 'blocked', said: short(error.message) }
    return { is: 'later', said: short(error instanceof Error ? error.message : 'away'), afterSeconds: null }
  }
  const found = read(answer)
  if (found !== undefined) return found
  const { error, message } = jsonOf(answer)
  const said = short(`${answer.status} ${typeof error === 'string' ? error : typeof message === 'string' ? message : ''}`)
  if (answer.status === 401 || answer.status === 403) return { is: 'rejected', said }
  if (answer.status === 429 || answer.status >= 500) return { is: 'later', said, afterSeconds: afterOf(answer) }
  // A redirect that does not end, a page instead of an answer: not the server it should be; perhaps only now.
  return answer.status >= 400 ? { is: 'refused', said } : { is: 'later', said, afterSeconds: null }
}

const options = ({ trusted, signal }: Server) => ({ trusted, maxBytes: 1024 * 1024, ...(signal === undefined ? {} : { signal }) })
const tokenOf = ({ secrets }: Server): string => ('token' in secrets ? secrets.token : '')

const brainzSong = ({ title, artist, release, durationMs, number, url }: Song) => ({
  track_name: title,
  artist_name: artist,
  ...(release === null ? {} : { release_name: release }),
  additional_info: {
    media_player: 'Planet',
    submission_client: 'Planet',
    music_service_name: 'Planet',
    origin_url: url,
    duration_ms: durationMs,
    ...(number === null ? {} : { tracknumber: number }),
  },
})
const brainz = (server: Server, path: string, body?: object): Promise<OutsideAnswer> =>
  fetchOutside(`${server.root.replace(/\/+$/, '')}${path}`, {
    ...options(server),
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Token ${tokenOf(server)}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const okay = (answer: OutsideAnswer): Outcome | undefined =>
  answer.status === 200 && jsonOf(answer)['status'] === 'ok' ? { is: 'done' } : undefined

/** Parameters of a signed call of AudioScrobbler: all of them, by name, and the secret, through MD5. */
export function signedForm(given: Record<string, string>, secret: string): string {
  const text = Object.keys(given)
    .sort()
    .map(name => name + given[name]!)
    .join('')
  const signature = createHash('md5').update(`${text}${secret}`, 'utf8').digest('hex')
  return new URLSearchParams({ ...given, api_sig: signature, format: 'json' }).toString()
}
function scrobbler(server: Server, method: string, given: Record<string, string>): Promise<OutsideAnswer> {
  const { secrets } = server
  if (!('session' in secrets)) throw new Error('a link without a session')
  return fetchOutside(server.root, {
    ...options(server),
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: signedForm({ ...given, method, api_key: secrets.apiKey, sk: secrets.session }, secrets.secret),
  })
}
/** Error codes of AudioScrobbler 2.0: bad login, key, signature or session; away; too many. */
const badLogin = new Set([4, 9, 10, 13, 14, 15, 17, 26])
const away = new Set([8, 11, 16])
function scrobblerOutcome(answer: OutsideAnswer): Outcome | undefined {
  const body = jsonOf(answer)
  const { error } = body
  if (error === undefined) return answer.status === 200 && Object.keys(body).length > 0 ? { is: 'done' } : undefined
  const code = Number(error)
  const said = short(`${code} ${typeof body['message'] === 'string' ? body['message'] : ''}`)
  if (badLogin.has(code)) return { is: 'rejected', said }
  if (code === 29 || away.has(code)) return { is: 'later', said, afterSeconds: afterOf(answer) }
  return { is: 'refused', said }
}
const seconds = (at: Date): string => String(Math.floor(at.getTime() / 1000))

/** Whether the token or session is good, and whose it is. */
export const checkServer = (server: Server): Promise<Outcome> =>
  server.protocol === 'listenbrainz'
    ? call(
        server,
        () => brainz(server, '/1/validate-token'),
        answer => {
          const { valid, user_name: name, message } = jsonOf(answer)
          if (answer.status !== 200 || typeof valid !== 'boolean') return undefined
          return valid
            ? { is: 'done', name: typeof name === 'string' ? short(name) : undefined }
            : { is: 'rejected', said: short(String(message)) }
        },
      )
    : call(
        server,
        () => scrobbler(server, 'user.getInfo', {}),
        answer => {
          const user = jsonOf(answer)['user'] as { name?: unknown } | undefined
          if (typeof user?.name === 'string') return { is: 'done', name: short(user.name) }
          const outcome = scrobblerOutcome(answer)
          // Servers that do not know this question are asked by the first play.
          return outcome?.is === 'refused' ? { is: 'done' } : outcome
        },
      )

/** Tells of plays, in their order. */
export const submit = (server: Server, songs: readonly Song[]): Promise<Outcome> =>
  server.protocol === 'listenbrainz'
    ? call(
        server,
        () =>
          brainz(server, '/1/submit-listens', {
            listen_type: songs.length === 1 ? 'single' : 'import',
            payload: songs.map(song => ({ listened_at: Number(seconds(song.at)), track_metadata: brainzSong(song) })),
          }),
        okay,
      )
    : call(
        server,
        () =>
          scrobbler(
            server,
            'track.scrobble',
            Object.fromEntries(
              songs.flatMap(({ at, title, artist, release, durationMs, number }, n) => [
                [`artist[${n}]`, artist],
                [`track[${n}]`, title],
                [`timestamp[${n}]`, seconds(at)],
                [`duration[${n}]`, String(Math.round(durationMs / 1000))],
                ...(release === null ? [] : [[`album[${n}]`, release] as const]),
                ...(number === null ? [] : [[`trackNumber[${n}]`, String(number)] as const]),
              ]),
            ),
          ),
        scrobblerOutcome,
      )

export const tellPlaying = (server: Server, song: Song): Promise<Outcome> =>
  server.protocol === 'listenbrainz'
    ? call(
        server,
        () => brainz(server, '/1/submit-listens', { listen_type: 'playing_now', payload: [{ track_metadata: brainzSong(song) }] }),
        okay,
      )
    : call(
        server,
        () =>
          scrobbler(server, 'track.updateNowPlaying', {
            artist: song.artist,
            track: song.title,
            duration: String(Math.round(song.durationMs / 1000)),
            ...(song.release === null ? {} : { album: song.release }),
          }),
        scrobblerOutcome,
      )
