import { createFileRoute } from '@tanstack/react-router'
import { saleWords } from '../../i18n/lazy.ts'
import { MembershipsPage } from '../../services/memberships.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/memberships/')({
  beforeLoad: saleWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.services.member.title, index: false })),
  component: MembershipsPage,
})
