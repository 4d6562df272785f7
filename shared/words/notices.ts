/** Notices: kinds, settings, mails. */
export const zh = {
  title: '通知',
}
export const en: typeof zh = {
  title: 'Notices',
}
