import { createFileRoute } from '@tanstack/react-router'
import { HostedGroups } from '../../groups/desk-list.tsx'

export const Route = createFileRoute('/studio/groups/')({ component: HostedGroups })
