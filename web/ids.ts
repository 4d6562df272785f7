import { encodeId, uuidv7Bytes } from '../shared/uuid.ts'

/** An id made here, of what one is about to make: `newClientId('pst')`. A repeated send is then harmless. */
export const newClientId = <K extends string>(kind: K): `${K}_${string}` =>
  `${kind}_${encodeId(uuidv7Bytes(Date.now(), crypto.getRandomValues(new Uint8Array(10))))}`
