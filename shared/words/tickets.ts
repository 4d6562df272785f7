export const zh = {
  title: '门票',
}

export const en: typeof zh = {
  title: 'Tickets',
}
