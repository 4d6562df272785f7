import { createFileRoute } from '@tanstack/react-router'
import { ConsolePlans } from '../../settlement/plans.tsx'

export const Route = createFileRoute('/console/plans')({ component: ConsolePlans })
