export const zh = {
  title: '迁入与带走',
}

export const en: typeof zh = {
  title: 'Move in, take out',
}
