import { describe, expect, it } from 'vitest'
import { usualName } from './continue-device.ts'
import { directionOf } from './swipe.ts'

describe('a device', () => {
  it('is called as people call it', () => {
    const agents: [string, string][] = [
      ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36', 'Chrome · Linux'],
      ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/153.0.0.0 Safari/537.36 Edg/153.0.0.0', 'Edge · Windows'],
      ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15', 'Safari · Mac'],
      ['Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Mobile Safari/604.1', 'Safari · iPhone'],
      ['Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 Chrome/153.0.0.0 Mobile Safari/537.36', 'Chrome · Android'],
      ['Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0', 'Firefox · Linux'],
      ['curl', 'Web'],
    ]
    for (const [agent, name] of agents) expect(usualName(agent)).toBe(name)
  })
})

describe('a swipe', () => {
  it('goes somewhere when it is far or fast, and nowhere else', () => {
    expect(directionOf(-120, 3, 'x', 900)).toBe('left')
    expect(directionOf(40, 0, 'x', 60)).toBe('right')
    expect(directionOf(40, 0, 'x', 900)).toBeNull()
    expect(directionOf(5, 0, 'x', 1)).toBeNull()
    expect(directionOf(0, -90, 'y', 400)).toBe('up')
    expect(directionOf(0, 90, 'y', 400)).toBe('down')
  })
})
