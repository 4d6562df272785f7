import { createFileRoute } from '@tanstack/react-router'
import { DealList } from '../../deals/list.tsx'

export const Route = createFileRoute('/studio/deals/')({ component: DealList })
