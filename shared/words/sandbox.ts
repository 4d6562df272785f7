/** Words of the sandbox provider's page. Only the server shows them; the browser's bundle never loads this. */
import type { Same } from './locale.ts'

export const zh = {
  title: '沙盒支付',
  brand: '沙盒支付',
  notice: '这里不会动用真钱。选择一种结果，看看星球如何应对。',
  payTo: '收款方',
  order: '订单',
  amount: '应付金额',
  pay: (amount: string) => `支付 ${amount}`,
  delay: '支付，但 5 秒后才通知',
  fail: '支付失败',
  cancel: '取消并返回',
  paidTitle: '已支付',
  paidBody: '这笔款项已经付过，不会重复扣款。',
  back: '返回订单',
  missingTitle: '没有这笔付款',
  missingBody: '链接可能写错了，或者已经失效。',
}

export const en: Same<typeof zh> = {
  title: 'Sandbox payment',
  brand: 'Sandbox Pay',
  notice: 'No real money moves here. Choose an outcome and see how the planet takes it.',
  payTo: 'Pay to',
  order: 'Order',
  amount: 'Amount due',
  pay: amount => `Pay ${amount}`,
  delay: 'Pay, but notify after 5 seconds',
  fail: 'Let the payment fail',
  cancel: 'Cancel and go back',
  paidTitle: 'Paid',
  paidBody: 'This has been paid already; nothing is charged twice.',
  back: 'Back to the order',
  missingTitle: 'No such payment',
  missingBody: 'The link may be mistyped or no longer valid.',
}
