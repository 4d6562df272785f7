import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Download, PackageOpen, ScanSearch } from 'lucide-react'
import { useState } from 'react'
import { api, read, type Ok } from '../api.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { makeUploads } from '../media/uploads.ts'
import { newArchiveId } from '../player/ids.ts'
import { useMe } from '../shell/me.ts'
import { SignInFirst } from '../shell/states.tsx'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Checkbox, Select } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { EmptyState, ErrorState, Panel, SkeletonRows, Tag, faultText, type Tone } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { DropZone, UploadList } from '../ui/upload.tsx'

export type Archive = Ok<'GET /immigrations/:id'>

/** Archives on their way up: of any kind, the planet looks what they are. */
const line = makeUploads(() => true)

export const stateTone: Record<Archive['state'], Tone> = {
  reading: 'accent',
  ready: 'ion',
  applying: 'accent',
  applied: 'good',
  undoing: 'accent',
  undone: 'plain',
  failed: 'bad',
  discarded: 'plain',
}
/** While something is at work it is asked for again. */
export const busy = (state: Archive['state'] | undefined): boolean => state === 'reading' || state === 'applying' || state === 'undoing'

export function MovePage() {
  const t = useWords()
  const me = useMe()
  if (!me) return <SignInFirst />
  return (
    <div className="mx-auto flex max-w-[860px] flex-col gap-6">
      <header>
        <h1 className="text-xl">{t.immigration.title}</h1>
        <p className="mt-1 text-muted">{t.immigration.intro}</p>
      </header>
      <Invitations />
      <MoveIn pages={me.pages} />
      <Claim />
      <Past />
      <TakeOut />
    </div>
  )
}

/** Somebody made one's page before one came. */
function Claim() {
  const t = useWords()
  return (
    <Panel title={t.immigration.claim}>
      <p className="max-w-[64ch] text-muted">{t.immigration.claimBody}</p>
      <Link to="/claim" className={buttonClass('quiet', 'md', 'mt-4')}>
        {t.immigration.claimOpen}
      </Link>
    </Panel>
  )
}

function TakeOut() {
  const t = useWords()
  const format = useFormat()
  const [music, setMusic] = useState(true)
  const { data } = useQuery(read('GET /me/export/size'))
  const withMusic = music && (data?.tracks ?? 0) > 0
  return (
    <Panel title={t.immigration.takeOut}>
      <p className="max-w-[64ch] text-muted">{t.immigration.takeOutBody}</p>
      <div className="mt-4 flex flex-wrap items-center gap-x-6 gap-y-3">
        {data && data.tracks > 0 ? (
          <Checkbox
            label={t.immigration.withMusic(data.tracks, format.bytes(data.bytes))}
            checked={music}
            onChange={event => setMusic(event.target.checked)}
          />
        ) : null}
        <a className={buttonClass('quiet', 'lg')} href={`/api/v1/me/export${withMusic ? '?music=true' : ''}`} download>
          <Download size={18} aria-hidden />
          {t.immigration.takeOutButton}
        </a>
      </div>
    </Panel>
  )
}

