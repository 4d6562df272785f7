/** Every event and who listens: the one screen for "what happens when". Names are jobs. */
import type { EventType } from '../shared/events.ts'
import type { Gathering, Switchboard } from './foundation/events.ts'

export const switchboard: Switchboard = {
  // upload_finished: [],
  page_opened: ['search.page'],
  page_changed: ['catalogue.page', 'search.page'],
  release_changed: ['search.release', 'playlists.arrived'],
  asset_processed: ['catalogue.sound', 'intake.alike', 'shop.formats'],
  asset_failed: ['catalogue.sound'],
  play_recorded: ['missions.heard'],
  play_grew: ['missions.heard'],
  plays_withdrawn: ['missions.heard'],
  event_attended: ['missions.attended'],
  lyrics_accepted: ['missions.lyric'],
}

/** Listeners that take what gathers within a second, a list of events at once, each person in one shard. */
export const gathered: Readonly<Record<string, Gathering>> = {
  'missions.heard': { by: 'person', shards: 8 },
}

/** Events too many to be written down: only their listeners hear of them. */
export const passing: readonly EventType[] = ['play_grew']
