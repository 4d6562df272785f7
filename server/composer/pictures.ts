/** Pictures that people of the demo world post and win: drawn here, as everything in it. SVG of 1600 × 1200. */

export type Random = () => number
export const randomOf = (seed: number): Random => {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4_294_967_296
  }
}
export const n = (value: number): number => Math.round(value * 10) / 10
export const rect = (x: number, y: number, w: number, h: number, fill: string, more = ''): string =>
  `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" fill="${fill}" ${more}/>`
export const disc = (x: number, y: number, r: number, fill: string, more = ''): string =>
  `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${fill}" ${more}/>`
export const path = (d: string, fill: string, more = ''): string => `<path d="${d}" fill="${fill}" ${more}/>`
export const many = (count: number, draw: (i: number) => string): string => Array.from({ length: count }, (_, i) => draw(i)).join('')
export const sky = (id: string, ...stops: string[]): string =>
  `<linearGradient id="${id}" x1="0" y1="0" x2="0" y2="1">${stops.map((c, i) => `<stop offset="${i / (stops.length - 1)}" stop-color="${c}"/>`).join('')}</linearGradient>`
export const glow = (id: string, colour: string): string =>
  `<radialGradient id="${id}"><stop offset="0" stop-color="${colour}" stop-opacity=".9"/><stop offset="1" stop-color="${colour}" stop-opacity="0"/></radialGradient>`
const hill = (random: Random, y: number, height: number): string => {
  const [a, b, c] = [random() * 6, random() * 6, 1 + random()]
  let d = 'M0 1200'
  for (let x = 0; x <= 1600; x += 40)
    d += `L${x} ${n(y - height * (Math.sin((x / 1600) * 6 * c + a) * 0.6 + Math.sin((x / 1600) * 13 + b) * 0.25))}`
  return `${d}L1600 1200Z`
}
const crowd = (random: Random, y: number, fill: string, count: number): string =>
  many(count, i => {
    const x = (i / count) * 1660 - 30 + random() * 30
    const top = y + random() * 50
    const arm = random() > 0.62
    return `${disc(x, top, 26 + random() * 8, fill)}${rect(x - 40, top + 20, 80, 500, fill, 'rx="38"')}${arm ? path(`M${n(x + 22)} ${n(top + 50)}l${n(18 + random() * 20)} ${n(-110 - random() * 50)}`, 'none', `stroke="${fill}" stroke-width="22" stroke-linecap="round"`) : ''}`
  })

