import { createFileRoute } from '@tanstack/react-router'
import { pageHead } from '../shell/head.ts'
import { StudioFace } from '../studio/studio-face.tsx'

export const Route = createFileRoute('/studio')({
  head: ({ match }) => pageHead(match, t => ({ title: t.studio.title, index: false })),
  component: StudioFace,
})
