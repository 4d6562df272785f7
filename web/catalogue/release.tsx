import { useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ListEnd, Pause, Pencil, Play, RadioTower } from 'lucide-react'
import { Suspense } from 'react'
import { read, type Ok } from '../api.ts'
import { lazyWithWords } from '../i18n/lazy.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { FlowPicture } from '../insight/flow.tsx'
import { ArtistLinks } from '../player/artist-links.tsx'
import { KeepOffline } from '../offline/keep.tsx'
import { Favourite } from '../player/favourite.tsx'
import { player } from '../player/player.ts'
import { artistNames } from '../player/track.ts'
import { Buy } from '../shop/buy.tsx'
import { Button, IconButton, buttonClass } from '../ui/button.tsx'
import { Donut, seriesColour } from '../ui/chart.tsx'
import { accentVars } from '../ui/colour.ts'
import { Cover } from '../ui/cover.tsx'
import { Panel, Tag } from '../ui/states.tsx'
import { toast } from '../ui/toast.tsx'
import { asQueue, useReleasePlaying } from './cards.tsx'
import { Credits } from './credits.tsx'
import { TrackList } from './track-list.tsx'

const Reviews = lazyWithWords(() => import('../storefront/reviews-strip.tsx').then(module => module.ReviewsStrip), null, 'sale')

export type ReleaseData = Ok<'GET /releases/:id'>

/** A release: play it, own it, see who made it and who shares in it. */
export function ReleasePage({ id }: { id: string }) {
  const t = useWords()
  const format = useFormat()
  const { locale } = useLanguage()
  const { data: release } = useSuspenseQuery(read('GET /releases/:id', { id }))
  const sounding = useReleasePlaying(id)
  const can = release.tracks.filter(track => track.playable !== 'no' && track.state === 'ready')
  const play = () => {
    if (sounding) player.pause()
    else if (player.track?.release.id === id) player.play()
    else player.playTracks(asQueue(can, 'release'))
  }
  const about = locale === 'zh' ? release.description.zh || release.description.en : release.description.en || release.description.zh
  const facts = [
    t.music.kinds[release.kind],
    release.releasedOn ? format.day(release.releasedOn) : null,
    release.genre,
    t.music.tracks(release.trackCount),
    t.music.minutes(Math.round(release.durationMs / 60_000)),
  ]
  return (
    <div style={accentVars(release.cover?.accent)}>
      <Glow release={release} />
      <header className="relative flex flex-col gap-6 sm:flex-row sm:items-end sm:gap-8">
        <Cover
          id={release.id}
          picture={release.cover}
          alt={t.common.coverOf(release.title)}
          size={264}
          eager
          className="w-56 shrink-0 rounded-lg shadow-pop max-sm:mx-auto sm:w-52 lg:w-66"
        />
        <div className="min-w-0 flex-1">
          <h1 className="text-[1.9rem] leading-[1.1] font-[700] tracking-tight sm:text-2xl">{release.title}</h1>
          <p className="mt-2 text-base font-medium">
            <ArtistLinks artists={release.artists} />
          </p>
          <p className="mt-1.5 flex flex-wrap gap-x-2 text-muted">{facts.filter(Boolean).join(' · ')}</p>
          <div className="mt-6 flex flex-wrap items-center gap-2.5">
            <Button size="lg" filled icon={sounding ? Pause : Play} disabled={can.length === 0} onClick={play}>
              {sounding ? t.player.pause : t.player.play}
            </Button>
            <Buy release={release} />
            {/* Together: one of them alone on a line of a narrow screen looks forgotten. */}
            <div className="flex items-center gap-2.5">
              <Favourite track={id} size="md" />
              <IconButton
                icon={ListEnd}
                label={t.player.addToQueue}
                disabled={can.length === 0}
                onClick={() => {
                  player.add(asQueue(can, 'release'))
                  toast(t.player.added(can.length), { action: { label: t.common.undo, run: () => player.undo() } })
                }}
              />
              <IconButton
                icon={RadioTower}
                label={t.music.startRadio}
                disabled={can.length === 0}
                onClick={() => void import('../discovery/radio.ts').then(radio => radio.startRadio(id))}
              />
              <KeepOffline
                set={{ id, kind: 'release', title: release.title, by: artistNames(release.artists), cover: release.cover }}
                tracks={release.tracks}
              />
            </div>
            {release.can.edit ? (
              <Link to="/studio/releases/$id" params={{ id }} className={buttonClass('plain')}>
                <Pencil size={15} aria-hidden />
                {t.common.edit}
              </Link>
            ) : null}
          </div>
        </div>
      </header>
      <div className="relative mt-9 grid gap-8 xl:grid-cols-[minmax(0,1fr)_340px]">
        <div className="min-w-0">
          <TrackList tracks={release.tracks} source="release" as="release" label={release.title} />
        </div>
        <aside className="flex flex-col gap-6">
          {about ? (
            <section>
              <h2 className="mb-2 text-sm text-muted">{t.music.about}</h2>
              <p className="max-w-[70ch] leading-relaxed whitespace-pre-line">{about}</p>
            </section>
          ) : null}
          <Credits credits={release.credits} />
          <Shared release={release} />
          <p className="text-xs text-muted">
            {[release.label, release.copyright, release.upc ? `UPC ${release.upc}` : null].filter(Boolean).join(' · ')}
            {release.demo ? <span className="mt-1 block">{t.music.demoNote}</span> : null}
          </p>
        </aside>
      </div>
      <ReleaseMoney release={release} />
      <Suspense>
        <Reviews thing={release.id} />
      </Suspense>
    </div>
  )
}

