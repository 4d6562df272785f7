import { createFileRoute } from '@tanstack/react-router'
import { fanWords } from '../../i18n/lazy.ts'
import { AddressBook } from '../../shipping/book.tsx'
import { pageHead } from '../../shell/head.ts'

export const Route = createFileRoute('/_fan/rewards/addresses')({
  beforeLoad: fanWords,
  head: ({ match }) => pageHead(match, t => ({ title: t.shipping.addresses, index: false })),
  component: AddressBook,
})
