import { useRouter } from '@tanstack/react-router'
import { BadgeInfo, Disc3, Ellipsis, ListPlus, RadioTower, Share2, UserRound } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useWords } from '../i18n/use.tsx'
import { IconButton } from '../ui/button.tsx'
import type { MenuEntry } from '../ui/menu-entry.ts'
import { Menu } from '../ui/menu.tsx'
import { toast } from '../ui/toast.tsx'
import { artistNames, type Playable } from './track.ts'

const AddToPlaylist = lazy(() => import('../playlists/add.tsx').then(module => ({ default: module.AddToPlaylist })))

/** What else there is about the track that plays. */
export function NowMenu({ track, onLeave }: { track: Playable; onLeave: () => void }) {
  const t = useWords()
  const router = useRouter()
  const [adding, setAdding] = useState(false)
  const go = (to: string, params: Record<string, string>) => {
    onLeave()
    void router.navigate({ to: to as '/tracks/$id', params: params as { id: string } })
  }
  const share = async () => {
    const url = new URL(`/tracks/${track.id}`, location.origin).href
    // A phone has a sheet of its own for this; who closes it has changed their mind.
    if (matchMedia('(pointer: coarse)').matches && typeof navigator.share === 'function') {
      await navigator.share({ title: track.title, text: artistNames(track.artists), url }).catch(() => undefined)
      return
    }
    await navigator.clipboard.writeText(url)
    toast(t.listening.shared, { tone: 'good' })
  }
  const entries: MenuEntry[] = track.own
    ? [{ kind: 'head', content: <p className="truncate font-semibold">{track.title}</p> }]
    : [
        { kind: 'action', name: t.listening.addToPlaylist, icon: ListPlus, run: () => setAdding(true) },
        {
          kind: 'action',
          name: t.listening.radio,
          icon: RadioTower,
          run: () => void import('../discovery/radio.ts').then(radio => radio.startRadio(track.id)),
        },
        { kind: 'line' },
        { kind: 'action', name: t.listening.goToAlbum, icon: Disc3, run: () => go('/releases/$id', { id: track.release.id }) },
        ...track.artists.map((artist): MenuEntry => ({
          kind: 'action',
          name: t.listening.goToArtist(artist.name),
          icon: UserRound,
          run: () => go('/artists/$id', { id: artist.id }),
        })),
        { kind: 'action', name: t.listening.goToCredits, icon: BadgeInfo, run: () => go('/tracks/$id', { id: track.id }) },
        { kind: 'line' },
        { kind: 'action', name: t.listening.share, icon: Share2, run: () => void share() },
      ]
  return (
    <>
      <Menu label={t.listening.more} entries={entries} trigger={<IconButton icon={Ellipsis} label={t.listening.more} tip={false} />} />
      {adding ? (
        <Suspense>
          <AddToPlaylist tracks={[track.id]} open onOpenChange={setAdding} />
        </Suspense>
      ) : null}
    </>
  )
}
