import type { Jobs } from '../foundation/jobs.ts'
import { payRest } from './paying.ts'

export const jobs = { 'deals.nightly': payRest } satisfies Jobs
