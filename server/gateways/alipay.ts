/** Alipay: its payment pages (computer and phone), signed notifications, queries, refunds, the bill of a day, transfers. CNY only. The SDK is loaded when the planet has a contract. */
import type { AlipaySdk } from 'alipay-sdk'
import { fault } from '../../shared/faults.ts'
import { decimal } from '../../shared/money.ts'
import { clock } from '../foundation/clock.ts'
import type { Config } from '../foundation/config.ts'
import { fetchOutside } from '../foundation/outside.ts'
import type { Notice, PayoutAnswer, Provider } from '../payments/index.ts'
import { billRows } from './alipay-bill.ts'
import { beijing, minorOf } from './alipay-text.ts'

const mostBillBytes = 64 * 1024 * 1024
const clients = new WeakMap<Config, Promise<AlipaySdk>>()

function clientOf(config: Config): Promise<AlipaySdk> {
  const { alipay: contract } = config
  if (contract === undefined) throw fault('not_found')
  const found = clients.get(config)
  if (found !== undefined) return found
  const { appId, privateKey, publicKey: alipayPublicKey, gateway } = contract
  const made = import('alipay-sdk').then(
    sdk =>
      new sdk.AlipaySdk({
        appId,
        privateKey,
        keyType: 'PKCS8',
        alipayPublicKey,
        gateway,
        signType: 'RSA2',
        timeout: 10_000,
        camelcase: true,
      }),
  )
  clients.set(config, made)
  return made
}

/** Who we are there: the application and the account that receives. */
const merchantOf = ({ alipay }: Config): string => `${alipay?.appId ?? ''}/${alipay?.sellerId ?? ''}`

type Answer = Record<string, unknown> & { code: string; subCode?: string; subMsg?: string; msg: string }
const textOf = (value: unknown): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '')

/** One signed call; the answer's signature is checked. The time is Beijing's, whatever the machine's. */
async function call(config: Config, method: string, bizContent: Record<string, unknown>): Promise<Answer> {
  const sdk = await clientOf(config)
  return (await sdk.exec(method, { timestamp: beijing(clock.now()), bizContent }, { validateSign: true })) as Answer
}
const isDone = ({ code }: Answer): boolean => code === '10000'
function failed(method: string, { code, msg, subCode, subMsg }: Answer): Error {
  return new Error(`${method}: ${code} ${msg} ${subCode ?? ''} ${subMsg ?? ''}`.trim())
}

const blank = (id: string, merchant: string, body: object): Notice => ({
  id,
  type: 'other',
  merchant,
  charge: '',
  reference: null,
  amount: 0n,
  currency: 'CNY',
  fee: null,
  problem: null,
  refund: null,
  body,
})

/** A trade by its state; theirs, in ours. `closed` without a payment before: it ran out. */
function tradeNotice(base: Notice, trade: string, status: string, total: string): Notice {
  const type = status === 'TRADE_SUCCESS' || status === 'TRADE_FINISHED' ? 'paid' : status === 'TRADE_CLOSED' ? 'failed' : 'other'
  const amount = minorOf(total)
  if (type === 'other' || amount === undefined || !trade.startsWith('pay_')) return base
  return { ...base, type, charge: trade, reference: trade, amount, problem: type === 'failed' ? 'expired' : null }
}

/** Refusals that no repeat will change. */
const final: Record<string, string> = {
  'ACQ.TRADE_HAS_FINISHED': 'too_old',
  'ACQ.TRADE_NOT_ALLOW_REFUND': 'refused',
  'ACQ.TRADE_HAS_CLOSE': 'refund_too_much',
  'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL': 'refund_too_much',
  'ACQ.REASON_TRADE_REFUND_FEE_ERR': 'refund_too_much',
  'ACQ.DISCORDANT_REPEAT_REQUEST': 'refused',
  'ACQ.BUYER_NOT_EXIST': 'account_unknown',
  'ACQ.BUYER_ERROR': 'account_unknown',
}
/** What payouts are refused for. Anything else may have gone through: it is asked again. */
const finalPayout =
  /PAYEE_(NOT_EXIST|USER_INFO_ERROR|USERINFO_STATUS_ERROR|USER_TYPE_ERROR)|PAYCARD|PERM_AML_NOT_REALNAME_REV|EXCEED_LIMIT|NO_ACCOUNT|INVALID_PARAMETER|IDENTITY/
