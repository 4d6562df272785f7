/** Reactions and votes. */
import { fault } from '../../shared/faults.ts'
import { clock } from '../foundation/clock.ts'
import type { Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import type { Viewer } from '../foundation/session.ts'
import { shownPost, type Input } from './lists.ts'
import { joinPlace, seeComment, seePost, tellPost } from './places.ts'
import { showReactions, type Ok } from './showing.ts'
import { lockPoll, putReaction, putVote, readReactions, type On } from './store-marks.ts'

async function react(
  tx: Tx,
  viewer: Viewer,
  on: On,
  subject: string,
  kind: Input<'PUT /posts/:id/reaction'>['kind'],
): Promise<Ok<'PUT /posts/:id/reaction'>> {
  const { first, changed } = await putReaction(tx, on, viewer.id, kind, clock.now())
  if (first) await tell(tx, { type: 'reaction_given', subject, person: viewer.id })
  if (changed)
    tellPost(
      tx,
      on.post,
      'comment' in on ? { kind: 'comment', id: subject, post: on.post, change: 'changed' } : { kind: 'counts', id: subject },
    )
  const { counts, mine } = await readReactions(tx, on, viewer.id)
  return showReactions(counts, mine)
}

export async function reactToPost(tx: Tx, viewer: Viewer, input: Input<'PUT /posts/:id/reaction'>): Promise<Ok<'PUT /posts/:id/reaction'>> {
  const { post } = await seePost(tx, viewer, input.id)
  await joinPlace(tx, viewer, post.place)
  if (post.hidden !== null) throw fault('not_found')
  return react(tx, viewer, { post: post.id }, post.id, input.kind)
}
export async function reactToComment(
  tx: Tx,
  viewer: Viewer,
  input: Input<'PUT /comments/:id/reaction'>,
): Promise<Ok<'PUT /comments/:id/reaction'>> {
  const { comment, post } = await seeComment(tx, viewer, input.id)
  await joinPlace(tx, viewer, post.place)
  if (comment.hidden !== null || post.hidden !== null) throw fault('not_found')
  return react(tx, viewer, { comment: comment.id, post: post.id, top: comment.parent === null }, comment.id, input.kind)
}

/** Reactions without a request: the demo world. Again with the same kind does nothing. */
export const reactAs = async (
  tx: Tx,
  given: { post: string; person: string; kind: NonNullable<Input<'PUT /posts/:id/reaction'>['kind']> },
): Promise<void> => {
  await putReaction(tx, { post: given.post }, given.person, given.kind, clock.now())
}
/** Votes without a request: the demo world. */
export async function voteAs(tx: Tx, given: { post: string; person: string; options: readonly number[] }): Promise<void> {
  const poll = await lockPoll(tx, given.post)
  if (poll !== undefined) await putVote(tx, poll.id, given.person, given.options, clock.now())
}

export async function vote(tx: Tx, viewer: Viewer, input: Input<'PUT /posts/:id/vote'>): Promise<Ok<'PUT /posts/:id/vote'>> {
  const { post } = await seePost(tx, viewer, input.id)
  await joinPlace(tx, viewer, post.place)
  if (post.hidden !== null) throw fault('not_found')
  const poll = await lockPoll(tx, post.id)
  if (poll === undefined) throw fault('not_found')
  const at = clock.now()
  if (poll.endsAt <= at) throw fault('conflict', 'poll_ended')
  const options = [...new Set(input.options)]
  if (options.length > poll.choices) throw fault('unprocessable', 'too_many_choices')
  if (options.some(one => one > poll.options)) throw fault('not_found')
  await putVote(tx, poll.id, viewer.id, options, at)
  tellPost(tx, post.id, { kind: 'counts', id: post.id })
  const shown = await shownPost(tx, viewer, post.id)
  if (shown.poll === null) throw fault('not_found')
  return shown.poll
}
