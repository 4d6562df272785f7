import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { MonitorSmartphone } from 'lucide-react'
import { Suspense, useState, type FormEvent } from 'react'
import { api, read } from '../api.ts'
import { asApiError } from '../api-call.ts'
import { lazyWithWords } from '../i18n/lazy.ts'
import { useLanguage, useWords, type LocaleName } from '../i18n/use.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { player } from '../player/player.ts'
import { usePlayer } from '../player/use.ts'
import type { Theme } from '../scope.ts'
import { meQuery, useMe, type Me } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { useTheme } from '../shell/theme.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { cx } from '../ui/cx.ts'
import { Input, Select, Switch } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { Confirm } from '../ui/overlay.tsx'
import { ErrorState, Panel, SkeletonRows, Tag, faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { auth } from './auth.ts'
import { deviceName } from './device.ts'
import { Refusal, textOf } from './sign-in.tsx'

/** Everything about one's own account. Language and appearance are there for everyone. */
export function Settings() {
  const t = useWords()
  const me = useMe()
  return (
    <div className="mx-auto flex max-w-[760px] flex-col gap-6">
      <h1 className="text-xl">{t.account.settings}</h1>
      {me ? <Profile me={me} /> : null}
      <Appearance me={me} />
      <Installing />
      {me ? (
        <>
          <Declaring />
          <Sessions />
          <Password />
          <Panel title={t.account.moving}>
            <p className="max-w-[64ch] text-muted">{t.account.movingBody}</p>
            <Link to="/move" className={cx(buttonClass('quiet'), 'mt-4')}>
              {t.account.movingOpen}
            </Link>
          </Panel>
        </>
      ) : (
        <SignInFirst />
      )}
    </div>
  )
}

const DeclaredPanel = lazyWithWords(() => import('../points/declared.tsx').then(module => module.DeclaredPanel), null, 'fans')
const AppealsPanel = lazyWithWords(() => import('../moderation/settings-panel.tsx').then(module => module.AppealsPanel), null, 'fans')
/** Age and region, for rewards that ask. */
function Declaring() {
  return useHydrated() ? (
    <Suspense fallback={null}>
      <DeclaredPanel />
      <AppealsPanel />
    </Suspense>
  ) : null
}

const InstallPanel = lazyWithWords(() => import('../offline/install.tsx').then(module => module.InstallPanel))
/** Planet as an app, where the device can have it. */
function Installing() {
  return useHydrated() ? (
    <Suspense fallback={null}>
      <InstallPanel />
    </Suspense>
  ) : null
}

function Profile({ me }: { me: Me }) {
  const t = useWords()
  const client = useQueryClient()
  const [name, setName] = useState(me.name)
  const save = useMutation({
    mutationFn: () => api('PATCH /me', { name }),
    onSuccess: async () => {
      toast(t.account.nameSaved, { tone: 'good' })
      await client.invalidateQueries({ queryKey: meQuery.queryKey })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Panel title={t.account.profile}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Input
            label={t.account.name}
            value={name}
            maxLength={80}
            required
            onChange={event => setName(event.target.value)}
            error={save.error ? (asApiError(save.error).fields['name'] ?? faultText(t, save.error)) : undefined}
          />
          <Input label={t.account.email} value={me.email} readOnly />
        </div>
        <Button type="submit" look="quiet" busy={save.isPending} disabled={name.trim() === '' || name === me.name} className="self-start">
          {t.common.save}
        </Button>
      </form>
    </Panel>
  )
}

function Appearance({ me }: { me: Me | null }) {
  const t = useWords()
  const { locale, choose } = useLanguage()
  const { theme, choose: chooseTheme } = useTheme()
  const normalise = usePlayer(state => state.normalise)
  const chooseLanguage = async (next: LocaleName) => {
    await choose(next)
    if (me) await api('PATCH /me', { locale: next }).catch(error => toast(faultText(t, error), { tone: 'bad' }))
  }
  return (
    <Panel title={t.account.appearance}>
      <div className="grid gap-4 sm:grid-cols-2">
        <Select
          label={t.shell.language}
          value={locale}
          onChange={event => void chooseLanguage(event.target.value as LocaleName)}
          options={[
            { value: 'zh', name: '简体中文' },
            { value: 'en', name: 'English' },
          ]}
        />
        <Select
          label={t.shell.theme}
          value={theme}
          onChange={event => chooseTheme(event.target.value as Theme)}
          options={[
            { value: 'system', name: t.shell.themeSystem },
            { value: 'light', name: t.shell.themeLight },
            { value: 'dark', name: t.shell.themeDark },
          ]}
        />
      </div>
      <div className="mt-5 border-t border-line pt-4">
        <Switch
          label={t.player.normalise}
          hint={t.player.normaliseHint}
          checked={normalise}
          onChange={event => player.setNormalise(event.target.checked)}
        />
      </div>
    </Panel>
  )
}

function Sessions() {
  const t = useWords()
  const client = useQueryClient()
  const query = read('GET /me/sessions')
  const { data, error, isPending, refetch } = useQuery(query)
  const [asking, setAsking] = useState(false)
  const end = useMutation({
    mutationFn: (id: string) => api('DELETE /me/sessions/:id', { id }),
    onSuccess: () => toast(t.account.ended, { tone: 'good' }),
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
    onSettled: () => client.invalidateQueries({ queryKey: query.queryKey }),
  })
  const endOthers = async () => {
    try {
      const { ended } = await api('DELETE /me/sessions')
      toast(t.account.endedOthers(ended), { tone: 'good' })
    } catch (problem) {
      toast(faultText(t, problem), { tone: 'bad' })
    }
    await client.invalidateQueries({ queryKey: query.queryKey })
  }
  return (
    <Panel
      title={t.account.sessions}
      note={t.account.sessionsHint}
      action={
        data && data.items.length > 1 ? (
          <Button look="danger" size="sm" onClick={() => setAsking(true)}>
            {t.account.endOthers}
          </Button>
        ) : null
      }
    >
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={2} />
      ) : (
        <ul className="divide-y divide-line">
          {data.items.map(session => (
            <li key={session.id} className="flex items-center gap-4 py-3">
              <MonitorSmartphone size={20} strokeWidth={1.6} aria-hidden className="shrink-0 text-muted" />
              <div className="min-w-0 flex-1">
                <p className="flex flex-wrap items-center gap-2 font-medium">
                  {deviceName(session.device) || t.account.unknownDevice}
                  {session.current ? <Tag tone="good">{t.account.thisDevice}</Tag> : null}
                </p>
                <p className="text-xs text-muted">
                  {session.address ? `${session.address} · ` : ''}
                  {t.account.lastSeen} <When at={session.lastSeenAt} show="dateTime" />
                </p>
              </div>
              {session.current ? null : (
                <Button look="quiet" size="sm" busy={end.isPending && end.variables === session.id} onClick={() => end.mutate(session.id)}>
                  {t.account.endSession}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t.account.endOthers}
        body={t.account.endOthersBody}
        action={t.account.endOthers}
        onConfirm={endOthers}
      />
    </Panel>
  )
}

function Password() {
  const t = useWords()
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: (body: object) => auth('change-password', body),
    onSuccess: async () => {
      toast(t.account.passwordChanged, { tone: 'good' })
      await client.invalidateQueries({ queryKey: ['GET /me/sessions'] })
    },
  })
  const fields = change.error ? asApiError(change.error).fields : {}
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const target = event.currentTarget
    const form = new FormData(target)
    change.mutate({ currentPassword: textOf(form, 'current'), newPassword: textOf(form, 'new') }, { onSuccess: () => target.reset() })
  }
  return (
    <Panel title={t.account.changePassword}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Input
            label={t.account.currentPassword}
            name="current"
            type="password"
            autoComplete="current-password"
            required
            error={fields['currentPassword'] ? t.faults.login_failed : undefined}
          />
          <Input
            label={t.account.newPassword}
            hint={t.account.passwordHint}
            name="new"
            type="password"
            autoComplete="new-password"
            minLength={8}
            required
            error={fields['newPassword']}
          />
        </div>
        {change.error && Object.keys(fields).length === 0 ? <Refusal error={change.error} /> : null}
        <Button type="submit" look="quiet" busy={change.isPending} className="self-start">
          {t.account.changePassword}
        </Button>
      </form>
    </Panel>
  )
}
