import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pack, unpack } from './keeping.ts'
import * as h from './queue-history.ts'
import * as q from './queue.ts'
import type { Playable } from './track.ts'

type Q = q.Queue<string>
type Change = { name: string; run: (queue: Q) => Q }

const random = fc.float({ min: 0, max: Math.fround(0.999), noNaN: true })
const tracks = fc.array(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 6 })
const change: fc.Arbitrary<Change> = fc.oneof(
  fc
    .tuple(tracks, fc.nat(8), random)
    .map(([list, start, r]) => ({ name: `set ${list.length} ${start}`, run: (queue: Q) => q.setTracks(queue, list, start, () => r) })),
  tracks.map(list => ({ name: 'add', run: (queue: Q) => q.add(queue, list) })),
  tracks.map(list => ({ name: 'addNext', run: (queue: Q) => q.addNext(queue, list) })),
  fc.tuple(fc.nat(9), fc.nat(9)).map(([from, to]) => ({ name: `move ${from} ${to}`, run: (queue: Q) => q.move(queue, from, to) })),
  fc.nat(9).map(index => ({ name: `remove ${index}`, run: (queue: Q) => q.remove(queue, queue.entries[index]?.key ?? -1) })),
  fc.nat(9).map(index => ({ name: `jump ${index}`, run: (queue: Q) => q.jump(queue, queue.entries[index]?.key ?? -1) })),
  fc.tuple(fc.boolean(), random).map(([on, r]) => ({ name: `shuffle ${on}`, run: (queue: Q) => q.setShuffle(queue, on, () => r) })),
  fc
    .constantFrom('off' as const, 'all' as const, 'one' as const)
    .map(repeat => ({ name: repeat, run: (queue: Q) => q.setRepeat(queue, repeat) })),
  fc.constant({ name: 'clear', run: (queue: Q) => q.clear(queue) }),
)
const after = (changes: readonly Change[]): Q => changes.reduce((queue, { run }) => run(queue), q.emptyQueue<string>())
const anyQueue = fc.array(change, { maxLength: 12 }).map(after)
const names = (queue: Q) => queue.entries.map(entry => entry.track).sort()

describe('the queue', () => {
  it('always stands at one of its entries, or nowhere when it is empty, with keys that differ', () => {
    fc.assert(
      fc.property(anyQueue, queue => {
        if (queue.entries.length === 0) expect(queue.at).toBe(-1)
        else expect(queue.entries[queue.at]).toBeDefined()
        expect(new Set(queue.entries.map(entry => entry.key)).size).toBe(queue.entries.length)
        expect(queue.entries.every(entry => entry.key < queue.nextKey)).toBe(true)
      }),
    )
  })

  it('keeps playing what plays while others are added, moved, mixed or removed', () => {
    fc.assert(
      fc.property(anyQueue, tracks, fc.nat(9), fc.nat(9), random, (queue, list, a, b, r) => {
        const playing = q.current(queue)
        fc.pre(playing !== null)
        expect(q.current(q.add(queue, list))?.key).toBe(playing?.key)
        expect(q.current(q.addNext(queue, list))?.key).toBe(playing?.key)
        expect(q.current(q.move(queue, a, b))?.key).toBe(playing?.key)
        expect(q.current(q.setShuffle(queue, !queue.shuffle, () => r))?.key).toBe(playing?.key)
        const other = queue.entries[a]
        if (other && other.key !== playing?.key) expect(q.current(q.remove(queue, other.key))?.key).toBe(playing?.key)
      }),
    )
  })

  it('loses and makes nothing by moving and mixing', () => {
    fc.assert(
      fc.property(anyQueue, fc.nat(9), fc.nat(9), random, (queue, a, b, r) => {
        expect(names(q.move(queue, a, b))).toEqual(names(queue))
        expect(names(q.setShuffle(queue, !queue.shuffle, () => r))).toEqual(names(queue))
      }),
    )
  })

  it('puts what is still to come back into its order when mixing ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1, maxLength: 20 }),
        fc.array(random, { minLength: 20, maxLength: 20 }),
        (list, numbers) => {
          let i = 0
          const start = q.add(q.emptyQueue<string>(), list)
          const back = q.setShuffle(
            q.setShuffle(start, true, () => numbers[i++ % 20]!),
            false,
            () => 0,
          )
          expect(back.entries).toEqual(start.entries)
        },
      ),
    )
  })

  it('starts a mixed set with the track that was pressed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 20 }), fc.nat(19), random, (list, start, r) => {
        fc.pre(start < list.length)
        const queue = q.setTracks({ ...q.emptyQueue<number>(), shuffle: true }, list, start, () => r)
        expect(q.current(queue)?.track).toBe(list[start])
        expect(queue.entries.map(entry => entry.track).toSorted()).toEqual(list.toSorted())
      }),
    )
  })

  it('goes on by itself, by hand and round as it is told', () => {
    const queue = q.add(q.emptyQueue<string>(), ['a', 'b'])
    const last = { ...queue, at: 1 }
    expect(q.nextIndex(queue, true)).toBe(1)
    expect(q.nextIndex(last, true)).toBeNull()
    expect(q.nextIndex(q.setRepeat(last, 'all'), true)).toBe(0)
    expect(q.nextIndex(q.setRepeat(last, 'one'), true)).toBe(1)
    expect(q.nextIndex(q.setRepeat(queue, 'one'), false)).toBe(1)
    expect(q.previousIndex(queue)).toBeNull()
    expect(q.previousIndex(q.setRepeat(queue, 'all'))).toBe(1)
    expect(q.nextIndex(q.emptyQueue(), false)).toBeNull()
  })

  it('goes to the next when the current one is removed, and to the one before at the end', () => {
    const queue = { ...q.add(q.emptyQueue<string>(), ['a', 'b', 'c']), at: 1 }
    expect(q.current(q.remove(queue, 2))?.track).toBe('c')
    expect(q.current(q.remove({ ...queue, at: 2 }, 3))?.track).toBe('b')
  })

  it('holds no more than it should', () => {
    const many = Array.from({ length: q.mostEntries + 50 }, (_, i) => i)
    expect(q.add(q.emptyQueue<number>(), many).entries).toHaveLength(q.mostEntries)
    expect(q.setTracks(q.emptyQueue<number>(), many, 0, () => 0).entries).toHaveLength(q.mostEntries)
    // What was pressed plays, however far down it stands.
    const library = Array.from({ length: 3000 }, (_, i) => i)
    for (const shuffle of [false, true])
      for (const start of [0, 150, 999, 1500, 2999]) {
        const queue = q.setTracks({ ...q.emptyQueue<number>(), shuffle }, library, start, () => 0)
        expect([q.current(queue)?.track, queue.entries.length]).toEqual([start, q.mostEntries])
      }
  })
})

