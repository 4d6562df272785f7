import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { DoorOpen } from 'lucide-react'
import { useEffect, useState } from 'react'
import { read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { usePlaceTime } from '../tickets/when.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Input } from '../ui/field.tsx'
import { faultText, Loading } from '../ui/states.tsx'
import { DoorApp } from './app.tsx'
import { become, enterAsStaff, enterByCode, leave, open, useDoor } from './keeper.ts'

/** The door: a page that stands without the planet. Nothing of it is drawn on the server but its frame. */
export function DoorPage({ code, show }: { code: string | null; show: string | null }) {
  const t = useWords()
  const state = useDoor()
  useEffect(() => void open(), [])
  const working = state.ready && state.device !== null && state.book !== null
  return (
    <main className="fixed inset-0 z-35 flex flex-col overflow-y-auto bg-space">
      {!state.ready ? (
        <div className="grid flex-1 place-items-center">
          <Loading>{t.tickets.door.title}</Loading>
        </div>
      ) : working && (show === null || show === state.device!.show) ? (
        <DoorApp />
      ) : (
        <Choose code={code} show={show} />
      )}
    </main>
  )
}

/** Which show, by whom: people who work there, or a device with a code. */
function Choose({ code: given, show }: { code: string | null; show: string | null }) {
  const t = useWords()
  const d = t.tickets.door
  const me = useMe()
  const { device } = useDoor()
  const at = usePlaceTime()
  const [code, setCode] = useState(given ?? '')
  const [name, setName] = useState('')
  const [busy, setBusy] = useState<string | null>(null)
  const [problem, setProblem] = useState<string>()
  const { data } = useQuery({ ...read('GET /me/doors'), enabled: me !== null, retry: 1 })
  const shows = (data?.items ?? []).filter(one => show === null || one.id === show)
  const run = async (what: string, act: () => Promise<void>) => {
    setBusy(what)
    setProblem(undefined)
    try {
      await act()
    } catch (error) {
      setProblem(faultText(t, error))
    } finally {
      setBusy(null)
    }
  }
  return (
    <div className="mx-auto flex w-full max-w-lg flex-1 flex-col gap-6 px-4 py-8">
      <header className="flex flex-col items-center gap-3 text-center">
        <DoorOpen size={40} strokeWidth={1.5} aria-hidden className="text-accent-ink" />
        <h1 className="text-2xl">{d.title}</h1>
        <p className="max-w-[42ch] text-muted">{d.intro}</p>
      </header>
      {problem ? (
        <p role="alert" className="rounded-lg bg-danger-soft p-4 text-center font-medium text-danger">
          {problem}
        </p>
      ) : null}
      {device !== null && show === null ? (
        <Button size="lg" busy={busy === 'again'} onClick={() => void run('again', () => become(device))}>
          {d.start}
        </Button>
      ) : null}
      <form
        className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-5"
        onSubmit={event => {
          event.preventDefault()
          void run('code', async () => {
            if (device !== null) await leave()
            await enterByCode(code)
          })
        }}
      >
        <Input
          label={d.code}
          value={code}
          autoCapitalize="characters"
          autoComplete="off"
          spellCheck={false}
          placeholder="ABCD-EFGH"
          onChange={event => setCode(event.target.value.toUpperCase())}
        />
        <Button type="submit" size="lg" busy={busy === 'code'} disabled={code.replace(/[^0-9A-Z]/g, '').length < 8}>
          {d.enter}
        </Button>
      </form>
      {me === null ? (
        <Link to="/sign-in" search={{ next: show === null ? '/door' : `/door?show=${show}` }} className={buttonClass('quiet', 'lg')}>
          {d.signIn}
        </Link>
      ) : (
        <section className="flex flex-col gap-3">
          <h2 className="text-base">{d.yours}</h2>
          {shows.length === 0 ? <p className="text-muted">{d.noShows}</p> : null}
          {shows.length > 0 ? (
            <Input
              label={d.deviceName}
              hint={d.deviceNameHint}
              value={name}
              maxLength={60}
              onChange={event => setName(event.target.value)}
            />
          ) : null}
          <ul className="flex flex-col gap-2">
            {shows.map(one => (
              <li key={one.id} className="flex items-center gap-3 rounded-lg border border-line bg-surface p-3">
                <Cover id={one.id} picture={one.picture} alt="" size={96} className="w-16 shrink-0" />
                <span className="min-w-0 flex-1">
                  <b className="block truncate font-semibold">{one.title}</b>
                  <span suppressHydrationWarning className="block truncate text-xs text-muted">
                    {at(one.startsAt, one.zone)} · {one.venue}
                  </span>
                </span>
                <Button
                  busy={busy === one.id}
                  onClick={() =>
                    void run(one.id, async () => {
                      if (device !== null && device.show !== one.id) await leave()
                      await enterAsStaff(one.id, name.trim() || me.name)
                    })
                  }
                >
                  {d.enter}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <p className="text-center text-sm text-muted">{d.install}</p>
      <Link to="/" className={buttonClass('plain', 'md', 'self-center')}>
        {t.common.goHome}
      </Link>
    </div>
  )
}
