/** The law: which rooms a room may stand on (import through its index.ts). `house.test.ts` holds the code to it. */
export const rooms = {
  composer: [],
  people: [],
  ledger: ['people'],
  media: ['people'],
  catalogue: ['people', 'media'],
  rights: ['people', 'ledger', 'catalogue'],
  payments: ['people', 'ledger'],
  shop: ['people', 'ledger', 'media', 'catalogue', 'rights', 'payments'],
  listening: ['people', 'media', 'catalogue'],
  insight: ['people', 'ledger', 'media', 'catalogue', 'rights', 'payments', 'shop', 'listening'],
  console: ['people', 'ledger', 'media', 'catalogue', 'rights', 'payments', 'shop', 'listening', 'insight'],
  demo: ['composer', 'people', 'ledger', 'media', 'catalogue', 'rights', 'payments', 'shop', 'listening'],
} as const satisfies Record<string, readonly string[]>
