import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Check, ChevronDown, Copy, KeyRound, Plus } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api, read } from '../api.ts'
import { useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Checkbox, Input, Select } from '../ui/field.tsx'
import { useHydrated } from '../ui/hydrated.ts'
import { When } from '../ui/money.tsx'
import { Confirm, Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag, faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'

const scopes = ['listen', 'library', 'submit'] as const
type Scope = (typeof scopes)[number]
const keysQuery = read('GET /me/app-keys')
type Key = Awaited<ReturnType<NonNullable<typeof keysQuery.queryFn>>>['items'][number]

/** Keys for music apps: made, shown once, revoked; and how to put them into the apps people use. */
export function Apps() {
  const t = useWords()
  const me = useMe()
  return (
    <div className="mx-auto flex max-w-[760px] flex-col gap-6">
      <header>
        <h1 className="text-xl">{t.apps.title}</h1>
        <p className="mt-1 text-muted">{t.apps.lead}</p>
        <p className="mt-2">
          <Link to="/apps/links" className="underline">
            {t.apps.links.title}
          </Link>
        </p>
      </header>
      {me ? <Keys email={me.email} /> : <SignInFirst />}
      <Help email={me?.email ?? null} />
    </div>
  )
}

function Keys({ email }: { email: string }) {
  const t = useWords()
  const client = useQueryClient()
  const { data, error, isPending, refetch } = useQuery(keysQuery)
  const [adding, setAdding] = useState(false)
  const [revoking, setRevoking] = useState<Key | null>(null)
  const revoke = async (): Promise<void> => {
    if (revoking === null) return
    try {
      await api('DELETE /me/app-keys/:id', { id: revoking.id })
      toast(t.apps.revoked, { tone: 'good' })
    } catch (problem) {
      toast(faultText(t, problem), { tone: 'bad' })
    }
    await client.invalidateQueries({ queryKey: keysQuery.queryKey })
  }
  const add = (
    <Button size="sm" onClick={() => setAdding(true)}>
      <Plus size={16} aria-hidden />
      {t.apps.add}
    </Button>
  )
  return (
    <Panel title={t.apps.yours} action={data && data.items.length > 0 ? add : null}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={2} />
      ) : data.items.length === 0 ? (
        <EmptyState icon={KeyRound} title={t.apps.none} action={add} compact>
          {t.apps.noneBody}
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {data.items.map(key => (
            <KeyRow key={key.id} item={key} onRevoke={() => setRevoking(key)} />
          ))}
        </ul>
      )}
      <MakeKey open={adding} onOpenChange={setAdding} email={email} />
      <Confirm
        open={revoking !== null}
        onOpenChange={open => {
          if (!open) setRevoking(null)
        }}
        title={t.apps.revokeTitle(revoking?.name ?? '')}
        body={t.apps.revokeBody}
        action={t.apps.revoke}
        onConfirm={revoke}
      />
    </Panel>
  )
}

function KeyRow({ item, onRevoke }: { item: Key; onRevoke: () => void }) {
  const t = useWords()
  return (
    <li className="flex items-start gap-4 py-4 first:pt-0 last:pb-0">
      <KeyRound size={20} strokeWidth={1.6} aria-hidden className="mt-0.5 shrink-0 text-muted" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2 font-medium">
          <span className="min-w-0 break-words">{item.name}</span>
          {scopes.map(scope => (item.scopes.includes(scope) ? <Tag key={scope}>{t.apps.scopes[scope]}</Tag> : null))}
          {item.over ? <Tag tone="bad">{t.apps.over}</Tag> : null}
        </p>
        <p className="mt-1 text-xs text-muted">
          {item.lastUsedAt === null ? (
            t.apps.neverUsed
          ) : (
            <>
              {t.apps.lastUsed} <When at={item.lastUsedAt} show="dateTime" />
              {item.lastClient ? ` · ${item.lastClient}` : ''}
              {item.lastNetwork ? ` · ${item.lastNetwork}` : ''}
            </>
          )}
        </p>
        {item.expiresAt !== null && !item.over ? (
          <p className="text-xs text-muted">
            {t.apps.until} <When at={item.expiresAt} />
          </p>
        ) : null}
      </div>
      <Button look="quiet" size="sm" onClick={onRevoke}>
        {t.apps.revoke}
      </Button>
    </li>
  )
}

const lengths = ['', '30', '90', '365'] as const
const day = 86_400_000