function MoveIn({ pages }: { pages: readonly { id: string; name: string }[] }) {
  const t = useWords()
  const client = useQueryClient()
  const navigate = useNavigate()
  const uploads = line.use()
  const [page, setPage] = useState('')
  const done = uploads.filter(item => item.state === 'done' && item.upload)
  const moving = uploads.some(item => item.state === 'sending' || item.state === 'waiting')
  const begin = useMutation({
    mutationFn: () => api('POST /immigrations', { id: newArchiveId(), page: page || null, uploads: done.map(item => item.upload!) }),
    onSuccess: async made => {
      line.forget(done.map(item => item.key))
      await client.invalidateQueries({ queryKey: ['GET /me/immigrations'] })
      await navigate({ to: '/move/$id', params: { id: made.id } })
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  return (
    <Panel title={t.immigration.moveIn}>
      <p className="mb-4 max-w-[64ch] text-muted">{t.immigration.moveInBody}</p>
      <DropZone
        label={t.immigration.drop}
        hint={t.immigration.dropHint}
        multiple
        compact={uploads.length > 0}
        onFiles={files => void line.send(files)}
      />
      {uploads.length > 0 ? (
        <>
          <div className="mt-4">
            <UploadList
              items={uploads.map(item => ({
                ...item,
                ...(item.state === 'failed' && item.problem ? { note: faultText(t, { status: 0, code: item.problem }) } : {}),
              }))}
              onPause={line.pause}
              onResume={line.resume}
              onCancel={line.drop}
            />
          </div>
          <div className="mt-4 flex flex-wrap items-end gap-4 border-t border-line pt-4">
            <Select
              label={t.immigration.into}
              className="w-72 max-w-full"
              value={page}
              onChange={event => setPage(event.target.value)}
              options={[{ value: '', name: t.immigration.intoMine }, ...pages.map(mine => ({ value: mine.id, name: mine.name }))]}
            />
            <Button
              size="lg"
              filled
              icon={ScanSearch}
              disabled={done.length === 0 || moving}
              busy={begin.isPending}
              onClick={() => begin.mutate()}
            >
              {t.immigration.read}
            </Button>
          </div>
        </>
      ) : null}
    </Panel>
  )
}

function Past() {
  const t = useWords()
  const format = useFormat()
  const { data, error, isPending, refetch } = useQuery({
    ...read('GET /me/immigrations', { limit: 20 }),
    refetchInterval: query => (query.state.data?.items.some(item => busy(item.state)) ? 2000 : false),
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} compact />
  return (
    <Panel title={t.immigration.past}>
      {isPending ? (
        <SkeletonRows rows={2} />
      ) : data.items.length === 0 ? (
        <EmptyState icon={PackageOpen} title={t.immigration.none} compact />
      ) : (
        <ul className="flex flex-col divide-y divide-line">
          {data.items.map(item => (
            <li key={item.id} className="flex items-center gap-4 py-2.5">
              <div className="min-w-0 flex-1">
                <p className="truncate font-medium">
                  <Link to="/move/$id" params={{ id: item.id }} className="hover:underline">
                    {format.list(item.files.slice(0, 3))}
                  </Link>
                </p>
                <p className="text-xs text-muted">
                  <When at={item.startedAt} show="dateTime" />
                  {item.page ? ` · ${item.page.name}` : ''}
                </p>
              </div>
              <Tag tone={stateTone[item.state]}>{t.immigration.state[item.state]}</Tag>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

/** Pages that moved in and named one as a follower. */
function Invitations() {
  const t = useWords()
  const client = useQueryClient()
  const { data } = useQuery(read('GET /me/invitations'))
  const settle = useMutation({
    mutationFn: ({ page, accept }: { page: string; accept: boolean }) => api('POST /me/invitations/:page', { page, accept }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['GET /me/invitations'] }),
        client.invalidateQueries({ queryKey: ['GET /me/follows'] }),
      ]),
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  if (!data || data.items.length === 0) return null
  return (
    <Panel title={t.immigration.invitations}>
      <p className="mb-3 max-w-[64ch] text-muted">{t.immigration.invitationBody}</p>
      <ul className="flex flex-col gap-2">
        {data.items.map(item => (
          <li key={item.page} className="flex items-center gap-3">
            <Cover id={item.page} picture={item.picture} alt="" size={44} round className="size-11" />
            <Link to="/artists/$id" params={{ id: item.page }} className="min-w-0 flex-1 truncate font-medium hover:underline">
              {item.name}
            </Link>
            <Button size="sm" filled disabled={settle.isPending} onClick={() => settle.mutate({ page: item.page, accept: true })}>
              {t.immigration.accept}
            </Button>
            <Button size="sm" look="plain" disabled={settle.isPending} onClick={() => settle.mutate({ page: item.page, accept: false })}>
              {t.immigration.decline}
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
