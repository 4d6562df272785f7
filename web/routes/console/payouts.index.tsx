import { createFileRoute } from '@tanstack/react-router'
import { PayoutRun } from '../../payouts/run.tsx'

export const Route = createFileRoute('/console/payouts/')({ component: PayoutRun })
