import { auth } from '../people/auth.ts'

/** Ends this session. What this device keeps for the person goes too. */
export async function signOut(): Promise<void> {
  const kept = await import('../offline/leave.ts')
  await kept.beforeLeaving().catch(() => undefined)
  await auth('sign-out', {})
  await kept.afterLeaving().catch(() => undefined)
}
