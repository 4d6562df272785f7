import { createFileRoute } from '@tanstack/react-router'
import { initialLocale } from '../i18n/initial.ts'
import { fanWords, saleWords } from '../i18n/lazy.ts'
import { loadLaterWords } from '../i18n/load.ts'
import { pageHead } from '../shell/head.ts'
import { StudioFace } from '../studio/studio-face.tsx'

export const Route = createFileRoute('/studio')({
  beforeLoad: () => Promise.all([loadLaterWords('desk', initialLocale()), fanWords(), saleWords()]).then(() => undefined),
  head: ({ match }) => pageHead(match, t => ({ title: t.studio.title, index: false })),
  component: StudioFace,
})
