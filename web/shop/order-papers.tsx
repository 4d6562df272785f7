import { useQuery } from '@tanstack/react-query'
import { FileText, ReceiptText } from 'lucide-react'
import { read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Money } from '../ui/money.tsx'
import { Panel } from '../ui/states.tsx'
import { InvoiceTo } from './invoice-to.tsx'
import type { OrderData } from './orders.tsx'

/** The receipt of the whole order, and the invoice of each seller with what was taken back of it. */
export function OrderPapers({ order }: { order: OrderData }) {
  const t = useWords()
  const paid = order.paidAt !== null
  // Gift cards are paid for, and invoiced when they pay.
  const costs = order.lines.some(line => line.kind !== 'gift_card' && line.amount.amount !== '0')
  const { data } = useQuery({
    ...read('GET /orders/:id/invoices', { id: order.id }),
    enabled: costs && paid,
    // They are issued a moment after the payment.
    refetchInterval: query => (query.state.data?.items.length === 0 && query.state.dataUpdateCount < 20 ? 2000 : false),
  })
  return (
    <Panel
      title={t.checkout.papers}
      action={
        paid ? (
          <a href={`/api/v1/orders/${order.id}/receipt.pdf`} target="_blank" rel="noreferrer" className={buttonClass('quiet', 'sm')}>
            <ReceiptText size={15} aria-hidden />
            {t.checkout.receiptPdf}
          </a>
        ) : null
      }
    >
      {order.lines.some(line => line.kind === 'gift_card') ? <p className="mb-3 text-muted">{t.checkout.giftPapers}</p> : null}
      {costs && paid && data?.items.length === 0 ? <p className="text-muted">{t.checkout.papersSoon}</p> : null}
      <ul className="-my-2 divide-y divide-line">
        {data?.items.map(paper => (
          <li key={paper.id} className="flex items-center gap-3 py-2.5">
            <FileText size={17} aria-hidden className="shrink-0 text-muted" />
            <a
              href={`/api/v1/invoices/${paper.id}/pdf`}
              target="_blank"
              rel="noreferrer"
              className={cx(
                'min-w-0 flex-1 truncate font-medium underline-offset-4 hover:underline',
                paper.replaced && 'text-muted line-through',
              )}
            >
              {(paper.kind === 'invoice' ? t.checkout.invoiceOf : t.checkout.creditOf)(paper.number, paper.seller.name)}
            </a>
            <Money value={paper.kind === 'invoice' ? paper.total : { ...paper.total, amount: `-${paper.total.amount}` }} />
          </li>
        ))}
      </ul>
      {costs ? (
        <div className={cx(data && data.items.length > 0 && 'mt-4 border-t border-line pt-4')}>
          <InvoiceTo order={order.id} paid={paid} />
        </div>
      ) : null}
    </Panel>
  )
}
