/** What the app and its engine child say to each other. Plain data only: it crosses a process border. */

/** Why a file cannot be used. The message beside it is one clear sentence for the person who brought the file. */
export type RefusalCode =
  | 'missing'
  | 'empty'
  | 'not_audio'
  | 'not_image'
  | 'playlist'
  | 'no_sound'
  | 'unsupported'
  | 'protected'
  | 'truncated'
  | 'damaged'
  | 'too_long'
  | 'too_large'
  | 'took_too_long'
  | 'crashed'
  | 'stopped'

/** A file that is refused, with the reason to show. Anything else that is thrown is a bug or a full disk. */
export class MediaRefused extends Error {
  readonly code: RefusalCode
  constructor(code: RefusalCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'MediaRefused'
    this.code = code
  }
}

export type AudioFormat = 'mp3' | 'flac' | 'ogg' | 'wav' | 'mp4' | 'aiff' | 'aac' | 'matroska'

/** Tags as people wrote them, trimmed, with limits on count and length. Empty lists where nothing is said. */
export type Tags = {
  title: string | null
  artist: string | null
  artists: string[]
  albumArtist: string | null
  albumArtists: string[]
  album: string | null
  trackNo: number | null
  trackOf: number | null
  discNo: number | null
  discOf: number | null
  /** `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. */
  date: string | null
  genres: string[]
  /** Who did what: `{ role: 'composer', name }`; a performer's instrument is the detail. */
  credits: { role: CreditRole; name: string; detail: string | null }[]
  isrc: string[]
  label: string[]
  catalogNumber: string[]
  barcode: string | null
  copyright: string | null
  license: string | null
  website: string | null
  comment: string | null
  language: string | null
  compilation: boolean
  bpm: number | null
  key: string | null
  /** Lyrics as in the file: plain text, or LRC text when lines carry times. */
  lyrics: string | null
  musicbrainz: { recording: string | null; release: string | null; releaseGroup: string | null; artists: string[] }
}
export type CreditRole =
  | 'composer'
  | 'lyricist'
  | 'writer'
  | 'arranger'
  | 'conductor'
  | 'performer'
  | 'producer'
  | 'engineer'
  | 'mixer'
  | 'remixer'
  | 'dj_mixer'

/** What is known of a file without decoding it. */
export type Inspection = {
  format: AudioFormat
  mime: string
  /** As the file says: `Opus`, `FLAC`, `MPEG 1 Layer 3`, … */
  codec: string
  lossless: boolean
  /** As the container says; the exact length comes from decoding. */
  durationMs: number | null
  sampleRate: number | null
  channels: number | null
  bitsPerSample: number | null
  bitsPerSecond: number | null
  sizeBytes: number
  tags: Tags
  /** The front cover inside the file, else its first picture. */
  picture: { mime: string; sizeBytes: number; sha256: string } | null
}

/** What decoding the whole file once tells. */
export type Analysis = {
  durationMs: number
  /** Sample frames at `sampleRate`. */
  samples: number
  sampleRate: number
  channels: number
  /** EBU R128 integrated loudness; null where all is silence. */
  loudnessLufs: number | null
  loudnessRangeLu: number
  truePeakDbtp: number | null
  /** 1,800 peaks of equal time, 0 … 255 of full scale. */
  waveform: Uint8Array
  /** Raw Chromaprint of the whole track: little-endian int32, about 8 per second. Null for tracks too short for one. */
  fingerprint: Uint8Array | null
  /** Where the 30 s preview begins: the liveliest stretch. */
  previewStartMs: number
  /** Small faults that were heard over, for the log. */
  warnings: string[]
}

export const renditionNames = ['aac256', 'aac128', 'opus96', 'preview'] as const
export type RenditionName = (typeof renditionNames)[number]

/** One file of fragmented MP4 (CMAF): an init part, an index, then segments that stand alone. */
export type Rendition = {
  name: RenditionName
  /** File name in the output folder. */
  file: string
  mime: string
  /** RFC 6381, e.g. `mp4a.40.2`. */
  codecs: string
  bitsPerSecond: number
  sizeBytes: number
  sampleRate: number
  channels: number
  durationMs: number
  /** Samples of silence the encoder put before the first real one, real samples, and samples after the last real one: for gapless joins. */
  delaySamples: number
  validSamples: number
  paddingSamples: number
  /** Byte range of the init part is [0, initBytes). */
  initBytes: number
  segments: { offset: number; bytes: number; durationMs: number }[]
}

/** A cover in the sizes the pages use, WebP, metadata stripped. */
export type CoverSet = {
  /** Of the original. */
  mime: string
  width: number
  height: number
  sizes: { size: PictureSize; file: string; sizeBytes: number; width: number; height: number }[]
  /** `#rrggbb`, readable as an accent on both light and dark. */
  accent: string
}
export const coverSizes = [64, 300, 640, 1200] as const
export type CoverSize = (typeof coverSizes)[number]
/** Of a picture that keeps its proportions: pixels of the longer side. */
export const pictureSizes = [...coverSizes, 2048] as const
export type PictureSize = (typeof pictureSizes)[number]

/** MP3 320, FLAC, or Opus 160 in Ogg. */
export type ConvertFormat = 'mp3' | 'flac' | 'opus'
/** What one listener's stream is made as: MP3 of a constant rate, Opus in Ogg, AAC as ADTS. All can be read while they grow. */
export type StreamFormat = 'mp3' | 'opus' | 'aac'
export type ConvertTags = Record<string, string>

export type Task =
  | { kind: 'inspect'; path: string }
  | { kind: 'picture'; path: string }
  | { kind: 'analyse'; path: string }
  | { kind: 'render'; path: string; out: string; names: RenditionName[]; previewStartMs: number }
  | { kind: 'convert'; path: string; out: string; format: ConvertFormat; tags: ConvertTags; cover: string | null }
  | { kind: 'cover'; path: string; out: string; whole: boolean }
  | { kind: 'transcode'; path: string; out: string; format: StreamFormat; bitsPerSecond: number; fromMs: number }

export type Results = {
  inspect: Inspection
  picture: { mime: string; data: Uint8Array } | null
  analyse: Analysis
  render: Rendition[]
  convert: { sizeBytes: number; mime: string }
  cover: CoverSet
  transcode: { sizeBytes: number }
}

export type ToChild = { id: number; task: Task }
export type FromChild =
  | { ready: true }
  | { id: number; progress: number }
  | { id: number; result: unknown }
  | { id: number; refused: RefusalCode; message: string }
  | { id: number; bug: string }

/** Longest track. */
export const maxDurationMs = 4 * 3600_000
export const maxChannels = 8
export const maxSampleRate = 384_000
/** Longest list of pixels a picture may unfold to. */
export const maxPixels = 64_000_000
export const maxPictureBytes = 40 * 1024 * 1024
