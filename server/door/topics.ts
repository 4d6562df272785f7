import type { MayHear } from '../foundation/live.ts'
import { allowStaff } from './access.ts'

/** Open desks hear of their own doors. */
export const findShow: MayHear = async (read, viewer, show) =>
  viewer !== null &&
  allowStaff(read, viewer, show).then(
    () => true,
    () => false,
  )
