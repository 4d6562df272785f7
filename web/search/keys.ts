import type { KeyboardEvent } from 'react'

/** What the box asks of its results while the cursor stays in it: whether the key was theirs. */
export type PanelKeys = { press: (event: KeyboardEvent) => boolean }
/** The list of results, and all around it: a press in there leaves the cursor in the box. */
export const panelId = 'search-panel'
export const aroundId = 'search-around'
