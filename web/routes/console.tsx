import { createFileRoute } from '@tanstack/react-router'
import { ConsoleFace } from '../console/console-face.tsx'
import { pageHead } from '../shell/head.ts'

export const Route = createFileRoute('/console')({
  head: ({ match }) => pageHead(match, t => ({ title: t.console.title, index: false })),
  component: ConsoleFace,
})
