import { createFileRoute } from '@tanstack/react-router'

export const Route = createFileRoute('/_fan/cart')({ component: () => null })
