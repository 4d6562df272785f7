import { createFileRoute } from '@tanstack/react-router'
import { ConsoleGiftCards } from '../../coupons/console.tsx'

export const Route = createFileRoute('/console/giftcards')({ component: ConsoleGiftCards })
