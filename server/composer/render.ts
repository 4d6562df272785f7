import { spawn } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { demoArtists, demoReleases, type DemoTrack, demoTracks, lyricsOf, scoreOf } from './catalogue.ts'
import { mix } from './mix.ts'
import { RATE } from './signal.ts'

/** Tags by Vorbis name; a list becomes the tag several times. */
export type Tags = Record<string, string | readonly string[]>

/** Composes and plays one track. The same key gives the same samples. About a second per minute of music: not for the app's own process. */
export function renderTrack(trackKey: string): { sampleRate: number; channels: [Float32Array, Float32Array] } {
  return { sampleRate: RATE, channels: mix(scoreOf(trackKey)) }
}

const trackOf = (key: string): DemoTrack => {
  const track = demoTracks().find(t => t.key === key)
  if (!track) throw new Error(`no demo track has the key ${key}`)
  return track
}

/** A name that every file system takes. */
const safe = (name: string) =>
  name
    .replaceAll(/[\\/:*?"<>|]/g, '_')
    .replace(/[. ]+$/, '')
    .trim()

/** Where a track's file belongs below the folder: `<Artist>/<Release>/<NN Title>.flac`. */
export function pathOfTrack(trackKey: string, dir: string): string {
  const track = trackOf(trackKey)
  const release = demoReleases.find(r => r.key === track.release)!
  const by = demoArtists.find(a => a.key === release.artist)!
  return join(dir, safe(by.name), safe(release.title), `${String(track.number).padStart(2, '0')} ${safe(track.title)}.flac`)
}

const stamp = (ms: number) =>
  `${String(Math.floor(ms / 60_000)).padStart(2, '0')}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}.${String(Math.floor(ms / 10) % 100).padStart(2, '0')}`

/** Enhanced LRC: a time before each line and each word, the translation as a second line at the same time. */
export function lrcOf(trackKey: string): string | null {
  const lyrics = lyricsOf(trackKey)
  if (!lyrics) return null
  const rows = lyrics.lines.flatMap(line => [
    `[${stamp(line.startMs)}]${line.words.map(w => `<${stamp(w.startMs)}>${w.text}`).join('')}<${stamp(line.endMs)}>`,
    `[${stamp(line.startMs)}]${line.translation}`,
  ])
  return rows.join('\n')
}

/** The tags of a track's file, with Picard's names. */
export function tagsOf(trackKey: string): Tags {
  const track = trackOf(trackKey)
  const release = demoReleases.find(r => r.key === track.release)!
  const name = (key: string) => demoArtists.find(a => a.key === key)!.name
  const who = (role: string) => track.credits.filter(c => c.role === role).map(c => c.name)
  const all = demoTracks().filter(t => t.release === track.release)
  const lrc = lrcOf(trackKey)
  return {
    TITLE: track.title,
    ARTIST: [name(track.artist), ...track.featured.map(name)],
    ALBUM: release.title,
    ALBUMARTIST: name(release.artist),
    TRACKNUMBER: String(track.number),
    TRACKTOTAL: String(all.length),
    DISCNUMBER: String(track.disc),
    DATE: release.date,
    RELEASETYPE: release.kind,
    GENRE: track.genre,
    COMPOSER: who('composer'),
    ...(track.instrumental ? {} : { LYRICIST: who('lyricist') }),
    PRODUCER: who('producer'),
    ...(release.label ? { LABEL: release.label } : {}),
    BPM: String(track.bpm),
    INITIALKEY: track.musicalKey,
    ...(track.language ? { LANGUAGE: track.language === 'zh' ? 'zho' : 'eng' } : {}),
    COPYRIGHT: "made by Planet's demo composer, CC0",
    LICENSE: 'https://creativecommons.org/publicdomain/zero/1.0/',
    ...(lrc ? { LYRICS: lrc } : {}),
  }
}

/**
 * Renders one track to its FLAC file below `dir` (with `cover.jpg` beside it) in a child process at low priority, and answers with its path.
 * The file appears whole or not at all. Rejects with the child's one-line reason, or when the signal aborts.
 */
export async function renderTrackFile(trackKey: string, dir: string, how: { signal?: AbortSignal } = {}): Promise<string> {
  const path = pathOfTrack(trackKey, dir)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const script = fileURLToPath(new URL('./render.child.ts', import.meta.url))
  const child = spawn(
    process.execPath,
    ['--max-old-space-size=512', '--disable-warning=ExperimentalWarning', script, JSON.stringify({ track: trackKey, path })],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: '/usr/bin:/bin' },
      signal: how.signal,
      killSignal: 'SIGKILL',
    },
  )
  try {
    if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // Already gone, or not allowed here: then it runs at normal priority.
  }
  let reason = ''
  child.stderr.on('data', (chunk: Buffer) => {
    reason = (reason + chunk.toString()).slice(-500)
  })
  child.on('error', reject)
  child.on('close', (code, signal) => {
    if (code === 0) resolve(path)
    else reject(new Error(`rendering ${trackKey} failed: ${reason.trim().split('\n').at(-1) || signal || code}`))
  })
  return promise
}
