/** Addresses and parcels. */
export const zh = {
  title: '配送',
}
export const en: typeof zh = {
  title: 'Shipping',
}
