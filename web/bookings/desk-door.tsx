import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Camera, CameraOff, CircleCheck, TriangleAlert } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { api } from '../api.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { Button } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Input } from '../ui/field.tsx'
import { faultText, Panel } from '../ui/states.tsx'
import { BookingDialog } from './desk-booking.tsx'
import { refreshBookings, type DeskResource } from './queries.ts'
import { momentThere, spanText } from './times.ts'

const CameraView = lazy(() => import('../ui/camera.tsx').then(module => ({ default: module.Camera })))

/** Guests arrive: their code is scanned or typed, and the answer is large enough to be seen across a counter. */
export function DoorDesk({ page, resources }: { page: string; resources: readonly DeskResource[] }) {
  const t = useWords()
  const l = t.letting
  const format = useFormat()
  const { locale } = useLanguage()
  const client = useQueryClient()
  const [code, setCode] = useState('')
  const [camera, setCamera] = useState(false)
  const [open, setOpen] = useState<string | null>(null)
  const check = useMutation({
    mutationFn: (given: string) => api('POST /pages/:page/check-in', { page, code: given.trim() }),
    onSuccess: () => {
      setCode('')
      void refreshBookings(client)
    },
  })
  const found = check.data
  const arrived = found?.events.filter(event => event.what === 'arrived').at(-1)
  return (
    <div className="grid max-w-4xl gap-6 md:grid-cols-2">
      <Panel title={l.doorTitle} note={l.doorBody}>
        <form
          className="flex flex-col gap-4"
          onSubmit={event => {
            event.preventDefault()
            if (code.trim() !== '') check.mutate(code)
          }}
        >
          <Input
            label={l.code}
            required
            minLength={8}
            maxLength={40}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            value={code}
            onChange={event => setCode(event.target.value)}
          />
          <div className="flex flex-wrap gap-2">
            <Button type="submit" size="lg" busy={check.isPending}>
              {l.check}
            </Button>
            <Button size="lg" look="quiet" icon={camera ? CameraOff : Camera} onClick={() => setCamera(!camera)}>
              {camera ? l.stopScan : l.scan}
            </Button>
          </div>
        </form>
        {camera ? (
          <div className="mt-4">
            <Suspense>
              <CameraView
                refused={t.offering.services.scanNo}
                onCode={text => {
                  if (!check.isPending) check.mutate(text)
                }}
              />
            </Suspense>
          </div>
        ) : null}
      </Panel>
      <div aria-live="assertive">
        {check.error ? (
          <div className="flex flex-col items-center gap-3 rounded-lg bg-danger-soft p-8 text-center text-danger">
            <TriangleAlert size={44} aria-hidden />
            <p className="text-xl font-bold">{faultText(t, check.error)}</p>
          </div>
        ) : found ? (
          <div
            className={cx(
              'flex flex-col items-center gap-3 rounded-lg p-8 text-center',
              found.again ? 'bg-held-soft text-held' : 'bg-paid-soft text-paid',
            )}
          >
            <CircleCheck size={44} aria-hidden />
            <p className="text-xl font-bold">
              {found.again ? l.again(arrived ? momentThere(arrived.at, found.zone, locale) : '') : l.welcome}
            </p>
            <p className="text-lg text-ink">
              {found.title} · {found.name || l.guest}
            </p>
            <p className="tabular text-ink">{spanText(found.localStart, found.localEnd, locale)}</p>
            {found.rest.amount === '0' ? null : (
              <p className="font-semibold text-ink">
                {t.bookings.rest} {format.money(found.rest)}
              </p>
            )}
            <Button look="quiet" onClick={() => setOpen(found.id)}>
              {l.edit}
            </Button>
          </div>
        ) : null}
      </div>
      {open ? <BookingDialog id={open} resources={resources} onClose={() => setOpen(null)} /> : null}
    </div>
  )
}
