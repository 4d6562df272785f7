/** OpenAPI 3.1 and readable docs from the contracts; nothing is written by hand twice. */
import { z } from 'zod'
import { pathNames, type Entry, type Room } from '../../shared/contract.ts'
import { faultStatus } from '../../shared/faults.ts'
import { sentence } from './problems.ts'

type Json = Record<string, unknown>

const jsonSchema = (schema: unknown): Json => {
  const made = z.toJSONSchema(schema as z.ZodType, { io: 'input', target: 'draft-2020-12', unrepresentable: 'any' }) as Json
  delete made['$schema']
  return made
}

const problem = (status: string): Json => ({
  description: status,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

export function openApi(rooms: readonly Room[], site: { url: string; version: string }): Json {
  const paths: Record<string, Json> = {}
  for (const room of rooms) {
    for (const [address, entry] of Object.entries(room.entries)) {
      const [method = '', path = ''] = address.split(' ')
      const template = `/api/v1${path.replace(/:([a-zA-Z]+)/g, '{$1}')}`
      ;(paths[template] ??= {})[method.toLowerCase()] = operation(room.name, method, path, entry)
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Planet',
      version: site.version,
      license: { name: 'AGPL-3.0-or-later', identifier: 'AGPL-3.0-or-later' },
      description:
        'Everything the web of this planet does goes through this API. Amounts are minor units as text, times are ISO 8601 in UTC, lists are paged by cursor, errors are RFC 9457 Problems.',
    },
    servers: [{ url: site.url }],
    tags: rooms.map(room => ({ name: room.name })),
    paths,
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'better-auth.session_token' } },
      schemas: {
        Problem: {
          type: 'object',
          required: ['type', 'title', 'status', 'code'],
          properties: {
            type: { type: 'string' },
            title: { type: 'string', description: 'One clear sentence in the language of the reader.' },
            status: { type: 'integer' },
            code: { type: 'string' },
            detail: { type: 'string' },
            fields: { type: 'object', additionalProperties: { type: 'string' } },
            reference: { type: 'string' },
          },
        },
      },
    },
  }
}

function operation(room: string, method: string, path: string, entry: Entry): Json {
  const names = pathNames(path)
  const whole = jsonSchema(z.object(entry.input as unknown as z.core.$ZodLooseShape))
  const properties = (whole['properties'] ?? {}) as Record<string, Json>
  const required = new Set((whole['required'] ?? []) as string[])
  const inQuery = method === 'GET' || method === 'DELETE'
  const parameters = Object.entries(properties)
    .filter(([name]) => inQuery || names.includes(name))
    .map(([name, schema]) => ({
      name,
      in: names.includes(name) ? 'path' : 'query',
      required: names.includes(name) || required.has(name),
      schema,
    }))
  const bodyNames = Object.keys(properties).filter(name => !names.includes(name))
  const responses: Record<string, Json> = {
    '200': { description: 'OK', ...(entry.kind === 'stream' ? {} : { content: { 'application/json': { schema: jsonSchema(entry.ok) } } }) },
    '400': problem(sentence('invalid', 'invalid', 'en')),
    default: problem('Any other refusal.'),
  }
  if (entry.access !== 'anyone') responses['401'] = problem(sentence('unauthenticated', 'unauthenticated', 'en'))
  if (!['anyone', 'member'].includes(entry.access)) responses['403'] = problem(sentence('forbidden', 'forbidden', 'en'))
  for (const code of entry.faults) {
    const status = String(faultStatus[code as keyof typeof faultStatus] ?? 409)
    const text = `\`${code}\`: ${sentence(code, 'conflict', 'en')}`
    responses[status] = problem(responses[status] && status !== '400' ? `${responses[status]['description'] as string} · ${text}` : text)
  }
  return {
    tags: [room],
    operationId: `${method.toLowerCase()}${path.replace(/[^a-zA-Z]+(.)/g, (_all, letter: string) => letter.toUpperCase())}`,
    summary: entry.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(!inQuery && bodyNames.length > 0
      ? {
          requestBody: {
            required: bodyNames.some(name => required.has(name)),
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: Object.fromEntries(bodyNames.map(name => [name, properties[name]])),
                  required: bodyNames.filter(name => required.has(name)),
                },
              },
            },
          },
        }
      : {}),
    responses,
    ...(entry.access === 'anyone' ? {} : { security: [{ session: [] }] }),
  }
}

