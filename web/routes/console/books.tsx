import { createFileRoute } from '@tanstack/react-router'
import { ConsoleBooks } from '../../console/books.tsx'

export const Route = createFileRoute('/console/books')({ component: ConsoleBooks })
