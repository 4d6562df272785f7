/** Like faults.ts, for what is sold, shows and bookings: these sentences come with their pages. */
export const zh = {
  not_on_sale_yet: '还没有开售。',
  sale_over: '已经停止销售了。',
  too_many_each: '超过了每人限购的数量。',
}

export const en: typeof zh = {
  not_on_sale_yet: 'It is not on sale yet.',
  sale_over: 'Its sale is over.',
  too_many_each: 'That is more than one person may have.',
}