type Desk = { queue: Q; history: h.History<string> }
const now = (desk: Desk): h.Moment<string> => ({ queue: desk.queue, positionMs: 0, playing: false })
const act = (desk: Desk, { run }: Change): Desk =>
  run(desk.queue) === desk.queue ? desk : { queue: run(desk.queue), history: h.remember(desk.history, 'move', now(desk)) }
const turn =
  (way: typeof h.back | typeof h.forth) =>
  (desk: Desk): Desk => {
    const turned = way<string>(desk.history, now(desk))
    return turned ? { history: turned.history, queue: h.restored(desk.queue, turned.step.queue).queue } : desk
  }
const [undo, redo] = [turn(h.back), turn(h.forth)]
const times = (count: number, run: (desk: Desk) => Desk, desk: Desk): Desk =>
  Array.from({ length: count }).reduce<Desk>(found => run(found), desk)
/** What is undone: the entries, their order and whether they are mixed. Where one is in it follows what plays. */
const stands = ({ queue }: Desk) => ({ entries: queue.entries, shuffle: queue.shuffle })
const open = (): Desk => ({ queue: q.emptyQueue<string>(), history: h.noHistory() })
const changes = fc.array(change, { maxLength: 20 })

describe('what was done to the queue', () => {
  it('can be taken back to the beginning and done again to the end', () => {
    fc.assert(
      fc.property(changes, changes, (before, list) => {
        const first = { ...before.reduce(act, open()), history: h.noHistory<string>() }
        const last = list.reduce(act, first)
        const steps = last.history.past.length
        const taken = times(steps, undo, last)
        expect(stands(taken)).toEqual(stands(first))
        expect(undo(taken)).toEqual(taken)
        const again = times(steps, redo, taken)
        expect(stands(again)).toEqual(stands(last))
        expect(redo(again)).toEqual(again)
      }),
    )
  })

  it('leaves the music alone as long as what plays is still there', () => {
    fc.assert(
      fc.property(changes, fc.array(fc.boolean(), { maxLength: 10 }), (list, turns) => {
        let desk = list.reduce(act, open())
        for (const back of turns) {
          const playing = q.current(desk.queue)
          const next = back ? undo(desk) : redo(desk)
          if (playing && next.queue.entries.some(entry => entry.key === playing.key)) expect(q.current(next.queue)).toEqual(playing)
          expect(next.queue.at < 0).toBe(next.queue.entries.length === 0)
          desk = next
        }
      }),
    )
  })

  it('is another way once something else is done, and never gives a key twice', () => {
    fc.assert(
      fc.property(changes, fc.nat(5), change, tracks, (list, count, other, added) => {
        const desk = act(times(count, undo, list.reduce(act, open())), other)
        if (desk.history.past.length > 0 && other.run(desk.queue) !== desk.queue) expect(act(desk, other).history.future).toEqual([])
        const queue = q.add(desk.queue, added)
        expect(new Set(queue.entries.map(entry => entry.key)).size).toBe(queue.entries.length)
      }),
    )
  })

  it('reaches as far as it should', () => {
    const many = Array.from({ length: h.mostSteps + 15 }, (_, i): Change => ({ name: 'add', run: queue => q.add(queue, [`${i}`]) }))
    const desk = many.reduce(act, open())
    expect(desk.history.past).toHaveLength(h.mostSteps)
    expect(times(h.mostSteps + 5, undo, desk).queue.entries).toHaveLength(15)
  })

  it('keeps how the queue repeats, and where the track was that comes back', () => {
    const first = q.add(q.emptyQueue<string>(), ['a', 'b'])
    const history = h.remember(h.noHistory<string>(), 'replace', { queue: first, positionMs: 83_000, playing: true })
    const second = q.setRepeat(
      q.setTracks(first, ['c'], 0, () => 0),
      'all',
    )
    const turned = h.back(history, { queue: second, positionMs: 5, playing: true })!
    expect(turned.step).toMatchObject({ what: 'replace', positionMs: 83_000, playing: true })
    const { queue, stays } = h.restored(second, turned.step.queue)
    expect([stays, queue.repeat, q.current(queue)?.track]).toEqual([false, 'all', 'a'])
    expect(turned.history.future).toMatchObject([{ what: 'replace', positionMs: 5 }])
  })
})

