export const zh = {
  title: '优惠',
  mail: {
    subject: (from: string, amount: string) =>
      from === '' ? `一张 ${amount} 的 Planet 礼品卡` : `${from} 送你一张 ${amount} 的 Planet 礼品卡`,
    hello: (name: string) => (name === '' ? '你好：' : `${name}，你好：`),
    body: (from: string, amount: string) =>
      `${from === '' ? '有人' : from}送你一张 ${amount} 的礼品卡，可以在 Planet 上买音乐、演出票、周边和服务，没有有效期。`,
    how: '在兑换页输入上面的代码，存入你的账户；结账时也可以直接输入。请像现金一样保管它。',
    open: '打开礼品卡',
  },
}

export const en: typeof zh = {
  title: 'Offers',
  mail: {
    subject: (from: string, amount: string) =>
      from === '' ? `A Planet gift card of ${amount}` : `${from} sends you a Planet gift card of ${amount}`,
    hello: (name: string) => (name === '' ? 'Hello,' : `Hello ${name},`),
    body: (from: string, amount: string) =>
      `${from === '' ? 'Somebody' : from} sends you a gift card of ${amount} for music, tickets, merchandise and services on Planet. It does not expire.`,
    how: 'Type the code above on the redeem page to put it into your account, or at the checkout. Keep it like cash.',
    open: 'Open the gift card',
  },
}
