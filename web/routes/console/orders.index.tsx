import { createFileRoute } from '@tanstack/react-router'
import { orderStates } from '../../console/order-states.ts'
import { ConsoleOrders, type OrdersSearch } from '../../console/orders.tsx'

export const Route = createFileRoute('/console/orders/')({
  validateSearch: (search: Record<string, unknown>): OrdersSearch => {
    const state = orderStates.find(one => one === search['state'])
    return state ? { state } : {}
  },
  component: Page,
})

function Page() {
  return <ConsoleOrders search={Route.useSearch()} />
}
