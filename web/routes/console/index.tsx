import { createFileRoute } from '@tanstack/react-router'
import { ConsoleDay } from '../../console/day.tsx'

export const Route = createFileRoute('/console/')({ component: ConsoleDay })
