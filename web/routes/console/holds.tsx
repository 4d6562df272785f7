import { createFileRoute } from '@tanstack/react-router'
import { ConsoleHolds } from '../../console/holds.tsx'

export const Route = createFileRoute('/console/holds')({ component: ConsoleHolds })
