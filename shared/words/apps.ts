export const zh = {
  title: '应用与密钥',
}

export const en: typeof zh = {
  title: 'Apps and keys',
}
