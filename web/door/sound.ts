/** A tone for each outcome, and the phone's buzz: doors are dark and loud. */
let context: AudioContext | undefined
const tones = {
  good: [[880, 0.09]],
  again: [[660, 0.08]],
  bad: [
    [220, 0.22],
    [180, 0.3],
  ],
} as const

export function ring(which: keyof typeof tones, loud: boolean): void {
  try {
    navigator.vibrate?.(which === 'bad' ? [200, 80, 200] : 60)
  } catch {
    // Not every device buzzes.
  }
  if (!loud) return
  try {
    context ??= new AudioContext()
    let at = context.currentTime
    for (const [pitch, seconds] of tones[which]) {
      const source = context.createOscillator()
      const volume = context.createGain()
      source.type = which === 'bad' ? 'square' : 'sine'
      source.frequency.value = pitch
      volume.gain.setValueAtTime(which === 'bad' ? 0.25 : 0.4, at)
      volume.gain.exponentialRampToValueAtTime(0.001, at + seconds)
      source.connect(volume).connect(context.destination)
      source.start(at)
      source.stop(at + seconds)
      at += seconds + 0.04
    }
  } catch {
    // Silent then; colour and words say the same.
  }
}
