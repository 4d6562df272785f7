import { createFileRoute } from '@tanstack/react-router'
import { PartnersDesk } from '../../storefront/partners.tsx'

export const Route = createFileRoute('/console/partners')({ component: PartnersDesk })
