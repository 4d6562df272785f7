import { useMutation } from '@tanstack/react-query'
import { Copy, RefreshCw } from 'lucide-react'
import { useEffect, useEffectEvent, useState } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button, buttonClass, IconButton } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText, Skeleton } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import type { Group } from './queries.ts'

/** Addresses for calendar apps: of this group, and of all one is in. Who is signed out gets the open one of a group that anyone reads. */
export function CalendarDialog({ group, signedIn, onClose }: { group: Group; signedIn: boolean; onClose: () => void }) {
  const t = useWords()
  const mine = signedIn && group.you.member
  return (
    <Dialog
      open
      onOpenChange={open => !open && onClose()}
      title={t.groups.calendar}
      {...(mine ? { description: t.groups.calendarBody } : {})}
    >
      <div className="flex flex-col gap-6">
        {mine ? (
          <>
            <Secret label={t.groups.calendarThis} group={group.id} />
            <Secret label={t.groups.calendarAll} />
          </>
        ) : (
          <Address label={t.groups.calendarThis} path={`/api/v1/groups/${group.handle}/events.ics`} />
        )}
      </div>
    </Dialog>
  )
}

function Secret({ label, group }: { label: string; group?: string }) {
  const t = useWords()
  const [path, setPath] = useState<string | null>(null)
  const get = useMutation({
    mutationFn: (renew: boolean) => api('POST /me/calendar', { renew, ...(group ? { group } : {}) }),
    onSuccess: (made, renew) => {
      setPath(made.path)
      if (renew) toast(t.groups.calendarRenewed)
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const begin = useEffectEvent(() => get.mutate(false))
  useEffect(() => begin(), [])
  if (path === null) return <Skeleton className="h-24" />
  return <Address label={label} path={path} onRenew={() => get.mutate(true)} />
}

function Address({ label, path, onRenew }: { label: string; path: string; onRenew?: () => void }) {
  const t = useWords()
  const url = location.origin + path
  const copy = async () => {
    await navigator.clipboard.writeText(url)
    toast(t.common.copied, { tone: 'good' })
  }
  return (
    <div>
      <div className="flex items-end gap-1">
        <Input label={label} readOnly value={url} className="min-w-0 flex-1" onFocus={event => event.target.select()} />
        <IconButton icon={Copy} label={t.common.copy} onClick={() => void copy()} />
      </div>
      <div className="mt-2 flex flex-wrap gap-2">
        <a href={url.replace(/^https?:/, 'webcal:')} className={buttonClass('quiet', 'sm')}>
          {t.groups.calendarOpen}
        </a>
        {onRenew ? (
          <Button look="plain" size="sm" icon={RefreshCw} onClick={onRenew}>
            {t.groups.calendarRenew}
          </Button>
        ) : null}
      </div>
    </div>
  )
}
