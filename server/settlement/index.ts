/** The door of settlement: what a price becomes, and what holds for it. */
export { routes } from './routes.ts'
export { accrue, drainPool, fundPool, perUnit, settleAccruals, type Accrual, type AccrualPlace } from './accruals.ts'
export { checks } from './checks.ts'
export { propose } from './proposals.ts'
export { divide, giveBack, type Divided, type Income } from './dividing.ts'
export { setTerm } from './store.ts'
export { standardPlan, termsFor, type Terms } from './terms.ts'
export {
  stepText,
  takenIn,
  taxWithin,
  waterfall,
  workBpOf,
  type Claim,
  type Plan,
  type Rules,
  type Step,
  type Tax,
  type WaterfallInput,
} from './waterfall.ts'
