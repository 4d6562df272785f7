import type { Ok } from '../api.ts'
import { artistNames } from '../player/track.ts'
import { origin, pageHead, type HeadMatch } from '../shell/head.ts'

/** ISO 8601 duration of milliseconds, as schema.org wants it. */
const isoDuration = (ms: number): string => `PT${Math.floor(ms / 60_000)}M${Math.round((ms % 60_000) / 1000)}S`

const person = (artist: { id: string; name: string }) => ({
  '@type': 'MusicGroup',
  name: artist.name,
  url: `${origin()}/artists/${artist.id}`,
})

const feedOf = (page: { id: string }, what: 'releases' | 'shows'): string => `/feeds/pages/${page.id}/${what}.atom`

/** What links to a release show, and the release as schema.org knows it. */
export const releaseHead = (match: HeadMatch, release: Ok<'GET /releases/:id'> | undefined) =>
  pageHead(match, t => {
    if (!release) return { title: t.music.releases }
    const free = release.tracks.find(track => track.streaming === 'full')
    return {
      title: `${release.title} – ${artistNames(release.artists)}`,
      description: `${t.music.kinds[release.kind]} · ${t.music.tracks(release.trackCount)} · ${t.shell.tagline}`,
      type: 'music.album',
      image: release.cover?.large,
      audio: free && `/api/v1/tracks/${free.id}/stream`,
      index: release.visibility === 'public',
      player: true,
      feeds: release.artists.slice(0, 1).map(artist => feedOf(artist, 'releases')),
      data: {
        '@type': 'MusicAlbum',
        name: release.title,
        url: `${origin()}/releases/${release.id}`,
        byArtist: release.artists.map(person),
        numTracks: release.trackCount,
        ...(release.releasedOn ? { datePublished: release.releasedOn } : {}),
        ...(release.genre ? { genre: release.genre } : {}),
        track: release.tracks.map(track => ({
          '@type': 'MusicRecording',
          name: track.title,
          position: track.number,
          duration: isoDuration(track.durationMs),
          url: `${origin()}/tracks/${track.id}`,
        })),
      },
    }
  })

export const trackHead = (match: HeadMatch, track: Ok<'GET /tracks/:id'> | undefined) =>
  pageHead(match, t => {
    if (!track) return { title: t.music.songs }
    return {
      title: `${track.title} – ${artistNames(track.artists)}`,
      description: `${t.music.fromRelease} ${track.release.title} · ${t.shell.tagline}`,
      type: 'music.song',
      image: track.cover?.large,
      player: true,
      audio: track.streaming === 'none' ? undefined : `/api/v1/tracks/${track.id}/stream`,
      data: {
        '@type': 'MusicRecording',
        name: track.title,
        url: `${origin()}/tracks/${track.id}`,
        duration: isoDuration(track.durationMs),
        byArtist: track.artists.map(person),
        inAlbum: { '@type': 'MusicAlbum', name: track.release.title, url: `${origin()}/releases/${track.release.id}` },
        ...(track.isrc ? { isrcCode: track.isrc } : {}),
      },
    }
  })

export const artistHead = (match: HeadMatch, page: Ok<'GET /pages/:id'> | undefined) =>
  pageHead(match, t => {
    if (!page) return { title: t.music.artists }
    const bio = match.context.locale === 'zh' ? page.bio.zh || page.bio.en : page.bio.en || page.bio.zh
    return {
      title: page.name,
      description: bio.slice(0, 200) || t.shell.tagline,
      type: 'profile',
      image: page.picture ?? undefined,
      feeds: [feedOf(page, 'releases'), feedOf(page, 'shows')],
      data: {
        '@type': 'MusicGroup',
        name: page.name,
        url: `${origin()}/artists/${page.id}`,
        ...(bio ? { description: bio } : {}),
        ...(page.links.length > 0 ? { sameAs: page.links.map(link => link.url) } : {}),
      },
    }
  })
