import { createFileRoute } from '@tanstack/react-router'
import { lazyWithWords } from '../../i18n/lazy.ts'

const LyricsReview = lazyWithWords(() => import('../../lyrics/review.tsx').then(module => module.LyricsReview))

export const Route = createFileRoute('/console/lyrics')({ component: () => <LyricsReview /> })