const transfer = { productCode: 'TRANS_ACCOUNT_NO_PWD', bizScene: 'DIRECT_TRANSFER' }

function payoutAnswer(answer: Answer): PayoutAnswer {
  const ref = textOf(answer['payFundOrderId']) || textOf(answer['orderId'])
  const status = textOf(answer['status'])
  if (status === 'SUCCESS') return { state: 'paid', ref, problem: null }
  if (status === 'FAIL' || status === 'REFUND' || status === 'CLOSED')
    return { state: 'failed', ref, problem: textOf(answer['errorCode']) || textOf(answer['failReason']) || status.toLowerCase() }
  return { state: 'sent', ref, problem: null }
}

export const alipay: Provider = {
  id: 'alipay',
  name: '支付宝 Alipay',
  sandbox: false,
  currencies: ['CNY'],
  taken: 'success',
  // The address is signed for its moment; computer and phone have their own.
  freshPage: true,
  returnsFee: true,
  ready: config => config.alipay !== undefined,
  merchant: merchantOf,
  async open({ config }, { payment, amount, currency, description, merchantName, returnUrl, until, phone }) {
    if (currency !== 'CNY') throw fault('conflict', 'provider_closed')
    const sdk = await clientOf(config)
    const page = sdk.pageExecute(phone ? 'alipay.trade.wap.pay' : 'alipay.trade.page.pay', 'GET', {
      timestamp: beijing(clock.now()),
      notifyUrl: `${config.url}/api/v1/payments/notify/alipay`,
      returnUrl: config.url + returnUrl,
      bizContent: {
        outTradeNo: payment,
        totalAmount: decimal({ amount, currency }),
        subject: `${merchantName} ${description}`.replace(/[/=&]/g, ' ').slice(0, 128),
        productCode: phone ? 'QUICK_WAP_WAY' : 'FAST_INSTANT_TRADE_PAY',
        ...(until === null ? {} : { timeExpire: beijing(until) }),
        ...(phone ? { quitUrl: config.url + returnUrl } : {}),
      },
    })
    // Alipay makes the trade when the payer arrives there; it knows it by our id.
    return { charge: payment, page }
  },
  async read(config, _headers, rawBody) {
    const sdk = await clientOf(config)
    const given = Object.fromEntries(new URLSearchParams(rawBody))
    // The SDK would let the message choose SHA-1.
    if (given['sign_type'] !== 'RSA2' || !given['sign'] || !sdk.checkNotifySignV2(given)) throw fault('unauthenticated', 'bad_signature')
    const { notify_id: id, app_id: app, seller_id: seller, out_trade_no: trade, trade_status: status, total_amount: total } = given
    if (!id || !app || id.length > 190) throw fault('invalid', 'invalid', { fields: { body: 'notification' } })
    const { sign: _sign, ...body } = given
    const base = blank(id, `${app}/${seller ?? ''}`, body)
    if (!trade || !status || !total) return base
    // Money that went back, in part or (closing the trade) whole.
    if (given['refund_fee'] !== undefined || given['gmt_refund'] !== undefined) {
      const key = given['out_biz_no'] ?? ''
      return key.startsWith('rfd_') ? { ...base, type: 'refunded', charge: trade, refund: key } : base
    }
    return tradeNotice(base, trade, status, total)
  },
  async refund({ config }, { key, charge, amount, currency }) {
    const method = 'alipay.trade.refund'
    const asked = { outTradeNo: charge, outRequestNo: key, refundAmount: decimal({ amount, currency }), refundReason: 'Planet' }
    const answer = await call(config, method, asked)
    if (!isDone(answer)) {
      const refusal = final[answer.subCode ?? '']
      throw refusal === undefined ? failed(method, answer) : fault('unprocessable', refusal)
    }
    if (answer['fundChange'] === 'Y') return true
    // N: nothing moved by this call. Either an earlier one of the same key did it, or nothing has yet.
    const known = await call(config, 'alipay.trade.fastpay.refund.query', { outTradeNo: charge, outRequestNo: key })
    if (isDone(known) && known['refundStatus'] === 'REFUND_SUCCESS') return true
    throw failed(method, known)
  },
  async query({ config }, { payment }) {
    const method = 'alipay.trade.query'
    const answer = await call(config, method, { outTradeNo: payment })
    if (answer.subCode === 'ACQ.TRADE_NOT_EXIST') return null
    if (!isDone(answer)) throw failed(method, answer)
    const status = textOf(answer['tradeStatus'])
    const base = blank(`query_${status}_${payment}`, merchantOf(config), answer)
    const notice = tradeNotice(base, textOf(answer['outTradeNo']), status, textOf(answer['totalAmount']))
    return notice.type === 'other' ? null : notice
  },
  async close({ config }, { payment }) {
    const method = 'alipay.trade.close'
    const answer = await call(config, method, { outTradeNo: payment })
    const harmless = ['ACQ.TRADE_NOT_EXIST', 'ACQ.TRADE_STATUS_ERROR', 'ACQ.REASON_TRADE_STATUS_INVALID', 'ACQ.REASON_ILLEGAL_STATUS']
    if (!isDone(answer) && !harmless.includes(answer.subCode ?? '')) throw failed(method, answer)
  },
  /** A day of Beijing. Its bill is there from 9 o'clock of the next day on. */
  async report({ config }, day) {
    const method = 'alipay.data.dataservice.bill.downloadurl.query'
    const answer = await call(config, method, { billType: 'trade', billDate: day })
    // A day without any trade has no bill.
    if (/BILL_NOT_EXIST/i.test(answer.subCode ?? '')) return { rows: [], closing: [] }
    if (!isDone(answer)) throw failed(method, answer)
    const file = await fetchOutside(textOf(answer['billDownloadUrl']), {
      maxBytes: mostBillBytes,
      timeoutMs: 60_000,
      trusted: [new URL(config.alipay!.gateway).origin],
    })
    if (file.status !== 200) throw new Error(`the bill of ${day}: ${file.status}`)
    return { rows: billRows(file.body), closing: [] }
  },
  async payOut({ config }, { key, amount, currency, account, name, note }) {
    if (currency !== 'CNY') return { state: 'failed', ref: '', problem: 'currency' }
    const method = 'alipay.fund.trans.uni.transfer'
    const answer = await call(config, method, {
      ...transfer,
      outBizNo: key,
      transAmount: decimal({ amount, currency }),
      orderTitle: note.slice(0, 128),
      payeeInfo: { identity: account, identityType: /^2088\d{12}$/.test(account) ? 'ALIPAY_USER_ID' : 'ALIPAY_LOGON_ID', name },
    })
    if (isDone(answer)) return payoutAnswer(answer)
    if (finalPayout.test(answer.subCode ?? '')) return { state: 'failed', ref: '', problem: answer.subCode! }
    throw failed(method, answer)
  },
  async payOutState({ config }, key) {
    const method = 'alipay.fund.trans.common.query'
    const answer = await call(config, method, { ...transfer, outBizNo: key })
    if (isDone(answer)) return payoutAnswer(answer)
    if (answer.subCode === 'ORDER_NOT_EXIST') return { state: 'failed', ref: '', problem: 'unknown' }
    throw failed(method, answer)
  },
}
