/** Tickets on paper, one a page, and the show for a calendar. */
import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import ical, { ICalEventStatus } from 'ical-generator'
import { fault } from '../../shared/faults.ts'
import { decimal } from '../../shared/money.ts'
import { spacedCode } from '../../shared/ticket-code.ts'
import { clock } from '../foundation/clock.ts'
import type { StreamContext } from '../foundation/http.ts'
import { Paper } from '../foundation/pdf.ts'
import type { Viewer } from '../foundation/session.ts'
import { mine, shownTickets, type Input, type Shown } from './showing.ts'
import { ticketsOfHolder } from './store.ts'

const words = {
  zh: {
    planet: '门票',
    doors: '入场',
    starts: '开演',
    ends: '结束',
    tier: '票档',
    seat: '座位',
    free: '不对号',
    name: '姓名',
    id: '证件尾号',
    price: '票面',
    code: '票号',
    once: '入场凭此码，一码一人。转让或转卖后旧码作废。',
    foot: '请勿把二维码给别人看',
  },
  en: {
    planet: 'Ticket',
    doors: 'Doors',
    starts: 'Starts',
    ends: 'Ends',
    tier: 'Ticket',
    seat: 'Seat',
    free: 'Unreserved',
    name: 'Name',
    id: 'ID ends in',
    price: 'Face value',
    code: 'Code',
    once: 'This code lets one person in. It ends when the ticket is handed on or sold on.',
    foot: 'Show this code to nobody but the door',
  },
}
const moment = (at: Date, zone: string, locale: 'zh' | 'en'): string =>
  new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: locale === 'zh' ? 'numeric' : 'short',
    day: 'numeric',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(at)

export function ticketPaper(tickets: readonly Shown[], locale: 'zh' | 'en', at: Date, compress = true): Readable {
  const t = words[locale]
  const paper = new Paper({ title: `${t.planet} · ${tickets[0]?.show.title ?? ''}`, author: 'Planet', at, compress })
  const columns = [
    { x: 0, width: 90 },
    { x: 96, width: 400 },
  ]
  for (const ticket of tickets) {
    const { show } = ticket
    paper.page()
    paper.text(show.pageName, { size: 10, colour: '#6b6980' })
    paper.text(show.title, { size: 24, bold: true })
    if (show.artists !== '') paper.text(show.artists, { size: 13 })
    paper.space(14)
    paper.rule()
    paper.space(8)
    const row = (name: string, value: string, bold = false): void =>
      paper.row(
        columns,
        [
          { text: name, size: 10, colour: '#6b6980' },
          { text: value, size: bold ? 15 : 11, bold },
        ],
        { height: bold ? 26 : 20 },
      )
    if (show.doorsAt !== null) row(t.doors, moment(show.doorsAt, show.zone, locale))
    row(t.starts, moment(show.startsAt, show.zone, locale), true)
    row(show.venue, [show.address, show.city].filter(Boolean).join(' · '))
    row(t.tier, ticket.tierName)
    row(t.seat, ticket.seat ?? t.free, true)
    if (ticket.name !== null) row(t.name, ticket.idTail === null ? ticket.name : `${ticket.name} · ${t.id} ${ticket.idTail}`)
    row(t.price, `${decimal(ticket.faceValue)} ${ticket.faceValue.currency}`)
    row(t.code, spacedCode(ticket.code), true)
    paper.space(18)
    if (ticket.qr !== null) paper.shape(ticket.qr.path, ticket.qr.size, 0, 240)
    paper.space(16)
    paper.text(t.once, { size: 9, colour: '#6b6980' })
  }
  return paper.end((page, pages) => [t.foot, pages > 1 ? `${page} / ${pages}` : ''])
}

const asPdf = (reply: FastifyReply, paper: Readable, name: string): FastifyReply =>
  reply
    .type('application/pdf')
    .header('content-disposition', `inline; filename="${name}.pdf"`)
    .header('cache-control', 'private, no-store')
    .header('x-robots-tag', 'noindex')
    .send(paper)

const localeOfViewer = (viewer: Viewer): 'zh' | 'en' => viewer.locale

export async function sendPdf(
  { read, reply }: StreamContext,
  viewer: Viewer,
  { id }: Input<'GET /tickets/:id/ticket.pdf'>,
): Promise<FastifyReply> {
  const [ticket] = await shownTickets(read, [await mine(read, viewer, id)])
  if (ticket === undefined) throw fault('not_found')
  if (ticket.payload === null) throw fault('conflict', 'ticket_state')
  return asPdf(reply, ticketPaper([ticket], localeOfViewer(viewer), clock.now()), `ticket-${ticket.code}`)
}
export async function sendAllPdf(
  { read, reply }: StreamContext,
  viewer: Viewer,
  { show }: Input<'GET /me/tickets.pdf'>,
): Promise<FastifyReply> {
  const tickets = (await shownTickets(read, await ticketsOfHolder(read, viewer.id, [show]))).filter(ticket => ticket.payload !== null)
  if (tickets.length === 0) throw fault('not_found')
  return asPdf(reply, ticketPaper(tickets, localeOfViewer(viewer), clock.now()), `tickets-${show}`)
}

export async function sendEvent(
  { read, reply, config }: StreamContext,
  viewer: Viewer,
  { id }: Input<'GET /tickets/:id/event.ics'>,
): Promise<FastifyReply> {
  const [ticket] = await shownTickets(read, [await mine(read, viewer, id)])
  if (ticket === undefined) throw fault('not_found')
  const { show } = ticket
  const calendar = ical({ name: show.title, prodId: { company: 'Planet', product: 'Planet', language: 'EN' } })
  const url = `${config.url}/tickets/${ticket.id}`
  calendar.createEvent({
    id: `${show.id}@${new URL(config.url).hostname}`,
    summary: show.title,
    location: [show.venue, show.address, show.city].filter(Boolean).join(', '),
    description: [[ticket.tierName, ticket.seat].filter(Boolean).join(' · '), url].join('\n\n'),
    url,
    start: show.startsAt,
    end: show.endsAt,
    status: show.state === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    stamp: clock.now(),
  })
  return reply
    .type('text/calendar; charset=utf-8')
    .header('content-disposition', 'attachment; filename="show.ics"')
    .header('cache-control', 'private, no-store')
    .send(calendar.toString())
}
