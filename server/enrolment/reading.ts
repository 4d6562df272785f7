/** Reading a list of members: pure. Heads in both languages, commas, semicolons or tabs. */
import { createHash } from 'node:crypto'
import { parse } from 'csv-parse/sync'
import type { RowOutcome } from '../../shared/enrolment.ts'
import { fault } from '../../shared/faults.ts'

export type Column = 'name' | 'email' | 'since' | 'points' | 'consent'
/** A line as read; `mark` knows its address again without holding it. */
export type Line = {
  n: number
  name: string
  email: string | null
  mark: string | null
  since: string | null
  points: number
  outcome: RowOutcome
}
export const mostLines = 20_000

const heads: Record<Column, RegExp> = {
  email: /^(e-?mail|mail|email ?address|邮箱|电子邮件|邮件|邮箱地址)$/i,
  name: /^(name|full ?name|nickname|display ?name|member|姓名|昵称|名字|会员)$/i,
  since: /^(since|joined( at| on)?|member ?since|join ?date|date|加入时间|加入日期|入会时间|入会日期|注册时间)$/i,
  points: /^(points?|score|balance|积分|分数)$/i,
  consent: /^(consent(ed)?( at)?|opt-?in|newsletter|agreed|gdpr|同意|同意联系|授权)$/i,
}
const yes = /^(1|y|yes|true|x|✓|✔|ok|ja|是|同意|已同意|有)$/i
const address = /^[^\s@"<>()[\],;:\\]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/i
// eslint-disable-next-line no-control-regex
const clean = (text: string): string => text.replaceAll(/[\u0000-\u001f\u007f]+/g, ' ').trim()

/** Of a group and an address: the same for the same, and no way back for who does not know the address. */
export const markOf = (group: string, email: string): string => createHash('sha256').update(`${group} ${email}`).digest('hex')

/** A day in the usual ways of writing it, not in the future; null for all else. */
export function dayOf(text: string, today: string): string | null {
  const found = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?:日|[ T].*)?$/.exec(text.trim())
  if (!found) return null
  const [, year, month, date] = found.map(Number) as [number, number, number, number]
  const day = new Date(Date.UTC(year, month - 1, date))
  if (day.getUTCMonth() !== month - 1 || day.getUTCDate() !== date || year < 1990) return null
  const iso = day.toISOString().slice(0, 10)
  return iso > today ? null : iso
}

/** A consent is a yes or the day it was given. */
const agreed = (text: string, today: string): boolean => yes.test(text.trim()) || dayOf(text, today) !== null

/**
 * Reads the text of a file. `known` tells of marks that are asked already or said no before; it is applied by `settle`.
 * `invalid`: not_a_table, no_address_column, too_many_lines.
 */
export function readMembers(group: string, text: string, today: string): { columns: Partial<Record<Column, string>>; lines: Line[] } {
  const first = text.slice(0, 4000).split(/\r?\n/, 1)[0] ?? ''
  const delimiter = ['\t', ';', ','].find(one => first.includes(one)) ?? ','
  let rows: string[][]
  try {
    rows = parse(text, {
      bom: true,
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 20_000,
      to: mostLines + 2,
    })
  } catch {
    throw fault('invalid', 'not_a_table')
  }
  const [head, ...body] = rows
  if (head === undefined || body.length === 0) throw fault('invalid', 'not_a_table')
  if (body.length > mostLines) throw fault('invalid', 'too_many_lines')
  const at: Partial<Record<Column, number>> = {}
  const columns: Partial<Record<Column, string>> = {}
  head.forEach((name, index) => {
    for (const column of Object.keys(heads) as Column[])
      if (at[column] === undefined && heads[column].test(name.trim())) {
        at[column] = index
        columns[column] = clean(name).slice(0, 60)
        return
      }
  })
  if (at.email === undefined) throw fault('invalid', 'no_address_column')
  const seen = new Set<string>()
  const cell = (row: string[], column: Column): string => (at[column] === undefined ? '' : clean(row[at[column]] ?? ''))
  const lines = body.map((row, index): Line => {
    const raw = cell(row, 'email').normalize('NFKC').toLowerCase()
    const email = raw.length <= 200 && address.test(raw) ? raw : null
    const mark = email === null ? null : markOf(group, email)
    const points = Number(cell(row, 'points').replaceAll(/[\s,]/g, '') || 0)
    const twice = mark !== null && seen.has(mark)
    if (mark !== null) seen.add(mark)
    return {
      n: index + 1,
      name: [...cell(row, 'name')].slice(0, 80).join(''),
      email,
      mark,
      since: dayOf(cell(row, 'since'), today),
      points: Number.isInteger(points) && points > 0 ? Math.min(points, 1_000_000) : 0,
      outcome: email === null ? 'no_address' : twice ? 'double' : !agreed(cell(row, 'consent'), today) ? 'no_consent' : 'invite',
    }
  })
  return { columns, lines }
}

/** As far as hosts need to see it: `li…@example.org`. */
export const masked = (email: string | null): string => {
  if (email === null) return ''
  const at = email.lastIndexOf('@')
  return `${email.slice(0, Math.min(2, at))}…${email.slice(at)}`
}
