import { createFileRoute } from '@tanstack/react-router'
import { MyShops } from '../../storefront/desk.tsx'

export const Route = createFileRoute('/studio/shop/')({ component: MyShops })
