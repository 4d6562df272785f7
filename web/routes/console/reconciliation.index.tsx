import { createFileRoute } from '@tanstack/react-router'
import { ConsoleReconciliation } from '../../reconciliation/desk.tsx'

export const Route = createFileRoute('/console/reconciliation/')({ component: ConsoleReconciliation })
