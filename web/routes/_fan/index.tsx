import { createFileRoute } from '@tanstack/react-router'
import { Home } from '../../catalogue/home.tsx'
import { homeQueries } from '../../catalogue/queries.ts'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/')({
  loader: async ({ context: { queryClient } }) => {
    await Promise.allSettled(Object.values(homeQueries).map(query => queryClient.ensureQueryData(query as typeof homeQueries.tracks)))
  },
  head: ({ match }) =>
    pageHead(match, t => ({
      title: t.shell.brand,
      description: t.shell.tagline,
      image: '/icon-512.png',
      feeds: ['/feeds/releases.atom', '/feeds/shows.atom'],
    })),
  component: Home,
})
