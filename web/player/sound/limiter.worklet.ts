/** The limiter as the browser runs it: on the thread that makes the sound. */
import { Limiter } from './limit.ts'

declare const sampleRate: number
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void

class Guard extends AudioWorkletProcessor {
  private readonly limiter = new Limiter(sampleRate, Infinity)

  constructor() {
    super()
    this.port.onmessage = (event: MessageEvent<number>) => {
      this.limiter.ceiling = event.data
    }
  }

  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    this.limiter.process(inputs[0] ?? [], outputs[0] ?? [])
    return true
  }
}

registerProcessor('planet-limiter', Guard)
