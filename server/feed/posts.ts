/** Posts: written, changed, deleted, pinned; let through when they were held. */
import { fault } from '../../shared/faults.ts'
import type { feed } from '../../shared/feed.ts'
import type { InputOf } from '../../shared/contract.ts'
import { clock } from '../foundation/clock.ts'
import type { Read, Tx } from '../foundation/db.ts'
import { tell } from '../foundation/events.ts'
import { opensOwn } from '../foundation/http.ts'
import type { Viewer } from '../foundation/session.ts'
import { addActivity } from '../groups/index.ts'
import { holdFor, screen } from '../moderation/index.ts'
import { allowAttached, waitForClip } from './attachments.ts'
import { shownPost, type Input } from './lists.ts'
import { joinPlace, placeOf, reachable, seePost, tellPlace, tellPost, type Place } from './places.ts'
import { can } from './policy.ts'
import { askFor as askForPreview } from './previews.ts'
import { knownMusic, type Ok, type Post } from './showing.ts'
import {
  insertPost,
  momentAt,
  pinsOf,
  pollTaken,
  putWords,
  readHead,
  setDeleted,
  setHidden,
  setPinned,
  updatePost,
  type PostHead,
} from './store.ts'
import { linksIn, mentionsIn, tidy, wordsOf } from './text.ts'

const mostPins = 3
/** What counts towards a member's level. */
const activity = { post: 3 }
type Given = InputOf<(typeof feed.entries)['POST /posts']['input']>

const same = (a: PostHead, input: Given, text: string): boolean =>
  a.text === text &&
  a.clip === (input.clip ?? null) &&
  a.music === (input.music ?? null) &&
  a.pictures.join() === (input.pictures ?? []).map(one => one.id).join()

/** A post of this id is there already: the same one again, or another. */
async function again(db: Read, viewer: Viewer, input: Given, text: string): Promise<boolean> {
  const before = await readHead(db, input.id)
  if (before === undefined) return false
  if (before.author !== viewer.id || before.deleted || before.place !== input.place || !same(before, input, text))
    throw fault('conflict', 'key_reused')
  return true
}

const pollWords = (poll: Given['poll']): string => (poll ? [poll.question, ...poll.options].join('\n') : '')

/** Another request with the same id was quicker: what this one wrote is undone. */
class Taken extends Error {}

/** Opens its transaction itself: the place is locked while it is written and not while the answer is put together, or a busy group would wait for its readers. */
export const addPost = opensOwn<(typeof feed.entries)['POST /posts']>(async (db, viewer, input) => {
  const text = tidy(input.text ?? '')
  if (!(await again(db.write, viewer, input, text)))
    try {
      await db.transaction(async tx => writePost(tx, await allowed(tx, viewer, input), writingOf(viewer, input, text), 'look'))
    } catch (error) {
      if (!(error instanceof Taken) || !(await again(db.write, viewer, input, text))) throw error
    }
  return shownPost(db.write, viewer, input.id)
})

/** The place, when the viewer may post this there. */
async function allowed(tx: Tx, viewer: Viewer, input: Given): Promise<Place> {
  const place = await joinPlace(tx, viewer, input.place)
  if (speaksAsArtist(input) ? !can.artist(place.stand) : !can.post(place.stand)) throw fault('forbidden', 'own_page_only')
  await allowAttached(tx, viewer, input.pictures ?? [], input.clip ?? null)
  if (input.music && !(await knownMusic(tx, viewer, input.music))) throw fault('unprocessable', 'attachment_unknown')
  if (input.poll && (input.poll.choices ?? 1) > input.poll.options.length) throw fault('unprocessable', 'too_many_choices')
  if (input.poll && (await pollTaken(tx, input.poll.id))) throw fault('conflict', 'key_reused')
  return place
}
const speaksAsArtist = (input: Given): boolean => input.place.startsWith('pag_') || input.asArtist === true

