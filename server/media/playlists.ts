/** HLS playlists over byte ranges of one CMAF file (RFC 8216). */
import type { StoredRendition } from './store.ts'

/** One rendition: its init part and every segment as a range of the same file. */
export function mediaPlaylist({ name, initBytes, segments }: StoredRendition): string {
  const file = `${name}.m4a`
  const longest = Math.max(1, ...segments.map(segment => Math.ceil(segment.durationMs / 1000)))
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${longest}`, '#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-INDEPENDENT-SEGMENTS', `#EXT-X-MAP:URI="${file}",BYTERANGE="${initBytes}@0"`]
  for (const { offset, bytes, durationMs } of segments) lines.push(`#EXTINF:${(durationMs / 1000).toFixed(5)},`, `#EXT-X-BYTERANGE:${bytes}@${offset}`, file)
  lines.push('#EXT-X-ENDLIST', '')
  return lines.join('\n')
}

/** All renditions, the best first. */
export function masterPlaylist(renditions: readonly StoredRendition[]): string {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS']
  for (const one of [...renditions].sort((a, b) => b.bitsPerSecond - a.bitsPerSecond)) {
    const peak = Math.max(one.bitsPerSecond, ...one.segments.map(segment => Math.round((segment.bytes * 8000) / Math.max(1, segment.durationMs))))
    lines.push(`#EXT-X-STREAM-INF:BANDWIDTH=${peak},AVERAGE-BANDWIDTH=${one.bitsPerSecond},CODECS="${one.codecs}"`, `${one.name}.m3u8`)
  }
  lines.push('')
  return lines.join('\n')
}
