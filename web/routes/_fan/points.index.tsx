import { createFileRoute } from '@tanstack/react-router'
import { fanWords } from '../../i18n/lazy.ts'
import { walletsQuery } from '../../points/queries.ts'
import { Wallets } from '../../points/wallets.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/points/')({
  beforeLoad: fanWords,
  loader: ({ context: { queryClient } }) => queryClient.prefetchQuery(walletsQuery),
  head: ({ match }) => pageHead(match, t => ({ title: t.points.title, index: false })),
  component: Wallets,
})
