import { createFileRoute } from '@tanstack/react-router'
import { ConsoleBooks } from '../../console/pages.tsx'

export const Route = createFileRoute('/console/books')({ component: ConsoleBooks })
