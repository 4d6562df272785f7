import { useSyncExternalStore } from 'react'

/** Whether the device says it has a network. It may be wrong about the planet. */
export const useOnline = (): boolean =>
  useSyncExternalStore(
    listener => {
      addEventListener('online', listener)
      addEventListener('offline', listener)
      return () => {
        removeEventListener('online', listener)
        removeEventListener('offline', listener)
      }
    },
    () => navigator.onLine,
    () => true,
  )