/** The cover's colour as light behind the head of the page. */
const Glow = ({ release }: { release: ReleaseData }) => (
  <div
    aria-hidden
    className="pointer-events-none absolute inset-x-0 top-0 h-96 overflow-hidden [mask-image:linear-gradient(black,transparent)] lg:left-[232px]"
  >
    <div className="absolute -inset-x-10 -top-40 h-96 opacity-30 blur-[80px] saturate-150 dark:opacity-25">
      <Cover id={release.id} picture={release.cover} alt="" size={64} className="size-full !rounded-none" />
    </div>
  </div>
)

function Shared({ release }: { release: ReleaseData }) {
  const t = useWords()
  const format = useFormat()
  const { data } = useQuery(read('GET /releases/:id/splits', { id: release.id }))
  if (!data) return null
  const signed = data.items.filter(sheet => sheet.state === 'signed')
  return (
    <section>
      <h2 className="text-sm text-muted">{t.music.sharedBy}</h2>
      {signed.length === 0 ? (
        <p className="mt-2">{data.sole ? t.music.soleOwner(data.sole.name) : <span className="text-muted">{t.music.noSplit}</span>}</p>
      ) : (
        <>
          <p className="mb-3 text-xs text-muted">{t.music.sharedByBody}</p>
          <div className="flex flex-col gap-5">
            {signed.map(sheet => (
              <div key={sheet.id} className="flex items-center gap-4">
                <Donut
                  label={sheet.kind === 'master' ? t.music.master : t.music.work}
                  parts={sheet.parties.map(party => ({ name: party.name, share: party.shareBp / 10_000 }))}
                  className="size-20 shrink-0"
                />
                <div className="min-w-0 flex-1">
                  <p className="mb-1 font-medium">
                    {sheet.kind === 'master' ? t.music.master : t.music.work}
                    {sheet.subject.startsWith('trk') ? <span className="ml-2 font-normal text-muted">{sheet.title}</span> : null}
                  </p>
                  <ul className="text-[13px]">
                    {sheet.parties.map((party, index) => (
                      <li key={party.party} className="flex items-center gap-2">
                        <span aria-hidden className="size-2 rounded-full" style={{ background: seriesColour(index) }} />
                        <span className="truncate">{party.name}</span>
                        <span className="tabular ml-auto text-muted">{format.percent(party.shareBp / 10_000)}</span>
                      </li>
                    ))}
                  </ul>
                </div>
              </div>
            ))}
          </div>
        </>
      )}
    </section>
  )
}

function ReleaseMoney({ release }: { release: ReleaseData }) {
  const t = useWords()
  const format = useFormat()
  const { data: flow, isPending, error } = useQuery(read('GET /releases/:id/money', { id: release.id }))
  if (error) return null
  // Most releases have no income yet: nothing is shown until it is known that there is some.
  if (isPending || flow.links.length === 0) return null
  return (
    <Panel
      className="mt-10"
      title={t.music.moneyTitle}
      note={t.music.moneyCameIn(format.money(flow.total))}
      action={<Tag tone="good">{t.money.transfers(format.number(flow.transfers))}</Tag>}
    >
      <FlowPicture flow={flow} of={{ release: release.id }} label={t.music.moneyTitle} />
    </Panel>
  )
}
