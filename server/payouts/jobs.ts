import type { Jobs } from '../foundation/jobs.ts'
import { ask, send } from './outcomes.ts'

export const jobs = {
  'payouts.send': send,
  'payouts.ask': ask,
} satisfies Jobs
