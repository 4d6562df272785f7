import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ExternalLink, IdCard, Plus, X } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api, read, type Ok } from '../api.ts'
import { asApiError } from '../api-call.ts'
import { useWords } from '../i18n/use.tsx'
import { Refusal } from '../people/sign-in.tsx'
import { meQuery, useMe } from '../shell/me.ts'
import { Button, IconButton, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Input, Select, TextArea } from '../ui/field.tsx'
import { Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

type PageData = Ok<'GET /pages/:id'>
type Kind = PageData['kind']

/** The pages one may edit. */
export function StudioPages() {
  const t = useWords()
  const me = useMe()
  const [making, setMaking] = useState(false)
  if (!me) return null
  return (
    <>
      <header className="mb-6 flex flex-wrap items-center justify-between gap-4">
        <h1 className="text-xl">{t.people.pagesTitle}</h1>
        <Button icon={Plus} onClick={() => setMaking(true)}>
          {t.people.newPage}
        </Button>
      </header>
      {me.pages.length === 0 ? (
        <EmptyState icon={IdCard} title={t.people.noPages}>
          {t.people.noPagesBody}
        </EmptyState>
      ) : (
        <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
          {me.pages.map(page => (
            <li
              key={page.id}
              className="relative flex items-center gap-4 rounded-lg border border-line bg-surface p-4 transition-colors hover:border-line-strong"
            >
              <Cover id={page.id} picture={page.picture} alt="" size={64} round className="size-16" />
              <div className="min-w-0 flex-1">
                <p className="truncate font-semibold">
                  <Link to="/studio/pages/$id" params={{ id: page.id }} className="card-link">
                    {page.name}
                  </Link>
                </p>
                <p className="truncate text-xs text-muted">@{page.handle}</p>
              </div>
              <Tag>{t.people.pageKinds[page.kind]}</Tag>
            </li>
          ))}
        </ul>
      )}
      {making ? <NewPage onClose={() => setMaking(false)} /> : null}
    </>
  )
}

/** Letters and digits of a name as an address: "The Night Market" → the-night-market. */
const asHandle = (name: string): string =>
  name
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)

function NewPage({ onClose }: { onClose: () => void }) {
  const t = useWords()
  const me = useMe()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [handle, setHandle] = useState<string | null>(null)
  const [kind, setKind] = useState<Kind>('artist')
  const [owner, setOwner] = useState('')
  const make = useMutation({
    mutationFn: () => api('POST /pages', { kind, name, handle: handle ?? asHandle(name), ...(owner ? { organisation: owner } : {}) }),
    onSuccess: async page => {
      toast(t.people.pageOpened, { tone: 'good' })
      await client.invalidateQueries({ queryKey: meQuery.queryKey })
      await navigate({ to: '/studio/pages/$id', params: { id: page.id } })
    },
  })
  const refusal = make.error ? asApiError(make.error) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  const mayOpen = me?.organisations.filter(organisation => organisation.role === 'owner' || organisation.role === 'manager') ?? []
  return (
    <Dialog open onOpenChange={open => !open && onClose()} title={t.people.newPage}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Input
          label={t.people.pageName}
          value={name}
          required
          maxLength={80}
          autoFocus
          error={refusal?.fields['name']}
          onChange={event => setName(event.target.value)}
        />
        <Input
          label={t.people.handle}
          hint={t.people.handleHint}
          value={handle ?? asHandle(name)}
          required
          minLength={3}
          maxLength={40}
          error={refusal?.fields['handle'] ?? (refusal?.code === 'name_taken' ? t.faults.name_taken : undefined)}
          onChange={event => setHandle(event.target.value)}
        />
        <Select
          label={t.people.pageKind}
          value={kind}
          onChange={event => setKind(event.target.value as Kind)}
          options={(['artist', 'business', 'person'] as const).map(value => ({ value, name: t.people.pageKinds[value] }))}
        />
        {mayOpen.length > 0 ? (
          <Select
            label={t.people.owner}
            value={owner}
            onChange={event => setOwner(event.target.value)}
            options={[
              { value: '', name: t.studio.myself },
              ...mayOpen.map(organisation => ({ value: organisation.id, name: organisation.name })),
            ]}
          />
        ) : null}
        {refusal && Object.keys(refusal.fields).length === 0 && refusal.code !== 'name_taken' ? <Refusal error={refusal} /> : null}
        <Button type="submit" size="lg" busy={make.isPending}>
          {t.people.newPage}
        </Button>
      </form>
    </Dialog>
  )
}

