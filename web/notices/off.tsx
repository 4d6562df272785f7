import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { MailX } from 'lucide-react'
import { useState } from 'react'
import { api, read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { EmptyState, faultText, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

/** Where the link in a mail leads: nothing changes by opening it. */
export function UnsubscribePage({ token }: { token: string }) {
  const t = useWords()
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  const query = read('GET /notices/unsubscribe', { token })
  const { data, error, isPending } = useQuery({ ...query, retry: false })
  if (isPending) return <SkeletonRows rows={3} />
  const settings = (
    <Link to={'/notices/settings' as '/'} className={buttonClass('quiet')}>
      {t.notices.settings}
    </Link>
  )
  if (error)
    return (
      <EmptyState main icon={MailX} title={t.notices.offTitle} action={settings}>
        {t.notices.offFailed}
      </EmptyState>
    )
  const turn = async (off: boolean): Promise<void> => {
    setBusy(true)
    try {
      await api('POST /notices/unsubscribe', { token, off })
      await client.invalidateQueries({ queryKey: query.queryKey })
    } catch (caught) {
      toast(faultText(t, caught), { tone: 'bad' })
    } finally {
      setBusy(false)
    }
  }
  return (
    <div aria-live="polite">
      <EmptyState
        main
        icon={MailX}
        title={data.off ? t.notices.offDone : t.notices.offTitle}
        action={
          <>
            <Button look={data.off ? 'quiet' : 'primary'} busy={busy} onClick={() => void turn(!data.off)}>
              {data.off ? t.notices.offUndo : t.notices.offAction}
            </Button>
            {settings}
          </>
        }
      >
        {data.off ? t.notices.offDoneBody : t.notices.offBody(data.email)}
      </EmptyState>
    </div>
  )
}
