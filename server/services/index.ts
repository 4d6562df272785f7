/** The door of services: work made to order, memberships, vouchers. */
import { registerKind } from '../shop/index.ts'
import { membership, service, voucher } from './kinds.ts'

registerKind(service)
registerKind(membership)
registerKind(voucher)

export { checks } from './checks.ts'
export { jobs } from './jobs.ts'
export { earlyHours, isMember } from './memberships.ts'
export { dressService, makeService } from './products.ts'
export { routes } from './routes.ts'
