import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link as To } from '@tanstack/react-router'
import { ArrowUpRight, Plus, Radio } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api, read } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { Button } from '../ui/button.tsx'
import { Input, Select, Switch } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { Confirm, Dialog } from '../ui/overlay.tsx'
import { EmptyState, ErrorState, faultText, Panel, SkeletonRows, Tag, type Tone } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { Outside } from './outside.tsx'

const linksQuery = read('GET /me/links')
type Link = Awaited<ReturnType<NonNullable<typeof linksQuery.queryFn>>>['items'][number]
const tones: Record<Link['state'], Tone> = { checking: 'held', on: 'good', paused: 'bad' }
/** While a server is asked, the page looks again so often. */
const lookMs = 2000

/** Servers that one's plays are told to, and what came from outside. */
export function LinksPage() {
  const t = useWords()
  const me = useMe()
  return (
    <div className="mx-auto flex max-w-[760px] flex-col gap-6">
      <header>
        <h1 className="text-xl">{t.apps.links.title}</h1>
        <p className="mt-1 text-muted">{t.apps.links.lead}</p>
        <p className="mt-2">
          <To to="/apps" className="inline-flex items-center gap-1 underline">
            {t.apps.title}
            <ArrowUpRight size={14} aria-hidden />
          </To>
        </p>
      </header>
      {me ? (
        <>
          <Links />
          <Outside />
        </>
      ) : (
        <SignInFirst />
      )}
    </div>
  )
}

function Links() {
  const t = useWords()
  const w = t.apps.links
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Link | null>(null)
  const client = useQueryClient()
  const { data, error, isPending, refetch } = useQuery({
    ...linksQuery,
    refetchInterval: query => (query.state.data?.items.some(one => one.state === 'checking') ? lookMs : false),
  })
  const again = () => client.invalidateQueries({ queryKey: linksQuery.queryKey })
  const remove = async (): Promise<void> => {
    if (removing === null) return
    try {
      await api('DELETE /me/links/:id', { id: removing.id })
      toast(w.removed, { tone: 'good' })
    } catch (problem) {
      toast(faultText(t, problem), { tone: 'bad' })
    }
    await again()
  }
  const add = (
    <Button size="sm" icon={Plus} onClick={() => setAdding(true)}>
      {w.add}
    </Button>
  )
  return (
    <Panel title={w.out} note={w.outNote} action={data && data.items.length > 0 ? add : null}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={2} />
      ) : data.items.length === 0 ? (
        <EmptyState icon={Radio} title={w.none} action={add} compact>
          {w.noneBody}
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {data.items.map(link => (
            <Row key={link.id} link={link} onRemove={() => setRemoving(link)} onChanged={() => void again()} />
          ))}
        </ul>
      )}
      {adding ? <Add onClose={() => setAdding(false)} onAdded={() => void again()} /> : null}
      <Confirm
        open={removing !== null}
        onOpenChange={open => {
          if (!open) setRemoving(null)
        }}
        title={w.removeTitle}
        body={w.removeBody}
        action={w.remove}
        onConfirm={remove}
      />
    </Panel>
  )
}

function Row({ link, onRemove, onChanged }: { link: Link; onRemove: () => void; onChanged: () => void }) {
  const t = useWords()
  const format = useFormat()
  const w = t.apps.links
  const change = useMutation({
    mutationFn: (set: { on?: boolean; nowPlaying?: boolean }) => api('PUT /me/links/:id', { id: link.id, ...set }),
    onSuccess: onChanged,
    onError: (error: unknown) => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <li className="py-4 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-2 font-medium">
            <span className="min-w-0 break-all">{new URL(link.root).host}</span>
            <Tag>{w.protocols[link.protocol]}</Tag>
            <Tag tone={tones[link.state]}>{w.states[link.state]}</Tag>
          </p>
          <p className="mt-1 text-xs text-muted">
            {link.name ? `${w.as(link.name)} · ` : ''}
            {w.sent(format.number(link.sent))}
            {link.sentAt ? (
              <>
                {' · '}
                <When at={link.sentAt} show="dateTime" />
              </>
            ) : null}
            {link.waiting > 0 ? ` · ${w.waiting(format.number(link.waiting))}` : ''}
            {link.refused > 0 ? ` · ${w.refused(format.number(link.refused))}` : ''}
          </p>
          {link.reason ? <p className="mt-1 text-danger">{w.reasons[link.reason]}</p> : null}
          {link.nextAt ? (
            <p className="mt-1 text-held">
              {w.later} <When at={link.nextAt} show="dateTime" />
            </p>
          ) : null}
          {link.said && link.reason !== 'self' ? <p className="mt-1 text-xs break-words text-muted">{w.said(link.said)}</p> : null}
        </div>
        <span className="flex flex-wrap gap-2">
          {link.state === 'paused' || link.nextAt ? (
            <Button look="quiet" size="sm" busy={change.isPending} onClick={() => change.mutate({ on: true })}>
              {w.resume}
            </Button>
          ) : (
            <Button look="quiet" size="sm" busy={change.isPending} onClick={() => change.mutate({ on: false })}>
              {w.pause}
            </Button>
          )}
          <Button look="quiet" size="sm" onClick={onRemove}>
            {w.remove}
          </Button>
        </span>
      </div>
      <div className="mt-3">
        <Switch label={w.nowPlaying} checked={link.nowPlaying} onChange={event => change.mutate({ nowPlaying: event.target.checked })} />
      </div>
    </li>
  )
}

const roots = { listenbrainz: 'https://api.listenbrainz.org', lastfm: 'https://ws.audioscrobbler.com/2.0/' } as const
type Protocol = keyof typeof roots

function Add({ onClose, onAdded }: { onClose: () => void; onAdded: () => void }) {
  const t = useWords()
  const w = t.apps.links
  const [protocol, setProtocol] = useState<Protocol>('listenbrainz')
  const [root, setRoot] = useState<string>(roots.listenbrainz)
  const [secrets, setSecrets] = useState({ token: '', apiKey: '', secret: '', session: '' })
  const fields = protocol === 'listenbrainz' ? (['token'] as const) : (['apiKey', 'secret', 'session'] as const)
  const make = useMutation({
    mutationFn: () => api('POST /me/links', { protocol, root, ...Object.fromEntries(fields.map(name => [name, secrets[name]])) }),
    onSuccess: () => {
      onAdded()
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  return (
    <Dialog
      open
      onOpenChange={open => {
        if (!open) onClose()
      }}
      title={w.add}
      description={w.addBody}
      footer={
        <Button type="submit" form="link" busy={make.isPending} disabled={root === '' || fields.some(name => secrets[name].trim() === '')}>
          {w.connect}
        </Button>
      }
    >
      <form id="link" onSubmit={submit} className="flex flex-col gap-4">
        <Select
          label={w.protocol}
          value={protocol}
          onChange={event => {
            const next = event.target.value as Protocol
            setProtocol(next)
            setRoot(roots[next])
          }}
          options={(['listenbrainz', 'lastfm'] as const).map(value => ({ value, name: w.protocolsLong[value] }))}
        />
        <Input label={w.root} type="url" value={root} required autoComplete="off" onChange={event => setRoot(event.target.value)} />
        {fields.map(name => (
          <Input
            key={name}
            label={w.secrets[name]}
            value={secrets[name]}
            type="password"
            required
            autoComplete="off"
            onChange={event => setSecrets({ ...secrets, [name]: event.target.value })}
          />
        ))}
        {make.error ? (
          <p role="alert" className="text-xs font-medium text-danger">
            {faultText(t, make.error)}
          </p>
        ) : null}
      </form>
    </Dialog>
  )
}