type Writing = {
  id: string
  author: string
  artist: boolean
  text: string
  pictures: readonly { id: string; alt: string }[]
  clip: string | null
  music: string | null
  poll: Given['poll'] | null
  commentsClosed: boolean
}
const writingOf = (viewer: Viewer, input: Given, text: string): Writing => ({
  id: input.id,
  author: viewer.id,
  artist: speaksAsArtist(input),
  text,
  pictures: (input.pictures ?? []).map(({ id, alt }) => ({ id, alt: alt ?? '' })),
  clip: input.clip ?? null,
  music: input.music ?? null,
  poll: input.poll ?? null,
  commentsClosed: input.commentsClosed === true,
})
/** Looks at it, tells of it, and last writes it, behind all that stands there: from then on the place is locked. */
async function writePost(tx: Tx, place: Place, made: Writing, looked: 'look' | 'trust'): Promise<void> {
  const words = [made.text, pollWords(made.poll), ...made.pictures.map(one => one.alt)].filter(one => one !== '').join('\n')
  if (made.text === '' && made.pictures.length === 0 && made.clip === null && made.music === null && !made.poll)
    throw fault('unprocessable', 'empty_post')
  const links = linksIn(made.text)
  const group = place.group?.id ?? null
  const { hold } =
    looked === 'trust'
      ? { hold: null }
      : await screen(tx, { kind: 'post', group, person: made.author, text: words, links, now: clock.now() })
  const preview = await askForPreview(tx, links[0])
  if (made.clip !== null) await waitForClip(tx, made.id)
  if (hold === null) await announce(tx, place, made)
  const found = wordsOf(place.id, words)
  const at = await momentAt(tx, place.id, clock.now())
  const inserted = await insertPost(tx, {
    ...made,
    place: place.id,
    at,
    preview,
    poll: made.poll
      ? {
          id: made.poll.id,
          question: made.poll.question ?? '',
          options: made.poll.options,
          choices: made.poll.choices ?? 1,
          endsAt: new Date(at.getTime() + made.poll.minutes * 60_000),
        }
      : null,
    held: hold !== null,
    words: found,
  })
  if (!inserted) throw new Taken()
  if (hold !== null) await holdFor(tx, { kind: 'post', id: made.id, group, author: made.author, reason: hold })
}

/** What happens when others can see it for the first time. */
async function announce(tx: Tx, place: Place, post: Pick<Writing, 'id' | 'author' | 'text'>): Promise<void> {
  await tell(tx, { type: 'post_published', post: post.id })
  const persons = await reachable(tx, place, mentionsIn(post.text), post.author)
  if (persons.length > 0) await tell(tx, { type: 'people_mentioned', subject: post.id, persons })
  if (place.group !== null) await addActivity(tx, [{ group: place.group.id, person: post.author, amount: activity.post, key: post.id }])
  tellPlace(tx, place.id, { kind: 'post', id: post.id, change: 'new' })
}

/** Posts without a request: the demo world (in the order of time, place by place). Nothing is screened. The same id again does nothing. `asArtist`: in a group, as editor of its page. */
export async function publishPost(
  tx: Tx,
  given: {
    id: string
    place: string
    author: string
    text: string
    asArtist?: boolean
    pictures?: readonly { id: string; alt: string }[]
    clip?: string | null
    music?: string | null
    poll?: { id: string; question: string; options: readonly string[]; choices?: number; minutes: number } | null
  },
): Promise<void> {
  if ((await readHead(tx, given.id)) !== undefined) return
  const place = await placeOf(tx, given.place)
  await writePost(
    tx,
    place,
    {
      id: given.id,
      author: given.author,
      artist: place.page !== null || given.asArtist === true,
      text: tidy(given.text),
      pictures: given.pictures ?? [],
      clip: given.clip ?? null,
      music: given.music ?? null,
      poll: given.poll ? { choices: 1, ...given.poll, options: [...given.poll.options] } : null,
      commentsClosed: false,
    },
    'trust',
  )
}

/** Locks a post the viewer sees. */
async function lockSeen(tx: Tx, viewer: Viewer, id: string): Promise<{ post: PostHead; place: Place }> {
  const seen = await seePost(tx, viewer, id)
  const post = await readHead(tx, id, { lock: true })
  if (post === undefined || post.deleted) throw fault('not_found')
  return { post, place: seen.place }
}

