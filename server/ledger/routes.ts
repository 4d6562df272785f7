import { ledger } from '../../shared/ledger.ts'
import { handlers } from '../foundation/http.ts'
import { getBalances, getStatement, getTransfer, sendStatementCsv } from './statements.ts'

export const routes = handlers(ledger, {
  'GET /me/balances': getBalances,
  'GET /me/statement': getStatement,
  'GET /me/statement.csv': sendStatementCsv,
  'GET /transfers/:id': getTransfer,
})
