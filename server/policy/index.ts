/** The door of policy: what is allowed on this planet, and to whom. */
export { checks } from './checks.ts'
export { policyOf, unfit, type Unfit } from './policy.ts'
export { routes } from './routes.ts'
