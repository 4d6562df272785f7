import type { KeyboardEvent } from 'react'

/** What the box asks of its results while the cursor stays in it: whether the key was theirs. */
export type PanelKeys = { press: (event: KeyboardEvent) => boolean }
export const panelId = 'search-panel'