// oxfmt-ignore
const scenes = {
  // Beams over a stage, seen from the crowd.
  stage: random => `<defs>${sky('s', '#150c2e', '#3a1650', '#c0476b')}${glow('g', '#ffd9a0')}</defs>${rect(0, 0, 1600, 1200, 'url(#s)')}${many(7, i => { const x = 180 + i * 205, lean = (random() - 0.5) * 500; return path(`M${x} -20L${n(x + lean - 90)} 1000L${n(x + lean + 120)} 1000Z`, ['#ffb86b', '#8fd3ff', '#ff7aa8'][i % 3]!, 'opacity=".26"') })}${disc(800, 560, 420, 'url(#g)')}${rect(0, 760, 1600, 30, '#0d0720')}${path('M800 470c26 0 44 20 44 48s-16 52-44 52-44-24-44-52 18-48 44-48ZM730 760c0-110 26-170 70-170s70 60 70 170Z', '#0d0720')}${rect(850, 560, 8, 200, '#0d0720')}${crowd(random, 900, '#0a0519', 24)}`,
  // Dusk over a lake with one boat.
  lake: random => `<defs>${sky('s', '#22315f', '#b0688b', '#f8c08d')}</defs>${rect(0, 0, 1600, 1200, 'url(#s)')}${disc(1120, 560, 92, '#ffe3b0')}${path(hill(random, 640, 90), '#4b3a68')}${path(hill(random, 700, 60), '#352a55')}${rect(0, 720, 1600, 480, '#2a2b5c')}${many(60, () => rect(900 + (random() - 0.5) * 700, 735 + random() * 440, 40 + random() * 160, 5, '#f8c08d', `opacity="${n(0.1 + random() * 0.5)}"`))}${path('M420 900h300l-44 62H470Z', '#171335')}${path('M560 890V700l110 170Z', '#f4e7d3')}`,
  // Neon street in the rain.
  street: random => `<defs>${sky('s', '#0a0d24', '#1c1440', '#3b1d5c')}</defs>${rect(0, 0, 1600, 1200, 'url(#s)')}${many(14, i => { const x = i * 120 - 30, h = 360 + random() * 420; return rect(x, 900 - h, 104, h, ['#10122e', '#161338', '#1b1846'][i % 3]!) + many(12, j => random() > 0.4 ? rect(x + 14 + (j % 3) * 30, 920 - h + Math.floor(j / 3) * 62, 16, 26, ['#ffd479', '#7ce3ff', '#ff6fa5'][Math.floor(random() * 3)]!, 'opacity=".85"') : '') })}${rect(180, 430, 70, 250, 'none', 'stroke="#ff4d8d" stroke-width="12" rx="16"')}${rect(1240, 380, 210, 84, 'none', 'stroke="#52e0ff" stroke-width="12" rx="20"')}${rect(0, 900, 1600, 300, '#0b0b22')}${many(90, () => { const x = random() * 1600; return rect(x, 905 + random() * 280, 6 + random() * 50, 4, ['#ff4d8d', '#52e0ff', '#ffd479'][Math.floor(random() * 3)]!, `opacity="${n(random() * 0.55)}"`) })}${many(120, () => { const x = random() * 1600, y = random() * 1100; return path(`M${n(x)} ${n(y)}l-10 46`, 'none', 'stroke="#cfe3ff" stroke-opacity=".22" stroke-width="3"') })}`,
  // A desk at night: lamp, sheet, cup.
  desk: () => `<defs>${sky('s', '#2b2036', '#46304a')}${glow('g', '#ffcf8a')}</defs>${rect(0, 0, 1600, 1200, 'url(#s)')}${rect(0, 800, 1600, 400, '#6b4636')}${disc(460, 520, 520, 'url(#g)')}${path('M420 800V470l120-150', 'none', 'stroke="#1d1826" stroke-width="22" stroke-linecap="round"')}${path('M470 250l190 60-90 150-170-120Z', '#e8543f')}<g transform="translate(640 700) rotate(-6)">${rect(0, 0, 520, 360, '#fff5e0')}${many(5, i => rect(50, 60 + i * 58, 420, 4, '#c9b48c') + many(5, j => disc(90 + j * 84 + (i % 2) * 20, 48 + i * 58 + ((i * j) % 3) * 12, 13, '#3b2a3f')))}</g>${rect(1260, 740, 150, 170, '#f1e2c8', 'rx="22"')}${path('M1410 780c70 0 70 100 0 100', 'none', 'stroke="#f1e2c8" stroke-width="22"')}${path('M1300 700c-20-40 30-50 10-100M1360 700c-20-40 30-50 10-100', 'none', 'stroke="#fff" stroke-opacity=".4" stroke-width="8" stroke-linecap="round"')}`,
  // A T-shirt on a hanger.
  shirt: () => `<defs>${sky('s', '#f4ead8', '#e8d3b4')}</defs>${rect(0, 0, 1600, 1200, 'url(#s)')}${path('M800 130c40 0 60 30 40 60l-40 40M800 230L470 400h660Z', 'none', 'stroke="#8d7a60" stroke-width="16" stroke-linejoin="round"')}${path('M590 330l-270 150 110 220 130-60v430h480V640l130 60 110-220-270-150c-50 90-370 90-420 0Z', '#23274f')}${disc(800, 720, 130, '#f0a33a')}${path('M620 760c110 70 300 60 370-70', 'none', 'stroke="#f4ead8" stroke-width="22" stroke-linecap="round"')}${disc(1000, 600, 26, '#7cc9ff')}`,
  // A record half out of its sleeve.
  vinyl: () => `<defs>${sky('s', '#101827', '#25334f')}</defs>${rect(0, 0, 1600, 1200, 'url(#s)')}${disc(960, 600, 400, '#08090f')}${many(9, i => `<circle cx="960" cy="600" r="${380 - i * 26}" fill="none" stroke="#20242f" stroke-width="5"/>`)}${disc(960, 600, 120, '#e9573f')}${disc(960, 600, 18, '#101827')}${rect(230, 200, 800, 800, '#f2e4c9', 'rx="8"')}${path('M230 760c180-150 330-40 480-150s200-120 320-90v480H230Z', '#2f6f73')}${disc(620, 470, 130, '#f0a33a')}`,
  // Two tickets.
  ticket: () => `<defs>${sky('s', '#fbe5d2', '#f3b79a')}</defs>${rect(0, 0, 1600, 1200, 'url(#s)')}<g transform="translate(290 380) rotate(-9)">${rect(0, 0, 980, 400, '#3b2a6d', 'rx="34"')}</g><g transform="translate(320 420) rotate(4)">${rect(0, 0, 980, 400, '#fffaf0', 'rx="34"')}${disc(0, 200, 40, '#f6c9ad')}${disc(980, 200, 40, '#f6c9ad')}${path('M720 20v360', 'none', 'stroke="#d8c9b0" stroke-width="8" stroke-dasharray="18 18"')}${rect(90, 90, 420, 46, '#3b2a6d', 'rx="12"')}${rect(90, 170, 300, 28, '#e9573f', 'rx="10"')}${many(4, i => rect(90, 240 + i * 30, 520 - i * 60, 12, '#cfc2ab', 'rx="6"'))}${many(13, i => rect(780 + i * 11, 90, i % 3 === 0 ? 8 : 4, 220, '#2b2140'))}</g>`,
  // A handwritten postcard.
  card: () => `<defs>${sky('s', '#d7e6ec', '#a9c6d4')}</defs>${rect(0, 0, 1600, 1200, 'url(#s)')}<g transform="translate(250 230) rotate(-5)">${rect(18, 22, 1080, 720, '#5d7c8a', 'opacity=".4"')}${rect(0, 0, 1080, 720, '#fff9ec')}${rect(560, 60, 5, 600, '#e0d5bd')}${many(7, i => path(`M70 ${120 + i * 78}q60 -34 110 0t110 0t110 0t90 0`, 'none', 'stroke="#3a4a73" stroke-width="7" stroke-linecap="round"'))}${rect(850, 60, 160, 190, '#e9573f')}${disc(930, 150, 52, '#ffd479')}${many(4, i => rect(620, 370 + i * 80, 380, 6, '#c9bfa8'))}</g>`,
  // Enamel badges on cloth.
  badge: random => `${rect(0, 0, 1600, 1200, '#2c3350')}${many(40, i => path(`M${i * 44 - 60} 0l140 1200`, 'none', 'stroke="#333b5c" stroke-width="10"'))}${many(5, i => { const x = 330 + (i % 3) * 470 + (i > 2 ? 230 : 0), y = i > 2 ? 830 : 400, c = ['#f0a33a', '#e9573f', '#52b6d9', '#8dc26f', '#c58adf'][i]!; return disc(x, y + 14, 176, '#151a30', 'opacity=".5"') + disc(x, y, 170, '#f6e7c8') + disc(x, y, 148, c) + (i % 2 ? path(`M${x - 120} ${y + 30}q120 -150 240 0`, 'none', 'stroke="#fff6e0" stroke-width="20" stroke-linecap="round"') : disc(x - 30, y - 30, 54 + random() * 20, '#fff6e0')) })}`,
  // Headphones on a window sill, morning.
  morning: random => `<defs>${sky('s', '#8fc4e8', '#f7e2c0')}</defs>${rect(0, 0, 1600, 1200, 'url(#s)')}${path(hill(random, 760, 120), '#8fb08a')}${path(hill(random, 850, 80), '#5d8b6c')}${rect(0, 940, 1600, 260, '#f3e6d3')}${rect(780, 0, 40, 960, '#f3e6d3')}${path('M520 930a230 230 0 0 1 460 0', 'none', 'stroke="#22252f" stroke-width="40"')}${rect(480, 850, 110, 190, '#e9573f', 'rx="50"')}${rect(910, 850, 110, 190, '#e9573f', 'rx="50"')}`,
  // A rehearsal room: drums and amplifiers.
  room: () => `<defs>${sky('s', '#5a3226', '#2c1a1c')}${glow('g', '#ffb561')}</defs>${rect(0, 0, 1600, 1200, 'url(#s)')}${disc(800, 300, 640, 'url(#g)')}${rect(0, 930, 1600, 270, '#1b1012')}${many(3, i => rect(90 + i * 30, 560 + i * 10, 300, 370, '#120b0c', 'rx="16"'))}${disc(300, 760, 110, '#2f2422')}${disc(820, 800, 210, '#e6d3b1')}${disc(820, 800, 180, '#f8efdc')}${disc(620, 650, 90, '#c7432f')}${disc(1010, 650, 90, '#c7432f')}${path('M520 470l-150 30M1120 470l150 30', 'none', 'stroke="#e8b54a" stroke-width="16" stroke-linecap="round"')}${path('M1300 930l60-560', 'none', 'stroke="#c9c2b8" stroke-width="12"')}${rect(1330, 320, 60, 90, '#2b2b30', 'rx="28"')}`,
  // Star trails above a hill: the group's cover.
  night: random => `<defs>${sky('s', '#0b1033', '#2a2a72', '#f0a37a')}</defs>${rect(0, 0, 1600, 1200, 'url(#s)')}${many(70, i => { const r = 60 + i * 13, from = random() * 6.3, to = from + 0.4 + random(); const p = (a: number): string => `${n(1000 + r * Math.cos(a))} ${n(420 + r * Math.sin(a))}`; return path(`M${p(from)}A${r} ${r} 0 0 1 ${p(to)}`, 'none', `stroke="#fff1d6" stroke-opacity="${n(0.2 + random() * 0.6)}" stroke-width="${n(2 + random() * 4)}" stroke-linecap="round"`) })}${path(hill(random, 1020, 60), '#0a0d26')}`,
} satisfies Record<string, (random: Random) => string>

export type Scene = keyof typeof scenes
/** The SVG of a scene; another `seed` gives another one of its kind. */
export const sceneSvg = (scene: Scene, seed = 1): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1600 1200" width="1600" height="1200">${scenes[scene](randomOf(seed * 7919 + scene.length))}</svg>`
