import { createFileRoute } from '@tanstack/react-router'
import { ConsoleOverview } from '../../console/pages.tsx'

export const Route = createFileRoute('/console/')({ component: ConsoleOverview })
