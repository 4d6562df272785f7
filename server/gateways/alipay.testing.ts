/**
 * A local Alipay for tests: its gateway (requests verified, answers signed, RSA2, keys made here), payment pages, notifications as signed forms, refunds, closing, the bill of
 * a day as a zip of GBK CSV, transfers. It keeps 0.60 % and gives that back with refunds.
 */
import { createSign, createVerify, generateKeyPairSync, randomInt } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { crc32, deflateRawSync } from 'node:zlib'
import { clock } from '../foundation/clock.ts'
import { beijing, minorOf } from './alipay-text.ts'

type Fields = Record<string, string>
type Refund = { fen: bigint; at: Date }
export type Trade = {
  out: string
  no: string
  total: string
  subject: string
  status: 'WAIT_BUYER_PAY' | 'TRADE_SUCCESS' | 'TRADE_CLOSED' | 'TRADE_FINISHED'
  notifyUrl: string
  phone: boolean
  paidAt: Date | null
  refunds: Map<string, Refund>
}

const pair = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
/** What is signed: all fields that have a value, by name. */
const signText = (fields: Fields): string =>
  Object.keys(fields)
    .filter(name => name !== 'sign' && fields[name] !== '')
    .sort()
    .map(name => `${name}=${fields[name]}`)
    .join('&')
const yuan = (fen: bigint): string =>
  `${fen < 0n ? '-' : ''}${(fen < 0n ? -fen : fen) / 100n}.${String((fen < 0n ? -fen : fen) % 100n).padStart(2, '0')}`
/** 0.60 %, half up. */
const feeOf = (fen: bigint): bigint => (fen * 60n + 5000n) / 10_000n

/** GBK, which Node reads and does not write: every two bytes that mean a character, turned round. */
function gbkTable(): Map<string, Buffer> {
  const decoder = new TextDecoder('gbk')
  const table = new Map<string, Buffer>()
  for (let high = 0x81; high <= 0xfe; high++)
    for (let low = 0x40; low <= 0xfe; low++) {
      const bytes = Buffer.from([high, low])
      const text = decoder.decode(bytes)
      if (text.length === 1 && text !== '\ufffd') table.set(text, bytes)
    }
  return table
}
let gbk: Map<string, Buffer> | undefined
export function toGbk(text: string): Buffer {
  const table = (gbk ??= gbkTable())
  return Buffer.concat([...text].map(char => (char.charCodeAt(0) < 0x80 ? Buffer.from(char) : (table.get(char) ?? Buffer.from('?')))))
}

/** A zip of these files, deflated. */
export function zipOf(files: readonly { name: string; bytes: Buffer }[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, bytes } of files) {
    const [title, packed] = [toGbk(name), deflateRawSync(bytes)]
    const head = Buffer.alloc(30)
    head.writeUInt32LE(0x04034b50, 0)
    head.writeUInt16LE(20, 4)
    head.writeUInt16LE(8, 8)
    head.writeUInt32LE(crc32(bytes), 14)
    head.writeUInt32LE(packed.length, 18)
    head.writeUInt32LE(bytes.length, 22)
    head.writeUInt16LE(title.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    head.copy(entry, 6, 4, 30)
    entry.writeUInt32LE(at, 42)
    parts.push(head, title, packed)
    directory.push(entry, title)
    at += head.length + title.length + packed.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, list, end])
}

