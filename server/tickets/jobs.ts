import { createHash } from 'node:crypto'
import { clock } from '../foundation/clock.ts'
import type { JobContext, Jobs } from '../foundation/jobs.ts'
import { sendMail } from '../foundation/mail.ts'
import { payBack } from './reselling.ts'
import { readSigner } from './signing.ts'
import { showsOf } from './source.ts'
import { forgetTails, namesOf, readTicket, showsWithTails } from './store.ts'
import { expireTransfers, readTransfer } from './store-handing.ts'

/** Tails of identity cards are of no use once a show is over for a while. */
const tailsMs = 30 * 86_400_000

const escaped = (text: string): string => text.replace(/[&<>"']/g, sign => `&#${sign.charCodeAt(0)};`)

/** The link of a ticket handed on, to the address its giver named. One mail, however often the job runs: its id is the transfer’s. */
async function mail({ read, config, log }: JobContext, { transfer, locale }: { transfer: string; locale: 'zh' | 'en' }): Promise<void> {
  const row = await readTransfer(read, transfer)
  if (row === undefined || row.state !== 'open' || row.email === null) return
  const ticket = (await readTicket(read, row.ticket))!
  const show = (await showsOf(read, [ticket.show])).get(ticket.show)
  if (show === undefined) return
  const from = (await namesOf(read, [row.giver])).get(row.giver) ?? ''
  const link = `${config.url}/tickets/take/${(await readSigner(read)).secretOf(`transfer:${row.id}`)}`
  const at = new Intl.DateTimeFormat(locale === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone: show.zone,
    dateStyle: 'long',
    timeStyle: 'short',
  }).format(show.startsAt)
  const place = [ticket.tierName, ticket.seatLabel].filter(Boolean).join(' · ')
  const [subject, lead, button, end] =
    locale === 'zh'
      ? [
          `${from} 送你一张票：${show.title}`,
          `${from} 把「${show.title}」的一张票交给你。`,
          '收下这张票',
          '链接只能用一次。不想要就不用管它。',
        ]
      : [
          `${from} hands you a ticket: ${show.title}`,
          `${from} hands you a ticket for “${show.title}”.`,
          'Take this ticket',
          'The link works once. Leave it if you do not want it.',
        ]
  const lines = [lead, `${at} · ${show.venue}, ${show.city}`, place]
  const answer = await sendMail(config, {
    id: row.id,
    to: { name: '', address: row.email },
    subject,
    text: [...lines, link, end].join('\n\n'),
    html: `${lines.map(text => `<p>${escaped(text)}</p>`).join('')}<p><a href="${escaped(link)}">${escaped(button)}</a></p><p>${escaped(end)}</p>`,
    at: clock.now(),
  })
  if (answer.kind === 'later') throw new Error(answer.problem)
  if (answer.kind !== 'sent')
    log.warn(
      { transfer, to: createHash('sha256').update(row.email).digest('hex').slice(0, 12), problem: answer.problem },
      'a ticket’s link was not mailed',
    )
}

export const jobs = {
  'tickets.pay_back': payBack,
  'tickets.mail': mail,
  'tickets.nightly': async ({ read, write, log }) => {
    const now = clock.now()
    const ended = await write(tx => expireTransfers(tx, now))
    const shows = await showsOf(read, await showsWithTails(read))
    const old = [...shows.values()].filter(show => show.endsAt.getTime() + tailsMs < now.getTime()).map(show => show.id)
    if (old.length > 0) await write(tx => forgetTails(tx, old))
    if (ended + old.length > 0) log.info({ ended, tails: old.length }, 'tickets: links that ended, shows whose identity tails were dropped')
  },
} satisfies Jobs
