import { useSyncExternalStore } from 'react'

const never = () => () => undefined
/** False on the server and in the first picture, which must be like the server's; true from then on. */
export const useAlive = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
