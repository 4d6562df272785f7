import { createFileRoute } from '@tanstack/react-router'
import { StudioPages } from '../../studio/pages.tsx'

export const Route = createFileRoute('/studio/pages/')({ component: StudioPages })
