/** A playlist as a file: M3U, JSPF, XSPF, JSON, CSV, with addresses of this planet that stay. Lines whose music is not here are told too. */
import type { Readable } from 'node:stream'
import { clock } from '../foundation/clock.ts'
import { csv, Decimal } from '../foundation/csv.ts'
import type { Format } from './formats.ts'

export type OutLine = { title: string; artist: string; album: string; durationMs: number | null; isrc: string | null; track: string | null }
export type OutList = { id: string; name: string; note: string; owner: string; changedAt: Date; lines: readonly OutLine[] }

// oxlint-disable-next-line no-control-regex
const oneLine = (text: string): string => text.replace(/[\u0000-\u001f\u007f]+/g, ' ')
const named: Record<string, string> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;', "'": '&apos;' }
const xml = (text: string): string => oneLine(text).replace(/[<>&"']/g, mark => named[mark]!)
const seconds = (ms: number | null): number => (ms === null ? -1 : Math.round(ms / 1000))

const m3u = (list: OutList, at: (track: string) => string): string =>
  [
    '#EXTM3U',
    `#PLAYLIST:${oneLine(list.name)}`,
    ...list.lines.flatMap(line => [
      `#EXTINF:${seconds(line.durationMs)},${oneLine(line.artist === '' ? line.title : `${line.artist} - ${line.title}`)}`,
      ...(line.album === '' ? [] : [`#EXTALB:${oneLine(line.album)}`]),
      // A line without music keeps its name as a path, so that other players may find it among their own files.
      line.track === null ? `./${oneLine(`${line.artist} - ${line.title}`).replace(/[/\\]/g, '_')}.mp3` : at(line.track),
    ]),
    '',
  ].join('\n')

const jspf = (list: OutList, url: string, at: (track: string) => string): string =>
  JSON.stringify({
    playlist: {
      title: list.name,
      creator: list.owner,
      ...(list.note === '' ? {} : { annotation: list.note }),
      date: list.changedAt.toISOString(),
      location: `${url}/playlists/${list.id}`,
      track: list.lines.map(line => ({
        title: line.title,
        creator: line.artist,
        album: line.album,
        ...(line.durationMs === null ? {} : { duration: line.durationMs }),
        ...(line.track === null ? {} : { location: [at(line.track)] }),
        ...(line.isrc === null ? {} : { identifier: [`isrc:${line.isrc}`] }),
      })),
    },
  })

const xspf = (list: OutList, url: string, at: (track: string) => string): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<playlist version="1" xmlns="http://xspf.org/ns/0/">',
    `<title>${xml(list.name)}</title>`,
    `<creator>${xml(list.owner)}</creator>`,
    ...(list.note === '' ? [] : [`<annotation>${xml(list.note)}</annotation>`]),
    `<location>${xml(`${url}/playlists/${list.id}`)}</location>`,
    `<date>${list.changedAt.toISOString()}</date>`,
    '<trackList>',
    ...list.lines.map(
      line =>
        `<track>${line.track === null ? '' : `<location>${xml(at(line.track))}</location>`}${line.isrc === null ? '' : `<identifier>isrc:${line.isrc}</identifier>`}` +
        `<title>${xml(line.title)}</title><creator>${xml(line.artist)}</creator><album>${xml(line.album)}</album>` +
        `${line.durationMs === null ? '' : `<duration>${line.durationMs}</duration>`}</track>`,
    ),
    '</trackList>',
    '</playlist>',
    '',
  ].join('\n')

const json = (list: OutList, url: string, at: (track: string) => string): string =>
  JSON.stringify(
    {
      format: 'planet-playlist-1',
      name: list.name,
      note: list.note,
      owner: list.owner,
      url: `${url}/playlists/${list.id}`,
      exportedAt: clock.now().toISOString(),
      tracks: list.lines.map(({ track, ...line }) => ({ ...line, url: track === null ? null : at(track) })),
    },
    null,
    1,
  )

const table = (list: OutList, at: (track: string) => string): Readable =>
  csv(
    ['title', 'artist', 'album', 'seconds', 'isrc', 'url'],
    list.lines.map(line => [
      line.title,
      line.artist,
      line.album,
      line.durationMs === null ? null : new Decimal(String(Math.round(line.durationMs / 1000))),
      line.isrc,
      line.track === null ? null : at(line.track),
    ]),
  )

export const exportTypes: Record<Format, { mime: string; ending: string }> = {
  m3u: { mime: 'audio/x-mpegurl; charset=utf-8', ending: 'm3u8' },
  jspf: { mime: 'application/json; charset=utf-8', ending: 'jspf' },
  xspf: { mime: 'application/xspf+xml; charset=utf-8', ending: 'xspf' },
  json: { mime: 'application/json; charset=utf-8', ending: 'json' },
  csv: { mime: 'text/csv; charset=utf-8', ending: 'csv' },
}
/** `url` is the planet's own address. */
export function writePlaylist(format: Format, list: OutList, url: string): string | Readable {
  const at = (track: string): string => `${url}/tracks/${track}`
  return {
    m3u: () => m3u(list, at),
    jspf: () => jspf(list, url, at),
    xspf: () => xspf(list, url, at),
    json: () => json(list, url, at),
    csv: () => table(list, at),
  }[format]()
}
