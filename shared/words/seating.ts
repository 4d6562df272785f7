export const zh = {
  title: '座位',
}

export const en: typeof zh = {
  title: 'Seats',
}