export async function startAlipay() {
  const [app, own] = [pair(), pair()]
  const appId = '2021000000000001'
  const sellerId = '2088000000000001'
  const trades = new Map<string, Trade>()
  const transfers = new Map<string, Fields>()
  const calls: string[] = []
  let down = false
  let origin = ''

  const sign = (text: string, key = own.privateKey, algorithm = 'RSA-SHA256'): string =>
    createSign(algorithm).update(text, 'utf8').sign(key, 'base64')
  const no = (subCode: string): Record<string, unknown> => ({ code: '40004', msg: 'Business Failed', sub_code: subCode, sub_msg: subCode })
  const yes = (more: Record<string, unknown>): Record<string, unknown> => ({ code: '10000', msg: 'Success', ...more })

  /** The trade of a payment page that somebody visits. */
  function visited(fields: Fields): Trade {
    const biz = JSON.parse(fields['biz_content']!) as Fields
    const out = biz['out_trade_no']!
    const known = trades.get(out)
    if (known !== undefined) return known
    if (minorOf(biz['total_amount'] ?? '') === undefined) throw new Error(`an amount of ${biz['total_amount']}`)
    const phone = fields['method'] === 'alipay.trade.wap.pay'
    if (biz['product_code'] !== (phone ? 'QUICK_WAP_WAY' : 'FAST_INSTANT_TRADE_PAY')) throw new Error(`product ${biz['product_code']}`)
    const made: Trade = {
      out,
      no: `2026112022001${randomInt(10 ** 12, 10 ** 13)}`,
      total: biz['total_amount']!,
      subject: biz['subject']!,
      status: 'WAIT_BUYER_PAY',
      notifyUrl: fields['notify_url']!,
      phone,
      paidAt: null,
      refunds: new Map(),
    }
    trades.set(out, made)
    return made
  }
  const total = (trade: Trade): bigint => minorOf(trade.total)!
  const refunded = (trade: Trade): bigint => [...trade.refunds.values()].reduce((sum, { fen }) => sum + fen, 0n)

  const methods: Record<string, (biz: Fields) => Record<string, unknown>> = {
    'alipay.trade.query': biz => {
      const trade = trades.get(biz['out_trade_no']!)
      if (trade === undefined) return no('ACQ.TRADE_NOT_EXIST')
      return yes({
        out_trade_no: trade.out,
        trade_no: trade.no,
        trade_status: trade.status,
        total_amount: trade.total,
        buyer_logon_id: '159****5620',
      })
    },
    'alipay.trade.close': biz => {
      const trade = trades.get(biz['out_trade_no']!)
      if (trade === undefined) return no('ACQ.TRADE_NOT_EXIST')
      if (trade.status !== 'WAIT_BUYER_PAY') return no('ACQ.TRADE_STATUS_ERROR')
      trade.status = 'TRADE_CLOSED'
      return yes({ out_trade_no: trade.out, trade_no: trade.no })
    },
    'alipay.trade.refund': biz => {
      const trade = trades.get(biz['out_trade_no']!)
      const [key, fen] = [biz['out_request_no']!, minorOf(biz['refund_amount']!)!]
      if (trade === undefined) return no('ACQ.TRADE_NOT_EXIST')
      const before = trade.refunds.get(key)
      if (before !== undefined && before.fen !== fen) return no('ACQ.DISCORDANT_REPEAT_REQUEST')
      if (before === undefined && (trade.paidAt === null || refunded(trade) + fen > total(trade)))
        return no('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL')
      trade.refunds.set(key, before ?? { fen, at: clock.now() })
      if (refunded(trade) === total(trade)) trade.status = 'TRADE_CLOSED'
      return yes({
        out_trade_no: trade.out,
        trade_no: trade.no,
        fund_change: before === undefined ? 'Y' : 'N',
        refund_fee: yuan(refunded(trade)),
      })
    },
    'alipay.trade.fastpay.refund.query': biz => {
      const found = trades.get(biz['out_trade_no']!)?.refunds.get(biz['out_request_no']!)
      return found === undefined ? yes({}) : yes({ refund_status: 'REFUND_SUCCESS', refund_amount: yuan(found.fen) })
    },
    'alipay.data.dataservice.bill.downloadurl.query': biz =>
      biz['bill_type'] === 'trade' && billLines(biz['bill_date']!).length > 0
        ? yes({ bill_download_url: `${origin}/bill?day=${biz['bill_date']}` })
        : no('isp.bill_not_exist'),
    'alipay.fund.trans.uni.transfer': biz => {
      const payee = biz['payee_info'] as unknown as Fields
      if (payee['identity'] === 'nobody@example.com') return no('PAYEE_NOT_EXIST')
      const key = biz['out_biz_no']!
      const made = transfers.get(key) ?? {
        order_id: `2026112011007000150000${transfers.size}`,
        amount: biz['trans_amount']!,
        status: payee['identity'] === 'slow@example.com' ? 'DEALING' : 'SUCCESS',
      }
      transfers.set(key, made)
      return yes({ out_biz_no: key, order_id: made['order_id'], pay_fund_order_id: made['order_id'], status: made['status'] })
    },
    'alipay.fund.trans.common.query': biz => {
      const found = transfers.get(biz['out_biz_no']!)
      if (found === undefined) return no('ORDER_NOT_EXIST')
      if (found['status'] === 'DEALING') found['status'] = 'SUCCESS'
      return yes({ order_id: found['order_id'], pay_fund_order_id: found['order_id'], status: found['status'] })
    },
  }

  function billLines(day: string): string[] {
    const row = (trade: Trade, kind: string, at: Date, fen: bigint, fee: bigint, request: string): string =>
      [
        `${trade.no}\t`,
        `${trade.out}\t`,
        kind,
        trade.subject,
        beijing(at),
        beijing(at),
        '',
        '',
        '',
        '',
        '*小明(159****5620)',
        yuan(fen),
        yuan(fen),
        '0.00',
        '0.00',
        '0.00',
        '0.00',
        '0.00',
        '',
        '0.00',
        '0.00',
        request,
        yuan(fee),
        '0.00',
        '',
      ].join(',')
    const ofDay = (at: Date): boolean => beijing(at).startsWith(day)
    return [...trades.values()].flatMap(trade => [
      ...(trade.paidAt !== null && ofDay(trade.paidAt) ? [row(trade, '交易', trade.paidAt, total(trade), -feeOf(total(trade)), '')] : []),
      ...[...trade.refunds].flatMap(([key, { fen, at }]) => (ofDay(at) ? [row(trade, '退款', at, -fen, feeOf(fen), key)] : [])),
    ])
  }
  function bill(day: string): Buffer {
    const lines = billLines(day)
    const text = [
      '#支付宝业务明细查询',
      `#账号：[${sellerId}0156]`,
      `#起始日期：[${day} 00:00:00]   终止日期：[${day} 23:59:59]`,
      '#-----------------------------------------业务明细列表----------------------------------------',
      '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注',
      ...lines,
      '#-----------------------------------------业务明细列表结束------------------------------------',
      `#交易合计：${lines.length}笔`,
    ]
    const sums = ['#支付宝业务汇总查询', '门店编号,门店名称,交易订单总笔数', `合计,,${lines.length}`]
    return zipOf([
      { name: `${sellerId}0156_${day}_业务明细(汇总).csv`, bytes: toGbk(sums.join('\r\n')) },
      { name: `${sellerId}0156_${day}_业务明细.csv`, bytes: toGbk(text.join('\r\n')) },
    ])
  }

  function take(url: URL, body: string, response: ServerResponse): void {
    if (url.pathname === '/bill') return void response.end(bill(url.searchParams.get('day')!))
    const fields = Object.fromEntries([...url.searchParams, ...new URLSearchParams(body)])
    const method = fields['method'] ?? ''
    calls.push(method)
    const name = `${method.replaceAll('.', '_')}_response`
    const answer = (given: Record<string, unknown>): void => {
      const text = JSON.stringify(given)
      response.setHeader('content-type', 'text/html;charset=utf-8')
      response.end(`{"${name}":${text},"sign":"${sign(text)}"}`)
    }
    const right =
      fields['sign_type'] === 'RSA2' &&
      createVerify('RSA-SHA256')
        .update(signText(fields), 'utf8')
        .verify(app.publicKey, fields['sign'] ?? '', 'base64')
    const late = Math.abs(clock.now().getTime() - Date.parse(`${fields['timestamp']?.replace(' ', 'T')}+08:00`)) > 15 * 60_000
    if (!right || fields['app_id'] !== appId)
      return answer({ code: '40002', msg: 'Invalid Arguments', sub_code: 'isv.invalid-signature', sub_msg: '验签出错' })
    if (late) return answer({ code: '40002', msg: 'Invalid Arguments', sub_code: 'isv.invalid-timestamp', sub_msg: '非法的时间戳' })
    if (/^alipay\.trade\.(page|wap)\.pay$/.test(method)) return void response.end(`<p>${visited(fields).subject}</p>`)
    const act = methods[method]
    answer(act === undefined ? no('isv.invalid-method') : act(JSON.parse(fields['biz_content'] ?? '{}') as Fields))
  }

  const server = createServer((request, response) => {
    if (down) return void request.socket.destroy()
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => take(new URL(request.url ?? '/', origin), body, response))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    origin,
    calls,
    trades,
    /** The settings of a planet that has a contract with it. */
    contract: { appId, sellerId, privateKey: app.privateKey.trim(), publicKey: own.publicKey.trim(), gateway: `${origin}/gateway.do` },
    /** A key that is nobody's, for forgeries. */
    forger: pair().privateKey,
    setDown: (is: boolean): void => void (down = is),
    pay(out: string): Trade {
      const trade = trades.get(out)!
      if (trade.status !== 'WAIT_BUYER_PAY') throw new Error(`the trade is ${trade.status}`)
      return Object.assign(trade, { status: 'TRADE_SUCCESS', paidAt: clock.now() })
    },
    /** A notification as Alipay would send it, signed; `change` is signed too, unless another `key` is given. */
    notification(trade: Trade, change: Fields = {}, how: { key?: string; sha1?: boolean } = {}): string {
      const now = beijing(clock.now())
      const fields: Fields = {
        gmt_create: now,
        charset: 'utf-8',
        gmt_payment: now,
        notify_time: now,
        subject: trade.subject,
        buyer_id: '2088102116773037',
        invoice_amount: trade.total,
        version: '1.0',
        notify_id: `2026112000222${randomInt(10 ** 12, 10 ** 13)}`,
        fund_bill_list: JSON.stringify([{ amount: trade.total, fundChannel: 'ALIPAYACCOUNT' }]),
        notify_type: 'trade_status_sync',
        out_trade_no: trade.out,
        total_amount: trade.total,
        trade_status: trade.status,
        trade_no: trade.no,
        auth_app_id: appId,
        receipt_amount: trade.total,
        buyer_pay_amount: trade.total,
        app_id: appId,
        seller_id: sellerId,
        ...change,
      }
      const signed = sign(signText(fields), how.key, how.sha1 === true ? 'RSA-SHA1' : 'RSA-SHA256')
      return new URLSearchParams({ ...fields, sign_type: how.sha1 === true ? 'RSA' : 'RSA2', sign: signed }).toString()
    },
    close: async (): Promise<void> => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
export type LocalAlipay = Awaited<ReturnType<typeof startAlipay>>
