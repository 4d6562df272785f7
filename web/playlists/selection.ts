/** Which rows are chosen: pure. Ids stand in the order of the view. */

export type Selection = { chosen: ReadonlySet<string>; /** Where a range begins. */ anchor: string | null }
export const nothing: Selection = { chosen: new Set(), anchor: null }

const between = (ids: readonly string[], a: string, b: string): string[] => {
  const [i, j] = [ids.indexOf(a), ids.indexOf(b)]
  return i < 0 || j < 0 ? [b] : ids.slice(Math.min(i, j), Math.max(i, j) + 1)
}

/** One row pressed: alone; with ctrl it joins or leaves; with shift everything from the anchor to it. */
export function press(state: Selection, ids: readonly string[], id: string, keys: { shift: boolean; toggle: boolean }): Selection {
  if (keys.shift && state.anchor !== null) {
    const range = between(ids, state.anchor, id)
    return { chosen: new Set(keys.toggle ? [...state.chosen, ...range] : range), anchor: state.anchor }
  }
  if (!keys.toggle) return { chosen: new Set([id]), anchor: id }
  const chosen = new Set(state.chosen)
  if (!chosen.delete(id)) chosen.add(id)
  return { chosen, anchor: id }
}

export const all = (ids: readonly string[]): Selection => ({ chosen: new Set(ids), anchor: ids[0] ?? null })

/** Without rows that are gone. */
export function kept(state: Selection, ids: readonly string[]): Selection {
  const there = new Set(ids)
  const chosen = [...state.chosen].filter(id => there.has(id))
  if (chosen.length === state.chosen.size) return state
  return { chosen: new Set(chosen), anchor: state.anchor !== null && there.has(state.anchor) ? state.anchor : null }
}

/**
 * What a drop means for the server: the chosen rows in their order, behind this entry (null: at the top). `to` is the row that was under what was dropped; moved down it
 * goes behind that row, moved up before it.
 */
export function moveOf(
  ids: readonly string[],
  moved: ReadonlySet<string>,
  from: string,
  to: string,
): { entries: string[]; after: string | null } | null {
  const [i, j] = [ids.indexOf(from), ids.indexOf(to)]
  if (i < 0 || j < 0 || i === j) return null
  const entries = ids.filter(id => moved.has(id))
  const rest = ids.filter(id => !moved.has(id))
  // The nearest row that stays, from where it was dropped upwards.
  let at = i < j ? j : j - 1
  while (at >= 0 && moved.has(ids[at]!)) at--
  const after = at < 0 ? null : ids[at]!
  const index = after === null ? 0 : rest.indexOf(after) + 1
  const next = [...rest.slice(0, index), ...entries, ...rest.slice(index)]
  return next.every((id, n) => id === ids[n]) ? null : { entries, after }
}

/** The order after such a move, shown at once. */
export function applyMove(ids: readonly string[], entries: readonly string[], after: string | null): string[] {
  const moved = new Set(entries)
  const rest = ids.filter(id => !moved.has(id))
  const index = after === null ? 0 : rest.indexOf(after) + 1
  return [...rest.slice(0, index), ...entries, ...rest.slice(index)]
}