function MakeKey({ open, onOpenChange, email }: { open: boolean; onOpenChange: (open: boolean) => void; email: string }) {
  const t = useWords()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<readonly Scope[]>(scopes)
  const [days, setDays] = useState<string>('')
  const make = useMutation({
    mutationFn: () =>
      api('POST /me/app-keys', {
        name,
        scopes: [...chosen],
        expiresAt: days === '' ? null : new Date(performance.timeOrigin + performance.now() + Number(days) * day).toISOString(),
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: keysQuery.queryKey }),
  })
  const close = (next: boolean): void => {
    onOpenChange(next)
    if (next) return
    // The secret is in no later state.
    make.reset()
    setName('')
    setChosen(scopes)
    setDays('')
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (chosen.length > 0) make.mutate()
  }
  if (make.data)
    return (
      <Dialog
        open={open}
        onOpenChange={close}
        title={t.apps.madeTitle}
        description={t.apps.madeBody}
        footer={<Button onClick={() => close(false)}>{t.apps.done}</Button>}
      >
        <Access email={email} secret={make.data.secret} />
      </Dialog>
    )
  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title={t.apps.addTitle}
      footer={
        <Button type="submit" form="make-key" busy={make.isPending} disabled={name.trim() === '' || chosen.length === 0}>
          {t.apps.make}
        </Button>
      }
    >
      <form id="make-key" onSubmit={submit} className="flex flex-col gap-5">
        <Input
          label={t.apps.name}
          hint={t.apps.nameHint}
          value={name}
          maxLength={60}
          required
          autoComplete="off"
          onChange={event => setName(event.target.value)}
          error={make.error ? faultText(t, make.error) : undefined}
        />
        <fieldset className="flex flex-col gap-3">
          <legend className="mb-2 font-medium">{t.apps.may}</legend>
          {scopes.map(scope => (
            <Checkbox
              key={scope}
              label={t.apps.scopes[scope]}
              hint={t.apps.scopeHints[scope]}
              checked={chosen.includes(scope)}
              onChange={event => setChosen(event.target.checked ? [...chosen, scope] : chosen.filter(one => one !== scope))}
            />
          ))}
          {chosen.length === 0 ? (
            <p role="alert" className="text-xs font-medium text-danger">
              {t.apps.noScope}
            </p>
          ) : null}
        </fieldset>
        <Select
          label={t.apps.ends}
          value={days}
          onChange={event => setDays(event.target.value)}
          options={lengths.map(value => ({
            value,
            name: value === '' ? t.apps.never : value === '365' ? t.apps.year : t.apps.days(Number(value)),
          }))}
        />
      </form>
    </Dialog>
  )
}

/** What every app asks for, each ready to be copied. */
function Access({ email, secret }: { email: string | null; secret?: string }) {
  const t = useWords()
  // The page knows where it was fetched from only in the browser.
  const hydrated = useHydrated()
  const server = hydrated ? location.origin : ''
  return (
    <dl className="flex flex-col gap-3">
      <Copied label={t.apps.server} value={server} />
      <Copied label={t.apps.user} value={email ?? ''} note={secret === undefined ? t.apps.helpUser : undefined} />
      <Copied label={t.apps.key} value={secret ?? ''} note={secret === undefined ? t.apps.helpKey : undefined} />
    </dl>
  )
}

function Copied({ label, value, note }: { label: string; value: string; note?: string | undefined }) {
  const t = useWords()
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value)
      setCopied(true)
      setTimeout(() => setCopied(false), 2000)
    } catch (problem) {
      toast(faultText(t, problem), { tone: 'bad' })
    }
  }
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{label}</dt>
      <dd>
        {value === '' ? null : (
          <span className="flex items-center gap-2">
            <code className="min-w-0 flex-1 rounded-md border border-line bg-raised px-3 py-2 font-mono text-sm break-all select-all">
              {value}
            </code>
            <IconButton
              icon={copied ? Check : Copy}
              label={copied ? t.apps.copied : `${t.apps.copy}: ${label}`}
              onClick={() => void copy()}
            />
          </span>
        )}
        {note ? <span className="mt-0.5 block text-xs text-muted">{note}</span> : null}
      </dd>
    </div>
  )
}

const clients = ['symfonium', 'feishin', 'playsub', 'strawberry', 'listenbrainz'] as const

function Help({ email }: { email: string | null }) {
  const t = useWords()
  return (
    <Panel title={t.apps.help} note={t.apps.helpNote}>
      <Access email={email} />
      <div className="mt-5 divide-y divide-line border-t border-line">
        {clients.map(name => {
          const client = t.apps.clients[name]
          return (
            <details key={name} className="group py-1">
              <summary className="flex cursor-pointer list-none items-center gap-3 rounded-md py-2.5 [&::-webkit-details-marker]:hidden">
                <span className="min-w-0 flex-1">
                  <span className="font-medium">{client.name}</span> <span className="text-xs text-muted">{client.where}</span>
                </span>
                <ChevronDown size={18} aria-hidden className="shrink-0 text-muted transition-transform group-open:rotate-180" />
              </summary>
              <ol className="list-decimal space-y-1.5 pb-3 pl-5">
                {client.steps.map(step => (
                  <li key={step}>{step}</li>
                ))}
              </ol>
            </details>
          )
        })}
      </div>
    </Panel>
  )
}
