import { type Random, randomOf } from './signal.ts'

const S = 1200
const n = (x: number) => Math.round(x * 10) / 10
const rect = (x: number, y: number, w: number, h: number, fill: string, more = '') =>
  `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" fill="${fill}" ${more}/>`
const disc = (x: number, y: number, r: number, fill: string, more = '') =>
  `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${fill}" ${more}/>`
const ring = (x: number, y: number, r: number, stroke: string, width: number, more = '') =>
  `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="none" stroke="${stroke}" stroke-width="${n(width)}" ${more}/>`
const line = (x1: number, y1: number, x2: number, y2: number, stroke: string, width: number, more = '') =>
  `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" stroke="${stroke}" stroke-width="${n(width)}" ${more}/>`
const path = (d: string, fill: string, more = '') => `<path d="${d}" fill="${fill}" ${more}/>`
const poly = (points: [number, number][], fill: string, more = '') =>
  `<polygon points="${points.map(([x, y]) => `${n(x)},${n(y)}`).join(' ')}" fill="${fill}" ${more}/>`
const grad = (id: string, stops: [number, string][], x2 = 0, y2 = 1) =>
  `<linearGradient id="${id}" x1="0" y1="0" x2="${x2}" y2="${y2}">${stops.map(([at, c]) => `<stop offset="${at}" stop-color="${c}"/>`).join('')}</linearGradient>`
const glow = (id: string, stops: [number, string, number][], cx = 0.5, cy = 0.5, r = 0.5) =>
  `<radialGradient id="${id}" cx="${cx}" cy="${cy}" r="${r}">${stops.map(([at, c, o]) => `<stop offset="${at}" stop-color="${c}" stop-opacity="${o}"/>`).join('')}</radialGradient>`
const many = (count: number, draw: (i: number, t: number) => string) =>
  Array.from({ length: count }, (_, i) => draw(i, count > 1 ? i / (count - 1) : 0)).join('')
const full = (fill: string) => rect(0, 0, S, S, fill)

/** A smooth curve through points across the page, from left to right. */
function curve(points: [number, number][]): string {
  let d = `M${n(points[0]![0])} ${n(points[0]![1])}`
  for (let i = 0; i < points.length - 1; i++) {
    const [p0, p1, p2, p3] = [points[Math.max(0, i - 1)]!, points[i]!, points[i + 1]!, points[Math.min(points.length - 1, i + 2)]!]
    d += `C${n(p1[0] + (p2[0] - p0[0]) / 6)} ${n(p1[1] + (p2[1] - p0[1]) / 6)} ${n(p2[0] - (p3[0] - p1[0]) / 6)} ${n(p2[1] - (p3[1] - p1[1]) / 6)} ${n(p2[0])} ${n(p2[1])}`
  }
  return d
}
/** A line of hills: sums of a few sines, −1…1. */
const hills = (random: Random, rough = 4) => {
  const waves = Array.from({ length: rough }, (_, i) => [random() * 6.3, (i + 1) * (0.7 + random() * 0.6), 1 / (i + 1.3)] as const)
  return (x: number) => waves.reduce((y, [phase, rate, level]) => y + Math.sin(phase + x * rate * 6.3) * level, 0) / 1.6
}
const ridge = (f: (x: number) => number, y: number, height: number) =>
  curve(Array.from({ length: 41 }, (_, i) => [-20 + (i * (S + 40)) / 40, y + f(i / 40) * height]))
const land = (d: string, fill: string, more?: string) => path(`${d}L${S + 20} ${S + 20}L-20 ${S + 20}Z`, fill, more)
const arc = (cx: number, cy: number, r: number, from: number, to: number) => {
  const [x1, y1, x2, y2] = [cx + r * Math.cos(from), cy + r * Math.sin(from), cx + r * Math.cos(to), cy + r * Math.sin(to)]
  return `M${n(x1)} ${n(y1)}A${n(r)} ${n(r)} 0 ${to - from > Math.PI ? 1 : 0} 1 ${n(x2)} ${n(y2)}`
}

