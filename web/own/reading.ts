/** Reads one file's tags, length and picture. Runs in a worker (reader.worker.ts): a file that hangs takes only that along. */
import { parseBlob, type IAudioMetadata } from 'music-metadata'
import { fromName, hashBytes, identify, type OwnProblem, type OwnTrack } from './track.ts'

export type Read = Pick<
  OwnTrack,
  'id' | 'title' | 'artists' | 'albumArtist' | 'album' | 'disc' | 'number' | 'year' | 'durationMs' | 'format' | 'loudness' | 'problem'
> & {
  /** What to ask the browser with, whether it plays such a file. */
  mime: string
  /** Words inside the file: LRC or plain. */
  words: string | null
  picture: { key: string; blob: Blob } | null
}

/** Side of a kept picture in pixels: a full-screen cover on a phone. */
const pictureSide = 640
const mostPictureBytes = 12_000_000

type Kind = { format: string; mime: string }
/** Container and codec as music-metadata names them, as people do, and as browsers want to be asked. */
function kindOf(format: IAudioMetadata['format'], name: string): Kind {
  const container = (format.container ?? '').toLowerCase()
  const codec = (format.codec ?? '').toLowerCase()
  if (container.includes('mpeg') && codec.includes('layer 3')) return { format: 'MP3', mime: 'audio/mpeg' }
  if (container === 'adts' || container.startsWith('adts')) return { format: 'AAC', mime: 'audio/aac' }
  if (container === 'flac') return { format: 'FLAC', mime: 'audio/flac' }
  if (container === 'ogg') {
    if (codec.includes('opus')) return { format: 'Opus', mime: 'audio/ogg; codecs="opus"' }
    if (codec.includes('flac')) return { format: 'Ogg FLAC', mime: 'audio/ogg; codecs="flac"' }
    if (codec.includes('speex')) return { format: 'Speex', mime: 'audio/ogg; codecs="speex"' }
    return { format: 'Vorbis', mime: 'audio/ogg; codecs="vorbis"' }
  }
  if (/m4a|mp4|isom|qt|3gp|m4b|m4p/.test(container)) {
    if (codec.includes('alac')) return { format: 'ALAC', mime: 'audio/mp4; codecs="alac"' }
    if (codec.includes('flac')) return { format: 'FLAC', mime: 'audio/mp4; codecs="flac"' }
    if (codec.includes('opus')) return { format: 'Opus', mime: 'audio/mp4; codecs="opus"' }
    if (/ac-?3|dolby/.test(codec)) return { format: 'Dolby', mime: 'audio/mp4; codecs="ac-3"' }
    return { format: 'AAC', mime: 'audio/mp4; codecs="mp4a.40.2"' }
  }
  if (container === 'wave')
    return {
      format: 'WAV',
      mime: codec === '' || codec.includes('pcm') || codec.includes('ieee') ? 'audio/wav; codecs="1"' : 'audio/x-wav-unknown',
    }
  if (container.includes('aiff') || container.includes('aifc')) return { format: 'AIFF', mime: 'audio/aiff' }
  if (container.includes('webm') || container.includes('matroska')) return { format: 'WebM', mime: 'audio/webm' }
  if (container.includes('asf')) return { format: 'WMA', mime: 'audio/x-ms-wma' }
  if (container.includes('monkey')) return { format: 'Monkey’s Audio', mime: 'audio/x-ape' }
  if (container.includes('wavpack')) return { format: 'WavPack', mime: 'audio/x-wavpack' }
  if (container.includes('musepack')) return { format: 'Musepack', mime: 'audio/x-musepack' }
  if (container.includes('dsf') || container.includes('dsdiff') || container.includes('dff')) return { format: 'DSD', mime: 'audio/x-dsd' }
  const ending = name.slice(name.lastIndexOf('.') + 1).toUpperCase()
  return { format: ending, mime: `audio/${ending.toLowerCase()}` }
}

/** Words in the tags: timed ones are written as LRC, so that one reader reads all. */
function wordsOf({ common }: IAudioMetadata): string | null {
  for (const lyrics of common.lyrics ?? []) {
    const timed = lyrics.syncText?.filter(line => line.timestamp !== undefined) ?? []
    if (timed.length > 0)
      return timed
        .map(({ timestamp = 0, text }) => {
          const seconds = timestamp / 1000
          return `[${String(Math.floor(seconds / 60)).padStart(2, '0')}:${(seconds % 60).toFixed(2).padStart(5, '0')}]${text}`
        })
        .join('\n')
    if (lyrics.text?.trim()) return lyrics.text
  }
  return null
}

