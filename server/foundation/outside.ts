/**
 * Calling out over HTTP, with limits of time and size. `fetchOutside` is for addresses that people or other systems give (trap 36): it resolves the name itself,
 * refuses private and special ranges, connects to the very address it checked, and does so again for each redirect.
 */
import { lookup } from 'node:dns/promises'
import { request as plainRequest, type IncomingMessage } from 'node:http'
import { request as secureRequest } from 'node:https'
import { BlockList, isIP, isIPv6 } from 'node:net'

export type Answer = { status: number; body: string }
const timeoutMs = 10_000
const mostBytes = 256 * 1024

/** Calls an address of this planet (the sandbox provider plays "elsewhere"). No redirects; at most 10 s and 256 KiB; throws when it cannot be reached. */
export async function callOwn(
  url: string,
  options: { method: 'GET' | 'POST'; headers?: Record<string, string>; body?: string; signal?: AbortSignal },
): Promise<Answer> {
  const { method, headers, body, signal } = options
  const limits = AbortSignal.timeout(timeoutMs)
  const answer = await fetch(url, {
    method,
    redirect: 'manual',
    signal: signal === undefined ? limits : AbortSignal.any([limits, signal]),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
  })
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > mostBytes) throw new Error(`${url}: more than ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return { status: answer.status, body: Buffer.concat(chunks).toString('utf8') }
}

/** An address that is not outside: private, special, or none of ours to call. Its message may be shown. */
export class BlockedAddress extends Error {}

// RFC 6890 and friends: this host, private, shared, link-local (where clouds keep their keys), benchmarks, documentation, multicast, reserved.
const blocked = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  blocked.addSubnet(net, bits, 'ipv4')
// Only what is handed out to the world (2000::/3) is outside, less what hides an IPv4 address in itself, and documentation.
const world = new BlockList()
world.addSubnet('2000::', 3, 'ipv6')
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  blocked.addSubnet(net, bits, 'ipv6')

/** Whether this IP address is one of the open internet. */
export const isOutside = (address: string): boolean =>
  isIPv6(address) ? world.check(address, 'ipv6') && !blocked.check(address, 'ipv6') : isIP(address) === 4 && !blocked.check(address, 'ipv4')

export type OutsideOptions = {
  method?: 'GET' | 'HEAD' | 'POST'
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** Of the body that comes back; 1 MiB unless told. */
  maxBytes?: number
  /** For all of it, redirects included; 10 s unless told. */
  timeoutMs?: number
  /** How many redirects are followed; 3 unless told. */
  redirects?: number
  /** Origins from this planet's own settings: they may be private. */
  trusted?: readonly string[]
  signal?: AbortSignal
  /** Tests: how names are resolved. */
  resolve?: (host: string) => Promise<string[]>
}
export type OutsideAnswer = { status: number; headers: IncomingMessage['headers']; body: Buffer; url: string }

const resolveAll = async (host: string): Promise<string[]> =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address)

/** The one address to connect to; refused when any of the name's addresses is inside, so that a mixed answer cannot win by chance. */
async function addressOf(url: URL, options: OutsideOptions): Promise<string> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new BlockedAddress(`${url.protocol} is not http or https`)
  if (url.username !== '' || url.password !== '') throw new BlockedAddress('an address with a password in it')
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const trusted = options.trusted?.includes(url.origin) === true
  const port = Number(url.port)
  if (!trusted && port !== 0 && port < 1024 && port !== 80 && port !== 443) throw new BlockedAddress(`port ${port} is not for the web`)
  const found = isIP(host) === 0 ? await (options.resolve ?? resolveAll)(host) : [host]
  if (found.length === 0) throw new BlockedAddress(`${host} has no address`)
  if (!trusted && !found.every(isOutside)) throw new BlockedAddress(`${host} is not an address of the open internet`)
  return found[0]!
}

function send(url: URL, address: string, options: OutsideOptions, signal: AbortSignal): Promise<OutsideAnswer> {
  const { method = 'GET', headers = {}, body, maxBytes = 1024 * 1024 } = options
  return new Promise((resolve, reject) => {
    const call = (url.protocol === 'https:' ? secureRequest : plainRequest)(
      url,
      {
        method,
        signal,
        agent: false,
        headers: { 'user-agent': 'Planet', 'accept-encoding': 'identity', ...headers },
        // The address that was checked, not what the name may say a moment later.
        lookup: (_host, asked, done) =>
          asked.all === true
            ? done(null, [{ address, family: isIP(address) }])
            : (done as (error: null, address: string, family: number) => void)(null, address, isIP(address)),
      },
      answer => {
        const chunks: Buffer[] = []
        let bytes = 0
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes > maxBytes) answer.destroy(new Error(`${url.origin}: more than ${maxBytes} bytes`))
          else chunks.push(chunk)
        })
        answer.on('error', reject)
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks), url: url.href }),
        )
      },
    )
    call.on('error', reject)
    call.end(body)
  })
}

/** Calls an address that somebody gave. Throws `BlockedAddress` for what is not outside, other errors when it cannot be reached, is too slow or too large. */
export async function fetchOutside(address: string, options: OutsideOptions = {}): Promise<OutsideAnswer> {
  const limits = AbortSignal.timeout(options.timeoutMs ?? timeoutMs)
  const signal = options.signal === undefined ? limits : AbortSignal.any([limits, options.signal])
  if (!URL.canParse(address)) throw new BlockedAddress('not an address')
  let url = new URL(address)
  let now = options
  for (let left = options.redirects ?? 3; ; left--) {
    const answer = await send(url, await addressOf(url, now), now, signal)
    const { location } = answer.headers
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return answer
    if (left === 0) throw new Error(`${url.origin}: too many redirects`)
    const next = new URL(location, url)
    const { body, headers = {}, ...rest } = now
    // Secrets stay with the first origin; only 307 and 308 send the body again.
    const kept =
      next.origin === url.origin
        ? headers
        : Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(authorization|cookie)$/i.test(name)))
    const again = answer.status === 307 || answer.status === 308
    now = {
      ...rest,
      headers: kept,
      ...(again && body !== undefined ? { body } : {}),
      ...(again ? {} : { method: now.method === 'HEAD' ? 'HEAD' : 'GET' }),
    }
    url = next
  }
}
