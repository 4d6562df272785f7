import { ledger } from '../../shared/ledger.ts'
import { handlers } from '../foundation/http.ts'
import { getCheckpoints } from './checkpoints.ts'
import { appealHold, getHolds } from './holds.ts'
import { sendStatementProof } from './proof.ts'
import { getBalances, getStatement, getTransfer, sendStatementCsv } from './statements.ts'

export const routes = handlers(ledger, {
  'GET /me/balances': getBalances,
  'GET /me/statement': getStatement,
  'GET /me/statement.csv': sendStatementCsv,
  'GET /me/statement.json': sendStatementProof,
  'GET /ledger/checkpoints': getCheckpoints,
  'GET /me/holds': getHolds,
  'POST /me/holds/:id/appeal': appealHold,
  'GET /transfers/:id': getTransfer,
})
