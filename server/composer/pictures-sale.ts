/** Pictures of things sold and places booked in the demo world: drawn here, as everything in it. SVG of 1600 × 1200, lit from the left. */
import { disc, glow, many, n, path, randomOf, rect, sky, type Random } from './pictures.ts'

const stage = (a: string, b: string): string =>
  `<defs>${sky('bg', a, b)}${glow('light', '#fff6dc')}</defs>${rect(0, 0, 1600, 1200, 'url(#bg)')}${disc(420, 160, 900, 'url(#light)', 'opacity=".35"')}`
const shadow = (x: number, y: number, rx: number, ry: number): string =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="#000" opacity=".18"/>`
/** The planet on its ring, as printed on things. */
const emblem = (x: number, y: number, r: number, body: string, ring: string): string =>
  `<g transform="translate(${x} ${y}) rotate(-18)"><ellipse rx="${n(r * 1.75)}" ry="${n(r * 0.52)}" fill="none" stroke="${ring}" stroke-width="${n(r * 0.13)}"/>${disc(0, 0, r, body)}<path d="M${n(-r * 1.75)} 0A${n(r * 1.75)} ${n(r * 0.52)} 0 0 0 ${n(r * 1.75)} 0" fill="none" stroke="${ring}" stroke-width="${n(r * 0.13)}"/></g>`
const shirts = [
  ['#23304a', '#ffd9a0', '#f29a4a', '#dfe7ee', '#aebfcd'],
  ['#f4efe4', '#c9563c', '#23304a', '#efc9a6', '#d99872'],
  ['#39594a', '#f7e6b0', '#f7e6b0', '#dce7d5', '#a9c0a5'],
] as const

const sleeves = [
  ['#1d2b53', '#f6c177', '#3f5a8c'],
  ['#5b2333', '#f7b267', '#8e3b46'],
  ['#123c3a', '#f2e8c9', '#2d6a63'],
] as const

const drawings = {
  tee: (_random, seed) => {
    const [cloth, body, ring, a, b] = shirts[seed % 3]!
    return `${stage(a, b)}${shadow(800, 1060, 480, 40)}${path('M560 220C640 270 700 290 800 290S960 270 1040 220L1300 330L1210 560L1090 510V1040H510V510L390 560L300 330Z', cloth)}${path('M660 262C700 330 900 330 940 262C890 286 840 292 800 292S710 286 660 262Z', '#000', 'opacity=".16"')}${path('M510 510V1040H580V540ZM1090 510V1040H1040V560Z', '#000', 'opacity=".1"')}${emblem(800, 590, 120, body, ring)}`
  },
  vinyl: (_random, seed) => {
    const [sleeve, sun, hill] = sleeves[seed % 3]!
    return `${stage('#efe6d8', '#cdbba2')}${shadow(860, 1060, 560, 44)}${disc(1010, 620, 400, '#17171b')}${many(9, i => disc(1010, 620, 386 - i * 26, 'none', 'stroke="#2b2b31" stroke-width="3"'))}${disc(1010, 620, 120, sun)}${disc(1010, 620, 16, '#17171b')}${rect(300, 230, 800, 800, sleeve, 'rx="10"')}${disc(700, 640, 190, sun)}${path('M300 860C460 760 560 800 700 780S960 700 1100 800V1030H300Z', hill)}${path('M300 930C520 860 700 940 1100 880V1030H300Z', '#000', 'opacity=".25"')}`
  },
  tote: (_random, seed) =>
    `${stage(seed % 2 ? '#e9d8c4' : '#cfd9de', seed % 2 ? '#c5a585' : '#9fb0b9')}${shadow(800, 1090, 420, 36)}${path('M640 420C640 120 960 120 960 420', 'none', 'stroke="#d8c7a6" stroke-width="44"')}${path('M440 420H1160L1120 1080H480Z', '#efe3c8')}${path('M440 420H1160L1152 540H447Z', '#000', 'opacity=".07"')}${emblem(800, 740, 130, '#c9563c', '#23304a')}`,
  tape: () =>
    `${stage('#f2d6c8', '#d99b8a')}${shadow(800, 950, 560, 40)}${rect(260, 300, 1080, 640, '#f7f1e3', 'rx="46"')}${rect(340, 370, 920, 380, '#d4573f', 'rx="24"')}${rect(340, 370, 920, 110, '#2a3350', 'rx="24"')}${rect(520, 540, 560, 160, '#2a2a2e', 'rx="80"')}${many(2, i => disc(620 + i * 360, 620, 66, '#f7f1e3') + many(6, k => rect(612 + i * 360, 560, 16, 34, '#2a2a2e', `transform="rotate(${k * 60} ${620 + i * 360} 620)"`)))}${path('M440 940L500 800H1100L1160 940Z', '#e4dac3')}`,
  pin: random =>
    `${stage('#2c3350', '#161a2c')}${many(60, () => disc(random() * 1600, random() * 1200, 2 + random() * 3, '#ffe9c4', `opacity="${n(0.2 + random() * 0.6)}"`))}${disc(812, 616, 330, '#000', 'opacity=".35"')}${disc(800, 600, 330, '#d9b36a')}${disc(800, 600, 300, '#27406b')}${emblem(800, 600, 150, '#f2a65a', '#fbe8c2')}${path('M560 440A290 290 0 0 1 800 310', 'none', 'stroke="#fff" stroke-opacity=".5" stroke-width="26" stroke-linecap="round"')}`,
  poster: (random, seed) =>
    `${stage('#d9dedf', '#a8b2b6')}${shadow(810, 1130, 400, 26)}${rect(470, 90, 660, 1010, '#fffdf7')}${rect(500, 120, 600, 740, seed % 2 ? '#f0b25c' : '#26355d')}${disc(800, 430, 190, seed % 2 ? '#d4573f' : '#f4d58d')}${many(7, i => path(`M500 ${640 + i * 30}C650 ${590 + i * 30} 900 ${700 + i * 30} 1100 ${620 + i * 30}V860H500Z`, `hsl(${seed % 2 ? 20 + i * 4 : 215 + i * 5} 45% ${44 - i * 4}%)`))}${many(3, i => rect(540, 900 + i * 56, 260 + random() * 260, 24, '#33333a'))}`,
  cap: () =>
    `${stage('#dfe6cf', '#aebb94')}${shadow(800, 880, 520, 40)}${path('M400 760C400 420 620 300 820 300S1200 430 1200 760Z', '#2f4858')}${path('M400 760C600 700 1000 700 1200 760C1400 800 1440 880 1400 900C1100 820 700 810 400 860Z', '#22343f')}${path('M820 300C760 460 750 600 760 730', 'none', 'stroke="#22343f" stroke-width="8"')}${disc(820, 300, 20, '#22343f')}${emblem(860, 560, 76, '#f2a65a', '#fbe8c2')}`,
  zine: (_random, seed) =>
    `${stage('#f4ead8', '#d8c4a0')}${many(3, i => `<g transform="rotate(${-14 + i * 13} 800 1200)">${rect(520, 190, 560, 790, ['#e9573f', '#3c6e71', '#f6f0df'][(i + seed) % 3]!)}${rect(520, 190, 26, 790, '#000', 'opacity=".14"')}</g>`)}${disc(860, 520, 130, '#23304a')}${rect(680, 760, 360, 26, '#23304a')}${rect(680, 810, 240, 26, '#23304a')}`,
  box: () =>
    `${stage('#e6ddd2', '#b9a791')}${shadow(800, 1030, 620, 46)}${path('M300 520L800 380L1300 520L800 680Z', '#b98b5e')}${path('M300 520L800 680V1040L300 860Z', '#a2764a')}${path('M1300 520L800 680V1040L1300 860Z', '#8b633c')}${path('M520 458L1020 610V700L1060 690V598L560 446Z', '#d9b58a')}${emblem(560, 800, 70, '#f2a65a', '#fbe8c2')}`,
  hall: (random, seed) =>
    `<defs>${sky('bg', seed % 2 ? '#3b1d4a' : '#10264a', '#0a0d1c')}${glow('a', '#ffb45e')}${glow('b', '#7fd4ff')}</defs>${rect(0, 0, 1600, 1200, 'url(#bg)')}${many(5, i => path(`M${180 + i * 310} 0L${n(60 + i * 330 + random() * 120)} 900H${n(300 + i * 330)}Z`, i % 2 ? '#ffb45e' : '#7fd4ff', 'opacity=".14"'))}${rect(0, 760, 1600, 60, '#2a1c2e')}${disc(800, 640, 380, 'url(#a)', 'opacity=".6"')}${many(4, i => disc(500 + i * 200, 610, 34, '#0b0b12') + path(`M${460 + i * 200} 780C${460 + i * 200} 660 ${540 + i * 200} 660 ${540 + i * 200} 780Z`, '#0b0b12'))}${many(
      44,
      i => {
        const x = random() * 1700 - 50,
          y = 900 + (i % 4) * 80
        return (
          disc(x, y, 46, '#05060c') +
          path(`M${n(x - 80)} ${y + 150}C${n(x - 70)} ${y + 30} ${n(x + 70)} ${y + 30} ${n(x + 80)} ${y + 150}Z`, '#05060c')
        )
      },
    )}`,
  ktv: (random, seed) =>
    `<defs>${sky('bg', ['#3a1552', '#142a5c', '#5a1830'][seed % 3]!, '#120818')}${glow('g', '#ff6fb1')}</defs>${rect(0, 0, 1600, 1200, 'url(#bg)')}${disc(800, 420, 620, 'url(#g)', 'opacity=".45"')}${rect(430, 180, 740, 420, '#0c1326', 'rx="20"')}${path('M430 520C620 380 760 560 900 440S1100 420 1170 360V600H430Z', '#3d6fd1', 'opacity=".8"')}${rect(560, 500, 480, 24, '#ffe9a8', 'rx="12"')}${rect(620, 544, 360, 18, '#ffffff', 'rx="9" opacity=".6"')}${many(26, () => disc(random() * 1600, random() * 800, 4 + random() * 16, ['#ff6fb1', '#7fd4ff', '#ffd36f'][Math.floor(random() * 3)]!, 'opacity=".5"'))}${path('M60 1200V860C60 800 160 800 160 860V930H1440V860C1440 800 1540 800 1540 860V1200Z', '#6b2140')}${rect(160, 930, 1280, 120, '#842a50', 'rx="30"')}${rect(560, 1010, 480, 120, '#1c1220', 'rx="16"')}${path('M700 1000l60 -150', 'none', 'stroke="#d7d7de" stroke-width="26" stroke-linecap="round"')}${disc(766, 836, 34, '#8a8a96')}`,
  studio: random =>
    `<defs>${sky('bg', '#4a3a2e', '#211812')}${glow('g', '#ffcf87')}</defs>${rect(0, 0, 1600, 1200, 'url(#bg)')}${many(8, i => rect(60 + i * 190, 60, 150, 480, i % 2 ? '#3a2c22' : '#2d221b', 'rx="8"'))}${rect(360, 160, 880, 360, '#101418', 'rx="14"')}${disc(800, 360, 300, 'url(#g)', 'opacity=".35"')}${many(2, i => rect(140 + i * 1140, 420, 200, 300, '#16130f', 'rx="12"') + disc(240 + i * 1140, 520, 46, '#3d362e') + disc(240 + i * 1140, 630, 70, '#3d362e'))}${path('M180 1200L300 760H1300L1420 1200Z', '#1a1714')}${many(22, i => rect(360 + i * 42, 800, 10, 220, '#3b3630') + rect(350 + i * 42, n(820 + random() * 160), 30, 34, i % 5 ? '#d8d2c4' : '#e2633f', 'rx="4"'))}`,
  rehearsal: random =>
    `${`<defs>${sky('bg', '#6b3a2a', '#2b1714')}${glow('g', '#ffb46a')}</defs>`}${rect(0, 0, 1600, 1200, 'url(#bg)')}${disc(800, 340, 640, 'url(#g)', 'opacity=".6"')}${many(40, i => rect((i % 10) * 160, 60 + Math.floor(i / 10) * 120, 150, 110, '#000', `opacity="${n(0.06 + random() * 0.12)}"`))}${rect(0, 900, 1600, 300, '#1d1110')}${disc(620, 790, 170, '#e9ddc3')}${disc(620, 790, 142, '#faf4e6')}${disc(450, 690, 76, '#b63c2b')}${disc(790, 690, 76, '#b63c2b')}${path('M340 560l120 -40M780 520l130 40', 'none', 'stroke="#e8c65a" stroke-width="14" stroke-linecap="round"')}${rect(1040, 560, 340, 360, '#14100f', 'rx="16"')}${disc(1210, 760, 110, '#2f2824')}${rect(1080, 590, 260, 30, '#c9a45c')}`,
  concertgoers: random =>
    `<defs>${sky('bg', '#f6a15b', '#c2456b', '#2a1d4e')}</defs>${rect(0, 0, 1600, 1200, 'url(#bg)')}${disc(1200, 300, 150, '#ffe2a8')}${many(5, i => path(`M${i * 360 - 120} 860L${i * 360 + 60} 520L${i * 360 + 240} 860Z`, '#1d1338', 'opacity=".5"'))}${rect(420, 420, 760, 380, '#1a1230', 'rx="8"')}${many(6, i => path(`M${480 + i * 128} 420V${n(760 - random() * 60)}`, 'none', 'stroke="#ffcf87" stroke-opacity=".5" stroke-width="14"'))}${many(
      70,
      i => {
        const x = random() * 1640 - 20,
          y = 860 + (i % 5) * 70
        return (
          disc(x, y, 26 + (i % 5) * 5, '#140c28') +
          (i % 3
            ? ''
            : path(
                `M${n(x - 16)} ${y}L${n(x - 60)} ${y - 120}M${n(x + 16)} ${y}L${n(x + 64)} ${y - 110}`,
                'none',
                'stroke="#140c28" stroke-width="20" stroke-linecap="round"',
              ))
        )
      },
    )}`,
} satisfies Record<string, (random: Random, seed: number) => string>

export type SaleScene = keyof typeof drawings
/** The SVG of a thing or a place; another `seed` gives another one of its kind. */
export const saleSvg = (scene: SaleScene, seed = 1): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 1200" width="1600" height="1200">${drawings[scene](randomOf(seed * 7919 + scene.length), seed)}</svg>`