/** ReplayGain 2 aims at −18 LUFS: what is to be taken away says how loud it is. */
function loudnessOf({ common }: IAudioMetadata): OwnTrack['loudness'] {
  const gain = common.replaygain_track_gain?.dB
  if (gain === undefined || !Number.isFinite(gain)) return null
  const track = -18 - gain
  const peak = common.replaygain_track_peak?.ratio
  return {
    track,
    album: common.replaygain_album_gain?.dB === undefined ? track : -18 - common.replaygain_album_gain.dB,
    peak: peak && peak > 0 ? 20 * Math.log10(peak) : 0,
  }
}

/** The length from the container where the tags' reader has none (an MP3 without an index). */
async function lengthOf(file: File): Promise<number> {
  const { ALL_FORMATS, BlobSource, Input } = await import('mediabunny')
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS })
  try {
    return Math.round((await input.computeDuration()) * 1000)
  } finally {
    input.dispose()
  }
}

async function pictureOf(metadata: IAudioMetadata, known: Set<string>): Promise<Read['picture'] | string> {
  const all = metadata.common.picture ?? []
  const picture = all.find(one => /front/i.test(one.type ?? '')) ?? all[0]
  if (!picture || picture.data.length === 0 || picture.data.length > mostPictureBytes) return null
  return shrink(new Blob([picture.data.slice()], { type: picture.format }), known)
}

/** A picture in the size that is shown; only its key where it was made before. Null when it is none. */
export async function shrink(blob: Blob, known: Set<string>): Promise<{ key: string; blob: Blob } | string | null> {
  const key = hashBytes(new Uint8Array(await blob.arrayBuffer()), blob.size)
  if (known.has(key)) return key
  try {
    const whole = await createImageBitmap(blob)
    const scale = Math.min(1, pictureSide / Math.max(whole.width, whole.height))
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(whole.width * scale)), Math.max(1, Math.round(whole.height * scale)))
    canvas.getContext('2d')!.drawImage(whole, 0, 0, canvas.width, canvas.height)
    whole.close()
    const small = await canvas.convertToBlob({ type: 'image/webp', quality: 0.82 })
    known.add(key)
    return { key, blob: small }
  } catch {
    return null
  }
}

const failed = async (file: File, path: string, problem: OwnProblem, kind: Partial<Kind> = {}): Promise<Read> => ({
  ...(await bare(file, path)),
  ...kind,
  problem,
})

async function bare(file: File, path: string): Promise<Read> {
  return {
    id: await identify(file),
    artists: [],
    albumArtist: null,
    album: null,
    year: null,
    durationMs: 0,
    format: path.slice(path.lastIndexOf('.') + 1).toUpperCase(),
    mime: '',
    loudness: null,
    problem: null,
    words: null,
    picture: null,
    ...fromName(path),
  }
}

/** `known`: keys of pictures made before; such a one comes back as its key only. */
export async function readFile(file: File, path: string, known: Set<string>): Promise<Read & { pictureKey: string | null }> {
  if (file.size === 0) return { ...(await failed(file, path, { kind: 'empty', detail: '' })), pictureKey: null }
  let metadata: IAudioMetadata
  try {
    metadata = await parseBlob(file, { duration: false })
  } catch {
    return { ...(await failed(file, path, { kind: 'broken', detail: '' })), pictureKey: null }
  }
  const { common, format } = metadata
  const named = fromName(path)
  const kind = kindOf(format, path)
  const usable = format.duration !== undefined && Number.isFinite(format.duration) && format.duration > 0
  const durationMs = usable ? Math.round(format.duration! * 1000) : await lengthOf(file).catch(() => 0)
  const picture = await pictureOf(metadata, known)
  const codec = (format.codec ?? '').toLowerCase()
  const closed = /drm|drms|encrypted/.test(codec) || /\.m4p$/i.test(path)
  return {
    id: await identify(file),
    title: common.title?.trim() || named.title,
    artists: (common.artists ?? []).map(name => name.trim()).filter(Boolean),
    albumArtist: common.albumartist?.trim() || null,
    album: common.album?.trim() || null,
    disc: common.disk.no ?? named.disc,
    number: common.track.no ?? named.number,
    year: common.year ?? null,
    durationMs,
    ...kind,
    loudness: loudnessOf(metadata),
    problem: closed ? { kind: 'protected', detail: '' } : durationMs === 0 ? { kind: 'broken', detail: '' } : null,
    words: wordsOf(metadata),
    picture: typeof picture === 'string' ? null : picture,
    pictureKey: typeof picture === 'string' ? picture : (picture?.key ?? null),
  }
}
