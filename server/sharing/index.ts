/** The door of sharing: feeds, oEmbed and the player on other sites. */
import type { FastifyInstance } from 'fastify'
import type { Sharing } from './asked.ts'
import { mountEmbeds } from './embed.ts'
import { mountFeeds } from './feeds.ts'
import { mountOembed } from './oembed.ts'

export type { Ask } from './asked.ts'

export function mountSharing(server: FastifyInstance, sharing: Sharing): void {
  mountFeeds(server, sharing)
  mountOembed(server, sharing)
  mountEmbeds(server, sharing)
}
