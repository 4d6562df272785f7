import { z } from 'zod'
import type { Decoded, InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { decimal, type Currency, type Money } from '../../shared/money.ts'
import { Mapping, reconciliation, type Exception, type Rule } from '../../shared/reconciliation.ts'
import { clock } from '../foundation/clock.ts'
import { csv, Decimal, type Cell } from '../foundation/csv.ts'
import { cursorTime, fromCursor, pageOf, toCursor } from '../foundation/cursor.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { handlers, opensOwn, type StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { confirmWriteOff, declineWriteOff, explain, matchByHand, proposeWriteOff, setRule } from './exceptions.ts'
import { getProofs, proveNow } from './proof.ts'
import { askFetch, knownSources, previewFile, providerFor, takeFile } from './reports.ts'
import {
  candidatesOf,
  decisionsOf,
  listExceptions,
  listRules,
  ownMoney,
  readException,
  type ExceptionRow,
  type RuleRow,
  type SideRow,
} from './store-exceptions.ts'
import { listLines, listReports, listSources, readReport, reportClosings, reportTotals, type SourceRow } from './store.ts'

type Entries = typeof reconciliation.entries
type Ok<K extends keyof Entries> = Decoded<Entries[K]['ok']>
type Input<K extends keyof Entries> = InputOf<Entries[K]['input']>
type Shown = Decoded<typeof Exception>

const money = (amount: bigint, currency: string): Money => ({ amount, currency: currency as Currency })
const text = (amount: bigint | string, currency: string) => ({ amount: String(amount), currency: currency as Currency })
const sideOf = (
  side: Omit<SideRow, 'amount' | 'fee'> & { amount: bigint | string; fee: bigint | string | null },
): NonNullable<Shown['there']> => ({
  ...side,
  amount: text(side.amount, side.currency),
  fee: side.fee === null ? null : text(side.fee, side.currency),
  at: new Date(side.at),
})
const shown = ({
  effect,
  currency,
  there,
  here,
  proposedBy,
  proposerName,
  line: _line,
  account: _account,
  version: _version,
  ...row
}: ExceptionRow): Shown => ({
  ...row,
  effect: money(effect, currency),
  ageDays: Math.max(0, Math.floor((clock.now().getTime() - row.openedAt.getTime()) / 86_400_000)),
  there: there === null ? null : sideOf(there),
  here: here === null ? null : sideOf(here),
  proposedBy: proposedBy === null ? null : { id: proposedBy, name: proposerName ?? '' },
})

async function getSources(db: Read): Promise<Ok<'GET /console/reconciliation/sources'>> {
  const known = new Map((await listSources(db)).map(source => [source.id, source]))
  const empty = (id: string): SourceRow => ({
    id,
    since: null,
    fetchedTo: null,
    patienceDays: 0,
    mapping: null,
    reportedTo: null,
    exceptions: 0,
  })
  const items = [...new Set([...knownSources(), ...known.keys()])].toSorted().map(id => known.get(id) ?? empty(id))
  return {
    items: items.map(({ id, mapping, reportedTo, exceptions }) => ({
      id,
      name: providerFor(id)?.name ?? id.split(':')[1]!,
      canFetch: providerFor(id)?.report !== undefined,
      reportedTo,
      exceptions,
      mapping: mapping === null ? null : Mapping.parse(mapping),
    })),
  }
}

async function getReports(
  db: Read,
  _viewer: Viewer,
  input: Input<'GET /console/reconciliation/reports'>,
): Promise<Ok<'GET /console/reconciliation/reports'>> {
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const rows = await listReports(db, input.source ?? null, after, input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    row => row,
    row => toCursor(row.at, row.id),
  )
}

async function getReport(db: Read, _viewer: Viewer, input: { id: string }): Promise<Ok<'GET /console/reconciliation/reports/:id'>> {
  const report = await readReport(db, input.id)
  if (report === undefined) throw fault('not_found')
  const totals = await reportTotals(db, input.id)
  const count = (state: string): number => totals.filter(row => row.state === state).reduce((sum, { lines }) => sum + lines, 0)
  const byType = Map.groupBy(totals, row => `${row.type} ${row.currency}`)
  return {
    ...report,
    matched: count('matched'),
    booked: count('booked'),
    closings: (await reportClosings(db, input.id)).map(({ day, currency, amount }) => ({ day, amount: money(amount, currency) })),
    totals: [...byType.values()].map(rows => ({
      type: rows[0]!.type,
      lines: rows.reduce((sum, { lines }) => sum + lines, 0),
      amount: money(
        rows.reduce((sum, { amount }) => sum + amount, 0n),
        rows[0]!.currency,
      ),
      fee: money(
        rows.reduce((sum, { fee }) => sum + fee, 0n),
        rows[0]!.currency,
      ),
    })),
  }
}

async function getLines(
  db: Read,
  _viewer: Viewer,
  input: Input<'GET /console/reconciliation/reports/:id/lines'>,
): Promise<Ok<'GET /console/reconciliation/reports/:id/lines'>> {
  if ((await readReport(db, input.id)) === undefined) throw fault('not_found')
  const after = fromCursor(input.cursor, [z.number().int()])
  const rows = await listLines(db, input.id, input.state ?? null, after?.[0] ?? 0, input.limit + 1)
  return pageOf(
    rows,
    input.limit,
    ({ id, amount, fee, currency, ...row }) => ({
      ...row,
      id: String(id),
      amount: money(amount, currency),
      fee: fee === null ? null : text(fee, currency),
    }),
    row => toCursor(row.line),
  )
}

async function getExceptions(
  db: Read,
  _viewer: Viewer,
  input: Input<'GET /console/reconciliation/exceptions'>,
): Promise<Ok<'GET /console/reconciliation/exceptions'>> {
  const after = fromCursor(input.cursor, [cursorTime, z.string()])
  const filter = { state: input.state ?? null, kind: input.kind ?? null, source: input.source ?? null }
  const rows = await listExceptions(db, filter, after, input.limit + 1)
  return pageOf(rows, input.limit, shown, row => toCursor(row.openedAt, row.id))
}

async function getException(db: Read, _viewer: Viewer, input: { id: string }): Promise<Ok<'GET /console/reconciliation/exceptions/:id'>> {
  const row = await readException(db, input.id)
  if (row === undefined) throw fault('not_found')
  const alone = row.closedAt === null && (row.there === null || row.here === null)
  return {
    ...shown(row),
    decisions: await decisionsOf(db, input.id),
    candidates: alone ? (await candidatesOf(db, row, 12)).map(sideOf) : [],
    own: money(await ownMoney(db, row.currency), row.currency),
  }
}

async function exceptionsCsv(ctx: StreamContext) {
  async function* rows(): AsyncGenerator<Cell[]> {
    let after: readonly [Date, string] | undefined
    for (;;) {
      const page = await listExceptions(ctx.read, { state: null, kind: null, source: null }, after, 500)
      for (const row of page) {
        const value = (side: ExceptionRow['here']): Decimal | null => (side === null ? null : new Decimal(decimal(side)))
        yield [
          row.id,
          row.source,
          row.kind,
          row.state,
          row.openedAt,
          row.currency,
          new Decimal(decimal({ amount: row.effect, currency: row.currency })),
          value(row.there),
          row.there?.reference ?? null,
          row.there?.ref ?? null,
          value(row.here),
          row.here?.reference ?? null,
          row.reason,
        ]
      }
      const last = page.at(-1)
      if (page.length < 500 || last === undefined) return
      after = [last.openedAt, last.id]
    }
  }
  const head = [
    'id',
    'source',
    'kind',
    'state',
    'opened',
    'currency',
    'effect',
    'reported',
    'reported reference',
    'reported ref',
    'booked',
    'booked reference',
    'reason',
  ]
  return ctx.reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', 'attachment; filename="exceptions.csv"')
    .header('cache-control', 'private, no-store')
    .send(csv(head, rows()))
}

const ruleOf = (rule: RuleRow): Decoded<typeof Rule> => ({
  ...rule,
  type: rule.type as Decoded<typeof Rule>['type'],
  most: rule.most === null ? null : String(rule.most),
})

const decision =
  <I>(act: (tx: Tx, viewer: Viewer, input: I) => Promise<ExceptionRow>) =>
  async (tx: Tx, viewer: Viewer, input: I): Promise<Shown> =>
    shown(await act(tx, viewer, input))

export const routes = handlers(reconciliation, {
  'GET /console/reconciliation/sources': getSources,
  'GET /console/reconciliation/reports': getReports,
  'GET /console/reconciliation/reports/:id': getReport,
  'GET /console/reconciliation/reports/:id/lines': getLines,
  'POST /console/reconciliation/preview': (tx: Tx, _viewer: Viewer, input: Input<'POST /console/reconciliation/preview'>) =>
    previewFile(tx, input),
  'POST /console/reconciliation/reports': takeFile,
  'POST /console/reconciliation/fetch': async (tx: Tx, _viewer: Viewer, input: Input<'POST /console/reconciliation/fetch'>) => {
    await askFetch(tx, input)
    return { ok: true as const }
  },
  'GET /console/reconciliation/exceptions': getExceptions,
  'GET /console/reconciliation/exceptions.csv': exceptionsCsv,
  'GET /console/reconciliation/exceptions/:id': getException,
  'POST /console/reconciliation/exceptions/:id/match': decision(matchByHand),
  'POST /console/reconciliation/exceptions/:id/explain': decision(explain),
  'POST /console/reconciliation/exceptions/:id/write-off': decision(proposeWriteOff),
  'POST /console/reconciliation/exceptions/:id/confirm': decision(confirmWriteOff),
  'POST /console/reconciliation/exceptions/:id/decline': decision(declineWriteOff),
  'GET /console/reconciliation/rules': async (db: Read) => ({
    items: (await listRules(db)).map(ruleOf),
  }),
  'PATCH /console/reconciliation/rules/:id': async (tx: Tx, viewer: Viewer, input: Input<'PATCH /console/reconciliation/rules/:id'>) =>
    ruleOf(await setRule(tx, viewer, input)),
  'GET /console/proof': (db: Read, _viewer: Viewer, input: Input<'GET /console/proof'>) => getProofs(db, input.day ?? null),
  'POST /console/proof': opensOwn<Entries['POST /console/proof']>(async (db, _viewer, input) => {
    if (input.day !== undefined && input.day > clock.now().toISOString().slice(0, 10))
      throw fault('invalid', 'invalid', { fields: { day: 'future' } })
    return { items: await proveNow(db, input.day) }
  }),
})
