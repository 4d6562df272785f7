/** Like faults.ts, for what is sold, shows and bookings: these sentences come with their pages. */
export const zh = {
  address_missing: '请填写收货地址。',
  card_unknown: '这张礼品卡不存在或已用完。',
  cart_changed: '另一台设备刚改过购物车，已为你合并。',
  code_unknown: '这个优惠码不存在或不适用。',
  guest_only: '这需要一个账号：先为自己设一个密码，再来做这件事。',
  link_over: '这个链接已失效，可以再要一封邮件。',
  not_on_sale_yet: '还没有开售。',
  not_shipped_there: '卖家不寄到那里。',
  sale_over: '已经停止销售了。',
  shipping_missing: '请选择配送方式。',
  too_many_each: '超过了每人限购的数量。',
}

export const en: typeof zh = {
  address_missing: 'Say where it should go.',
  card_unknown: 'This gift card is not known, or used up.',
  cart_changed: 'Another device has just changed the cart; both are put together.',
  code_unknown: 'This code is not known, or not for these things.',
  guest_only: 'This needs an account: choose a password first.',
  link_over: 'This link is over. You can ask for another mail.',
  not_on_sale_yet: 'It is not on sale yet.',
  not_shipped_there: 'It is not sent there.',
  sale_over: 'Its sale is over.',
  shipping_missing: 'Choose how it is sent.',
  too_many_each: 'That is more than one person may have.',
}
