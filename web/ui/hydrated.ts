import { useSyncExternalStore } from 'react'

const never = () => () => undefined
/** False on the server and in the first browser render, then true: for what only the reader's device knows. */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
