/** Every event and who listens: the one screen for "what happens when". Names are jobs. */
import type { Switchboard } from './foundation/events.ts'

export const switchboard: Switchboard = {
  // upload_finished: [],
  page_opened: ['search.page'],
  page_changed: ['catalogue.page', 'search.page'],
  release_changed: ['search.release', 'playlists.arrived'],
  asset_processed: ['catalogue.sound', 'intake.alike', 'shop.formats'],
  asset_failed: ['catalogue.sound'],
}
