import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Building2, Plus, UserMinus } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api, read, type Ok } from '../api.ts'
import { asApiError } from '../api-call.ts'
import { useWords } from '../i18n/use.tsx'
import { Refusal } from '../people/sign-in.tsx'
import { meQuery, useMe } from '../shell/me.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Input, Select } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { Confirm, Dialog } from '../ui/overlay.tsx'
import { Planet } from '../ui/planet.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag, faultText } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import { toast } from '../ui/toast.tsx'

type Organisation = Ok<'GET /organisations/:id'>
type Member = Ok<'GET /organisations/:id/members'>['items'][number]
const kinds = ['label', 'agency', 'venue', 'brand', 'studio', 'other'] as const
const roles = ['owner', 'manager', 'finance', 'door'] as const

/** Organisations one belongs to. */
export function Organisations() {
  const t = useWords()
  const [making, setMaking] = useState(false)
  const { data, error, isPending, refetch } = useQuery(read('GET /me/organisations'))
  return (
    <>
      <header className="mb-6 flex flex-wrap items-center justify-between gap-4">
        <h1 className="text-xl">{t.people.organisationsTitle}</h1>
        <Button icon={Plus} onClick={() => setMaking(true)}>
          {t.people.newOrganisation}
        </Button>
      </header>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : data.items.length === 0 ? (
        <EmptyState icon={Building2} title={t.people.noOrganisations}>
          {t.people.noOrganisationsBody}
        </EmptyState>
      ) : (
        <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
          {data.items.map(organisation => (
            <li
              key={organisation.id}
              className="relative flex items-center gap-4 rounded-lg border border-line bg-surface p-4 transition-colors hover:border-line-strong"
            >
              <Planet id={organisation.id} measure={organisation.members} className="size-14 rounded-md" />
              <div className="min-w-0 flex-1">
                <p className="truncate font-semibold">
                  <Link to="/studio/organisations/$id" params={{ id: organisation.id }} className="card-link">
                    {organisation.name}
                  </Link>
                </p>
                <p className="text-xs text-muted">
                  {t.people.organisationKinds[organisation.kind]} · {t.people.membersCount(organisation.members)}
                </p>
              </div>
              {organisation.role ? <Tag tone="accent">{t.people.roles[organisation.role]}</Tag> : null}
            </li>
          ))}
        </ul>
      )}
      {making ? <NewOrganisation onClose={() => setMaking(false)} /> : null}
    </>
  )
}

