import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Smartphone } from 'lucide-react'
import { useEffect, useState } from 'react'
import { api, asApiError, read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { When } from '../ui/money.tsx'
import { ErrorState, faultText, Panel, Skeleton, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { pushState, startPush, stopPush, type PushState } from './push.ts'

const pushQuery = read('GET /me/push')

/** Pushes to this device, and the other devices that take them. */
export function PushPanel() {
  const t = useWords()
  const client = useQueryClient()
  const { data, error, refetch } = useQuery(pushQuery)
  const [state, setState] = useState<PushState>()
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    let gone = false
    void pushState().then(found => gone || setState(found))
    return () => {
      gone = true
    }
  }, [])
  const act = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true)
    try {
      await work()
    } catch (caught) {
      toast(faultText(t, caught), { tone: 'bad' })
    } finally {
      setBusy(false)
      await client.invalidateQueries({ queryKey: pushQuery.queryKey })
    }
  }
  // The browser takes them, but the planet does not know: it was signed out meanwhile.
  const here = state === 'on' && data?.devices.some(device => device.here) === true
  return (
    <Panel title={t.notices.pushTitle}>
      <div className="flex flex-col gap-3">
        <p className="text-muted">{t.notices.pushHint}</p>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} compact />
        ) : state === undefined || data === undefined ? (
          <Skeleton className="h-10 w-48" />
        ) : state === 'unable' ? (
          <p className="text-muted">{t.notices.pushUnable}</p>
        ) : state === 'denied' ? (
          <p className="text-muted">{t.notices.pushDenied}</p>
        ) : here ? (
          <p className="font-medium">{t.notices.pushOn}</p>
        ) : (
          <div>
            <Button busy={busy} onClick={() => void act(async () => setState(await startPush(data.key)))}>
              {t.notices.pushHere}
            </Button>
          </div>
        )}
        {data && data.devices.length > 0 ? (
          <ul aria-label={t.notices.pushDevices} className="divide-y divide-line">
            {data.devices.map(device => (
              <li key={device.id} className="flex items-center gap-3 py-2.5">
                <Smartphone size={18} aria-hidden className="shrink-0 text-muted" />
                <span className="min-w-0 flex-1">
                  <span className="flex items-center gap-2">
                    <span className="truncate">{nameOf(device.agent) || t.notices.deviceUnknown}</span>
                    {device.here ? <Tag>{t.notices.pushThis}</Tag> : null}
                  </span>
                  <span className="block text-xs text-muted">
                    <When at={device.madeAt} />
                  </span>
                </span>
                <Button
                  look="quiet"
                  size="sm"
                  disabled={busy}
                  onClick={() =>
                    void act(async () => {
                      if (device.here) await stopPush()
                      // Gone already (its session ended): what one wanted is so.
                      await api('DELETE /me/push/:id', { id: device.id }).catch((error: unknown) => {
                        if (asApiError(error).status !== 404) throw error
                      })
                      if (device.here) setState('off')
                    })
                  }
                >
                  {t.notices.pushStop}
                </Button>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
    </Panel>
  )
}

/** "Chrome · Android": what one knows one's devices by. */
function nameOf(agent: string): string {
  const browser = /Edg\//.test(agent)
    ? 'Edge'
    : /Firefox\//.test(agent)
      ? 'Firefox'
      : /Chrome\//.test(agent)
        ? 'Chrome'
        : /Safari\//.test(agent)
          ? 'Safari'
          : ''
  const system = /iPhone|iPad/.test(agent)
    ? 'iOS'
    : /Android/.test(agent)
      ? 'Android'
      : /Windows/.test(agent)
        ? 'Windows'
        : /Mac OS/.test(agent)
          ? 'macOS'
          : /Linux/.test(agent)
            ? 'Linux'
            : ''
  return [browser, system].filter(Boolean).join(' · ')
}
