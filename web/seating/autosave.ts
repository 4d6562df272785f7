/** Keeps a draft as it is drawn: a moment after the last change, again when it failed, and never over what somebody else saved. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Plan } from '../../shared/seating-plan.ts'
import { api, type Api } from '../api.ts'
import { asApiError } from '../api-call.ts'

export type Saving = 'saved' | 'saving' | 'waiting' | 'failed' | 'conflict'
type Draft = Api['PUT /maps/:id/draft']['input']['plan']
const waitMs = 900
const againMs = 4000

export function useAutosave(id: string, plan: Plan, first: { revision: number; plan: Plan; changed: boolean }) {
  const [saving, setSaving] = useState<Saving>('saved')
  const [revision, setRevision] = useState(first.revision)
  const [changed, setChanged] = useState(first.changed)
  const state = useRef({ revision: first.revision, saved: first.plan, latest: plan, running: false, stopped: false })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const again = useRef<() => void>(() => undefined)

  const run = useCallback(async (): Promise<boolean> => {
    const now = state.current
    if (now.running || now.stopped) return false
    clearTimeout(timer.current)
    now.running = true
    try {
      while (now.saved !== now.latest) {
        const sent = now.latest
        setSaving('saving')
        // oxlint-disable-next-line no-await-in-loop -- each saving stands on the one before
        const answer = await api('PUT /maps/:id/draft', { id, revision: now.revision, plan: sent as Draft })
        now.revision = answer.revision
        now.saved = sent
        setRevision(answer.revision)
        setChanged(answer.changed)
      }
      setSaving('saved')
      return true
    } catch (error) {
      if (asApiError(error).code === 'map_changed') {
        now.stopped = true
        setSaving('conflict')
      } else {
        setSaving('failed')
        timer.current = setTimeout(() => again.current(), againMs)
      }
      return false
    } finally {
      now.running = false
    }
  }, [id])

  useEffect(() => {
    again.current = () => void run()
  }, [run])
  useEffect(() => {
    state.current.latest = plan
    if (plan === state.current.saved || state.current.stopped) return
    setSaving(before => (before === 'saving' ? before : 'waiting'))
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void run(), waitMs)
  }, [plan, run])
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (state.current.saved !== state.current.latest) event.preventDefault()
    }
    window.addEventListener('beforeunload', warn)
    const { current } = state
    return () => {
      window.removeEventListener('beforeunload', warn)
      clearTimeout(timer.current)
      // Who leaves for another page of the planet takes nothing unsaved along.
      if (current.saved !== current.latest && !current.stopped) void run()
    }
  }, [run])

  return {
    saving,
    revision,
    /** The draft differs from the newest version, as far as saving told. */
    changed,
    /** Saves what waits; true when all of it is kept. */
    flush: async (): Promise<boolean> => (state.current.saved === state.current.latest ? true : run()),
    /** Keeps one's own: it is saved over the newer one. */
    overwrite: (newer: number): void => {
      Object.assign(state.current, { revision: newer, stopped: false, saved: first.plan })
      void run()
    },
    /** Begins anew from what is there now. */
    restart: (next: { revision: number; plan: Plan }): void => {
      Object.assign(state.current, { revision: next.revision, stopped: false, saved: next.plan, latest: next.plan })
      setRevision(next.revision)
      setSaving('saved')
    },
  }
}
