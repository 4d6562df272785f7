import { createFileRoute } from '@tanstack/react-router'
import { Home, homeQueries } from '../../catalogue/home.tsx'

export const Route = createFileRoute('/_fan/')({
  loader: async ({ context: { queryClient } }) => {
    await Promise.allSettled(Object.values(homeQueries).map(query => queryClient.ensureQueryData(query as typeof homeQueries.tracks)))
  },
  component: Home,
})
