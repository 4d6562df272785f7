/** The transparency report: figures of a period, and every decision without names. */
import type { FastifyReply } from 'fastify'
import { clock } from '../foundation/clock.ts'
import { csv, type Cell } from '../foundation/csv.ts'
import type { Read } from '../foundation/db.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { dueMs, type Input, type Ok } from './flags.ts'
import { listLines, readFigures } from './store-figures.ts'

const quarterMs = 90 * 86_400_000
function period({ from, to }: { from?: Date | undefined; to?: Date | undefined }): { from: Date; to: Date } {
  const end = to ?? clock.now()
  const start = from ?? new Date(end.getTime() - quarterMs)
  // At most ten years, and never backwards.
  return { from: new Date(Math.min(end.getTime(), Math.max(start.getTime(), end.getTime() - 3_660 * 86_400_000))), to: end }
}

export async function getFigures(
  db: Read,
  _viewer: Viewer,
  input: Input<'GET /console/moderation/figures'>,
): Promise<Ok<'GET /console/moderation/figures'>> {
  const { from, to } = period(input)
  const { groupBans, planetBans, made, upheld, reversed, open, ...rest } = await readFigures(db, from, to, dueMs / 1000)
  return { from, to, ...rest, bans: { groups: groupBans, planet: planetBans }, appeals: { made, upheld, reversed, open } }
}

const head = [
  'decision',
  'at',
  'kind',
  'decided_by',
  'action',
  'reason',
  'held_by',
  'reports',
  'hours_waited',
  'ban_days',
  'appeal',
  'appeal_decided_at',
]
export function sendReport(
  { read, reply }: StreamContext,
  _viewer: Viewer,
  input: Input<'GET /console/moderation/report.csv'>,
): FastifyReply {
  const { from, to } = period(input)
  async function* rows(): AsyncGenerator<Cell[]> {
    let after: readonly [Date, string] | undefined
    for (;;) {
      const found = await listLines(read, from, to, after, 500)
      for (const one of found)
        yield [
          one.id,
          one.at,
          one.kind,
          one.level === 'planet' ? 'planet' : 'host',
          one.action,
          one.reason,
          one.hold,
          one.reports,
          one.hours,
          one.days,
          one.appeal,
          one.answered,
        ]
      const last = found.at(-1)
      if (last === undefined || found.length < 500) return
      after = [last.at, last.id]
    }
  }
  return reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header(
      'content-disposition',
      `attachment; filename="moderation-${from.toISOString().slice(0, 10)}-${to.toISOString().slice(0, 10)}.csv"`,
    )
    .send(csv(head, rows()))
}
