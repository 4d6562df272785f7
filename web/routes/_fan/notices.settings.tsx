import { createFileRoute } from '@tanstack/react-router'
import { fanWords } from '../../i18n/lazy.ts'
import { forMember } from '../../load.ts'
import { settingsQuery } from '../../notices/queries.ts'
import { NoticeSettings } from '../../notices/settings.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/notices/settings')({
  beforeLoad: fanWords,
  loader: ({ context: { queryClient } }) => forMember(queryClient, () => queryClient.ensureQueryData(settingsQuery)),
  head: ({ match }) => pageHead(match, t => ({ title: t.notices.settings, index: false })),
  component: NoticeSettings,
})
