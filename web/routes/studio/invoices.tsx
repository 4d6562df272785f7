import { createFileRoute } from '@tanstack/react-router'
import { Invoices } from '../../studio/invoices.tsx'

export const Route = createFileRoute('/studio/invoices')({ component: Invoices })
