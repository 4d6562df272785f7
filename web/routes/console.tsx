import { createFileRoute } from '@tanstack/react-router'
import { ConsoleFace } from '../console/console-face.tsx'
import { initialLocale } from '../i18n/initial.ts'
import { fanWords, saleWords } from '../i18n/lazy.ts'
import { loadLaterWords } from '../i18n/load.ts'
import { FaceFailed, FacePending } from '../shell/face-states.tsx'
import { pageHead } from '../shell/head.ts'

export const Route = createFileRoute('/console')({
  beforeLoad: () => Promise.all([loadLaterWords('desk', initialLocale()), fanWords(), saleWords()]).then(() => undefined),
  head: ({ match }) => pageHead(match, t => ({ title: t.console.title, index: false })),
  component: ConsoleFace,
  pendingComponent: FacePending,
  errorComponent: FaceFailed,
})
