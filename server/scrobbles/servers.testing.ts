/** Stand-ins that speak the protocols of ListenBrainz and of AudioScrobbler 2.0, strictly, on this machine. What they were told is there to look at. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Heard = { artist: string; track: string; at: number }
/** What the next answers are instead: a status with headers and a body, a connection cut before (`cut`) or after it was taken (`lost`). */
export type Trouble = { status?: number; headers?: Record<string, string>; body?: object; cut?: boolean; lost?: boolean }
export type StandIn = {
  root: string
  /** Each listen as it was taken, also when it was known already. */
  taken: Heard[]
  /** Each listen once, as the service has it. */
  kept: Map<string, Heard>
  playing: string[]
  requests: number
  trouble: Trouble[]
  /** Listens that are not wanted, by their track. */
  unwanted: Set<string>
  valid: boolean
  close: () => Promise<void>
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
const say = (response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void =>
  void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

async function standIn(
  path: string,
  act: (one: StandIn, request: IncomingMessage, body: string, url: URL) => { status: number; body: object },
): Promise<StandIn> {
  const one: StandIn = {
    root: '',
    taken: [],
    kept: new Map(),
    playing: [],
    requests: 0,
    trouble: [],
    unwanted: new Set(),
    valid: true,
    close: async () => undefined,
  }
  const server = createServer((request, response) => {
    void bodyOf(request).then(body => {
      one.requests += 1
      const trouble = one.trouble.shift()
      if (trouble?.cut === true) return void response.destroy()
      if (trouble?.status !== undefined) return say(response, trouble.status, trouble.body ?? {}, trouble.headers)
      const answer = act(one, request, body, new URL(request.url!, 'http://x'))
      if (trouble?.lost === true) return void response.destroy()
      say(response, answer.status, answer.body)
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  one.root = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
  one.close = () =>
    new Promise(done => {
      server.closeAllConnections()
      server.close(() => done())
    })
  return one
}
function take(one: StandIn, heard: Heard): void {
  one.taken.push(heard)
  one.kept.set(`${heard.at} ${heard.artist} ${heard.track}`, heard)
}

type BrainzListen = { listened_at?: number; track_metadata?: { artist_name?: string; track_name?: string } }
export const listenBrainz = (token: string): Promise<StandIn> =>
  standIn('', (one, request, body, url) => {
    const given = request.headers.authorization
    if (url.pathname === '/1/validate-token')
      return {
        status: 200,
        body:
          one.valid && given === `Token ${token}`
            ? { code: 200, message: 'Token valid.', valid: true, user_name: 'ann-outside' }
            : { code: 200, message: 'Token invalid.', valid: false },
      }
    if (url.pathname !== '/1/submit-listens' || request.method !== 'POST') return { status: 404, body: { code: 404, error: 'Not found' } }
    if (!one.valid || given !== `Token ${token}`) return { status: 401, body: { code: 401, error: 'Invalid authorization token.' } }
    const bad = (error: string) => ({ status: 400, body: { code: 400, error } })
    const data = JSON.parse(body) as { listen_type: string; payload: BrainzListen[] }
    if (!Array.isArray(data.payload) || data.payload.length === 0) return bad('JSON document does not contain any listens')
    if (data.listen_type !== 'import' && data.payload.length > 1) return bad('It should contain only one.')
    for (const listen of data.payload) {
      const { artist_name: artist, track_name: track } = listen.track_metadata ?? {}
      if (!artist || !track) return bad('no names')
      if (one.unwanted.has(track)) return bad(`${track} is not wanted`)
      if (data.listen_type === 'playing_now' ? listen.listened_at !== undefined : !Number.isInteger(listen.listened_at))
        return bad('listened_at')
    }
    for (const { listened_at: at, track_metadata: names } of data.payload) {
      if (data.listen_type === 'playing_now') one.playing.push(names!.track_name!)
      else take(one, { artist: names!.artist_name!, track: names!.track_name!, at: at! })
    }
    return { status: 200, body: { status: 'ok' } }
  })

export const audioScrobbler = (keys: { apiKey: string; secret: string; session: string }): Promise<StandIn> =>
  standIn('/2.0/', (one, request, body) => {
    const error = (code: number, message: string) => ({ status: code === 9 ? 403 : 400, body: { error: code, message } })
    if (request.method !== 'POST') return error(6, 'Invalid parameters')
    const given = Object.fromEntries(new URLSearchParams(body))
    const { api_sig: signature, format, ...signed } = given
    const text = Object.keys(signed)
      .sort()
      .map(name => name + signed[name]!)
      .join('')
    if (format !== 'json') return error(6, 'Invalid format')
    if (given['api_key'] !== keys.apiKey) return error(10, 'Invalid API key')
    if (
      createHash('md5')
        .update(text + keys.secret)
        .digest('hex') !== signature
    )
      return error(13, 'Invalid method signature supplied')
    if (!one.valid || given['sk'] !== keys.session) return error(9, 'Invalid session key - Please re-authenticate')
    if (given['method'] === 'user.getInfo') return { status: 200, body: { user: { name: 'ann-fm' } } }
    if (given['method'] === 'track.updateNowPlaying') {
      one.playing.push(given['track']!)
      return { status: 200, body: { nowplaying: {} } }
    }
    if (given['method'] !== 'track.scrobble') return error(3, 'Invalid method')
    let accepted = 0
    for (let n = 0; given[`track[${n}]`] !== undefined; n++, accepted++) {
      if (n === 50) return error(6, 'too many')
      take(one, { artist: given[`artist[${n}]`]!, track: given[`track[${n}]`]!, at: Number(given[`timestamp[${n}]`]) })
    }
    return { status: 200, body: { scrobbles: { '@attr': { accepted, ignored: 0 }, scrobble: [] } } }
  })
