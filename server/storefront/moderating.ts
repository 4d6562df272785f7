/** What moderation sees of reviews, and what its decisions do to them. Loaded once, by the room's door. */
import { coverUrl } from '../media/index.ts'
import { registerSubject } from '../moderation/index.ts'
import { urlOf } from './listings.ts'
import { hideReviews, lookAtReviews } from './store-reviews.ts'

registerSubject('review', {
  look: async (read, ids) =>
    new Map(
      (await lookAtReviews(read, ids)).map(row => [
        row.id,
        {
          group: null,
          author: row.person,
          text: [`★ ${row.stars}`, row.title, row.text, ...(row.answer === null ? [] : [`— ${row.answer}`])].join('\n'),
          pictures: row.pictures.map(asset => coverUrl(asset, 640)),
          url: urlOf(row.kind, row.subject, row.page),
          hidden: row.hidden,
        },
      ]),
    ),
  hide: hideReviews,
  // They stand below what is sold: everybody sees them.
  see: async (_read, _viewer, ids) => new Set(ids),
})
