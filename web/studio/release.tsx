import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ExternalLink } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { api, read } from '../api.ts'
import { asApiError } from '../api-call.ts'
import { useFormat, useWords } from '../i18n/use.tsx'
import { FlowPicture } from '../insight/flow.tsx'
import { artistNames } from '../player/track.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Input, Select, TextArea } from '../ui/field.tsx'
import { ErrorState, Panel, SkeletonRows, Tag, faultText } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { ReleaseOffer } from './offer.tsx'
import type { StudioReleaseData } from './release-data.ts'
import { visibilityTone } from './releases.tsx'
import { ReleaseSplits } from './release-splits.tsx'
import { StudioTracks } from './tracks.tsx'

/** One release from the maker's side: details, tracks, split, price, money. */
export function StudioRelease({ id }: { id: string }) {
  const t = useWords()
  const {
    data: release,
    error,
    isPending,
    refetch,
  } = useQuery({
    ...read('GET /releases/:id', { id }),
    refetchInterval: query =>
      query.state.data?.tracks.some(track => track.state === 'waiting' || track.state === 'working') ? 3000 : false,
  })
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (isPending) return <SkeletonRows />
  return (
    <div className="flex flex-col gap-6">
      <header className="flex flex-wrap items-center gap-5">
        <Cover
          id={release.id}
          picture={release.cover}
          alt={t.common.coverOf(release.title)}
          size={96}
          eager
          className="size-24 rounded-md"
        />
        <div className="min-w-0 flex-1">
          <h1 className="truncate text-xl">{release.title}</h1>
          <p className="mt-1 flex flex-wrap items-center gap-2 text-muted">
            {artistNames(release.artists)}
            <Tag tone={visibilityTone[release.visibility]}>{t.studio.visibilities[release.visibility]}</Tag>
          </p>
        </div>
        <Link to="/releases/$id" params={{ id }} className={buttonClass('quiet')}>
          <ExternalLink size={15} aria-hidden />
          {t.studio.openPublic}
        </Link>
      </header>
      <div className="grid items-start gap-6">
        <ReleaseOffer release={release} />
        <ReleaseSplits release={release} />
      </div>
      <StudioTracks release={release} />
      <Details key={release.id} release={release} />
      <Earned release={release} />
    </div>
  )
}

function Earned({ release }: { release: StudioReleaseData }) {
  const t = useWords()
  const format = useFormat()
  const { data: flow, error, isPending, refetch } = useQuery(read('GET /releases/:id/money', { id: release.id }))
  return (
    <Panel title={t.music.moneyTitle} note={flow ? t.music.moneyCameIn(format.money(flow.total)) : ''}>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} compact />
      ) : isPending ? (
        <SkeletonRows rows={3} />
      ) : (
        <FlowPicture flow={flow} of={{ release: release.id }} label={t.music.moneyTitle} />
      )}
    </Panel>
  )
}

function Details({ release }: { release: StudioReleaseData }) {
  const t = useWords()
  const client = useQueryClient()
  const [form, setForm] = useState({
    title: release.title,
    kind: release.kind,
    releasedOn: release.releasedOn ?? '',
    genre: release.genre ?? '',
    label: release.label ?? '',
    upc: release.upc ?? '',
    zh: release.description.zh,
    en: release.description.en,
    visibility: release.visibility,
  })
  const save = useMutation({
    mutationFn: () =>
      api('PATCH /releases/:id', {
        id: release.id,
        title: form.title,
        kind: form.kind,
        releasedOn: form.releasedOn || null,
        genre: form.genre.trim() || null,
        label: form.label.trim() || null,
        upc: form.upc.trim() || null,
        description: { zh: form.zh, en: form.en },
        visibility: form.visibility,
      }),
    onSuccess: async next => {
      client.setQueryData(read('GET /releases/:id', { id: release.id }).queryKey, next)
      toast(t.studio.saved, { tone: 'good' })
      await client.invalidateQueries({ queryKey: ['GET /me/releases'] })
    },
    onError: error => toast(faultText(t, error), { tone: 'bad' }),
  })
  const fields = save.error ? asApiError(save.error).fields : {}
  const set = <K extends keyof typeof form>(name: K) => ({
    value: form[name],
    onChange: (event: { target: { value: string } }) => setForm({ ...form, [name]: event.target.value }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Panel title={t.studio.details}>
      <form onSubmit={submit} className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        <Input label={t.studio.releaseTitle} error={fields['title']} required maxLength={200} {...set('title')} className="lg:col-span-2" />
        <Select
          label={t.studio.visibility}
          hint={t.studio.visibilityHints[form.visibility]}
          {...set('visibility')}
          options={(['public', 'unlisted', 'draft'] as const).map(value => ({ value, name: t.studio.visibilities[value] }))}
        />
        <Select
          label={t.studio.kind}
          {...set('kind')}
          options={(['album', 'ep', 'single', 'compilation'] as const).map(value => ({ value, name: t.music.kinds[value] }))}
        />
        <Input label={t.studio.releasedOn} type="date" error={fields['releasedOn']} {...set('releasedOn')} />
        <Input label={t.studio.genre} error={fields['genre']} maxLength={60} {...set('genre')} />
        <Input label={t.studio.label} error={fields['label']} maxLength={120} {...set('label')} />
        <Input label={t.studio.upc} error={fields['upc']} inputMode="numeric" maxLength={13} optional {...set('upc')} />
        <div className="hidden lg:block" />
        <div className="grid gap-4 sm:col-span-2 md:grid-cols-2 lg:col-span-3">
          <TextArea label={t.studio.aboutZh} optional maxLength={3000} lang="zh-CN" {...set('zh')} />
          <TextArea label={t.studio.aboutEn} optional maxLength={3000} lang="en" {...set('en')} />
        </div>
        <div className="sm:col-span-2 lg:col-span-3">
          <Button type="submit" busy={save.isPending}>
            {t.common.save}
          </Button>
        </div>
      </form>
    </Panel>
  )
}
