export const zh = {
  title: '预订',
}

export const en: typeof zh = {
  title: 'Bookings',
}
