import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { api } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { Input } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { refreshSchedule, type GroupEvent } from './queries.ts'

/** Signs in at an event by the digits on the screen there; who scanned them has them filled in. */
export function AttendDialog({ event, code, onClose }: { event: GroupEvent; code: string | undefined; onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const [digits, setDigits] = useState(code ?? '')
  const attend = useMutation({
    mutationFn: () => api('POST /schedule/:id/attend', { id: event.id, code: digits }),
    onSuccess: async () => {
      toast(t.groups.attendDone, { tone: 'good' })
      onClose()
      await refreshSchedule(client)
    },
  })
  const submit = (given: FormEvent) => {
    given.preventDefault()
    attend.mutate()
  }
  return (
    <Dialog open onOpenChange={open => !open && onClose()} title={t.groups.attendTitle} description={event.title}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Input
          label={t.groups.attendCode}
          hint={t.groups.attendBody}
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="\d{6}"
          maxLength={6}
          required
          autoFocus
          value={digits}
          error={attend.error ? faultText(t, attend.error) : undefined}
          onChange={given => setDigits(given.target.value.replaceAll(/\D/g, ''))}
        />
        <Button type="submit" size="lg" busy={attend.isPending} disabled={digits.length !== 6}>
          {t.groups.attend}
        </Button>
      </form>
    </Dialog>
  )
}
