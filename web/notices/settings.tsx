import { useQuery, useQueryClient } from '@tanstack/react-query'
import { BellOff, ChevronLeft } from 'lucide-react'
import { Link } from '@tanstack/react-router'
import { api, type Api, type Ok } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { Button } from '../ui/button.tsx'
import { Select, Switch } from '../ui/field.tsx'
import { ErrorState, faultText, Panel, SkeletonRows } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { PushPanel } from './push-panel.tsx'
import { settingsQuery } from './queries.ts'

type Settings = Ok<'GET /me/notices/settings'>
type Change = Api['PATCH /me/notices/settings']['input']
type Save = (change: Change) => void

/** What one is told, and how: on the page, by mail, by push. */
export function NoticeSettings() {
  return <div className="mx-auto max-w-[760px]">{useMe() ? <Mine /> : <SignInFirst />}</div>
}

function Mine() {
  const t = useWords()
  const client = useQueryClient()
  const { data, error, isPending, refetch } = useQuery(settingsQuery)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={10} />
  // Shown at once; what the planet refuses goes back with its reason.
  const save = async (change: Change, meanwhile: Settings): Promise<void> => {
    client.setQueryData(settingsQuery.queryKey, meanwhile)
    try {
      client.setQueryData(settingsQuery.queryKey, await api('PATCH /me/notices/settings', change))
    } catch (caught) {
      toast(faultText(t, caught), { tone: 'bad' })
      await refetch()
    }
  }
  const how: Save = change => {
    const { kinds: _kinds, ...rest } = change
    void save(change, { ...data, ...(rest as Partial<Settings>) })
  }
  return (
    <div className="flex flex-col gap-5">
      <header>
        <Link to={'/notices' as '/'} className="mb-1 inline-flex items-center gap-1 text-sm text-muted hover:text-ink">
          <ChevronLeft size={15} aria-hidden />
          {t.notices.title}
        </Link>
        <h1 className="text-xl">{t.notices.settings}</h1>
      </header>
      <Panel title={t.notices.wayTitle}>
        <Kinds
          settings={data}
          choose={(kind, channel, wanted) =>
            void save(
              { kinds: [{ kind, channel, wanted }] },
              { ...data, kinds: data.kinds.map(one => (one.kind === kind ? { ...one, [channel]: wanted } : one)) },
            )
          }
        />
      </Panel>
      <PushPanel />
      <Mails settings={data} save={how} />
      <Quiet settings={data} save={how} />
      <Muted settings={data} />
    </div>
  )
}

type Kind = Settings['kinds'][number]
const channels = ['app', 'mail', 'push'] as const

