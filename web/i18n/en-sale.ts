// What only buying, shows and bookings say (shared/words/index.ts).
export const files = import.meta.glob(
  '../../shared/words/{account,bookings,checkout,coupons,denials,goods,invoices,refunds,seating,services,shipping,shows,storefront,tickets}.ts',
  {
    eager: true,
    import: 'en',
    query: '?en',
  },
)