export function StudioPage({ id }: { id: string }) {
  const { data, error, isPending, refetch } = useQuery(read('GET /pages/:id', { id }))
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return <PageForm key={data.id} page={data} />
}

function PageForm({ page }: { page: PageData }) {
  const t = useWords()
  const client = useQueryClient()
  const [form, setForm] = useState({ name: page.name, city: page.city ?? '', zh: page.bio.zh, en: page.bio.en })
  const [links, setLinks] = useState(page.links.map((link, key) => ({ ...link, key })))
  const save = useMutation({
    mutationFn: () =>
      api('PATCH /pages/:id', {
        id: page.id,
        name: form.name,
        city: form.city.trim() || null,
        bio: { zh: form.zh, en: form.en },
        links: links.filter(link => link.url.trim() !== '').map(({ label, url }) => ({ label: label.trim() || url, url: url.trim() })),
      }),
    onSuccess: async next => {
      client.setQueryData(read('GET /pages/:id', { id: page.id }).queryKey, next)
      toast(t.people.pageSaved, { tone: 'good' })
      await client.invalidateQueries({ queryKey: meQuery.queryKey })
    },
  })
  const fields = save.error ? asApiError(save.error).fields : {}
  const set = (name: keyof typeof form) => ({
    value: form[name],
    onChange: (event: { target: { value: string } }) => setForm({ ...form, [name]: event.target.value }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form onSubmit={submit} className="mx-auto flex max-w-[820px] flex-col gap-6">
      <header className="flex flex-wrap items-center gap-4">
        <Cover id={page.id} picture={page.picture} alt="" size={72} round className="size-18" />
        <div className="min-w-0 flex-1">
          <h1 className="truncate text-xl">{page.name}</h1>
          <p className="text-muted">
            @{page.handle}
            {page.owner ? ` · ${t.people.owner}: ${page.owner.name}` : ''}
          </p>
        </div>
        <Link to="/artists/$id" params={{ id: page.id }} className={buttonClass('quiet')}>
          <ExternalLink size={15} aria-hidden />
          {t.studio.openPublic}
        </Link>
      </header>
      <Panel>
        <div className="grid gap-4 sm:grid-cols-2">
          <Input label={t.people.pageName} required maxLength={80} error={fields['name']} {...set('name')} />
          <Input label={t.people.city} optional maxLength={80} error={fields['city']} {...set('city')} />
          <TextArea label={t.people.bioZh} optional maxLength={2000} lang="zh-CN" {...set('zh')} />
          <TextArea label={t.people.bioEn} optional maxLength={2000} lang="en" {...set('en')} />
        </div>
        <h2 className="mt-6 mb-3 text-sm">{t.people.links}</h2>
        <div className="flex flex-col gap-3">
          {links.map((link, index) => (
            <div key={link.key} className="flex items-start gap-2">
              <Input
                label={t.people.linkLabel}
                hideLabel
                className="w-40"
                placeholder={t.people.linkLabel}
                value={link.label}
                maxLength={60}
                onChange={event => setLinks(links.map(other => (other.key === link.key ? { ...other, label: event.target.value } : other)))}
              />
              <Input
                label={t.people.linkUrl}
                hideLabel
                className="flex-1"
                placeholder="https://"
                type="url"
                value={link.url}
                maxLength={500}
                error={fields[`links.${index}.url`]}
                onChange={event => setLinks(links.map(other => (other.key === link.key ? { ...other, url: event.target.value } : other)))}
              />
              <IconButton
                icon={X}
                tip={false}
                label={`${t.common.remove}: ${link.label}`}
                onClick={() => setLinks(links.filter(other => other.key !== link.key))}
              />
            </div>
          ))}
        </div>
        {links.length < 12 ? (
          <Button
            look="plain"
            size="sm"
            icon={Plus}
            className="mt-3"
            onClick={() => setLinks([...links, { key: Math.max(0, ...links.map(link => link.key)) + 1, label: '', url: '' }])}
          >
            {t.people.addLink}
          </Button>
        ) : null}
        {save.error && Object.keys(fields).length === 0 ? (
          <div className="mt-4">
            <Refusal error={save.error} />
          </div>
        ) : null}
        <div className="mt-6 border-t border-line pt-5">
          <Button type="submit" busy={save.isPending}>
            {t.common.save}
          </Button>
        </div>
      </Panel>
    </form>
  )
}
