/** From rows to what the contract shows. Pure. */
import type { Decoded } from '../../shared/contract.ts'
import type { Playlist, PlaylistCard, PlaylistEntry } from '../../shared/playlist-shapes.ts'
import type { Rules } from '../../shared/playlist-rules.ts'
import type { Track } from '../../shared/catalogue.ts'
import { coverUrl } from '../media/index.ts'
import { can } from './policy.ts'
import type { EntryRow } from './store-entries.ts'
import type { CardRow, PlaylistRow } from './store.ts'

const cover = (asset: string): { small: string; medium: string; large: string } => ({
  small: coverUrl(asset, 300),
  medium: coverUrl(asset, 640),
  large: coverUrl(asset, 1200),
})

export const showCard = (row: CardRow): Decoded<typeof PlaylistCard> => ({
  id: row.id,
  name: row.name,
  note: row.note,
  owner: { id: row.owner, name: row.ownerName },
  visibility: row.visibility,
  collaborative: row.collaborative,
  smart: row.smart,
  entries: row.smart ? null : row.entries,
  followers: row.followers,
  covers: (row.picture === null ? row.covers : [row.picture]).map(cover),
  ownPicture: row.picture !== null,
  changedAt: row.changedAt,
  role: row.role,
  followed: row.followed,
})

/** `found` is what a rule gives now. */
export const showPlaylist = (
  row: PlaylistRow,
  options: { invited: boolean; found?: { count: number; durationMs: number } | undefined },
): Decoded<typeof Playlist> => ({
  ...showCard(row),
  entries: options.found?.count ?? (row.smart ? null : row.entries),
  createdAt: row.createdAt,
  durationMs: options.found?.durationMs ?? row.durationMs,
  version: row.version,
  collaborators: row.collaborators.map(one => ({ ...one, since: new Date(one.since) })),
  invite: row.role === 'owner' ? row.invite : null,
  invited: options.invited,
  rules: row.role === 'owner' ? (row.rules as Rules | null) : null,
  source: row.source,
  can: { change: can.change(row), fill: can.fill(row) && !row.smart },
})

type Seen = Decoded<typeof Track>
/** A track of this state is never given to a player. */
export const playable = (track: Seen): boolean => track.playable !== 'no' && track.state === 'ready'

export const showEntry = (row: EntryRow, track: Seen | undefined): Decoded<typeof PlaylistEntry> => ({
  id: row.id,
  track: track ?? null,
  title: track?.title ?? row.title,
  artist: track?.artists.map(one => one.name).join(', ') ?? row.artist,
  album: track?.release.title ?? row.album,
  durationMs: track?.durationMs ?? row.durationMs,
  addedBy: row.addedBy,
  addedAt: row.addedAt,
  dead: row.track === null ? 'missing' : track === undefined ? 'gone' : playable(track) ? null : 'unplayable',
})
