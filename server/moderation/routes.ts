import { moderation } from '../../shared/moderation.ts'
import { handlers } from '../foundation/http.ts'
import { banOrPropose, confirm, getBans, lift } from './banning.ts'
import { appeal, decideAppeal, getAppeals, getDecisions, getMyDecisions, getStatement } from './decisions.ts'
import { getFigures, sendReport } from './figures.ts'
import { decide, escalate, getFlag, getFlags } from './flags.ts'
import { getMyReports, report } from './reports.ts'
import { addRules, getRules, removeRule, setRules, tryText } from './rules.ts'

export const routes = handlers(moderation, {
  'POST /moderation/reports': report,
  'GET /me/reports': getMyReports,
  'GET /me/decisions': getMyDecisions,
  'GET /decisions/:id': getStatement,
  'POST /decisions/:id/appeal': appeal,
  'GET /moderation/flags': getFlags,
  'GET /moderation/flags/:id': getFlag,
  'POST /moderation/flags/:id/decide': decide,
  'POST /moderation/flags/:id/escalate': escalate,
  'GET /moderation/decisions': getDecisions,
  'GET /moderation/appeals': getAppeals,
  'POST /moderation/appeals/:id/decide': decideAppeal,
  'GET /moderation/bans': getBans,
  'POST /moderation/bans': banOrPropose,
  'POST /moderation/bans/:id/confirm': confirm,
  'POST /moderation/bans/:id/lift': lift,
  'GET /moderation/rules': getRules,
  'PUT /moderation/rules': setRules,
  'POST /moderation/rules': addRules,
  'DELETE /moderation/rules': removeRule,
  'POST /moderation/try': tryText,
  'GET /console/moderation/figures': getFigures,
  'GET /console/moderation/report.csv': sendReport,
})
