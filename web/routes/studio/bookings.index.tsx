import { createFileRoute } from '@tanstack/react-router'
import { PlacesDesk } from '../../bookings/desk.tsx'

export const Route = createFileRoute('/studio/bookings/')({ component: PlacesDesk })
