import { useQuery } from '@tanstack/react-query'
import { read } from '../api.ts'
import { CardGrid, PageBubble, SectionHead } from '../catalogue/cards.tsx'
import { useWords } from '../i18n/use.tsx'
import { SkeletonRows } from '../ui/states.tsx'
import { Suggestions } from './mixes.tsx'
import { reasonText } from './reason.tsx'

/** Below a track: what goes with it, and why. */
export function SimilarTracks({ id }: { id: string }) {
  const t = useWords()
  const { data } = useQuery({ ...read('GET /tracks/:id/similar', { id, limit: 8 }), staleTime: 600_000 })
  if (data && data.items.length === 0) return null
  return (
    <section>
      <SectionHead title={t.discover.similar} />
      {data ? <Suggestions items={data.items} label={t.discover.similar} source="track" /> : <SkeletonRows rows={4} />}
    </section>
  )
}

/** Below an artist: who is nearby. */
export function SimilarArtists({ id }: { id: string }) {
  const t = useWords()
  const { data } = useQuery({ ...read('GET /artists/:id/similar', { id, limit: 6 }), staleTime: 600_000 })
  if (!data || data.items.length === 0) return null
  return (
    <section>
      <SectionHead title={t.discover.similarArtists} />
      <CardGrid strip>
        {data.items.map(artist => (
          <div key={artist.id} className="text-center">
            <PageBubble page={artist} />
            <p className="text-xs text-muted">{reasonText(t, artist.reason)}</p>
          </div>
        ))}
      </CardGrid>
    </section>
  )
}
