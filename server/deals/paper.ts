/** A paper as it is signed, for printing: its text, who signed it when, and its hash. */
import type { FastifyReply } from 'fastify'
import { clock } from '../foundation/clock.ts'
import type { StreamContext } from '../foundation/http.ts'
import { Paper } from '../foundation/pdf.ts'
import type { Viewer } from '../foundation/session.ts'
import { getDeal, type Input } from './papers.ts'

export async function sendPaper(
  { read, reply }: StreamContext,
  viewer: Viewer,
  { id }: Input<'GET /deals/:id/deal.pdf'>,
): Promise<FastifyReply> {
  const deal = await getDeal(read, viewer, { id })
  const paper = new Paper({ title: `${deal.kind} ${deal.version}`, author: 'Planet', at: clock.now() })
  const [first = '', ...lines] = deal.text.split('\n')
  paper.text(first, { size: 18, bold: true })
  paper.space(10)
  for (const line of lines) if (line !== '') paper.text(line, { size: 10.5 })
  paper.space(14)
  paper.rule()
  paper.space(6)
  for (const { name, side, signedAt, declinedAt } of deal.parties) {
    const what =
      signedAt !== null ? `signed ${signedAt.toISOString()}` : declinedAt !== null ? `declined ${declinedAt.toISOString()}` : 'not signed'
    paper.text(`${side}: ${name}: ${what}`, { size: 10.5, bold: true })
  }
  paper.space(8)
  paper.text(`SHA-256 ${deal.hash}`, { size: 8, colour: '#6b6980' })
  return reply
    .type('application/pdf')
    .header('content-disposition', `inline; filename="${deal.kind}-${deal.version}.pdf"`)
    .header('cache-control', 'private, no-store')
    .send(paper.end((page, pages) => [deal.id, pages > 1 ? `${page} / ${pages}` : '']))
}
