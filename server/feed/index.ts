/** The door of the feed: posts in groups and on pages, comments, reactions, polls. */
import './moderating.ts'

export { checks } from './checks.ts'
export { publishComment } from './comments.ts'
export { jobs, startFeedWork } from './jobs.ts'
export { reactAs, voteAs } from './marks.ts'
export { publishPost } from './posts.ts'
export { routes } from './routes.ts'
export { showPosts as postsOf } from './showing.ts'