function NewOrganisation({ onClose }: { onClose: () => void }) {
  const t = useWords()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<Organisation['kind']>('label')
  const make = useMutation({
    mutationFn: () => api('POST /organisations', { name, kind }),
    onSuccess: async organisation => {
      await Promise.all([
        client.invalidateQueries({ queryKey: meQuery.queryKey }),
        client.invalidateQueries({ queryKey: ['GET /me/organisations'] }),
      ])
      await navigate({ to: '/studio/organisations/$id', params: { id: organisation.id } })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  return (
    <Dialog open onOpenChange={open => !open && onClose()} title={t.people.newOrganisation}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Input
          label={t.people.organisationName}
          value={name}
          required
          maxLength={80}
          autoFocus
          error={make.error ? asApiError(make.error).fields['name'] : undefined}
          onChange={event => setName(event.target.value)}
        />
        <Select
          label={t.people.organisationKind}
          value={kind}
          onChange={event => setKind(event.target.value as Organisation['kind'])}
          options={kinds.map(value => ({ value, name: t.people.organisationKinds[value] }))}
        />
        {make.error ? <Refusal error={make.error} /> : null}
        <Button type="submit" size="lg" busy={make.isPending}>
          {t.people.newOrganisation}
        </Button>
      </form>
    </Dialog>
  )
}

/** One organisation and its people. */
export function OrganisationPage({ id }: { id: string }) {
  const t = useWords()
  const me = useMe()
  const client = useQueryClient()
  const organisation = useQuery(read('GET /organisations/:id', { id }))
  const members = useQuery(read('GET /organisations/:id/members', { id }))
  const [leaving, setLeaving] = useState<Member | null>(null)
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['GET /organisations/:id/members'] }),
      client.invalidateQueries({ queryKey: ['GET /organisations/:id'] }),
      client.invalidateQueries({ queryKey: ['GET /me/organisations'] }),
    ])
  const change = useMutation({
    mutationFn: (input: { person: string; role: Member['role'] }) => api('PATCH /organisations/:id/members/:person', { id, ...input }),
    onSuccess: () => toast(t.people.roleSaved, { tone: 'good' }),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
    onSettled: refresh,
  })
  if (organisation.error) return <ErrorState error={organisation.error} onRetry={() => void organisation.refetch()} />
  if (organisation.isPending) return <SkeletonRows />
  const { data } = organisation
  const leads = data.role === 'owner' || data.role === 'manager'
  const remove = async () => {
    if (!leaving) return
    try {
      await api('DELETE /organisations/:id/members/:person', { id, person: leaving.person })
      await refresh()
    } catch (error) {
      toast(faultText(t, error), { tone: 'bad' })
    }
  }
  return (
    <div className="mx-auto flex max-w-[920px] flex-col gap-6">
      <header className="flex items-center gap-4">
        <Planet id={data.id} measure={data.members} className="size-18 rounded-md" />
        <div>
          <h1 className="text-xl">{data.name}</h1>
          <p className="text-muted">{t.people.organisationKinds[data.kind]}</p>
        </div>
      </header>
      <Panel title={t.people.members}>
        {members.error ? (
          <ErrorState error={members.error} onRetry={() => void members.refetch()} compact />
        ) : members.isPending ? (
          <SkeletonRows rows={3} />
        ) : (
          <Table
            label={t.people.members}
            rows={members.data.items}
            rowKey={member => member.person}
            columns={[
              {
                key: 'name',
                name: t.account.name,
                sort: member => member.name,
                cell: member => (
                  <span className="flex items-center gap-3">
                    <Planet id={member.person} className="size-9 rounded-full" />
                    <span className="min-w-0">
                      <span className="block truncate font-medium">{member.name}</span>
                      <span className="block truncate text-xs text-muted">{member.email}</span>
                    </span>
                  </span>
                ),
              },
              {
                key: 'since',
                name: t.people.memberSince,
                wide: true,
                cell: member => <When at={member.since} />,
                sort: member => member.since,
              },
              {
                key: 'role',
                name: t.people.memberRole,
                cell: member =>
                  leads ? (
                    <Select
                      label={`${t.people.memberRole}: ${member.name}`}
                      hideLabel
                      className="w-32"
                      value={member.role}
                      disabled={change.isPending || (data.role !== 'owner' && member.role === 'owner')}
                      onChange={event => change.mutate({ person: member.person, role: event.target.value as Member['role'] })}
                      options={roles.map(value => ({
                        value,
                        name: t.people.roles[value],
                        disabled: data.role !== 'owner' && value === 'owner',
                      }))}
                    />
                  ) : (
                    t.people.roles[member.role]
                  ),
              },
              {
                key: 'remove',
                name: t.people.removeMember,
                hideName: true,
                align: 'end',
                cell: member =>
                  leads || member.person === me?.id ? (
                    <IconButton
                      icon={UserMinus}
                      size="sm"
                      label={member.person === me?.id ? t.people.leave : `${t.people.removeMember}: ${member.name}`}
                      onClick={() => setLeaving(member)}
                    />
                  ) : null,
              },
            ]}
          />
        )}
        {leads ? <AddMember id={id} owner={data.role === 'owner'} onAdded={refresh} /> : null}
      </Panel>
      <Confirm
        open={leaving !== null}
        onOpenChange={open => !open && setLeaving(null)}
        title={leaving?.person === me?.id ? t.people.leave : t.people.removeMember}
        body={t.people.removeMemberBody(leaving?.name ?? '')}
        action={t.common.remove}
        onConfirm={remove}
      />
    </div>
  )
}

function AddMember({ id, owner, onAdded }: { id: string; owner: boolean; onAdded: () => Promise<unknown> }) {
  const t = useWords()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Member['role']>('manager')
  const add = useMutation({
    mutationFn: () => api('POST /organisations/:id/members', { id, email, role }),
    onSuccess: async () => {
      toast(t.people.memberAdded, { tone: 'good' })
      setEmail('')
      await onAdded()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate()
  }
  return (
    <form onSubmit={submit} className="mt-5 flex flex-wrap items-start gap-3 border-t border-line pt-5">
      <Input
        label={t.people.memberEmail}
        type="email"
        required
        className="min-w-56 flex-1"
        value={email}
        error={add.error ? (asApiError(add.error).fields['email'] ?? faultText(t, add.error)) : undefined}
        onChange={event => setEmail(event.target.value)}
      />
      <Select
        label={t.people.memberRole}
        className="w-36"
        value={role}
        onChange={event => setRole(event.target.value as Member['role'])}
        options={roles.filter(value => owner || value !== 'owner').map(value => ({ value, name: t.people.roles[value] }))}
      />
      <Button type="submit" busy={add.isPending} className="mt-6.5">
        {t.people.addMember}
      </Button>
    </form>
  )
}
