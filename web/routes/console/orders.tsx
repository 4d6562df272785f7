import { createFileRoute } from '@tanstack/react-router'
import { ConsoleOrders } from '../../console/pages.tsx'

export const Route = createFileRoute('/console/orders')({ component: ConsoleOrders })
