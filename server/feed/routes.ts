import { feed } from '../../shared/feed.ts'
import { handlers } from '../foundation/http.ts'
import { addClip, addPicture, streamClip } from './attachments.ts'
import { addComment, changeComment, deleteComment, getComment, getComments, getReplies } from './comments.ts'
import {
  getFeed,
  getGroupPosts,
  getMentionable,
  getNew,
  getOwn,
  getPagePosts,
  getPopular,
  getPost,
  getReactions,
  searchPosts,
} from './lists.ts'
import { reactToComment, reactToPost, vote } from './marks.ts'
import { addPost, changePost, deletePost, pinPost, unpinPost } from './posts.ts'

export const routes = handlers(feed, {
  'GET /feed': getFeed,
  'GET /feed/new': getNew,
  'GET /feed/popular': getPopular,
  'GET /me/posts': getOwn,
  'GET /groups/:group/posts': getGroupPosts,
  'GET /groups/:group/posts/search': searchPosts,
  'GET /groups/:group/mentionable': getMentionable,
  'GET /pages/:page/posts': getPagePosts,
  'POST /posts/pictures': addPicture,
  'POST /posts/clips': addClip,
  'POST /posts': addPost,
  'GET /posts/:id': getPost,
  'GET /posts/:id/clip': streamClip,
  'PATCH /posts/:id': changePost,
  'DELETE /posts/:id': deletePost,
  'PUT /posts/:id/pin': pinPost,
  'DELETE /posts/:id/pin': unpinPost,
  'PUT /posts/:id/reaction': reactToPost,
  'GET /posts/:id/reactions': getReactions,
  'PUT /posts/:id/vote': vote,
  'GET /posts/:id/comments': getComments,
  'GET /comments/:id/replies': getReplies,
  'GET /comments/:id': getComment,
  'POST /posts/:id/comments': addComment,
  'PATCH /comments/:id': changeComment,
  'DELETE /comments/:id': deleteComment,
  'PUT /comments/:id/reaction': reactToComment,
})
