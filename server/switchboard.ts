/** Every event and who listens: the one screen for "what happens when". Names are jobs. */
import type { Switchboard } from './foundation/events.ts'

export const switchboard: Switchboard = {
  // upload_finished: [],
  page_opened: ['catalogue.page'],
  page_changed: ['catalogue.page'],
  asset_processed: ['catalogue.sound', 'shop.formats'],
  asset_failed: ['catalogue.sound'],
}
