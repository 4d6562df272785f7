/** The receipt by mail: what was bought, what it came to, and the way back to the order; for guests the link that opens it on any device. */
import { currencyScale, type Currency } from '../../shared/currencies.ts'
import { decimal } from '../../shared/money.ts'
import { words } from '../../shared/words/index.ts'
import { clock, newId } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { enqueue, type JobContext } from '../foundation/jobs.ts'
import { sendMail } from '../foundation/mail.ts'
import { guestLink, keepLink } from '../people/index.ts'
import { endReceipt, insertReceipts, orderHead, takeReceipt, type OrderHead } from './store-reading.ts'
import { soldOf, type SoldRow } from './store.ts'

const escape = (text: string): string => text.replace(/[&<>"']/g, char => `&#${char.codePointAt(0)};`)
/** One line: no break can begin another header or line of text. */
// oxlint-disable-next-line no-control-regex
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim()

const money = (amount: bigint, currency: string, locale: 'en' | 'zh'): string =>
  new Intl.NumberFormat(locale === 'zh' ? 'zh-CN' : 'en', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: currencyScale[currency as Currency] ?? 2,
  }).format(decimal({ amount, currency: currency as Currency }) as `${number}`)

/** Plain text and HTML of the same. Everything that people wrote is escaped (trap 42). */
export function receiptLetter(
  order: OrderHead,
  sold: readonly SoldRow[],
  links: { open: string; keep: string | null },
): { subject: string; text: string; html: string } {
  const t = { ...words[order.locale].checkout, ...words[order.locale].invoices }
  const amount = (value: bigint): string => money(value, order.currency, order.locale)
  const subject = order.total === 0n ? t.mail.freeSubject(order.number) : t.mail.subject(order.number)
  const groups = [...Map.groupBy(sold, line => line.seller).values()].map(lines => ({
    name: oneLine(lines[0]!.sellerName),
    lines: lines.map(line => ({
      what: oneLine([line.title, line.detail].filter(Boolean).join(' · ')) + (line.quantity > 1 ? ` × ${line.quantity}` : ''),
      amount: amount(line.amount),
    })),
  }))
  const discount = sold.reduce((sum, line) => sum + line.discount, 0n)
  const sums: [string, string][] = [
    ...(discount > 0n ? ([[t.discount, `−${amount(discount)}`]] as [string, string][]) : []),
    ...(order.credit > 0n ? ([[t.credit, `−${amount(order.credit)}`]] as [string, string][]) : []),
    [t.paper.total, amount(order.total)],
  ]
  const cards = sold.some(line => line.kind === 'gift_card')
  const hello = t.mail.hello(oneLine(order.buyerName))
  const text = [
    hello,
    '',
    t.mail.thanks,
    '',
    ...groups.flatMap(group => [group.name, ...group.lines.map(line => `  ${line.what}  ${line.amount}`), '']),
    ...sums.map(([name, value]) => `${name}: ${value}`),
    '',
    ...(cards ? [t.paper.giftCards, ''] : []),
    `${t.mail.open}: ${links.open}`,
    ...(links.keep === null ? [] : [t.mail.guest, '', `${t.mail.keep}: ${links.keep}`]),
    '',
    '--',
    t.mail.why,
  ].join('\n')
  const cell = 'padding:8px 0;border-bottom:1px solid #e8e6ef;font-size:15px;line-height:1.45'
  const body = groups
    .map(
      group =>
        `<tr><td colspan="2" style="padding:16px 0 2px;font-size:12px;color:#6b6680">${escape(group.name)}</td></tr>` +
        group.lines
          .map(
            line =>
              `<tr><td style="${cell}">${escape(line.what)}</td><td align="right" style="${cell};white-space:nowrap;padding-left:16px">${escape(line.amount)}</td></tr>`,
          )
          .join(''),
    )
    .join('')
  const totals = sums
    .map(
      ([name, value], n) =>
        `<tr><td style="padding:8px 0 0;${n === sums.length - 1 ? 'font-weight:700' : 'color:#6b6680'}">${escape(name)}</td><td align="right" style="padding:8px 0 0;${n === sums.length - 1 ? 'font-weight:700' : ''}">${escape(value)}</td></tr>`,
    )
    .join('')
  const html = `<!doctype html><html lang="${order.locale === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(subject)}</title></head>
<body style="margin:0;background:#f6f5fa;font-family:-apple-system,'PingFang SC','Noto Sans SC','Segoe UI',sans-serif;color:#1f1b2e">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#fff;border-radius:12px"><tr><td style="padding:28px">
<div style="font-size:18px;font-weight:700;color:#a35a00">Planet</div>
<p style="margin:18px 0 4px;font-size:16px">${escape(hello)}</p><p style="margin:0;color:#6b6680;font-size:14px">${escape(t.mail.thanks)}</p>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0">${body}${totals}</table>${cards ? `<p style="margin:16px 0 0;font-size:13px;color:#6b6680">${escape(t.paper.giftCards)}</p>` : ''}
<p style="margin:24px 0 0"><a href="${escape(links.open)}" style="display:inline-block;background:#f5a742;color:#2b1600;font-weight:600;padding:11px 20px;border-radius:999px;text-decoration:none">${escape(t.mail.open)}</a></p>${
    links.keep === null
      ? ''
      : `<p style="margin:14px 0 0;font-size:13px;color:#6b6680">${escape(t.mail.guest)}</p><p style="margin:14px 0 0;font-size:14px"><a href="${escape(links.keep)}" style="color:#a35a00">${escape(t.mail.keep)}</a></p>`
  }
</td></tr></table><p style="font-size:12px;color:#6b6680">${escape(t.mail.why)}</p></td></tr></table></body></html>`
  return { subject, text, html }
}

/** What was paid longer ago is no news: history that is written, a worker that stood still. */
const freshMs = 2 * 86_400_000

/** A mail for each of these orders that has none yet. */
export async function askReceipts(tx: Tx, orders: readonly string[]): Promise<void> {
  const now = clock.now()
  const made = await insertReceipts(
    tx,
    orders.map(order => ({ order, id: newId('eml', now) })),
    now,
  )
  for (const order of made) await enqueue(tx, 'invoices.mail', { order })
}

/** Sends the receipt of an order once. Throws when it was certainly not taken: the job tries again later. */
export async function sendReceiptMail({ read, write, config, log }: JobContext, order: string, last: boolean): Promise<void> {
  const now = clock.now()
  const id = await write(tx => takeReceipt(tx, order, now))
  if (id === undefined) return
  const end = (state: 'waiting' | 'sent' | 'failed' | 'unsure' | 'dropped', problem: string | null = null) =>
    write(tx => endReceipt(tx, order, state, problem))
  const head = await orderHead(read, order)
  if (head === undefined || head.banned || now.getTime() - head.paidAt.getTime() > freshMs) return end('dropped')
  const path = `/orders/${order}`
  // The link that opens it is for the mailbox of the guest, not for one that the order names besides.
  const guest = head.guest && (head.contact === null || head.contact.toLowerCase() === head.email)
  const letter = receiptLetter(head, await soldOf(read, [order]), {
    open: guest ? guestLink(config, head.buyer, path) : config.url + path,
    keep: guest ? keepLink(config, head.buyer) : null,
  })
  const answer = await sendMail(config, { id, to: { name: head.buyerName, address: head.contact ?? head.email }, at: now, ...letter })
  if (answer.kind === 'later') {
    await end(last ? 'failed' : 'waiting', answer.problem)
    if (last) return log.warn({ order, problem: answer.problem }, 'a receipt was given up')
    throw new Error(`not taken: ${answer.problem}`)
  }
  await end(
    answer.kind === 'sent' ? 'sent' : answer.kind === 'refused' ? 'failed' : 'unsure',
    answer.kind === 'sent' ? null : answer.problem,
  )
}
