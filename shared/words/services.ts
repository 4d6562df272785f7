export const zh = {
  title: '服务',
}

export const en: typeof zh = {
  title: 'Services',
}