export async function changePost(tx: Tx, viewer: Viewer, input: Input<'PATCH /posts/:id'>): Promise<Ok<'PATCH /posts/:id'>> {
  const { post, place } = await lockSeen(tx, viewer, input.id)
  const ours = can.ours(place.stand, post)
  const edits = input.text !== undefined || input.pictures !== undefined || input.music !== undefined
  if (!ours && (edits || !can.host(place.stand))) throw fault('forbidden', 'own_post_only')
  const at = clock.now()
  if (!edits) {
    await updatePost(tx, post.id, at, { commentsClosed: input.commentsClosed, edited: false })
    tellPost(tx, post.id, { kind: 'post', id: post.id, change: 'changed' })
    return shownPost(tx, viewer, post.id)
  }
  await joinPlace(tx, viewer, place.id)
  const text = input.text === undefined ? post.text : tidy(input.text)
  const pictures = input.pictures?.map(({ id, alt }) => ({ id, alt: alt ?? '' }))
  const fresh = (pictures ?? []).filter(one => !post.pictures.includes(one.id))
  await allowAttached(tx, viewer, fresh, null)
  const music = input.music === undefined ? post.music : input.music
  if (music !== null && music !== post.music && !(await knownMusic(tx, viewer, music))) throw fault('unprocessable', 'attachment_unknown')
  const shown = await shownPost(tx, viewer, post.id)
  if (text === '' && (pictures ?? post.pictures).length === 0 && post.clip === null && music === null && shown.poll === null)
    throw fault('unprocessable', 'empty_post')
  const changed =
    text !== post.text || (pictures !== undefined && pictures.map(one => one.id).join() !== post.pictures.join()) || music !== post.music
  const links = linksIn(text)
  const group = place.group?.id ?? null
  const alts = (pictures ?? shown.pictures).map(one => one.alt)
  const poll = shown.poll === null ? '' : [shown.poll.question, ...shown.poll.options.map(one => one.text)].join('\n')
  const words = [text, poll, ...alts].filter(one => one !== '').join('\n')
  const { hold } =
    text === post.text && fresh.length === 0
      ? { hold: null }
      : await screen(tx, { kind: 'post', group, person: viewer.id, text: words, links, now: at, edit: true })
  await updatePost(tx, post.id, at, {
    ...(text === post.text ? {} : { text, preview: await askForPreview(tx, links[0]) }),
    pictures,
    ...(input.music === undefined ? {} : { music }),
    commentsClosed: input.commentsClosed,
    edited: changed,
  })
  await putWords(tx, post.id, wordsOf(place.id, words))
  if (hold !== null) await holdFor(tx, { kind: 'post', id: post.id, group, author: post.author, reason: hold })
  else if (post.hidden === null && changed) {
    // Who is named only now hears of it.
    const known = new Set(mentionsIn(post.text))
    const persons = await reachable(
      tx,
      place,
      mentionsIn(text).filter(id => !known.has(id)),
      post.author,
    )
    if (persons.length > 0) await tell(tx, { type: 'people_mentioned', subject: post.id, persons })
    tellPlace(tx, place.id, { kind: 'post', id: post.id, change: 'changed' })
    tellPost(tx, post.id, { kind: 'post', id: post.id, change: 'changed' })
  }
  return shownPost(tx, viewer, post.id)
}

const gone = (tx: Tx, place: string, id: string): void => {
  tellPlace(tx, place, { kind: 'post', id, change: 'gone' })
  tellPost(tx, id, { kind: 'post', id, change: 'gone' })
}

export async function deletePost(tx: Tx, viewer: Viewer, input: Input<'DELETE /posts/:id'>): Promise<Ok<'DELETE /posts/:id'>> {
  const before = await readHead(tx, input.id)
  if (before?.deleted === true && before.author === viewer.id) return { ok: true }
  const { post, place } = await lockSeen(tx, viewer, input.id)
  if (!can.ours(place.stand, post)) throw fault('forbidden', 'own_post_only')
  await setDeleted(tx, post.id, clock.now())
  gone(tx, place.id, post.id)
  return { ok: true }
}

async function changePin(tx: Tx, viewer: Viewer, id: string, pinned: boolean): Promise<Post> {
  const { post, place } = await seePost(tx, viewer, id)
  if (!can.host(place.stand)) throw fault('forbidden', 'hosts_only')
  if (post.hidden !== null) throw fault('not_found')
  // The place's lock, so that two hosts do not make four of three.
  await momentAt(tx, place.id, new Date(0))
  const pins = await pinsOf(tx, place.id)
  if (pinned && !pins.includes(post.id) && pins.length >= mostPins) throw fault('conflict', 'too_many_pins')
  if (pins.includes(post.id) !== pinned) {
    await setPinned(tx, post.id, pinned ? clock.now() : null)
    tellPlace(tx, place.id, { kind: 'post', id: post.id, change: 'changed' })
  }
  return shownPost(tx, viewer, post.id)
}
export const pinPost = (tx: Tx, viewer: Viewer, input: Input<'PUT /posts/:id/pin'>): Promise<Post> => changePin(tx, viewer, input.id, true)
export const unpinPost = (tx: Tx, viewer: Viewer, input: Input<'DELETE /posts/:id/pin'>): Promise<Post> =>
  changePin(tx, viewer, input.id, false)

/** A decision takes it off or shows it again (moderation). What was held from the beginning is published when it is let through, as of then. */
export async function hidePost(tx: Tx, id: string, hidden: boolean): Promise<void> {
  const post = await readHead(tx, id, { lock: true })
  if (post === undefined || post.deleted || (post.hidden !== null) === hidden) return
  if (hidden) {
    await setHidden(tx, id, post.announced ? 'hidden' : 'held', null)
    gone(tx, post.place, id)
  } else if (post.announced) {
    await setHidden(tx, id, null, null)
    tellPlace(tx, post.place, { kind: 'post', id, change: 'changed' })
  } else {
    await setHidden(tx, id, null, await momentAt(tx, post.place, clock.now()))
    await announce(tx, await placeOf(tx, post.place), post)
  }
}
