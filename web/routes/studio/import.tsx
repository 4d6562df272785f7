import { createFileRoute } from '@tanstack/react-router'
import { ImportPage } from '../../studio/import.tsx'

export const Route = createFileRoute('/studio/import')({ component: ImportPage })
