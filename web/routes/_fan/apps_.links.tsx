import { createFileRoute } from '@tanstack/react-router'
import { moreWords } from '../../i18n/lazy.ts'
import { LinksPage } from '../../scrobbles/links.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/apps_/links')({
  beforeLoad: moreWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.apps.links.title, index: false })),
  component: LinksPage,
})
