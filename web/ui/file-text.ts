import { textIn } from '../../shared/encoding.ts'

/** The text of a file of the device, in whatever encoding it is; empty where it is none. */
export const fileText = async (file: Blob): Promise<string> => textIn(new Uint8Array(await file.arrayBuffer()), TextDecoder) ?? ''
