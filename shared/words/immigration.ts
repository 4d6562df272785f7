export const zh = {
  title: '迁入与带走',
  readme: [
    '这是你在这颗星球上的全部：账户、主页、曲库、歌单、喜欢、收听记录、歌词、订单与结算单；选了「连同音乐」时还有音乐文件。',
    '.jsonl 每行一条记录；playlists/ 里是 JSPF 歌单；library/plays.jsonl 是 ListenBrainz 的格式；music/catalogue.json 可以原样迁入另一颗星球。',
    '可以核对的结算单（statement.json）在工作室的「结算」页下载，用 planet verify 离线核对。',
  ],
}

export const en: typeof zh = {
  title: 'Move in, take out',
  readme: [
    'This is all that is yours on this planet: account, pages, catalogue, playlists, favourites, what you heard, receipts and statements; with "music too" also the files.',
    '.jsonl holds one record a line; playlists/ holds JSPF; library/plays.jsonl is as ListenBrainz takes it; music/catalogue.json can move into another planet as it is.',
    'Statements that can be verified (statement.json) are on the studio’s statement page; check them offline with planet verify.',
  ],
}
