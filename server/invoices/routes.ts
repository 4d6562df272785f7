import { invoices } from '../../shared/invoices.ts'
import { handlers } from '../foundation/http.ts'
import { getIssuer, putIssuer } from './issuers.ts'
import { putRecipient } from './recipients.ts'
import { getInvoice, getMyInvoices, getOrderInvoices, sendInvoice, sendReceipt, sendTable } from './reading.ts'

export const routes = handlers(invoices, {
  'GET /orders/:id/invoices': getOrderInvoices,
  'PUT /orders/:id/invoice-to': putRecipient,
  'GET /orders/:id/receipt.pdf': sendReceipt,
  'GET /invoices/:id': getInvoice,
  'GET /invoices/:id/pdf': sendInvoice,
  'GET /me/issuer': getIssuer,
  'PUT /me/issuer': putIssuer,
  'GET /me/invoices': getMyInvoices,
  'GET /me/invoices.csv': sendTable,
})
