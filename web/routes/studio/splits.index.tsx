import { createFileRoute } from '@tanstack/react-router'
import { Splits } from '../../studio/splits.tsx'

export const Route = createFileRoute('/studio/splits/')({ component: Splits })
