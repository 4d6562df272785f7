import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { api, read } from '../api.ts'
import { asApiError } from '../api-call.ts'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { Button } from '../ui/button.tsx'
import { Input, Select, TextArea } from '../ui/field.tsx'
import { faultText, Panel } from '../ui/states.tsx'
import { Planet } from '../ui/planet.tsx'
import { toast } from '../ui/toast.tsx'
import { newId, refreshGroup } from './queries.ts'

const asHandle = (name: string): string =>
  name
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)

/** Opens a group: its name is almost enough. `page` comes from an artist's page. */
export function NewGroup({ page, official }: { page?: string | undefined; official?: boolean }) {
  const t = useWords()
  const me = useMe()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [id] = useState(() => newId('grp'))
  const [form, setForm] = useState({
    kind: official ? 'official' : 'fans',
    name: '',
    handle: null as string | null,
    page: page ?? '',
    about: '',
    charter: '',
    visibility: 'public',
    joining: 'open',
  })
  const { data: follows } = useQuery({ ...read('GET /me/follows', { limit: 100 }), enabled: me !== null })
  const given = useQuery({ ...read('GET /pages/:id', { id: page ?? '' }), enabled: page !== undefined })
  const own = (me?.pages ?? []).filter(one => one.kind === 'artist')
  const isOfficial = form.kind === 'official'
  const pages = isOfficial
    ? own
    : [...(given.data ? [given.data] : []), ...(follows?.items ?? [])].filter(
        (one, n, all) => all.findIndex(other => other.id === one.id) === n,
      )
  const set = (change: Partial<typeof form>) => setForm({ ...form, ...change })
  const make = useMutation({
    mutationFn: () =>
      api('POST /groups', {
        id,
        kind: form.kind as 'official' | 'fans',
        name: form.name.trim(),
        handle: form.handle ?? asHandle(form.name),
        page: form.page === '' ? null : form.page,
        about: form.about,
        charter: form.charter,
        visibility: form.visibility as 'public',
        joining: (form.visibility === 'invite' ? 'invite' : form.joining) as 'open',
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      }),
    onSuccess: async group => {
      toast(t.groups.created, { tone: 'good' })
      await refreshGroup(client)
      await navigate({ to: '/groups/$id', params: { id: group.handle } })
    },
  })
  if (!me) return <SignInFirst />
  const refusal = make.error ? asApiError(make.error) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  return (
    <form onSubmit={submit} className="mx-auto flex max-w-[720px] flex-col gap-5">
      <header className="flex items-center gap-5">
        <Planet id={id} bare alive className="size-24 shrink-0 overflow-visible" />
        <div>
          <h1 className="text-xl">{t.groups.newTitle}</h1>
          <p className="mt-1 text-muted">{t.groups.newLead}</p>
        </div>
      </header>
      <Panel>
        <div className="grid gap-4 sm:grid-cols-2">
          {own.length > 0 ? (
            <Select
              label={t.groups.kind}
              className="sm:col-span-2"
              value={form.kind}
              onChange={event => set({ kind: event.target.value, page: event.target.value === 'official' ? (own[0]?.id ?? '') : '' })}
              options={[
                { value: 'fans', name: t.groups.kindFans },
                { value: 'official', name: t.groups.kindOfficial },
              ]}
            />
          ) : null}
          <Input
            label={t.groups.name}
            required
            maxLength={80}
            autoFocus
            value={form.name}
            error={refusal?.fields['name']}
            onChange={event => set({ name: event.target.value })}
          />
          <Input
            label={t.groups.handle}
            hint={t.groups.handleHint}
            required
            minLength={3}
            maxLength={40}
            pattern="[a-z0-9][a-z0-9\-]{1,38}[a-z0-9]"
            value={form.handle ?? asHandle(form.name)}
            error={refusal?.code === 'name_taken' ? t.faults.name_taken : refusal?.fields['handle']}
            onChange={event => set({ handle: event.target.value.toLowerCase() })}
          />
          <Select
            label={t.groups.pageOf}
            className="sm:col-span-2"
            value={form.page}
            onChange={event => set({ page: event.target.value })}
            options={[
              ...(isOfficial ? [] : [{ value: '', name: t.groups.pageNone }]),
              ...pages.map(one => ({ value: one.id, name: one.name })),
            ]}
          />
          <TextArea
            label={t.groups.aboutLabel}
            hint={t.groups.aboutHint}
            optional
            rows={3}
            className="sm:col-span-2"
            maxLength={2000}
            value={form.about}
            onChange={event => set({ about: event.target.value })}
          />
          <TextArea
            label={t.groups.charterLabel}
            hint={t.groups.charterHint}
            optional
            rows={4}
            className="sm:col-span-2"
            maxLength={10_000}
            value={form.charter}
            onChange={event => set({ charter: event.target.value })}
          />
          <Select
            label={t.groups.visibility}
            value={form.visibility}
            onChange={event => set({ visibility: event.target.value })}
            options={(['public', 'members', 'invite'] as const).map(value => ({ value, name: t.groups.readsWho[value] }))}
          />
          <Select
            label={t.groups.joining}
            value={form.visibility === 'invite' ? 'invite' : form.joining}
            disabled={form.visibility === 'invite'}
            onChange={event => set({ joining: event.target.value })}
            options={(['open', 'ask', 'invite'] as const).map(value => ({ value, name: t.groups.joinsHow[value] }))}
          />
        </div>
        {refusal && refusal.code !== 'name_taken' && Object.keys(refusal.fields).length === 0 ? (
          <p role="alert" className="mt-4 text-sm font-medium text-danger">
            {faultText(t, refusal)}
          </p>
        ) : null}
        <Button type="submit" size="lg" busy={make.isPending} className="mt-6 w-full sm:w-auto">
          {t.groups.create}
        </Button>
      </Panel>
    </form>
  )
}
