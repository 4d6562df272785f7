import { createFileRoute } from '@tanstack/react-router'
import { Organisations } from '../../studio/organisations.tsx'

export const Route = createFileRoute('/studio/organisations/')({ component: Organisations })