const escape = (text: string): string => text.replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`)

/** The docs page: one file, no scripts, both themes. */
export function docsPage(rooms: readonly Room[]): string {
  const shape = (schema: Json, depth = 0): string => {
    if (schema['anyOf']) return (schema['anyOf'] as Json[]).map(one => shape(one, depth)).join(' | ')
    if (schema['enum']) return (schema['enum'] as unknown[]).map(value => JSON.stringify(value)).join(' | ')
    if (schema['const'] !== undefined) return JSON.stringify(schema['const'])
    if (schema['type'] === 'array') return `[${schema['items'] ? shape(schema['items'] as Json, depth) : '…'}]`
    if (schema['type'] === 'object' && schema['properties']) {
      const pad = '  '.repeat(depth + 1)
      const required = new Set((schema['required'] ?? []) as string[])
      const lines = Object.entries(schema['properties'] as Record<string, Json>).map(
        ([name, one]) => `${pad}${name}${required.has(name) ? '' : '?'}: ${shape(one, depth + 1)}`,
      )
      return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`
    }
    return (
      [(schema['type'] as string | string[] | undefined) ?? 'any'].flat().join(' | ') +
      (schema['format'] ? ` (${schema['format'] as string})` : '')
    )
  }
  const part = (room: Room) =>
    `<section id="${room.name}"><h2>${room.name}</h2>${Object.entries(room.entries)
      .map(([address, entry]) => {
        const [method = '', path = ''] = address.split(' ')
        const input = shape(jsonSchema(z.object(entry.input as unknown as z.core.$ZodLooseShape)))
        return `<details><summary><b class="${method}">${method}</b> <code>/api/v1${escape(path)}</code> <span>${escape(entry.summary)}</span></summary>
<p>${entry.access === 'anyone' ? 'Anyone, signed out too.' : entry.access === 'member' ? 'Signed in.' : `Staff: ${entry.access}.`} ${entry.faults.length ? `Refusals: ${entry.faults.map(code => `<code>${code}</code>`).join(' ')}` : ''}</p>
<div><pre><i>input</i> ${escape(input)}</pre><pre><i>ok</i> ${entry.kind === 'stream' ? 'stream' : escape(shape(jsonSchema(entry.ok)))}</pre></div></details>`
      })
      .join('\n')}</section>`
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Planet API</title><style>
:root{color-scheme:light dark;--ink:light-dark(#23222e,#eceaf4);--bg:light-dark(#fafafd,#15141c);--line:light-dark(#dedce8,#35333f);--soft:light-dark(#5d5a6b,#a9a6b8);--raised:light-dark(#f1f0f7,#201f29);--get:light-dark(#1f5fbf,#8db8ff);--set:light-dark(#8f4a00,#ffb454)}
*{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 "Inter Variable",system-ui,sans-serif}main{max-width:980px;margin:auto;padding:40px 20px}h1{font-size:28px;letter-spacing:-.02em}h2{font-size:20px;margin:40px 0 8px;padding-top:8px;border-top:1px solid var(--line)}
nav{display:flex;flex-wrap:wrap;gap:8px}nav a{padding:4px 12px;border:1px solid var(--line);border-radius:99px;text-decoration:none;color:inherit}a{color:var(--get)}details{border-bottom:1px solid var(--line)}summary{cursor:pointer;padding:9px 2px}summary b{display:inline-block;min-width:58px;font-size:12px;color:var(--set)}summary b.GET{color:var(--get)}summary span{color:var(--soft);display:block;margin-inline-start:74px}code,pre{font:13px/1.5 ui-monospace,monospace}details div{display:grid;grid-template-columns:1fr 1fr;gap:12px}pre{background:var(--raised);padding:12px;border-radius:8px;overflow:auto;max-height:420px;margin:0 0 14px}pre i{color:var(--soft);display:block}@media(max-width:700px){details div{grid-template-columns:1fr}}
</style><main><h1>Planet API</h1><p>Everything the web of this planet does goes through these entries. Amounts are minor units as text (<code>{"amount":"3800","currency":"CNY"}</code> is ¥38.00), times are ISO 8601 in UTC, lists are <code>{"items":[…],"next":cursor|null}</code>, errors are <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a> Problems. Sign in with <code>POST /api/auth/sign-in/email</code>; the session cookie does the rest. For machines: <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI 3.1).</p>
<nav>${rooms.map(room => `<a href="#${room.name}">${room.name}</a>`).join('')}</nav>${rooms.map(part).join('\n')}</main></html>`
}
