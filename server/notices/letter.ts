/** The look of a mail: plain text and HTML of the same content. Everything that people wrote is escaped (trap 42). */
import { words } from '../../shared/words/index.ts'
import { say, type Locale } from './wording.ts'
import type { NoticeRow } from './store.ts'

const escape = (text: string): string => text.replace(/[&<>"']/g, char => `&#${char.codePointAt(0)};`)
/** One line: no break can begin another header or line of text. */
// oxlint-disable-next-line no-control-regex
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim()

export type Letter = { subject: string; text: string; html: string; headers: Record<string, string> }
const most = 30

/** `rows` the latest first; `token` opens the link that turns mails off. */
export function letter(
  rows: readonly NoticeRow[],
  to: { name: string; locale: Locale; kind: 'digest' | 'once' },
  links: { planet: string; token: string; to: (path: string) => string },
): Letter {
  const t = words[to.locale].notices
  const lines = rows.slice(0, most).map(row => ({
    text: oneLine(say(row, to.locale)),
    from: oneLine(row.facts['group'] ?? row.facts['page'] ?? ''),
    url: links.to(row.link),
  }))
  const rest = rows.length - lines.length
  const subject = to.kind === 'once' && lines.length === 1 ? lines[0]!.text : t.mail.digestSubject(rows.length)
  const off = `${links.planet}/notices/off?token=${encodeURIComponent(links.token)}`
  const settings = `${links.planet}/notices/settings`
  const hello = t.mail.hello(oneLine(to.name))
  const text = [
    hello,
    '',
    ...(to.kind === 'digest' ? [t.mail.digestIntro, ''] : []),
    ...lines.flatMap(line => [`${line.from ? `[${line.from}] ` : ''}${line.text}`, line.url, '']),
    ...(rest > 0 ? [t.mail.andMore(rest), `${links.planet}/notices`, ''] : []),
    '--',
    t.mail.why,
    `${t.mail.settings}: ${settings}`,
    `${t.mail.unsubscribe}: ${off}`,
  ].join('\n')
  const link = (url: string, body: string, style: string): string => `<a href="${escape(url)}" style="${style}">${escape(body)}</a>`
  const items = lines
    .map(
      line =>
        `<tr><td style="padding:14px 0;border-bottom:1px solid #e8e6ef">${line.from ? `<div style="font-size:12px;color:#6b6680;padding-bottom:2px">${escape(line.from)}</div>` : ''}${link(line.url, line.text, 'color:#1f1b2e;text-decoration:none;font-size:16px;line-height:1.5')}</td></tr>`,
    )
    .join('')
  const html = `<!doctype html><html lang="${to.locale === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(subject)}</title></head>
<body style="margin:0;background:#f6f5fa;font-family:-apple-system,'PingFang SC','Noto Sans SC','Segoe UI',sans-serif;color:#1f1b2e">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#fff;border-radius:12px"><tr><td style="padding:28px 28px 8px">
<div style="font-size:18px;font-weight:700;color:#a35a00">Planet</div>
<p style="margin:18px 0 4px;font-size:16px">${escape(hello)}</p>${to.kind === 'digest' ? `<p style="margin:0;color:#6b6680;font-size:14px">${escape(t.mail.digestIntro)}</p>` : ''}
<table role="presentation" width="100%" cellpadding="0" cellspacing="0">${items}</table>${rest > 0 ? `<p style="font-size:14px;color:#6b6680">${escape(t.mail.andMore(rest))}</p>` : ''}
<p style="margin:22px 0 26px">${link(`${links.planet}/notices`, t.mail.open, 'display:inline-block;background:#f5a742;color:#2b1600;font-weight:600;padding:11px 20px;border-radius:999px;text-decoration:none')}</p>
</td></tr></table>
<p style="max-width:560px;font-size:12px;line-height:1.6;color:#6b6680">${escape(t.mail.why)}<br>${link(settings, t.mail.settings, 'color:#6b6680')} · ${link(off, t.mail.unsubscribe, 'color:#6b6680')}</p>
</td></tr></table></body></html>`
  return {
    subject: subject.slice(0, 180),
    text,
    html,
    headers: {
      // RFC 8058: the mail program turns them off with one POST, nobody has to sign in.
      'List-Unsubscribe': `<${links.planet}/mail/unsubscribe?token=${encodeURIComponent(links.token)}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'List-Id': `Planet <notices.${new URL(links.planet).hostname}>`,
    },
  }
}
