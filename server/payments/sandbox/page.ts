/** The sandbox's hosted payment page: one HTML file without scripts or outside parts, in both languages and both themes. */
import { createHash } from 'node:crypto'
import { currencyScale, decimal, type Currency } from '../../../shared/money.ts'
import * as words from '../../../shared/words/sandbox.ts'
import type { Charge } from './charges.ts'

type Locale = 'zh' | 'en'
const escape = (text: string): string => text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)

const css = `:root{color-scheme:light dark;--bg:light-dark(oklch(96.5% .012 285),oklch(14% .02 285));--card:light-dark(oklch(100% 0 0),oklch(20.5% .026 285));
--line:light-dark(oklch(90% .012 285),oklch(31% .03 285));--ink:light-dark(oklch(24% .03 285),oklch(95% .01 285));--muted:light-dark(oklch(46% .03 285),oklch(75% .025 285));
--accent:light-dark(oklch(77% .16 64),oklch(79% .15 70));--on:light-dark(oklch(24% .06 55),oklch(22% .05 60));--soft:light-dark(oklch(95% .035 70),oklch(29% .05 65));
--soft-ink:light-dark(oklch(42% .11 50),oklch(86% .11 75));--danger:light-dark(oklch(51% .19 25),oklch(75% .14 22));--focus:light-dark(oklch(50% .19 262),oklch(80% .12 245));
--paid:light-dark(oklch(49% .115 155),oklch(78% .13 155));--shade:light-dark(oklch(30% .05 285/.1),oklch(5% .02 285/.5))}
[data-theme=light]{color-scheme:light}[data-theme=dark]{color-scheme:dark}*{box-sizing:border-box;margin:0}
body{min-height:100svh;display:grid;place-items:center;padding:24px 16px;background:var(--bg);color:var(--ink);font:16px/1.5 'Inter Variable',system-ui,'PingFang SC','Hiragino Sans GB','Microsoft YaHei UI','Noto Sans SC',sans-serif}
main{width:100%;max-width:420px;background:var(--card);border:1px solid var(--line);border-radius:20px;box-shadow:0 12px 40px -12px var(--shade);overflow:hidden}
header{display:flex;align-items:center;gap:12px;padding:20px 24px;border-bottom:1px solid var(--line);font-weight:600}
header svg{flex:none}.notice{padding:12px 24px;background:var(--soft);color:var(--soft-ink);font-size:14px}
.due{padding:28px 24px 20px;text-align:center}.due p{color:var(--muted);font-size:14px}.due h1{font-size:44px;line-height:1.15;letter-spacing:-.02em;font-variant-numeric:tabular-nums;font-weight:650;overflow-wrap:anywhere}
dl{margin:0 24px;border-top:1px solid var(--line)}dl div{display:flex;justify-content:space-between;gap:16px;padding:12px 0;border-bottom:1px solid var(--line)}dt{color:var(--muted);flex:none}dd{margin:0;text-align:end;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
form{display:grid;gap:10px;padding:24px}button,a.button{font:inherit;font-weight:550;min-height:48px;padding:10px 16px;border-radius:12px;border:1px solid var(--line);background:transparent;color:inherit;cursor:pointer;text-align:center;text-decoration:none;display:block}
button:hover,a.button:hover{border-color:var(--muted)}button.main,a.main{background:var(--accent);border-color:transparent;color:var(--on);font-weight:650}button.main:hover,a.main:hover{filter:brightness(1.05)}
button.danger{color:var(--danger)}button.quiet{border-color:transparent;color:var(--muted)}:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
.done{color:var(--paid)}.body{padding:0 24px 8px;text-align:center;color:var(--muted)}.end{padding:24px}`
const cssHash = createHash('sha256').update(css).digest('base64')

/** Nothing is loaded and nothing runs; the form goes back to us, which sends the payer to the merchant. */
export const contentPolicy = `default-src 'none'; style-src 'sha256-${cssHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

/** `¥38.00` or `CN¥38.00`, as the reader writes it. */
export function formatAmount(amount: bigint, currency: string, locale: Locale): string {
  const digits = currencyScale[currency as Currency] ?? 2
  const format = new Intl.NumberFormat(locale === 'zh' ? 'zh-CN' : 'en', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  // A decimal string keeps every digit; a number would not.
  return format.format(decimal({ amount, currency }) as unknown as number)
}

const mark = `<svg width="28" height="28" viewBox="0 0 28 28" aria-hidden="true"><rect x="1" y="5" width="26" height="18" rx="5" fill="none" stroke="currentColor" stroke-width="2"/><path d="M1 11h26" stroke="currentColor" stroke-width="3"/><circle cx="21" cy="18" r="2" fill="currentColor"/></svg>`

function frame(locale: Locale, theme: 'light' | 'dark' | null, inner: string): string {
  const t = words[locale]
  return `<!doctype html><html lang="${locale === 'zh' ? 'zh-Hans' : 'en'}"${theme ? ` data-theme="${theme}"` : ''}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${t.title}</title><style>${css}</style></head><body><main><header>${mark}<span>${t.brand}</span></header>${inner}</main></body></html>`
}

/** Playing the payer's bank: takes the charge back, and decides. */
function bankForm(charge: Charge, locale: Locale): string {
  const t = words[locale]
  const choices =
    charge.disputed > 0n
      ? [
          ['dispute_won', t.disputeWon],
          ['dispute_lost', t.disputeLost],
        ]
      : [['dispute', t.dispute]]
  return `<p class="body">${charge.disputed > 0n ? t.disputed : t.bank}</p><form method="post">${choices.map(([value, text]) => `<button class="quiet" name="outcome" value="${value}">${text}</button>`).join('')}</form>`
}

export function payPage(charge: Charge, locale: Locale, theme: 'light' | 'dark' | null): string {
  const t = words[locale]
  const amount = formatAmount(charge.amount, charge.currency, locale)
  const facts = `<dl><div><dt>${t.payTo}</dt><dd>${escape(charge.merchantName)}</dd></div><div><dt>${t.order}</dt><dd>${escape(charge.description)}</dd></div></dl>`
  if (charge.state === 'paid')
    return frame(
      locale,
      theme,
      `<div class="due"><p class="done">✓ ${t.paidTitle}</p><h1>${escape(amount)}</h1></div><p class="body">${t.paidBody}</p>${facts}<div class="end"><a class="button main" href="${escape(charge.returnUrl)}">${t.back}</a></div>${bankForm(charge, locale)}`,
    )
  if (charge.state === 'closed')
    return frame(
      locale,
      theme,
      `<div class="due"><p>${t.closedTitle}</p><h1>${escape(amount)}</h1></div><p class="body">${t.closedBody}</p>${facts}<div class="end"><a class="button main" href="${escape(charge.returnUrl)}">${t.back}</a></div>`,
    )
  return frame(
    locale,
    theme,
    `<p class="notice">${t.notice}</p><div class="due"><p>${t.amount}</p><h1>${escape(amount)}</h1></div>${facts}
<form method="post"><button class="main" name="outcome" value="pay">${escape(t.pay(amount))}</button><button name="outcome" value="delay">${t.delay}</button><button class="danger" name="outcome" value="fail">${t.fail}</button><button class="quiet" name="outcome" value="cancel">${t.cancel}</button></form>`,
  )
}

export function missingPage(locale: Locale, theme: 'light' | 'dark' | null): string {
  const t = words[locale]
  return frame(
    locale,
    theme,
    `<div class="due"><h1>404</h1><p>${t.missingTitle}</p></div><p class="body">${t.missingBody}</p><div class="end"></div>`,
  )
}
