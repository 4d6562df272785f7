import { createFileRoute } from '@tanstack/react-router'
import { initialLocale } from '../i18n/initial.ts'
import { fanWords, saleWords } from '../i18n/lazy.ts'
import { loadLaterWords } from '../i18n/load.ts'
import { FaceFailed, FacePending } from '../shell/face-states.tsx'
import { pageHead } from '../shell/head.ts'
import { readyMenu } from '../studio/menu-queries.ts'
import { StudioFace } from '../studio/studio-face.tsx'

export const Route = createFileRoute('/studio')({
  beforeLoad: () => Promise.all([loadLaterWords('desk', initialLocale()), fanWords(), saleWords()]).then(() => undefined),
  loader: ({ context: { queryClient } }) => readyMenu(queryClient),
  head: ({ match }) => pageHead(match, t => ({ title: t.studio.title, index: false })),
  component: StudioFace,
  pendingComponent: FacePending,
  errorComponent: FaceFailed,
})
