/** Lyrics as a file. */
import type { FastifyReply } from 'fastify'
import { fault } from '../../shared/faults.ts'
import type { StreamContext } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { attachment, fileName } from '../foundation/zip.ts'
import { formats, writeTimed } from '../timedtext/index.ts'
import { readParts, readPlace } from './store.ts'
import { joined, type Input } from './words.ts'

/** The names of those who made what is in it stand in the file, as far as its format has a place for them. */
export async function sendFile(
  ctx: StreamContext,
  viewer: Viewer | null,
  input: Input<'GET /tracks/:id/lyrics/file'>,
): Promise<FastifyReply> {
  const { id, format, translation, bare } = input
  const place = await readPlace(ctx.read, viewer, id)
  const parts = await readParts(ctx.read, viewer, id)
  if (place === undefined || parts === undefined) throw fault('not_found')
  const lyrics = joined(id, parts, { translation, locale: viewer?.locale })
  const by = [...new Set(lyrics.parts.flatMap(part => part.hands.map(hand => hand.name)))].join(', ')
  const lines = bare === true ? lyrics.lines.map(line => ({ ...line, translation: null, romanisation: null })) : lyrics.lines
  const text = writeTimed(lines, format, {
    title: place.title,
    ...(place.artists === '' ? {} : { artist: place.artists }),
    album: place.album,
    ...(by === '' ? {} : { by }),
    ...(lyrics.language === 'other' ? {} : { language: lyrics.language }),
    ...(lyrics.translationLanguage === null || lyrics.translationLanguage === 'other'
      ? {}
      : { translationLanguage: lyrics.translationLanguage }),
  })
  return ctx.reply
    .headers({
      'content-disposition': attachment(
        `${fileName(`${place.artists === '' ? '' : `${place.artists} - `}${place.title}`)}.${formats[format].ending}`,
      ),
      'cache-control': 'private, no-cache',
      'x-content-type-options': 'nosniff',
    })
    .type(formats[format].type)
    .send(text)
}
