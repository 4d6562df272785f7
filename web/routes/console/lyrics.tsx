import { createFileRoute } from '@tanstack/react-router'
import { moreWords } from '../../i18n/lazy.ts'
import { LyricsReview } from '../../lyrics/review.tsx'

export const Route = createFileRoute('/console/lyrics')({ beforeLoad: moreWords, component: LyricsReview })
