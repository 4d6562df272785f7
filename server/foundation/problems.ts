/** Every error becomes one RFC 9457 Problem with one clear sentence in the reader's language. */
import { z } from 'zod'
import { Fault, type Problem } from '../../shared/faults.ts'
import * as denials from '../../shared/words/denials.ts'
import { faultWords } from '../../shared/words/faults.ts'
import * as objections from '../../shared/words/objections.ts'
import * as refusals from '../../shared/words/refusals.ts'

type Locale = 'en' | 'zh'
type FastifyLike = { code?: string; statusCode?: number; validation?: unknown; retryAfter?: number }

const localeErrors = { en: z.locales.en().localeError, zh: z.locales.zhCN().localeError }
/** For `safeParse`: words issues in the reader's language. */
export const issueWords = (locale: Locale) => ({ error: localeErrors[locale] })

const sentences: Record<Locale, Record<string, string>> = {
  en: { ...objections.en, ...denials.en, ...refusals.en, ...faultWords.en },
  zh: { ...objections.zh, ...denials.zh, ...refusals.zh, ...faultWords.zh },
}
export function sentence(code: string, kind: string, locale: Locale): string {
  const words = sentences[locale]
  return words[code] ?? words[kind] ?? words['broken']!
}

export function invalidInput(issues: readonly z.core.$ZodIssue[]): Fault {
  const fields: Record<string, string> = {}
  for (const issue of issues) fields[issue.path.map(String).join('.') || 'body'] ??= issue.message
  return new Fault('invalid', 'invalid', { fields })
}

const byStatus: Record<number, [kind: Fault['kind'], code: string]> = {
  400: ['invalid', 'invalid'],
  404: ['not_found', 'not_found'],
  405: ['method', 'method'],
  413: ['too_large', 'too_large'],
  415: ['unsupported', 'unsupported'],
  429: ['limited', 'limited'],
}
// Postgres is away, restarting or full: nothing of the request happened, so it may be tried again.
const away = new Set([
  'ECONNREFUSED',
  'ENOENT',
  'ECONNRESET',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '53100',
  '08006',
  '08001',
  '08003',
])

/** Whether this error says that Postgres is away for now, or was taken away in the middle: nothing is wrong with what was asked. */
export const isAway = (error: unknown): boolean =>
  away.has((error as FastifyLike).code ?? '') ||
  /Connection terminated|timeout exceeded when trying to connect|not queryable/.test((error as Error).message ?? '')

/** The refusal that an error means; undefined for a bug. */
export function asFault(error: unknown): Fault | undefined {
  if (error instanceof Fault) return error
  const { code = '', statusCode } = error as FastifyLike
  // 40001, 40P01: it met others in each of its attempts (db.ts), which noted it. Nothing of it happened.
  if (isAway(error) || code === '40001' || code === '40P01') return new Fault('unavailable', 'unavailable', { retryAfterSeconds: 2 })
  // 22021 and 22P05: text that Postgres cannot hold (a NUL byte). 22003 and 22P02: a number or id out of its range. 22007 to 22009: a day before or after all of its days.
  if (['22021', '22P05', '22003', '22P02', '22007', '22008', '22009'].includes(code)) return new Fault('invalid', 'invalid')
  // 23505: somebody else was quicker with the same, between the look and the writing.
  if (code === '23505') return new Fault('conflict', 'changed_meanwhile')
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    const [kind, name] = byStatus[statusCode] ?? ['invalid', 'invalid']
    return new Fault(kind, name)
  }
  return undefined
}

export function problemOf(found: Fault, locale: Locale, instance?: string): Problem {
  return {
    type: `about:blank#${found.code}`,
    title: sentence(found.code, found.kind, locale),
    status: found.status,
    code: found.code,
    ...(found.message !== found.code ? { detail: found.message } : {}),
    ...(found.fields ? { fields: found.fields } : {}),
    ...(instance ? { reference: instance } : {}),
  }
}
