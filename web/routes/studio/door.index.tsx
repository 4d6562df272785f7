import { createFileRoute } from '@tanstack/react-router'
import { DoorShows } from '../../door/shows.tsx'

export const Route = createFileRoute('/studio/door/')({ component: DoorShows })