type Art = { defs?: string; body: string; grain?: number }
/** One drawing per release; each has its own idea, palette and geometry. */
// oxfmt-ignore
const art: Record<string, (random: Random) => Art> = {
  // A long exposure of the night: every star has moved but one.
  'slow-star': random => ({
    defs: grad('g', [[0, '#0b1033'], [0.55, '#2a2a72'], [0.82, '#7a4a8c'], [1, '#f0a37a']]),
    body: full('url(#g)') + many(105, i => {
      const r = 40 + i * 11 + random() * 7
      const from = random() * 6.28
      return path(arc(760, 430, r, from, from + 0.35 + random() * 1.1), 'none', `stroke="${['#ffffff', '#ffe9c7', '#b9c7ff', '#ffc6d9'][i % 4]}" stroke-opacity="${n(0.25 + random() * 0.6)}" stroke-width="${n(1.2 + random() * 3.2)}" stroke-linecap="round"`)
    }) + path(arc(760, 430, 497, 2.1, 3.9), 'none', 'stroke="#ffd27a" stroke-width="14" stroke-linecap="round"') + disc(760 + 497 * Math.cos(3.9), 430 + 497 * Math.sin(3.9), 24, '#fff3d6') + land(ridge(hills(random), 1040, 50), '#0a0d26'),
  }),
  // Rice terraces, and a letter lying in them.
  letters: random => {
    const f = hills(random, 3)
    const g = hills(random, 2)
    const tones = ['#f3e7c4', '#d9dc9a', '#a9c47a', '#7fae6a', '#579a66', '#3b7f5e', '#2a6553', '#1d4d45', '#143a38', '#0d2a2c']
    return {
      body: full('#f7efd9') + disc(890, 270, 118, '#e8543f') + many(10, i => {
        const d = ridge(x => f(x + i * 0.05) + g(x * 1.3 - i * 0.09) * 0.6, 300 + i * 92, 74)
        return land(d, tones[i]!) + path(d, 'none', `stroke="#fff8e4" stroke-opacity=".55" stroke-width="3" transform="translate(0 ${18})"`)
      }) + `<g transform="translate(330 640) rotate(-11)">` + rect(14, 18, 380, 250, '#0a2320', 'opacity=".35"') + rect(0, 0, 380, 250, '#fdf6e3') + path('M0 0L190 140L380 0', 'none', 'stroke="#d9cfae" stroke-width="5"') + path('M0 250L140 105M380 250L240 105', 'none', 'stroke="#d9cfae" stroke-width="4"') + disc(190, 138, 30, '#d8432f') + '</g>',
    }
  },
  // Two seas meet at the middle of the page.
  'tide-table': random => {
    const f = hills(random, 3)
    return {
      defs: grad('a', [[0, '#e9dcc3'], [1, '#f6c9a0']]) + grad('b', [[0, '#0f3b4f'], [1, '#041522']]) + '<clipPath id="c"><rect width="1200" height="600"/></clipPath><clipPath id="d"><rect y="600" width="1200" height="600"/></clipPath>',
      body: rect(0, 0, S, 600, 'url(#a)') + rect(0, 600, S, 600, 'url(#b)') + disc(600, 600, 300, '#f26b4e', 'clip-path="url(#c)"') + disc(600, 600, 300, '#f4ead2', 'clip-path="url(#d)"') +
        many(30, (_, t) => path(ridge(x => f(x + t * 0.4), 622 + t * t * 600, 8 + t * 26), 'none', `stroke="#06202f" stroke-width="${n(3 + t * 9)}"`)) + many(14, (_, t) => path(ridge(x => f(x * 1.1 - t * 0.3), 585 - t * t * 330, 5 + t * 12), 'none', `stroke="#f9efdc" stroke-opacity="${n(0.9 - t * 0.6)}" stroke-width="${n(7 - t * 4)}"`)),
    }
  },
  // Windows at night, and neon falling as rain.
  'neon-weather': random => ({
    defs: grad('g', [[0, '#170a2e'], [0.6, '#3a1156'], [1, '#ff4f9a']]) + '<filter id="blur" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="14"/></filter>',
    body: full('url(#g)') + disc(600, 700, 270, '#ffb25a') + many(7, i => rect(320, 600 + i * 54, 560, 9 + i * 5, '#451258')) + many(13, i => {
      const [w, h] = [70 + random() * 70, 260 + random() * 520 - Math.abs(i - 6) * -22]
      const x = i * 96 - 40
      return rect(x, S - h, w, h, i % 2 ? '#150a2b' : '#1f0d3b') + many(Math.floor(h / 34), row => many(3, col => (random() < 0.42 ? rect(x + 12 + (col * (w - 22)) / 3, S - h + 16 + row * 34, (w - 40) / 3, 16, ['#ffd76a', '#41e6ff', '#ff6ac1', '#fff2c9'][Math.floor(random() * 4)]!, 'opacity=".9"') : '')))
    }) + many(60, () => {
      const [x, y, l] = [random() * 1500 - 100, random() * 1100, 60 + random() * 190]
      const c = random() < 0.5 ? '#41e6ff' : '#ff7ad0'
      return line(x, y, x - l * 0.32, y + l, c, 5, 'stroke-linecap="round" opacity=".8"') + (random() < 0.3 ? line(x, y, x - l * 0.32, y + l, c, 16, 'filter="url(#blur)" opacity=".8"') : '')
    }),
  }),
  // A tunnel seen from the last carriage.
  'last-metro': () => ({
    defs: glow('g', [[0, '#fffbe6', 1], [0.25, '#ffe38a', 1], [1, '#ffb347', 0]]),
    body: full('#07090f') + many(19, (i, t) => {
      const k = (1 - t) ** 1.7
      const [w, h] = [90 + k * 1500, 110 + k * 1560]
      const tone = `hsl(${n(196 + t * 46)} ${n(70 - t * 10)}% ${n(7 + t * 34)}%)`
      return rect(600 - w / 2 + t * 70, 560 - h / 2 + t * 60, w, h, tone, `rx="${n(w * 0.36)}"`) + rect(600 - w / 2 + t * 70, 560 - h / 2 + t * 60, w, h, 'none', `rx="${n(w * 0.36)}" stroke="#d8f3ff" stroke-opacity="${n(0.1 + t * 0.5)}" stroke-width="${n(1 + k * 5)}"`)
    }) + disc(670, 620, 190, 'url(#g)') + disc(654, 628, 13, '#07090f') + disc(690, 628, 13, '#07090f') + many(9, (_, t) => line(600 + 70 * (1 - t) - 30 + 60 * t, 690, t * 1500 - 150, 1220, '#ffd36b', 3, 'opacity=".35"')),
  }),
  // A map of heights in the dark; you are here.
  unlit: random => {
    const [f, g] = [hills(random, 3), hills(random, 4)]
    return {
      body: full('#0c0d10') + many(34, i => {
        const r = 30 + i * 25
        const points = Array.from({ length: 61 }, (_, k): [number, number] => {
          const a = (k / 60) * 2 * Math.PI
          const x = (k % 60) / 60
          const bump = Math.sin(a * 3 + 0.6) * 0.16 + Math.sin(a * 5 + i * 0.09) * 0.07 + (Math.abs(x - 0.5) - 0.25) * f(0.2) * 0.5 + Math.sin(a * 2 + g(0.4) * 3) * 0.2
          return [520 + Math.cos(a) * r * (1 + bump) + i * 4.5, 640 + Math.sin(a) * r * (0.82 + bump) - i * 3]
        })
        return path(`${curve(points)}Z`, 'none', `stroke="${i % 5 === 0 ? '#f2e9d8' : '#8d8678'}" stroke-width="${i % 5 === 0 ? 4.2 : 1.9}" stroke-opacity="${n(1 - i / 60)}"`)
      }) + `<g transform="translate(842 318)">` + line(-34, -34, 34, 34, '#ff4b33', 15) + line(34, -34, -34, 34, '#ff4b33', 15) + '</g>' + path('M842 318C760 420 700 380 660 480S600 600 522 640', 'none', 'stroke="#ff4b33" stroke-width="6" stroke-dasharray="2 20" stroke-linecap="round"'),
    }
  },
  // A kite, large, and the string let out.
  'kite-weather': random => ({
    defs: grad('g', [[0, '#3fa7e0'], [0.7, '#a7dcf0'], [1, '#fdf3d8']]),
    body: full('url(#g)') + many(9, () => {
      const [x, y, w] = [random() * 1100, 560 + random() * 520, 120 + random() * 260]
      return rect(x, y, w, 26, '#ffffff', 'rx="13" opacity=".75"') + rect(x + w * 0.2, y - 30, w * 0.6, 30, '#ffffff', 'rx="15" opacity=".75"')
    }) + `<g transform="translate(650 390) rotate(24)">` + poly([[0, -330], [240, -40], [0, 0]], '#ff5a3c') + poly([[0, -330], [-240, -40], [0, 0]], '#ffce3a') + poly([[-240, -40], [0, 330], [0, 0]], '#123a6b') + poly([[240, -40], [0, 330], [0, 0]], '#f7f1e3') + line(0, -330, 0, 330, '#0d2748', 5) + line(-240, -40, 240, -40, '#0d2748', 5) + '</g>' +
      path('M520 690C430 800 640 850 540 950S300 1010 250 1230', 'none', 'stroke="#0d2748" stroke-width="5"') + many(5, i => `<g transform="translate(${[484, 566, 556, 440, 330][i]} ${[775, 850, 935, 1000, 1075][i]}) rotate(${i * 50})">` + poly([[0, 0], [42, -22], [42, 22]], ['#ff5a3c', '#ffce3a', '#123a6b', '#ff5a3c', '#ffce3a'][i]!) + poly([[0, 0], [-42, -22], [-42, 22]], ['#ff5a3c', '#ffce3a', '#123a6b', '#ff5a3c', '#ffce3a'][i]!) + '</g>'),
  }),
  // A cassette, close enough to be a landscape.
  tapes: () => ({
    body: full('#e8d8b9') + many(6, i => rect(0, 760 + i * 74, S, 74, ['#f2a541', '#e4783c', '#c94f3d', '#8f3b46', '#56304a', '#2b2440'][i]!)) + rect(110, 190, 980, 620, '#2b2440', 'rx="48"') + rect(150, 230, 900, 400, '#f3e6cb', 'rx="26"') + many(4, i => rect(150, 278 + i * 42, 900, 12, ['#c94f3d', '#e4783c', '#f2a541', '#56304a'][i]!)) + rect(300, 460, 600, 210, '#1b1730', 'rx="105"') +
      [410, 790].map((x, k) => disc(x, 565, k ? 128 : 74, '#4a2c2a') + many(k ? 8 : 4, i => ring(x, 565, (k ? 120 : 68) - i * 7, '#6b4036', 1.6)) + disc(x, 565, 50, '#f3e6cb') + many(6, i => `<g transform="rotate(${i * 60 + k * 20} ${x} 565)">${rect(x - 7, 515, 14, 20, '#1b1730')}</g>`) + disc(x, 565, 20, '#1b1730')).join('') + poly([[330, 810], [390, 700], [810, 700], [870, 810]], '#201a33') + disc(450, 765, 16, '#e8d8b9') + disc(750, 765, 16, '#e8d8b9') + disc(600, 760, 12, '#e8d8b9'),
  }),
  // A horizon from 400 km, a thin bright line of air.
  'low-orbit': random => ({
    defs: glow('p', [[0, '#0a1836', 1], [0.93, '#0d2a5c', 1], [0.975, '#2f7de0', 1], [1, '#bfe8ff', 1]], 0.5, 0.5, 0.5) + glow('h', [[0.86, '#49b6ff', 0.85], [0.93, '#49b6ff', 0.18], [1, '#49b6ff', 0]]) + glow('s', [[0, '#fff6dc', 1], [0.12, '#ffd28a', 0.9], [1, '#ff9d4a', 0]]),
    body: full('#03040b') + many(190, () => disc(random() * S, random() * 720, 0.7 + random() * 1.9, '#ffffff', `opacity="${n(0.3 + random() * 0.7)}"`)) + disc(420, 1420, 1080, 'url(#h)') + disc(420, 1420, 940, 'url(#p)') + many(240, () => {
      const [a, r] = [-2.2 + random() * 1.3 + random() * 0.6, 560 + random() * 330]
      return disc(420 + r * Math.cos(a), 1420 + r * Math.sin(a), 1.3 + random() * 3, random() < 0.75 ? '#ffc46b' : '#fff1cf', `opacity="${n(0.4 + random() * 0.6)}"`)
    }) + disc(905, 612, 330, 'url(#s)') + path(arc(420, 1420, 1130, -2.35, -0.72), 'none', 'stroke="#ff8a3d" stroke-width="4" stroke-dasharray="26 16"') + `<g transform="translate(500 293) rotate(5)">` + rect(-150, -22, 118, 44, '#5a8fe0') + rect(32, -22, 118, 44, '#5a8fe0') + many(5, i => line(-150 + i * 29.5, -22, -150 + i * 29.5, 22, '#0a1836', 3) + line(32 + i * 29.5, -22, 32 + i * 29.5, 22, '#0a1836', 3)) + rect(-32, -34, 64, 68, '#f5e7c8', 'rx="8"') + disc(0, 0, 15, '#ff8a3d') + '</g>',
  }),
  // Arches of an arcade, rain in front of them.
  arcade: random => ({
    body: full('#f4e3c6') + many(2, row => many(3, col => {
      const [x, y] = [60 + col * 370, 90 + row * 545]
      const [wall, inner, door] = [['#d9694a', '#7c2f2b', '#f0c987'], ['#2f7f77', '#123f42', '#f4e3c6'], ['#e9a63f', '#8a4b1c', '#fbe7b8']][(col + row) % 3]!
      return rect(x, y, 340, 500, wall!) + path(`M${x + 50} ${y + 500}V${y + 210}A120 120 0 0 1 ${x + 290} ${y + 210}V${y + 500}Z`, inner!) + path(`M${x + 50} ${y + 210}A120 120 0 0 1 ${x + 290} ${y + 210}`, 'none', `stroke="${door}" stroke-width="12"`) + disc(x + 170, y + 205, 40, door!, 'opacity=".95"') + line(x + 170, y + 90, x + 170, y + 168, door!, 4) + rect(x, y, 340, 26, '#fff6e2', 'opacity=".55"') + (random() < 0.7 ? rect(x + 90, y + 400, 70, 100, '#0e2a2e', 'rx="35" opacity=".7"') : '')
    })) + many(95, () => {
      const [x, y, l] = [random() * S, random() * S, 50 + random() * 110]
      return line(x, y, x - 10, y + l, '#fffaf0', 3.4, `opacity="${n(0.35 + random() * 0.5)}" stroke-linecap="round"`)
    }),
  }),
  // Keys that become moonlight on water.
  nocturnes: random => ({
    defs: grad('g', [[0, '#10141f'], [1, '#1f2a3d']]) + grad('k', [[0, '#f6f0e2'], [1, '#9fb0c7']]),
    body: full('url(#g)') + disc(600, 350, 205, '#f6f0e2') + disc(545, 318, 205, '#131826', 'opacity=".16"') + many(14, i => rect(40 + i * 80.4, 620, 74, 600, 'url(#k)', `opacity="${n(1 - Math.abs(i - 6.5) * 0.115)}"`)) + many(13, i => ([2, 6, 9].includes(i) ? '' : rect(92 + i * 80.4, 620, 50, 320 + random() * 30, '#0b0e16'))) + many(44, () => {
      const [y, w] = [960 + random() * 230, 40 + random() * 190]
      return rect(600 - w / 2 + (random() - 0.5) * 500, y, w, 5, '#10141f', 'opacity=".7"')
    }) + line(0, 620, S, 620, '#f6f0e2', 5),
  }),
  // The floor of a café with the chairs gone, one cup left.
  closing: () => ({
    defs: glow('l', [[0, '#fff3d0', 0.9], [1, '#ffdf9e', 0]]),
    body: full('#3a1220') + many(9, row => many(17, col => {
      const y = (k: number) => 470 + 730 * (k / 9) ** 1.75
      const x = (k: number, at: number) => 600 + (k - 8.5) * (60 + (at - 470) * 0.2)
      const [a, b] = [y(row), y(row + 1)]
      return poly([[x(col, a), a], [x(col + 1, a), a], [x(col + 1, b), b], [x(col, b), b]], (row + col) % 2 ? '#f3d9c4' : '#7c2437')
    })) + rect(0, 0, S, 472, '#1c2b3a') + many(3, i => rect(90 + i * 370, 60, 280, 330, '#f0b35c', 'rx="8"') + line(230 + i * 370, 60, 230 + i * 370, 390, '#1c2b3a', 10) + line(90 + i * 370, 225, 370 + i * 370, 225, '#1c2b3a', 10)) + `<ellipse cx="600" cy="860" rx="430" ry="170" fill="url(#l)"/>` + `<ellipse cx="600" cy="806" rx="270" ry="66" fill="#1a0a10" opacity=".5"/>` + `<ellipse cx="600" cy="760" rx="280" ry="74" fill="#f7efe2"/><ellipse cx="600" cy="748" rx="280" ry="74" fill="#fffdf6"/>` +
      path('M470 600H730Q724 745 600 748Q476 745 470 600Z', '#d8432f') + `<ellipse cx="600" cy="600" rx="130" ry="32" fill="#8e2a20"/><ellipse cx="600" cy="604" rx="112" ry="24" fill="#2a1410"/>` + path('M728 625C830 610 830 715 712 700', 'none', 'stroke="#d8432f" stroke-width="22"') + path('M560 560C520 500 610 470 570 400M640 560C600 490 690 460 650 380', 'none', 'stroke="#fff6e6" stroke-width="9" stroke-linecap="round" opacity=".8"'),
  }),
  // Cut paper: hills behind hills, one red seal.
  'paper-hills': random => ({
    defs: '<filter id="s" x="-10%" y="-10%" width="120%" height="120%"><feDropShadow dx="0" dy="-9" stdDeviation="11" flood-color="#0a1a22" flood-opacity=".38"/></filter>',
    body: full('#f3ecdc') + disc(815, 330, 150, '#c8372d') + many(7, (i, t) => land(ridge(hills(random, 5), 430 + i * 112, 150 - t * 70), ['#c9d3cf', '#a3b8b8', '#7b9aa0', '#547d89', '#356070', '#1f4556', '#112c3b'][i]!, 'filter="url(#s)"')) + path('M300 980C350 1012 470 1012 520 980L492 1010H328Z', '#f3ecdc') + line(405, 985, 405, 915, '#f3ecdc', 6) + `<g transform="translate(1010 1020)">` + rect(0, 0, 96, 96, '#c8372d', 'rx="10"') + many(3, i => rect(16, 18 + i * 24, 64, 9, '#f3ecdc')) + rect(44, 18, 9, 62, '#f3ecdc') + '</g>',
  }),
  // Rain as threads, rings where it lands.
  'listening-rain': random => ({
    defs: grad('g', [[0, '#dfe6df'], [0.62, '#a9bcb3'], [0.63, '#5e7d79'], [1, '#24423f']]),
    body: full('url(#g)') + many(170, () => {
      const [x, l] = [random() * S, 200 + random() * 620]
      return line(x, -10, x, l, '#2d4a47', 0.8 + random() * 1.6, `opacity="${n(0.12 + random() * 0.4)}"`)
    }) + poly([[-10, -10], [1210, -10], [1210, 120], [640, 190], [-10, 60]], '#1c2f2e') + many(15, i => line(i * 84, 60 + i * 9.5 - (i > 7 ? (i - 7) * 19 : 0), i * 84, 190, '#1c2f2e', 10)) + many(13, () => {
      const [x, t] = [random() * S, random()]
      const y = 800 + t * 360
      return many(4, k => `<ellipse cx="${n(x)}" cy="${n(y)}" rx="${n((k + 1) * (24 + t * 34))}" ry="${n((k + 1) * (7 + t * 11))}" fill="none" stroke="#eef4ec" stroke-opacity="${n(0.85 - k * 0.2)}" stroke-width="${n(3.4 - k * 0.6)}"/>`)
    }) + disc(330, 470, 17, '#d9532c'),
  }),
  // Sixteen-by-sixteen: a hero, a sun, a sea.
  continue: random => {
    const px = S / 24
    const cell = (x: number, y: number, c: string) => rect(x * px, y * px, px + 0.5, px + 0.5, c)
    const body = Array.from({ length: 9 }, () => Array.from({ length: 5 }, () => random()))
    return {
      body: many(24, y => many(24, x => cell(x, y, y < 15 ? ['#251a5e', '#3a2380', '#5c2e9c', '#8a3aa8', '#c4489e', '#f0618a', '#ff8c6b', '#ffb85c'][Math.min(7, Math.floor((y + (((x + y) % 2) * 0.8 + random() * 0.5)) / 2))]! : (x * 3 + y * 7) % 5 < 2 ? '#1a9bd7' : '#137bb8'))) + many(24, y => many(24, x => (Math.hypot(x - 16.5, y - 10.5) < 5 && y < 15 ? cell(x, y, y > 11 && y % 2 ? '#ff8c6b' : '#fff07a') : ''))) +
        many(24, x => (x % 3 ? cell(x, 15, '#d7f6ff') : '')) + many(24, x => many(4, k => cell(x, 20 + k, k === 0 ? '#3fd07a' : (x + k) % 2 ? '#1f8f5a' : '#1b7a50'))) + many(9, y => many(5, x => {
          const solid = body[y]![x]! < 0.62 || x === 4 || y === 4
          if (!solid) return ''
          const c = y === 3 && x === 3 ? '#101030' : body[y]![x]! < 0.2 ? '#ffffff' : '#ff3d6e'
          return cell(3 + x, 11 + y, c) + cell(11 - x, 11 + y, c)
        })) + many(12, () => cell(Math.floor(random() * 24), Math.floor(random() * 8), '#ffffff')),
    }
  },
  // One wave, drawn forty times.
  breakwater: () => ({
    body: full('#ff5b2e') + disc(300, 300, 150, '#ffe2a8') + many(34, (i, t) => {
      const x = i * 15
      return path(`M${-260 + x} 1220C${60 + x} ${900 - t * 90} ${180 + x} ${330 + t * 470} ${640 + x * 0.9} ${250 + t * 560}C${860 + x * 0.6} ${230 + t * 560} ${960 + x * 0.35} ${430 + t * 420} ${820 + x * 0.5} ${560 + t * 330}C${980 + x * 0.2} ${520 + t * 380} ${1130} ${640 + t * 400} ${1260} ${900 + t * 300}V1220Z`, i % 2 ? '#0d1b3e' : i % 4 ? '#f7efe0' : '#1f6fb5')
    }),
  }),
  // A chart of pressures over slow colour.
  weather: random => {
    const f = hills(random, 3)
    return {
      defs: grad('g', [[0, '#c9d8e8'], [0.5, '#e9dfe6'], [1, '#f3cdb4']]) + '<filter id="b" x="-60%" y="-60%" width="220%" height="220%"><feGaussianBlur stdDeviation="85"/></filter>',
      body: full('url(#g)') + [[280, 360, 300, '#5f8fc4'], [870, 300, 260, '#f5a98f'], [620, 800, 330, '#8f7fc0'], [1020, 950, 260, '#5fb6b0'], [180, 1000, 240, '#f7d58a']].map(([x, y, r, c]) => disc(Number(x), Number(y), Number(r), String(c), 'filter="url(#b)" opacity=".85"')).join('') + many(26, (_, t) => path(ridge(x => f(x * 0.8 + t * 0.5) + Math.sin(x * 4 + t * 5) * 0.7, -60 + t * 1320, 90), 'none', 'stroke="#1d2b4a" stroke-width="2.6" stroke-opacity=".6"')) + ring(742, 470, 46, '#1d2b4a', 3) + ring(742, 470, 90, '#1d2b4a', 2.6, 'opacity=".8"') + disc(742, 470, 9, '#1d2b4a'),
    }
  },
  // Facets of a peak at dawn.
  'above-snow': random => {
    const top: [number, number] = [640, 190]
    const base = Array.from({ length: 9 }, (_, i): [number, number] => [-160 + i * 190, 1010 + random() * 60])
    const middle = Array.from({ length: 8 }, (_, i): [number, number] => [170 + i * 128 + random() * 40, 560 + Math.abs(i - 3.6) * 80 + random() * 70])
    const light = ['#ffffff', '#f4f6ff', '#dfe8fb', '#c4d3f0', '#ffd9d6', '#9fb6e0', '#7f9bd0', '#6583bd']
    return {
      defs: grad('g', [[0, '#2b3f8c'], [0.5, '#b187c4'], [0.85, '#ffb59a'], [1, '#ffe1b8']]),
      body: full('url(#g)') + many(60, () => disc(random() * S, random() * 420, 1 + random() * 2, '#fff', 'opacity=".8"')) + many(7, i => poly([top, middle[i]!, middle[i + 1]!], light[[4, 0, 4, 0, 2, 5, 6][i]!]!)) + many(8, i => poly([middle[Math.min(7, i)]!, base[i]!, base[i + 1]!], light[[1, 3, 0, 2, 4, 5, 6, 7][i]!]!) + (i < 7 ? poly([middle[i]!, middle[i + 1]!, base[i + 1]!], light[[4, 1, 2, 3, 5, 6, 7][i]!]!) : '')) + many(24, i => disc(60 + i * 47, 1106 + Math.sin(i * 0.9) * 12, 17, ['#26305e', '#c8372d', '#26305e', '#e9a63f'][i % 4]!) + path(`M${36 + i * 47} 1200Q${60 + i * 47} 1085 ${84 + i * 47} 1200Z`, ['#26305e', '#c8372d', '#26305e', '#e9a63f'][i % 4]!)),
    }
  },
  // The beam.
  lighthouse: random => ({
    defs: grad('g', [[0, '#0e1c36'], [1, '#27507a']]) + grad('b', [[0, '#ffe58a'], [1, '#ffe58a00']], -1, 0).replace('x1="0"', 'x1="1"').replace('x2="-1"', 'x2="0"') + glow('o', [[0, '#fff9dc', 1], [0.3, '#ffe58a', 0.8], [1, '#ffe58a', 0]]),
    body: full('url(#g)') + many(70, () => disc(random() * S, random() * 600, 0.8 + random() * 1.8, '#e7f0ff', 'opacity=".8"')) + poly([[860, 372], [-40, 60], [-40, 640]], 'url(#b)', 'opacity=".95"') + poly([[860, 372], [1240, 300], [1240, 450]], '#ffe58a', 'opacity=".5"') + many(6, (i, t) => land(ridge(hills(random, 4), 770 + i * 78, 26 + t * 12), ['#2f6f96', '#245b82', '#1b496d', '#133857', '#0d2944', '#081b30'][i]!)) + land(curve([[560, 1240], [700, 900], [800, 815], [930, 800], [1060, 870], [1230, 900]]), '#060f1d') +
      poly([[795, 815], [822, 430], [898, 430], [930, 810]], '#f4ead6') + many(3, i => poly([[802 + i * 8.5 - 2, 716 - i * 120], [808 + i * 8.5, 656 - i * 120], [913 - i * 8.5, 656 - i * 120], [920 - i * 8.5, 716 - i * 120]], '#d8432f')) + rect(806, 412, 108, 22, '#0a1626') + rect(832, 336, 56, 78, '#ffe58a') + poly([[818, 340], [860, 282], [902, 340]], '#d8432f') + disc(860, 374, 150, 'url(#o)'),
  }),
  // A bottle cap, bubbles, an impossible orange.
  'on-ice': random => ({
    body: full('#ff9f1c') + many(12, i => poly([[600, 600], [600 + 1200 * Math.cos((i * Math.PI) / 6), 600 + 1200 * Math.sin((i * Math.PI) / 6)], [600 + 1200 * Math.cos(((i + 0.5) * Math.PI) / 6), 600 + 1200 * Math.sin(((i + 0.5) * Math.PI) / 6)]], '#ffbf3f')) + poly(Array.from({ length: 84 }, (_, i): [number, number] => [600 + (i % 2 ? 372 : 412) * Math.cos((i * Math.PI) / 42) + 16, 618 + (i % 2 ? 372 : 412) * Math.sin((i * Math.PI) / 42)]), '#7a2b12', 'opacity=".4"') + poly(Array.from({ length: 84 }, (_, i): [number, number] => [600 + (i % 2 ? 372 : 412) * Math.cos((i * Math.PI) / 42), 600 + (i % 2 ? 372 : 412) * Math.sin((i * Math.PI) / 42)]), '#0aa5a0') +
      disc(600, 600, 330, '#f7fbf3') + disc(600, 600, 300, '#e4322b') + many(3, i => path(`M${408 - i * 0} ${548 + i * 74}C480 ${478 + i * 74} 540 ${628 + i * 74} 604 ${556 + i * 74}S730 ${486 + i * 74} 796 ${556 + i * 74}`, 'none', 'stroke="#f7fbf3" stroke-width="34" stroke-linecap="round"')) + many(38, () => {
        const [a, d, r] = [random() * 6.28, 430 + random() * 380, 10 + random() ** 2 * 52]
        const [x, y] = [600 + d * Math.cos(a), 600 + d * Math.sin(a)]
        return disc(x, y, r, '#e9fbff', 'opacity=".85"') + ring(x, y, r, '#0aa5a0', 4) + disc(x - r * 0.3, y - r * 0.35, r * 0.22, '#ffffff')
      }),
  }),
}

/** Cover art of a release: a 1200 × 1200 SVG without any text. Throws on an unknown key. */
export function coverSvg(releaseKey: string): string {
  const draw = art[releaseKey]
  if (!draw) throw new Error(`no cover is drawn for ${releaseKey}`)
  const { defs = '', body, grain = 0.1 } = draw(randomOf(`cover ${releaseKey}`))
  // A fine grain over all: printed, not rendered.
  const paper = `<filter id="paper"><feTurbulence type="fractalNoise" baseFrequency=".8" numOctaves="2" seed="${releaseKey.length}"/><feColorMatrix values="0 0 0 0 .5 0 0 0 0 .5 0 0 0 0 .5 0 0 0 1.1 -.35"/></filter>`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${S}" height="${S}" viewBox="0 0 ${S} ${S}"><defs>${defs}${paper}</defs>${body}<rect width="${S}" height="${S}" filter="url(#paper)" opacity="${grain}"/></svg>`
}
