import { createFileRoute } from '@tanstack/react-router'
import { ConsoleJobs } from '../../console/pages.tsx'

export const Route = createFileRoute('/console/jobs')({ component: ConsoleJobs })
