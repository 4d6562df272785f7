import { createFileRoute } from '@tanstack/react-router'

export const Route = createFileRoute('/_fan/sign-up')({ component: () => null })
