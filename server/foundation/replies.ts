/** How the reply of an entry becomes text. */
import fastJson from 'fast-json-stringify'
import { z } from 'zod'
import type { Entry } from '../../shared/contract.ts'

/** Takes what a handler gave and gives JSON; what the contract does not name is left out. */
export type WriteReply = (result: unknown) => string

/** The serialiser tells the members of a union apart by their JSON: an amount must be text by then. Without such unions it turns them to text itself. */
function unionsOfAmounts(schema: unknown, inUnion = false): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  if (inUnion && (schema as { pattern?: unknown }).pattern === '^-?\\d{1,15}$') return true
  return Object.entries(schema).some(([key, value]) => unionsOfAmounts(value, inUnion || key === 'anyOf' || key === 'oneOf'))
}

/** Makes the writer of an entry: some milliseconds of work, so it is made at the first reply, not at the start for all of them. */
export function replyWriter(entry: Entry): WriteReply {
  const ok = entry.ok as unknown as z.ZodType
  const schema = z.toJSONSchema(ok, { io: 'input', target: 'draft-7', unrepresentable: 'any' })
  const write = fastJson(schema as Parameters<typeof fastJson>[0])
  return unionsOfAmounts(schema) ? result => write(z.encode(ok, result)) : write
}
