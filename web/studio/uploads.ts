import { makeUploads } from '../media/uploads.ts'

/** Sound files by type or ending; others are left out. */
export const isSound = (file: { name: string; type: string }): boolean =>
  /^(audio\/|video\/(mp4|ogg))/.test(file.type) || /\.(mp3|flac|ogg|oga|opus|m4a|aac|wav|aif|aiff)$/i.test(file.name)

/** Words that lie beside a song of the same name. */
const isWords = (file: { name: string }): boolean => /\.(lrc|trc|ttml|srt|vtt)$/i.test(file.name)

/** Files on their way into an import. */
export const uploads = makeUploads(file => isSound(file) || isWords(file))
