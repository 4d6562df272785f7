/** Everything that rooms tell each other: one closed union, past tense, ids only. `server/switchboard.ts` lists who listens. */
export type PlanetEvent =
  | { type: 'person_joined'; person: string }
  | { type: 'page_opened'; page: string }
  | { type: 'page_changed'; page: string }
  | { type: 'upload_finished'; upload: string }
  | { type: 'asset_processed'; asset: string }
  | { type: 'asset_failed'; asset: string }
  | { type: 'release_imported'; release: string }
  | { type: 'release_changed'; release: string }
  | { type: 'lyrics_accepted'; contribution: string; person: string }
  | { type: 'play_recorded'; play: string }
  | { type: 'split_signed'; sheet: string }
  | { type: 'order_placed'; order: string }
  | { type: 'order_paid'; order: string }
  | { type: 'lines_settled'; lines: readonly string[] }

export type EventType = PlanetEvent['type']
