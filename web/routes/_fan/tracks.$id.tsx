import { createFileRoute } from '@tanstack/react-router'

export const Route = createFileRoute('/_fan/tracks/$id')({ component: () => null })
