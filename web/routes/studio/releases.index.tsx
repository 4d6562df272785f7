import { createFileRoute } from '@tanstack/react-router'
import { StudioReleases } from '../../studio/releases.tsx'

export const Route = createFileRoute('/studio/releases/')({ component: StudioReleases })