function Kinds({
  settings,
  choose,
}: {
  settings: Settings
  choose: (kind: Kind['kind'], channel: (typeof channels)[number], wanted: boolean) => void
}) {
  const t = useWords()
  return (
    <table className="w-full text-left">
      <thead>
        <tr>
          <th scope="col" className="sr-only">
            {t.notices.wayTitle}
          </th>
          {channels.map(channel => (
            <th key={channel} scope="col" className="w-14 pb-2 text-center text-xs font-medium text-muted sm:w-20">
              {t.notices.channels[channel]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {settings.kinds.map(one => (
          <tr key={one.kind} className="border-t border-line">
            <th scope="row" className="py-2.5 pr-2 font-normal">
              <span className="block font-medium">{t.notices.kinds[one.kind]}</span>
              <span className="block text-xs text-muted">{t.notices.kindHints[one.kind]}</span>
            </th>
            {channels.map(channel => (
              <td key={channel} className="text-center align-middle">
                <label className="inline-grid min-h-11 w-full cursor-pointer place-items-center content-center gap-0.5">
                  <input
                    type="checkbox"
                    checked={one[channel]}
                    disabled={
                      (channel === 'app' && one.fixed) || (channel === 'mail' && ((settings.mailOff && !one.fixed) || settings.mailRefused))
                    }
                    aria-label={`${t.notices.kinds[one.kind]}: ${t.notices.channels[channel]}`}
                    onChange={event => choose(one.kind, channel, event.target.checked)}
                    className="size-5 accent-accent-mark disabled:opacity-50"
                  />
                  {channel === 'mail' ? (
                    <span aria-hidden className="text-[10px] text-muted">
                      {one.how === 'once' ? t.notices.atOnce : t.notices.inDigest}
                    </span>
                  ) : null}
                </label>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const hours = Array.from({ length: 24 }, (_, hour) => ({ value: String(hour), name: `${String(hour).padStart(2, '0')}:00` }))
/** Where the reader is, as their device says; saved with the first change of a time. */
const zoneHere = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'Asia/Shanghai'

function Mails({ settings, save }: { settings: Settings; save: Save }) {
  const t = useWords()
  return (
    <Panel title={t.notices.digestTitle}>
      <div className="flex flex-col gap-4">
        <p className="text-muted">{t.notices.digestHint}</p>
        {settings.mailRefused ? <p className="rounded-md bg-danger-soft px-4 py-3 text-danger">{t.notices.mailRefused}</p> : null}
        <div className="grid gap-3 sm:grid-cols-3">
          <Select
            label={t.notices.digestTitle}
            hideLabel
            value={settings.digest}
            disabled={settings.mailOff}
            onChange={event => save({ digest: event.target.value as Settings['digest'], timeZone: zoneHere() })}
            options={(['daily', 'weekly', 'never'] as const).map(value => ({ value, name: t.notices.digest[value] }))}
          />
          {settings.digest === 'weekly' ? (
            <Select
              label={t.notices.digestDay}
              hideLabel
              value={String(settings.digestDay)}
              disabled={settings.mailOff}
              onChange={event => save({ digestDay: Number(event.target.value), timeZone: zoneHere() })}
              options={[1, 2, 3, 4, 5, 6, 7].map(day => ({ value: String(day), name: t.notices.weekdays[day - 1]! }))}
            />
          ) : null}
          {settings.digest === 'never' ? null : (
            <Select
              label={t.notices.digestHour}
              hideLabel
              value={String(settings.digestHour)}
              disabled={settings.mailOff}
              onChange={event => save({ digestHour: Number(event.target.value), timeZone: zoneHere() })}
              options={hours}
            />
          )}
        </div>
        <p className="text-xs text-muted">
          {t.notices.mailTo(settings.email)} · {t.notices.zone(settings.timeZone)}
        </p>
        <Switch
          label={t.notices.mailOff}
          hint={t.notices.mailOffHint}
          checked={settings.mailOff}
          onChange={event => save({ mailOff: event.target.checked })}
        />
      </div>
    </Panel>
  )
}

const clockText = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
const halves = Array.from({ length: 48 }, (_, half) => ({ value: String(half * 30), name: clockText(half * 30) }))

function Quiet({ settings, save }: { settings: Settings; save: Save }) {
  const t = useWords()
  const { quiet } = settings
  return (
    <Panel title={t.notices.quietTitle}>
      <div className="flex flex-col gap-4">
        <Switch
          label={t.notices.quietOn}
          hint={t.notices.quietHint}
          checked={quiet !== null}
          onChange={event => save({ quiet: event.target.checked ? { from: 22 * 60 + 30, until: 8 * 60 } : null, timeZone: zoneHere() })}
        />
        {quiet ? (
          <div className="grid grid-cols-2 gap-3 sm:max-w-sm">
            <Select
              label={t.notices.quietFrom}
              value={String(quiet.from)}
              onChange={event => save({ quiet: { ...quiet, from: Number(event.target.value) }, timeZone: zoneHere() })}
              options={halves}
            />
            <Select
              label={t.notices.quietUntil}
              value={String(quiet.until)}
              onChange={event => save({ quiet: { ...quiet, until: Number(event.target.value) }, timeZone: zoneHere() })}
              options={halves}
            />
          </div>
        ) : null}
      </div>
    </Panel>
  )
}

function Muted({ settings }: { settings: Settings }) {
  const t = useWords()
  const client = useQueryClient()
  const unmute = async (thing: string): Promise<void> => {
    try {
      await api('DELETE /me/notices/muted/:thing', { thing })
    } catch (caught) {
      toast(faultText(t, caught), { tone: 'bad' })
    }
    await client.invalidateQueries({ queryKey: settingsQuery.queryKey })
  }
  return (
    <Panel title={t.notices.mutedTitle}>
      <p className="text-muted">{settings.muted.length === 0 ? t.notices.mutedNone : t.notices.mutedHint}</p>
      <ul className="mt-2 divide-y divide-line">
        {settings.muted.map(one => (
          <li key={one.thing} className="flex items-center gap-3 py-2.5">
            <BellOff size={17} aria-hidden className="shrink-0 text-muted" />
            <span className="min-w-0 flex-1 truncate">{one.name || t.notices.mutedPost}</span>
            <Button look="quiet" size="sm" onClick={() => void unmute(one.thing)}>
              {t.notices.unmute}
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
