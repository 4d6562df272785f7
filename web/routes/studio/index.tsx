import { createFileRoute } from '@tanstack/react-router'
import { StudioOverview } from '../../studio/overview.tsx'

export const Route = createFileRoute('/studio/')({ component: StudioOverview })
