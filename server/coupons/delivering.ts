/** Mailing gift cards. The code is made in the moment of sending and stands nowhere but in the mail. */
import { words } from '../../shared/words/index.ts'
import { decimal } from '../../shared/money.ts'
import { clock } from '../foundation/clock.ts'
import type { JobContext } from '../foundation/jobs.ts'
import { sendMail, type Mail } from '../foundation/mail.ts'
import { tell } from '../foundation/events.ts'
import { giveCode } from './gifts.ts'
import { readGift, setDelivered, type GiftRow } from './store-gifts.ts'

const escape = (text: string): string => text.replace(/[&<>"']/g, char => `&#${char.codePointAt(0)};`)
const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim()

/** In both languages: nobody knows which one the receiver reads. */
export function giftMail(card: GiftRow, code: string, planet: string, at: Date): Mail {
  const amount = `${card.currency} ${decimal({ amount: card.amount, currency: card.currency })}`
  const from = oneLine(card.fromName)
  const url = `${planet}/redeem?code=${code}`
  const parts = [words.zh.coupons.mail, words.en.coupons.mail]
  const subject = parts.map(t => t.subject(from, amount)).join(' · ')
  const said = card.message === '' ? [] : ['', card.message]
  const text = [
    ...parts.map(t => t.hello(oneLine(card.toName))),
    '',
    ...parts.map(t => t.body(from, amount)),
    ...said,
    '',
    code,
    '',
    ...parts.map(t => t.how),
    url,
  ].join('\n')
  const paragraphs = (lines: readonly string[]): string =>
    lines.map(line => `<p style="margin:6px 0;font-size:16px">${escape(line)}</p>`).join('')
  const html = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(subject)}</title></head>
<body style="margin:0;background:#f6f5fa;font-family:-apple-system,'PingFang SC','Noto Sans SC','Segoe UI',sans-serif;color:#1f1b2e">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:520px;background:#fff;border-radius:12px"><tr><td style="padding:28px">
<div style="font-size:18px;font-weight:700;color:#a35a00">Planet</div>
${paragraphs(parts.map(t => t.hello(oneLine(card.toName))))}
${paragraphs(parts.map(t => t.body(from, amount)))}
${card.message === '' ? '' : `<blockquote style="margin:16px 0;padding:12px 16px;background:#f6f5fa;border-radius:8px;white-space:pre-line">${escape(card.message)}</blockquote>`}
<p style="margin:20px 0 4px;font-size:26px;font-weight:700;letter-spacing:2px;font-family:ui-monospace,Menlo,Consolas,monospace">${escape(code)}</p>
${paragraphs(parts.map(t => t.how))}
<p style="margin:20px 0"><a href="${escape(url)}" style="display:inline-block;background:#f5a742;color:#2b1600;font-weight:600;padding:11px 20px;border-radius:999px;text-decoration:none">${escape(parts.map(t => t.open).join(' · '))}</a></p>
</td></tr></table></td></tr></table></body></html>`
  return {
    id: `gift-${card.id}-${code.slice(-4).toLowerCase()}`,
    to: { name: oneLine(card.toName), address: card.toMail! },
    subject: subject.slice(0, 180),
    text,
    html,
    at,
  }
}

/** A mail that was certainly not taken is tried again with another code; one that may have been taken is not. */
export async function deliver({ write, config }: Pick<JobContext, 'write' | 'config'>, card: string): Promise<void> {
  const made = await write(async tx => {
    const row = await readGift(tx, card, true)
    const at = clock.now()
    if (row === undefined || row.state !== 'active' || row.owner !== null || row.spent || row.toMail === null || row.deliveredAt !== null)
      return undefined
    if (row.deliverAt !== null && row.deliverAt > at) return undefined
    return { row, code: await giveCode(tx, card, at), at }
  })
  if (made === undefined) return
  const answer = await sendMail(config, giftMail(made.row, made.code, config.url, made.at))
  if (answer.kind === 'later') throw new Error(`the gift card was not taken: ${answer.problem}`)
  await write(async tx => {
    await setDelivered(tx, card, clock.now())
    await tell(tx, { type: 'gift_delivered', card, person: made.row.buyer, refused: answer.kind === 'refused' })
  })
}
