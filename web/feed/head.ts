import { origin, pageHead, type HeadMatch } from '../shell/head.ts'
import { inShort, type Post } from './post.ts'

/** What links to a post show, and a public one as schema.org knows it. */
export const postHead = (match: HeadMatch, post: Post | undefined) =>
  pageHead(match, t => {
    if (!post) return { title: t.feed.title, index: false }
    const said = inShort(post, 200)
    const [picture] = post.pictures
    const where = post.group ?? post.page
    const url = `${origin()}/posts/${post.id}`
    return {
      title: inShort(post, 60) ? `${post.author.name}: ${inShort(post, 60)}` : t.feed.postOf(post.author.name),
      description: said || (where ? t.feed.inGroup(where.name) : t.shell.tagline),
      type: 'article',
      image: picture?.large ?? post.music?.cover?.large ?? post.preview?.picture?.url ?? where?.picture ?? undefined,
      index: post.hidden === null,
      data: {
        '@type': 'SocialMediaPosting',
        url,
        headline: inShort(post, 110) || t.feed.postOf(post.author.name),
        datePublished: post.at,
        ...(post.editedAt ? { dateModified: post.editedAt } : {}),
        author: { '@type': post.artist ? 'MusicGroup' : 'Person', name: post.author.name },
        ...(post.pictures.length > 0 ? { image: post.pictures.map(one => new URL(one.large, origin()).href) } : {}),
        commentCount: post.comments,
      },
    }
  })
