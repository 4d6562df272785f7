import { createFileRoute } from '@tanstack/react-router'
import { Sales } from '../../studio/sales.tsx'

export const Route = createFileRoute('/studio/sales')({ component: Sales })
