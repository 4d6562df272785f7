import { createFileRoute } from '@tanstack/react-router'
import { placeQuery } from '../../bookings/queries.ts'
import { saleWords } from '../../i18n/lazy.ts'
import { ready } from '../../load.ts'
import { venueQuery } from '../../seating/queries.ts'
import { VenuePage } from '../../seating/venue-page.tsx'
import { origin, pageHead } from '../../shell/head.ts'
import { showsQuery } from '../../shows/queries.ts'

export const Route = createFileRoute('/_fan/venues/$id')({
  beforeLoad: saleWords,
  // What search engines are told is made here: a loader comes with its page, a head with every page.
  loader: async ({ context: { queryClient }, params: { id } }) => {
    const venue = await ready(queryClient, venueQuery(id))
    await Promise.all([
      queryClient.prefetchInfiniteQuery(showsQuery({ venue: id })),
      queryClient.prefetchQuery(placeQuery(venue.page.id, null)),
    ])
    return {
      title: venue.name,
      description: [venue.city, venue.address, venue.about.slice(0, 140)].filter(Boolean).join(' · '),
      image: venue.pictures[0]?.url,
      index: venue.state === 'open',
      feeds: [`/feeds/venues/${venue.id}/shows.atom`],
      data: {
        '@type': 'MusicVenue',
        name: venue.name,
        address: {
          '@type': 'PostalAddress',
          streetAddress: venue.address,
          addressLocality: venue.city,
          addressRegion: venue.region,
          postalCode: venue.postcode,
          addressCountry: venue.country,
        },
        ...(venue.latitude === null || venue.longitude === null
          ? {}
          : { geo: { '@type': 'GeoCoordinates', latitude: venue.latitude, longitude: venue.longitude } }),
        maximumAttendeeCapacity: venue.capacity,
        url: `${origin()}/venues/${venue.id}`,
      },
    }
  },
  head: ({ match, loaderData }) => pageHead(match, t => loaderData ?? { title: t.seating.venue.title }),
  component: Page,
})

function Page() {
  const { id } = Route.useParams()
  return <VenuePage key={id} id={id} />
}
