import { createFileRoute } from '@tanstack/react-router'
import { WalletDesk } from '../../tickets/wallet-desk.tsx'

export const Route = createFileRoute('/console/wallet')({ component: WalletDesk })