describe('what outlives a restart', () => {
  const song = (title: string): Playable => ({
    id: title,
    title,
    durationMs: 1000,
    artists: [],
    release: { id: 'r', title: 'R' },
    cover: null,
    playable: 'full',
    loudness: null,
    hasLyrics: false,
    source: 'queue',
  })
  const restart = (desk: { queue: q.Queue<Playable>; history: h.History<Playable> }) =>
    unpack(JSON.parse(JSON.stringify(pack(desk.queue, desk.history))) as ReturnType<typeof pack>)

  it('is the queue and the steps to it, the same as before', () => {
    fc.assert(
      fc.property(changes, fc.nat(4), (list, count) => {
        const songs = (queue: Q): q.Queue<Playable> => ({
          ...queue,
          entries: queue.entries.map(({ key, track }) => ({ key, track: song(track) })),
        })
        const desk = times(count, undo, list.slice(0, 15).reduce(act, open()))
        const step = (one: h.Step<string>): h.Step<Playable> => ({ ...one, queue: songs(one.queue) })
        const whole = { queue: songs(desk.queue), history: { past: desk.history.past.map(step), future: desk.history.future.map(step) } }
        expect(restart(whole)).toEqual(whole)
      }),
    )
  })

  it('keeps the nearest steps when there are too many, and each entry once', () => {
    let queue = q.emptyQueue<Playable>()
    let history = h.noHistory<Playable>()
    for (let i = 0; i < 40; i++) {
      history = h.remember(history, 'add', { queue, positionMs: i, playing: false })
      queue = q.add(queue, [song(`${i}`)])
    }
    const packed = pack(queue, history)
    expect(packed.tracks).toHaveLength(40)
    expect(packed.past.map(step => step.positionMs)).toEqual(Array.from({ length: 20 }, (_, i) => i + 20))
    const other = (from: number) =>
      q.setTracks(
        { ...q.emptyQueue<Playable>(), nextKey: from },
        Array.from({ length: 1000 }, (_, i) => song(`${i}`)),
        0,
        () => 0,
      )
    const full = [1, 2, 3, 4, 5].map(i => ({ queue: other(i * 1000), positionMs: 0, playing: false, what: 'replace' as const }))
    expect(pack(other(0), { past: full, future: [] }).past).toHaveLength(2)
  })

  it('is nothing where it does not hold together', () => {
    const packed = pack(q.add(q.emptyQueue<Playable>(), [song('a')]), h.noHistory())
    expect(() => unpack({ ...packed, tracks: [] })).toThrow('missing')
    expect(() => unpack({ ...packed, queue: { ...packed.queue, at: 3 } })).toThrow('outside')
  })
})
