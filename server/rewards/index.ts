/** The door of rewards: what points are exchanged for. */
import { seeDesk } from '../groups/index.ts'
import { registerPurpose, registerSender } from '../shipping/index.ts'
import { parcelMoved } from './fulfilling.ts'

/** Hosts pack for their group. */
registerSender('grp', (read, viewer, group) =>
  seeDesk(read, viewer, group).then(
    () => true,
    () => false,
  ),
)
registerPurpose('reward', parcelMoved)

export { checks } from './checks.ts'
export { dressReward } from './desk.ts'
export { addCodes, approveTerms, putReward, putState } from './desk.ts'
export { exchange } from './exchanging.ts'
export { jobs } from './jobs.ts'
export { closedTo, notFor, together, type Why } from './policy.ts'
export { freePrizes, givePrizes, keepPrizes, lapsePrizes, prizeOf, type PrizeOf } from './prizes.ts'
export { routes } from './routes.ts'
export { setPicture as setRewardPicture } from './store.ts'
