import { createFileRoute } from '@tanstack/react-router'
import { Home } from '../../catalogue/home.tsx'
import { homeQueries } from '../../catalogue/queries.ts'

export const Route = createFileRoute('/_fan/')({
  loader: async ({ context: { queryClient } }) => {
    await Promise.allSettled(Object.values(homeQueries).map(query => queryClient.ensureQueryData(query as typeof homeQueries.tracks)))
  },
  component: Home,
})
