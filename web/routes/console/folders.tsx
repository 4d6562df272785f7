import { createFileRoute } from '@tanstack/react-router'
import { ConsoleFolders } from '../../intake/folders.tsx'

export const Route = createFileRoute('/console/folders')({ component: ConsoleFolders })
