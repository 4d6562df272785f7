/** What goes out: one value told as JSON, JSONP or XML, in the envelope every Subsonic answer has. */
import type { FastifyReply } from 'fastify'

/** Scalars are attributes in XML, lists elements of one name, `value` the text between the tags. Undefined is left out. */
export type Value = string | number | boolean | Date | undefined | readonly Value[] | { readonly [name: string]: Value }
export type Answer = { readonly [name: string]: Value }
export type Format = 'xml' | 'json' | 'jsonp'

/** The protocol's own numbers; anything else is 0. */
export type RefusalNumber = 0 | 10 | 20 | 30 | 40 | 41 | 42 | 43 | 44 | 50 | 70
/** A refusal as the protocol words it. Sent with status 200, as apps expect, unless told. */
export class Refused extends Error {
  readonly number: RefusalNumber
  readonly status: number
  readonly retryAfterSeconds: number | undefined
  constructor(number: RefusalNumber, message: string, options: { status?: number; retryAfterSeconds?: number } = {}) {
    super(message)
    this.name = 'Refused'
    this.number = number
    this.status = options.status ?? 200
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}
export const missing = (name: string): Refused => new Refused(10, `Required parameter is missing: ${name}`)
export const notFound = (what = 'The requested data'): Refused => new Refused(70, `${what} was not found`)

const apiVersion = '1.16.1'
export type About = { type: string; version: string }

const scalar = (value: string | number | boolean | Date): string => (value instanceof Date ? value.toISOString() : String(value))

// What XML 1.0 cannot hold at all.
// oxlint-disable-next-line no-control-regex
const unspeakable =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
const marks: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;', '\r': '&#13;', '\t': '&#9;' }
const needsCare = /[&<>"\n\r\t\u0000-\u001f\ud800-\udfff\ufffe\uffff]/
const clean = (text: string, care: RegExp): string =>
  needsCare.test(text) ? text.replace(unspeakable, '').replace(care, mark => marks[mark]!) : text
/** In an attribute a reader would make spaces of ends of lines. */
const inAttribute = (text: string): string => clean(text, /[&<>"\n\r\t]/g)
const inText = (text: string): string => clean(text, /[&<>\r]/g)

/** Their scalars are elements of their own in XML, not attributes. */
const wordy = new Set(['albumInfo', 'artistInfo', 'artistInfo2'])

function element(name: string, value: Exclude<Value, undefined>): string {
  if (Array.isArray(value)) return (value as readonly Value[]).map(one => (one === undefined ? '' : element(name, one))).join('')
  if (typeof value !== 'object' || value instanceof Date) return `<${name}>${inText(scalar(value as string))}</${name}>`
  let attributes = ''
  let inside = ''
  for (const [key, one] of Object.entries(value as Answer)) {
    if (one === undefined) continue
    if (key === 'value') inside += inText(scalar(one as string))
    else if ((typeof one === 'object' && !(one instanceof Date)) || wordy.has(name)) inside += element(key, one)
    else attributes += ` ${key}="${inAttribute(scalar(one))}"`
  }
  return inside === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${inside}</${name}>`
}

export function encode(format: Format, about: About, answer: Answer, status: 'ok' | 'failed' = 'ok'): string {
  const whole = { status, version: apiVersion, type: about.type, serverVersion: about.version, openSubsonic: true, ...answer }
  if (format !== 'xml') return JSON.stringify({ 'subsonic-response': whole })
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('subsonic-response', { xmlns: 'http://subsonic.org/restapi', ...whole })}`
}

const callbackShape = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*){0,5}$/
/** The format that was asked for: XML unless told. JSONP needs a callback that is a name and nothing more. */
export function formatOf(wanted: string | undefined, callback: string | undefined): { format: Format; callback?: string } | undefined {
  if (wanted === undefined || wanted === 'xml') return { format: 'xml' }
  if (wanted === 'json') return { format: 'json' }
  if (wanted !== 'jsonp') return { format: 'xml' }
  return callback !== undefined && callback.length <= 100 && callbackShape.test(callback) ? { format: 'jsonp', callback } : undefined
}

const kinds: Record<Format, string> = {
  xml: 'text/xml; charset=utf-8',
  json: 'application/json; charset=utf-8',
  jsonp: 'text/javascript; charset=utf-8',
}

export function send(
  reply: FastifyReply,
  how: { format: Format; callback?: string },
  about: About,
  answer: Answer,
  failed?: Pick<Refused, 'status' | 'retryAfterSeconds'>,
): FastifyReply {
  const text = encode(how.format, about, answer, failed === undefined ? 'ok' : 'failed')
  if (failed?.retryAfterSeconds !== undefined) reply.header('retry-after', failed.retryAfterSeconds)
  return reply
    .code(failed?.status ?? 200)
    .header('cache-control', 'private, no-store')
    .header('x-content-type-options', 'nosniff')
    .type(kinds[how.format])
    .send(how.callback === undefined ? text : `/**/${how.callback}(${text.replace(/\u2028/g, '\\u2028').replace(/\u2029/g, '\\u2029')});`)
}

export const sendRefusal = (
  reply: FastifyReply,
  how: { format: Format; callback?: string },
  about: About,
  refused: Refused,
  helpUrl: string | undefined,
): FastifyReply => send(reply, how, about, { error: { code: refused.number, message: refused.message, helpUrl } }, refused)
