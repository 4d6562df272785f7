import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CircleCheckBig, Download, Paperclip, Send, X } from 'lucide-react'
import { useState } from 'react'
import { api } from '../api.ts'
import { newClientId } from '../ids.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { makeUploads } from '../media/uploads.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { cx } from '../ui/cx.ts'
import { Input, TextArea } from '../ui/field.tsx'
import { When } from '../ui/money.tsx'
import { Confirm, Dialog } from '../ui/overlay.tsx'
import { ErrorState, faultText, Panel, Progress, SkeletonRows, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { DropZone } from '../ui/upload.tsx'
import { jobTone } from './mine.tsx'
import { jobQuery, refreshServices, type Job } from './queries.ts'

const uploads = makeUploads(() => true)

/** Work made to order, for both sides: what was asked for, all that was said and handed over, and what can be done next. */
export function JobPage({ line }: { line: string }) {
  const t = useWords()
  const j = t.services.job
  const format = useFormat()
  const { data: job, error, isPending, refetch } = useQuery({ ...jobQuery(line), refetchInterval: 15_000 })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows rows={6} />
  return (
    <article className="mx-auto grid max-w-[1000px] gap-6 lg:grid-cols-[minmax(0,1fr)_320px]">
      <div className="flex min-w-0 flex-col gap-5">
        <header className="flex items-center gap-4">
          <Cover id={job.product} picture={job.picture} alt="" size={96} className="w-20 shrink-0" />
          <div className="min-w-0">
            <h1 className="text-xl leading-tight [overflow-wrap:anywhere]">{job.title}</h1>
            <p className="text-muted">{job.seller ? j.to(job.buyer.name) : job.page.name}</p>
            <p className="mt-1.5 flex flex-wrap items-center gap-2 text-sm text-muted">
              <Tag tone={jobTone(job)}>{(job.seller ? j.sellerStates : j.states)[job.state]}</Tag>
              {job.late ? <Tag tone="bad">{j.late}</Tag> : null}
              {job.state === 'working' ? j.due(format.dateTime(job.dueAt)) : null}
              {job.state === 'delivered' && job.acceptAt ? j.acceptBy(format.dateTime(job.acceptAt)) : null}
            </p>
          </div>
        </header>
        {job.can.accept ? (
          <div className="lg:hidden">
            <Actions job={job} />
          </div>
        ) : null}
        {job.state === 'cancelled' && job.reason ? (
          <p className="rounded-lg bg-danger-soft p-4 text-danger">{j.cancelled(job.reason)}</p>
        ) : null}
        <Thread job={job} />
        {job.can.say ? <Say job={job} /> : null}
      </div>
      <aside className="flex flex-col gap-5 self-start lg:sticky lg:top-20">
        <Panel title={j.brief}>
          {job.brief.length === 0 ? (
            <p className="text-muted">{j.noBrief}</p>
          ) : (
            <dl className="flex flex-col gap-3">
              {job.brief.map(one => (
                <div key={one.label}>
                  <dt className="text-sm text-muted">{one.label}</dt>
                  <dd className="whitespace-pre-line [overflow-wrap:anywhere]">
                    {/^https?:\/\/\S+$/.test(one.answer) ? (
                      <a href={one.answer} target="_blank" rel="noopener noreferrer nofollow" className="underline">
                        {one.answer}
                      </a>
                    ) : (
                      one.answer
                    )}
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </Panel>
        <Panel>
          <dl className="tabular grid grid-cols-[1fr_auto] gap-2 text-sm">
            <dt className="text-muted">{j.money}</dt>
            <dd className="font-semibold">{format.money(job.price)}</dd>
            <dt className="text-muted">{j.revise}</dt>
            <dd>{j.revisionsLeft(format.number(job.revisions - job.revisionsUsed), format.number(job.revisions))}</dd>
          </dl>
          <div className={job.can.accept ? 'max-lg:hidden' : ''}>
            <Actions job={job} />
          </div>
        </Panel>
      </aside>
    </article>
  )
}

function Thread({ job }: { job: Job }) {
  const t = useWords()
  const j = t.services.job
  const format = useFormat()
  return (
    <ol className="flex flex-col gap-3">
      {job.words.map(word => {
        const mine = word.seller === job.seller && word.by !== null
        return (
          <li
            key={word.id}
            className={cx(
              'max-w-[88%] rounded-lg border p-3.5',
              mine ? 'self-end border-transparent bg-accent-soft text-accent-ink' : 'self-start border-line bg-surface',
              word.what === 'delivered' && 'border-paid',
            )}
          >
            <p className="flex flex-wrap items-center gap-2 text-xs">
              <b className="font-semibold">{word.by?.name ?? j.bySystem}</b>
              {word.what === 'message' ? null : (
                <span className="font-semibold">
                  {j.steps[word.what]}
                  {word.what === 'extended' && word.text ? ` ${format.date(word.text)}` : ''}
                </span>
              )}
              <When at={word.at} show="dateTime" />
            </p>
            {word.text && word.what !== 'extended' ? (
              <p className="mt-1 whitespace-pre-line [overflow-wrap:anywhere]">{word.text}</p>
            ) : null}
            {word.files.length > 0 ? (
              <ul className="mt-2 flex flex-col gap-1.5">
                {word.files.map(file => (
                  <li key={file.url}>
                    <a
                      href={file.url}
                      download
                      className="inline-flex max-w-full items-center gap-2 rounded-md bg-surface px-3 py-2 text-sm font-semibold text-ink hover:bg-raised"
                    >
                      <Download size={16} aria-hidden className="shrink-0" />
                      <span className="truncate">{file.name}</span>
                      <span className="shrink-0 text-xs font-normal text-muted">{format.bytes(file.bytes)}</span>
                    </a>
                  </li>
                ))}
              </ul>
            ) : null}
          </li>
        )
      })}
    </ol>
  )
}

/** A message; from the seller also the work itself, from the buyer what should change. */
function Say({ job }: { job: Job }) {
  const t = useWords()
  const j = t.services.job
  const client = useQueryClient()
  const [text, setText] = useState('')
  const [id, setId] = useState(() => newClientId('evt'))
  const all = uploads.use()
  const whole = all.length > 0 && all.every(one => one.state === 'done')
  const sending = all.some(one => one.state !== 'done' && one.state !== 'failed')
  const say = useMutation({
    mutationFn: (what: 'message' | 'delivered' | 'revision') =>
      api('POST /jobs/:line/words', {
        line: job.line,
        id,
        what,
        text: text.trim(),
        uploads: all.flatMap(one => (one.upload === null ? [] : [one.upload])),
      }),
    onSuccess: () => {
      setText('')
      setId(newClientId('evt'))
      uploads.forget(all.map(one => one.key))
    },
    onError: problem => toast(faultText(t, problem), { tone: 'bad' }),
    onSettled: () => refreshServices(client),
  })
  const empty = text.trim() === '' && !whole
  return (
    <form
      className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-4"
      onSubmit={event => {
        event.preventDefault()
        say.mutate('message')
      }}
    >
      <TextArea
        label={j.say}
        hint={job.can.deliver ? j.deliverNote(String(job.acceptDays)) : job.can.revise ? j.reviseNote : j.sayHint}
        maxLength={5000}
        rows={3}
        value={text}
        onChange={event => setText(event.target.value)}
      />
      {all.map(one => (
        <p key={one.key} className="flex items-center gap-2 text-sm">
          <Paperclip size={15} aria-hidden className="shrink-0" />
          <span className="min-w-0 flex-1">
            {one.state === 'done' ? (
              one.name
            ) : one.state === 'failed' ? (
              <span className="text-danger">{one.name}</span>
            ) : (
              <Progress label={one.name} share={one.bytes > 0 ? one.sent / one.bytes : 0} />
            )}
          </span>
          <IconButton icon={X} size="sm" label={`${t.common.remove}: ${one.name}`} tip={false} onClick={() => uploads.drop(one.key)} />
        </p>
      ))}
      <DropZone compact label={j.addFiles} onFiles={files => void uploads.send(files.slice(0, 10 - all.length))} />
      <div className="flex flex-wrap gap-2">
        {job.can.deliver ? (
          <Button
            busy={say.isPending && say.variables === 'delivered'}
            disabled={empty || sending}
            icon={CircleCheckBig}
            onClick={() => say.mutate('delivered')}
          >
            {j.deliver}
          </Button>
        ) : null}
        <Button type="submit" look="quiet" icon={Send} busy={say.isPending && say.variables === 'message'} disabled={empty || sending}>
          {j.send}
        </Button>
        {job.can.revise ? (
          <Button
            look="quiet"
            busy={say.isPending && say.variables === 'revision'}
            disabled={text.trim() === '' || sending}
            onClick={() => say.mutate('revision')}
          >
            {j.revise}
          </Button>
        ) : null}
      </div>
    </form>
  )
}

function Actions({ job }: { job: Job }) {
  const t = useWords()
  const j = t.services.job
  const client = useQueryClient()
  const [asking, setAsking] = useState<'accept' | 'cancel' | 'extend' | null>(null)
  const [reason, setReason] = useState('')
  const [days, setDays] = useState('3')
  const said = {
    onError: (problem: unknown) => toast(faultText(t, problem), { tone: 'bad' }),
    onSuccess: () => setAsking(null),
    onSettled: () => refreshServices(client),
  }
  const { line } = job
  const accept = useMutation({ mutationFn: () => api('POST /jobs/:line/accept', { line }), ...said })
  const cancel = useMutation({ mutationFn: () => api('POST /jobs/:line/cancel', { line, reason: reason.trim() }), ...said })
  // As long as nothing came back, pressing again is the same word.
  const [asked, setAsked] = useState(() => newClientId('evt'))
  const extend = useMutation({
    mutationFn: () => api('POST /jobs/:line/extend', { line, id: `${asked}-${Number(days)}`, days: Number(days) }),
    ...said,
    onSuccess: () => {
      setAsked(newClientId('evt'))
      said.onSuccess()
    },
  })
  if (!job.can.accept && !job.can.extend && !job.can.cancel)
    return job.seller ? null : (
      <Link to="/orders" className="mt-4 inline-block text-sm underline">
        {j.order}
      </Link>
    )
  return (
    <div className="flex flex-col gap-2 lg:mt-4">
      {job.can.accept ? (
        <Button size="lg" icon={CircleCheckBig} onClick={() => setAsking('accept')}>
          {j.accept}
        </Button>
      ) : null}
      {job.can.extend ? (
        <Button look="quiet" onClick={() => setAsking('extend')}>
          {j.extend}
        </Button>
      ) : null}
      {job.can.cancel ? (
        <Button look="quiet" onClick={() => setAsking('cancel')}>
          {j.cancel}
        </Button>
      ) : null}
      <Confirm
        open={asking === 'accept'}
        onOpenChange={open => (open ? undefined : setAsking(null))}
        title={j.acceptTitle}
        body={j.acceptBody}
        action={j.accept}
        onConfirm={async () => {
          await accept.mutateAsync().catch(() => undefined)
        }}
      />
      <Dialog
        open={asking === 'cancel' || asking === 'extend'}
        onOpenChange={open => (open ? undefined : setAsking(null))}
        title={asking === 'cancel' ? j.cancelTitle : j.extend}
        {...(asking === 'cancel' ? { description: j.cancelBody } : {})}
        footer={
          asking === 'cancel' ? (
            <Button busy={cancel.isPending} disabled={reason.trim() === ''} onClick={() => cancel.mutate()}>
              {j.cancel}
            </Button>
          ) : (
            <Button busy={extend.isPending} disabled={!(Number(days) >= 1 && Number(days) <= 90)} onClick={() => extend.mutate()}>
              {j.extend}
            </Button>
          )
        }
      >
        {asking === 'cancel' ? (
          <Input label={j.reason} required maxLength={500} value={reason} onChange={event => setReason(event.target.value)} />
        ) : (
          <Input label={j.extendDays} type="number" min={1} max={90} value={days} onChange={event => setDays(event.target.value)} />
        )}
      </Dialog>
    </div>
  )
}
