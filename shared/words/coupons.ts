export const zh = {
  title: '优惠',
}

export const en: typeof zh = {
  title: 'Offers',
}
