import { createFileRoute } from '@tanstack/react-router'
import { PolicyDesk } from '../../points/policy.tsx'

export const Route = createFileRoute('/console/policy')({ component: PolicyDesk })
