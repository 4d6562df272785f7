import { useSuspenseQuery } from '@tanstack/react-query'
import { BadgeCheck, ExternalLink, MapPin, Play, RadioTower } from 'lucide-react'
import { Suspense } from 'react'
import { read } from '../api.ts'
import { lazyWithWords } from '../i18n/lazy.ts'
import { useFormat, useLanguage, useWords } from '../i18n/use.tsx'
import { Follow } from '../people/follow.tsx'
import { Favourite } from '../player/favourite.tsx'
import { player } from '../player/player.ts'
import { Button } from '../ui/button.tsx'
import { Cover } from '../ui/cover.tsx'
import { Planet } from '../ui/planet.tsx'
import { EmptyState } from '../ui/states.tsx'
import { asQueue, CardGrid, ReleaseCard, SectionHead } from './cards.tsx'
import { TrackList } from './track-list.tsx'

const PageClaimNote = lazyWithWords(() => import('../claiming/note.tsx').then(module => module.PageClaimNote))
const GroupStrip = lazyWithWords(() => import('../groups/strip.tsx').then(module => module.GroupStrip), null, 'fans')
const SimilarArtists = lazyWithWords(() => import('../discovery/similar.tsx').then(module => module.SimilarArtists))
const ShowStrip = lazyWithWords(() => import('../shows/strip.tsx').then(module => module.ShowStrip), null, 'sale')
const ShopStrip = lazyWithWords(() => import('../storefront/strip.tsx').then(module => module.ShopStrip), null, 'sale')
const PagePosts = lazyWithWords(() => import('../feed/strip.tsx').then(module => module.PagePosts), null, 'fans')

/** The public face of an artist; its planet's rings tell the plays of the last 30 days. */
export function ArtistPage({ id }: { id: string }) {
  const t = useWords()
  const format = useFormat()
  const { locale } = useLanguage()
  const { data: page } = useSuspenseQuery(read('GET /pages/:id', { id }))
  const { data: music } = useSuspenseQuery(read('GET /artists/:id', { id: page.id }))
  const bio = locale === 'zh' ? page.bio.zh || page.bio.en : page.bio.en || page.bio.zh
  const can = music.top.filter(track => track.playable !== 'no' && track.state === 'ready')
  return (
    <>
      <header className="relative isolate -mx-4 -mt-18 overflow-hidden px-4 pt-26 pb-9 sm:-mx-6 sm:px-6 lg:-mx-9 lg:px-9">
        <div
          aria-hidden
          className="absolute inset-0 -z-10 opacity-35 blur-[70px] saturate-150 [mask-image:linear-gradient(black,transparent)] dark:opacity-30"
        >
          <Planet id={page.id} className="size-full" />
        </div>
        <div className="flex flex-col items-center gap-6 text-center sm:flex-row sm:items-end sm:gap-9 sm:text-left">
          {page.picture ? (
            <Cover
              id={page.id}
              picture={page.picture}
              alt={page.name}
              size={208}
              round
              eager
              className="size-44 shrink-0 shadow-pop sm:size-52"
            />
          ) : (
            <Planet
              id={page.id}
              measure={music.plays30d}
              label={t.common.planetOf(page.name)}
              bare
              className="size-48 shrink-0 overflow-visible sm:size-56"
            />
          )}
          <div className="min-w-0 flex-1">
            <h1 className="flex items-center justify-center gap-2.5 text-[1.9rem] leading-tight font-[710] tracking-tight sm:justify-start sm:text-2xl">
              {page.name}
              {page.verified ? <BadgeCheck size={26} aria-label={t.music.verified} role="img" className="shrink-0 text-ion" /> : null}
            </h1>
            <p className="mt-2 flex flex-wrap items-center justify-center gap-x-4 gap-y-1 text-muted sm:justify-start">
              {page.city ? (
                <span className="flex items-center gap-1.5">
                  <MapPin size={14} aria-hidden />
                  {page.city}
                </span>
              ) : null}
              <span>{t.music.followers(format.compact(page.followers))}</span>
              <span>{t.music.plays30d(format.compact(music.plays30d))}</span>
            </p>
            <div className="mt-5 flex flex-wrap justify-center gap-2.5 sm:justify-start">
              <Button size="lg" filled icon={Play} disabled={can.length === 0} onClick={() => player.playTracks(asQueue(can, 'artist'))}>
                {t.player.play}
              </Button>
              <Follow page={page} />
              <Favourite track={page.id} size="md" />
              <Button
                look="quiet"
                size="lg"
                icon={RadioTower}
                disabled={can.length === 0}
                onClick={() => void import('../discovery/radio.ts').then(radio => radio.startRadio(page.id))}
              >
                {t.music.startRadio}
              </Button>
            </div>
          </div>
        </div>
      </header>
      {page.owner === null ? (
        <Suspense>
          <PageClaimNote page={page.id} />
        </Suspense>
      ) : null}
      <div className="grid gap-x-10 lg:grid-cols-[minmax(0,1.5fr)_minmax(260px,1fr)]">
        <div className="min-w-0">
          {music.top.length > 0 ? (
            <>
              <h2 className="mb-3 text-lg">{t.music.top}</h2>
              <TrackList tracks={music.top} source="artist" as="mixed" label={t.music.top} />
            </>
          ) : null}
        </div>
        <aside className="max-lg:mt-8">
          {bio ? (
            <>
              <h2 className="mb-3 text-lg">{t.music.about}</h2>
              <p className="max-w-[62ch] leading-relaxed whitespace-pre-line">{bio}</p>
            </>
          ) : null}
          {page.links.length > 0 ? (
            <ul className="mt-4 flex flex-wrap gap-2">
              {page.links.map(link => (
                <li key={link.url}>
                  <a
                    href={link.url}
                    rel="noopener noreferrer nofollow"
                    target="_blank"
                    className="inline-flex items-center gap-1.5 rounded-full bg-raised px-3 py-1.5 text-xs font-medium hover:text-accent-ink"
                  >
                    {link.label}
                    <ExternalLink size={12} aria-hidden />
                  </a>
                </li>
              ))}
            </ul>
          ) : null}
          {page.demo ? <p className="mt-4 text-xs text-muted">{t.music.demoNote}</p> : null}
        </aside>
      </div>
      <Suspense>
        <PagePosts page={page.id} name={page.name} picture={page.picture} />
      </Suspense>
      <SectionHead title={t.music.releases} />
      {music.releases.length === 0 ? (
        <EmptyState title={t.music.noReleases} compact />
      ) : (
        <CardGrid>
          {music.releases.map(release => (
            <ReleaseCard key={release.id} release={release} />
          ))}
        </CardGrid>
      )}
      {music.appearsOn.length > 0 ? (
        <>
          <SectionHead title={t.music.appearsOn} />
          <CardGrid>
            {music.appearsOn.map(release => (
              <ReleaseCard key={release.id} release={release} />
            ))}
          </CardGrid>
        </>
      ) : null}
      <Suspense>
        <ShowStrip page={page.id} />
        <ShopStrip page={page.id} name={page.name} />
      </Suspense>
      <Suspense>
        <GroupStrip page={page.id} />
      </Suspense>
      <Suspense>
        <SimilarArtists id={page.id} />
      </Suspense>
    </>
  )
}
