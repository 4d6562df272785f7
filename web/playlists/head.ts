import { origin, pageHead, type HeadMatch } from '../shell/head.ts'
import type { Playlist } from './queries.ts'

/** What links to a playlist show; a public one as schema.org knows it. */
export const playlistHead = (match: HeadMatch, list: Playlist | undefined) =>
  pageHead(match, t => {
    if (!list) return { title: t.shell.library, index: false }
    const url = `${origin()}/playlists/${list.id}`
    return {
      title: `${list.name} – ${list.owner.name}`,
      description: list.note.slice(0, 200) || `${t.music.tracks(list.entries ?? 0)} · ${t.shell.tagline}`,
      type: 'music.playlist',
      image: list.covers[0]?.large,
      index: list.visibility === 'public',
      player: true,
      ...(list.visibility === 'public'
        ? {
            data: {
              '@type': 'MusicPlaylist',
              name: list.name,
              url,
              numTracks: list.entries ?? 0,
              ...(list.note ? { description: list.note } : {}),
              author: { '@type': 'Person', name: list.owner.name },
              dateModified: list.changedAt,
            },
          }
        : {}),
    }
  })
