/** What a batch tells the bank: a table, and pain.001 (ISO 20022). Both follow from the batch alone, so the same bytes come whenever they are asked for. */
import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import type { InputOf } from '../../shared/contract.ts'
import { fault } from '../../shared/faults.ts'
import { decimal } from '../../shared/money.ts'
import type { payouts } from '../../shared/payouts.ts'
import { clock } from '../foundation/clock.ts'
import { csv, Decimal } from '../foundation/csv.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { filesOf, noteFetched, payoutsOf, readBatch, type BatchRow, type Debtor, type FileRow, type PayoutRow } from './store.ts'

export type Format = 'csv' | 'pain.001'
type File = { body: Buffer; facts: Omit<FileRow, 'madeAt' | 'fetchedAt' | 'fetchedBy'> }
type Batch = Pick<BatchRow, 'id' | 'currency' | 'day' | 'approvedAt'>
const head = ['payout', 'holder', 'account', 'bank', 'branch', 'country', 'amount', 'currency', 'reference']

const table = (rows: readonly PayoutRow[]): Promise<Buffer> =>
  buffer(
    csv(
      head,
      rows.map(row => [
        row.id,
        row.holder,
        row.account,
        row.bank,
        row.branch,
        row.country,
        new Decimal(decimal({ amount: row.net, currency: row.currency })),
        row.currency,
        row.id.slice(4),
      ]),
    ),
  )

const xml = (text: string): string => text.replace(/[<>&"']/g, sign => `&#${sign.charCodeAt(0)};`)

function pain001(batch: Batch, rows: readonly PayoutRow[], debtor: Debtor): Buffer {
  const total = decimal({ amount: rows.reduce((sum, row) => sum + row.net, 0n), currency: batch.currency })
  // Ids in ISO 20022 have at most 35 characters.
  const count = rows.length
  const credits = rows.map(row => {
    const iban = /^[A-Z]{2}\d{2}[A-Z0-9]{10,}$/.test(row.account)
    const id = iban ? `<IBAN>${xml(row.account)}</IBAN>` : `<Othr><Id>${xml(row.account)}</Id></Othr>`
    const branch = row.branch === null ? '' : `<BrnchId><Nm>${xml(row.branch)}</Nm></BrnchId>`
    return `<CdtTrfTxInf><PmtId><EndToEndId>${row.id}</EndToEndId></PmtId><Amt><InstdAmt Ccy="${batch.currency}">${decimal({ amount: row.net, currency: batch.currency })}</InstdAmt></Amt><CdtrAgt><FinInstnId><Nm>${xml(row.bank ?? '')}</Nm></FinInstnId>${branch}</CdtrAgt><Cdtr><Nm>${xml(row.holder)}</Nm><PstlAdr><Ctry>${row.country}</Ctry></PstlAdr></Cdtr><CdtrAcct><Id>${id}</Id></CdtrAcct></CdtTrfTxInf>`
  })
  const agent = debtor.bic === undefined ? '<Othr><Id>NOTPROVIDED</Id></Othr>' : `<BICFI>${xml(debtor.bic)}</BICFI>`
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn><GrpHdr><MsgId>${batch.id}</MsgId><CreDtTm>${batch.approvedAt!.toISOString()}</CreDtTm><NbOfTxs>${count}</NbOfTxs><CtrlSum>${total}</CtrlSum><InitgPty><Nm>${xml(debtor.name)}</Nm></InitgPty></GrpHdr>
<PmtInf><PmtInfId>${batch.id}</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>${count}</NbOfTxs><CtrlSum>${total}</CtrlSum><ReqdExctnDt><Dt>${batch.day}</Dt></ReqdExctnDt><Dbtr><Nm>${xml(debtor.name)}</Nm></Dbtr><DbtrAcct><Id><Othr><Id>${xml(debtor.account)}</Id></Othr></Id></DbtrAcct><DbtrAgt><FinInstnId>${agent}</FinInstnId></DbtrAgt>
${credits.join('\n')}
</PmtInf></CstmrCdtTrfInitn></Document>
`,
  )
}

/** Both files of these payouts, in the order of their ids, with their sums. */
export async function filesFor(batch: Batch, rows: readonly PayoutRow[], debtor: Debtor): Promise<File[]> {
  const total = rows.reduce((sum, row) => sum + row.net, 0n)
  const file = (format: Format, body: Buffer): File => ({
    body,
    facts: { format, sha256: createHash('sha256').update(body).digest('hex'), bytes: body.length, payouts: rows.length, total, debtor },
  })
  return [file('csv', await table(rows)), file('pain.001', pain001(batch, rows, debtor))]
}

/** The file as it was summed up at the approval; other bytes are never handed out. */
export async function sendFile(
  { read, write, reply, request }: StreamContext,
  viewer: Viewer,
  input: InputOf<(typeof payouts.entries)['GET /console/payout-batches/:id/file']['input']>,
) {
  const { id, format } = input
  const batch = await readBatch(read, id)
  const known = (await filesOf(read, id)).find(file => file.format === format)
  if (batch === undefined || known === undefined) throw fault('not_found')
  const rows = (await payoutsOf(read, id)).filter(row => row.transfer !== null && row.route === 'bank')
  const made = (await filesFor(batch, rows, known.debtor)).find(file => file.facts.format === format)!
  if (made.facts.sha256 !== known.sha256) throw new Error(`${id}: the ${format} file is not the one that was approved`)
  if (request.method === 'GET') await write(tx => noteFetched(tx, id, format, viewer.id, clock.now()))
  reply
    .header('content-type', format === 'csv' ? 'text/csv; charset=utf-8' : 'application/xml; charset=utf-8')
    .header('content-disposition', `attachment; filename="${id}.${format === 'csv' ? 'csv' : 'xml'}"`)
    .header('x-checksum-sha256', known.sha256)
  return reply.send(made.body)
}
