/** Every event and who listens: the one screen for "what happens when". Names are jobs. */
import type { Switchboard } from './foundation/events.ts'

export const switchboard: Switchboard = {
  // upload_finished: [],
  // asset_processed: ['catalogue.…'],
  // order_paid: ['shop.settle'],
}
