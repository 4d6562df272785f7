/** Names and lines of songs in Chinese and English that look like those of a real library: the same ones in every run. */

/** Numbers from a seed (mulberry32), evenly from 0 to 1. */
export function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let x = state
    x = Math.imul(x ^ (x >>> 15), x | 1)
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61)
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296
  }
}

const surnames = [
  ...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤',
]
const given = [
  ...'伟芳娜秀敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红玲芬燕云莉慧巧美琼勤珍贞佳嘉雅淑惠珠翠翔鹏飞宇轩浩然子涵梓欣怡晨曦诗语梦洁雪琳倩婷菲薇蕾蓉晓芸菁岚苑筠柔竹霭凝若依靖瑗馨艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁',
]
const signs = [
  ...'的爱你我心天一不人在是了夜风雨花月光海梦想时间回忆路远方城市星空自由世界春夏秋冬红蓝白黑青山水火云雪晴阳声音歌舞泪眼手温柔孤独寂寞幸福快乐悲伤离别相遇等待永远瞬间少年姑娘故乡江南北京上海台湾船鸟鱼蝴蝶玫瑰莲灯影镜窗门桥路口车站火车飞机旅行流浪归来再见你好听说忘记记得喜欢讨厌简单复杂温暖冷漠真假生死开始结束昨天今天明天早晨黄昏午后沙漠草原森林河流湖泊石头树叶种子果实酒茶咖啡糖盐烟火尘埃流年似水如歌往事随遥望彼岸',
]
const words =
  'love night day heart time dream fire rain sun moon star sky ocean river road home away light dark blue red black white gold silver summer winter spring autumn morning evening midnight dance sing song music soul body mind eyes hands tears smile kiss goodbye hello forever never always again alone together lost found broken heaven hell angel devil ghost shadow mirror window door bridge train city street highway mountain valley desert island garden rose flower bird butterfly wolf lion tiger snake stone glass paper diamond money power freedom peace war hope faith grace mercy truth lie secret promise memory story letter picture radio television machine engine electric neon velvet crystal thunder lightning storm wind snow ice water earth air smoke ashes dust sand wave shore horizon gravity satellite rocket universe galaxy planet comet eclipse aurora echo silence noise rhythm beat melody harmony whisper scream shout cry laugh breathe run walk fly fall rise burn shine glow fade drift float sink swim climb jump spin turn stay leave wait hold break build fight win lose begin end stop start dream believe wonder remember forget forgive follow lead open close young old wild free sweet bitter cold warm hot cool crazy lonely beautiful lovely simple perfect golden hollow sacred holy little big high low deep slow fast quiet loud bright'.split(
    ' ',
  )
const starts = 'bal cor den fal gar hol jan kel lar mar nor pal quin ros sol tam ul ver wil zan ash bren cal dor el fin gal har is'.split(
  ' ',
)
const ends = 'ton wick man sen berg field ley son worth den ford mere shaw wood by well land ell ard is ora ina ette ero'.split(' ')

export type Names = {
  artist: () => string
  title: () => string
  album: () => string
  /** One line of a song in the language of its title. */
  line: (chinese: boolean) => string
  genre: () => string
  pick: (below: number) => number
}

export function makeNames(seed: number): Names {
  const next = chance(seed)
  const pick = (below: number): number => Math.floor(next() * below)
  // Few are used often, most seldom, as in real names.
  const often = <T>(list: readonly T[]): T => list[Math.min(list.length - 1, Math.floor(list.length * next() ** 2.2))]!
  const any = <T>(list: readonly T[]): T => list[pick(list.length)]!
  const capital = (word: string): string => word[0]!.toUpperCase() + word.slice(1)
  const coined = (): string => capital(any(starts) + any(ends))
  const zh = (least: number, most: number): string => Array.from({ length: least + pick(most - least + 1) }, () => often(signs)).join('')
  const en = (least: number, most: number): string =>
    Array.from({ length: least + pick(most - least + 1) }, () => (next() < 0.12 ? coined() : capital(often(words)))).join(' ')
  const extra = (chinese: boolean): string => {
    const n = next()
    return n > 0.15
      ? ''
      : n > 0.1
        ? ' (Live)'
        : n > 0.06
          ? chinese
            ? ' (伴奏)'
            : ' (Remix)'
          : n > 0.03
            ? ` (feat. ${coined()})`
            : ' - Acoustic'
  }
  const title = (): string => {
    const chinese = next() < 0.5
    const small = next()
    const middle = !chinese && small < 0.25 ? [' of the ', ' in the ', ' and the ', ' to '][pick(4)]! : ''
    return (chinese ? zh(2, 6) : middle === '' ? en(1, 4) : en(1, 1) + middle + en(1, 2)) + extra(chinese)
  }
  return {
    artist: () => {
      const n = next()
      if (n < 0.45) return any(surnames) + any(given) + (next() < 0.7 ? any(given) : '')
      if (n < 0.55) return zh(2, 4) + '乐队'
      if (n < 0.85) return `${coined()} ${coined()}`
      return `The ${en(1, 2)}s`
    },
    title,
    album: title,
    line: chinese =>
      chinese
        ? `${zh(4, 7)} ${zh(3, 6)}`
        : Array.from({ length: 5 + pick(4) }, (_, i) =>
            i % 3 === 1 ? ['the', 'my', 'your', 'in', 'of', 'and', 'to'][pick(7)]! : often(words),
          ).join(' '),
    genre: () => any(['Mandopop', 'Rock', 'Folk', 'Electronic', 'Jazz', 'Hip-Hop', 'Classical', 'R&B', 'Metal', 'Soundtrack']),
    pick,
  }
}
