import { useCallback, useEffect, useMemo, useReducer, useRef } from 'react'
import { draftOf, dropDraft, keepDraft } from './draft.ts'
import { besideOf, firstOpen, linesOf, rebase, textOf, workFrom, type Besides, type Place, type Work } from './edit.ts'
import { partName, type Sheet } from './names.ts'

/** The line or word that arrows move. */
export type Chosen = { line: number; word: number | null }
type State = {
  work: Work
  past: readonly Work[]
  future: readonly Work[]
  place: Place
  chosen: Chosen
  /** What is shown, as it was when this work began from it. */
  initial: Work
  bases: Record<string, string | null>
  /** Steps of one kind right after each other are taken back at once. */
  last: { kind: string; at: number }
  fromDraft: boolean
}
type Action =
  | { do: 'change'; work: Work; kind: string; at: number; place?: Place; chosen?: Chosen }
  | { do: 'go'; place: Place; chosen: Chosen }
  | { do: 'undo' | 'redo' }
  | { do: 'begin'; state: State }

const mostSteps = 300

function reduce(state: State, action: Action): State {
  switch (action.do) {
    case 'change': {
      const { work, kind, at, chosen = state.chosen } = action
      // With other lines the next tap goes to the first without a time.
      const place = action.place ?? (work.lines.length === state.work.lines.length ? state.place : firstOpen(work))
      if (work === state.work) return { ...state, place, chosen }
      const joins = kind === state.last.kind && kind !== '' && at - state.last.at < 900 && state.past.length > 0
      return {
        ...state,
        work,
        place: { ...place, line: Math.min(place.line, work.lines.length) },
        chosen: { ...chosen, line: Math.min(chosen.line, Math.max(0, work.lines.length - 1)) },
        past: joins ? state.past : [...state.past.slice(-mostSteps), state.work],
        future: [],
        last: { kind, at },
      }
    }
    case 'go':
      return { ...state, place: action.place, chosen: action.chosen, last: { kind: '', at: 0 } }
    case 'undo':
    case 'redo': {
      const [from, to] = action.do === 'undo' ? [state.past, state.future] : [state.future, state.past]
      const work = from.at(-1)
      if (work === undefined) return state
      const left = from.slice(0, -1)
      const kept = [...to, state.work]
      return {
        ...state,
        work,
        place: firstOpen(work),
        past: action.do === 'undo' ? left : kept,
        future: action.do === 'undo' ? kept : left,
        last: { kind: '', at: 0 },
      }
    }
    case 'begin':
      return action.state
  }
}

/** What is shown of a track, ready to be worked on. */
export function shownWork(sheet: Sheet): { work: Work; bases: Record<string, string | null> } {
  const main = sheet.parts.find(part => part.kind === 'main')
  const besides: Besides = Object.fromEntries(
    sheet.parts
      .filter(part => part.kind !== 'main')
      .map(part => [partName(part.kind, part.language), part.lines.map(line => line.text || null)]),
  )
  return {
    work: workFrom(main?.lines ?? [], main?.language ?? 'zh', besides),
    bases: Object.fromEntries(sheet.parts.map(part => [partName(part.kind, part.language), part.base])),
  }
}

const begin = (work: Work, initial: Work, bases: State['bases'], fromDraft: boolean): State => ({
  work,
  past: [],
  future: [],
  place: firstOpen(work),
  // Where all has its time one begins to look from the first line; only a line that is chosen is tapped anew.
  chosen: { line: firstOpen(work).line % Math.max(1, work.lines.length), word: null },
  initial,
  bases,
  last: { kind: '', at: 0 },
  fromDraft,
})

/** Which texts differ from what is shown. */
export function changedParts(work: Work, initial: Work): string[] {
  const names = new Set([...work.lines, ...initial.lines].flatMap(line => Object.keys(line.beside)))
  const main = work.language !== initial.language || JSON.stringify(linesOf(work)) !== JSON.stringify(linesOf(initial))
  // A text that only follows its lines, or goes with those that were taken out, is still the same text.
  const same = (name: string): boolean => {
    const before = new Map(besideOf(initial, name).map(({ of, text }) => [of, text]))
    const now = besideOf(work, name)
    const there = new Set(now.map(({ of }) => of))
    const left = [...before.keys()].filter(of => work.lines.some(line => textOf(line).trim() === of))
    return now.every(({ of, text }) => before.get(of) === text) && left.every(of => there.has(of))
  }
  return [...(main && work.lines.length > 0 ? ['main'] : []), ...[...names].filter(name => !same(name)).sort()]
}

/** `proposed`: the work of a proposal that is revised, which goes before any draft. */
export function useEditor(track: string, sheet: Sheet, proposed: Work | null) {
  const shown = useMemo(() => shownWork(sheet), [sheet])
  const [state, send] = useReducer(reduce, null, () => begin(proposed ?? shown.work, shown.work, shown.bases, false))
  const dirty = useMemo(() => changedParts(state.work, state.initial), [state.work, state.initial])

  // The server knows no draft: it is looked for once the page is alive.
  const looked = useRef(false)
  useEffect(() => {
    if (looked.current) return
    looked.current = true
    const draft = proposed ? null : draftOf(track)
    if (draft && changedParts(draft.work, shown.work).length > 0)
      send({ do: 'begin', state: { ...begin(draft.work, shown.work, draft.bases, true) } })
  }, [track, shown, proposed])

  useEffect(() => {
    if (!looked.current) return
    const keep = () => {
      if (dirty.length > 0) keepDraft(track, { work: state.work, bases: state.bases, at: Date.now() })
      else dropDraft(track)
    }
    const later = setTimeout(keep, 400)
    // Whoever leaves right after the last tap finds that one too.
    addEventListener('pagehide', keep)
    return () => {
      clearTimeout(later)
      removeEventListener('pagehide', keep)
    }
  }, [track, state.work, state.bases, dirty])

  const change = useCallback(
    (work: Work, kind = '', more: { place?: Place; chosen?: Chosen } = {}) => send({ do: 'change', work, kind, at: Date.now(), ...more }),
    [],
  )
  const go = useCallback((place: Place, chosen: Chosen) => send({ do: 'go', place, chosen }), [])
  const undo = useCallback(() => send({ do: 'undo' }), [])
  const redo = useCallback(() => send({ do: 'redo' }), [])
  /** What is shown now differs from what this work began from. */
  const moved = dirty.some(name => (state.bases[name] ?? null) !== (shown.bases[name] ?? null))
  const relay = () =>
    send({ do: 'begin', state: { ...begin(rebase(state.work, shown.work), shown.work, shown.bases, false), past: [state.work] } })
  /** Begins again from what is shown, as after saving. */
  const restart = (next: Sheet = sheet) => {
    const { work, bases } = shownWork(next)
    dropDraft(track)
    send({ do: 'begin', state: begin(work, work, bases, false) })
  }
  return { ...state, dirty, moved, change, go, undo, redo, relay, restart }
}
export type Editor = ReturnType<typeof useEditor>
