import { createFileRoute } from '@tanstack/react-router'
import { ConsolePools } from '../../settlement/pools.tsx'

export const Route = createFileRoute('/console/pools')({ component: ConsolePools })
