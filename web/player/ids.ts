import { encodeId, uuidv7Bytes } from '../../shared/uuid.ts'

/** An id for a play, made here so that a report sent twice is one play. */
export const newPlayId = (): string => `ply_${encodeId(uuidv7Bytes(Date.now(), crypto.getRandomValues(new Uint8Array(10))))}`
/** An id for an order, made here so that a second press of "buy" is the same order. */
export const newOrderId = (): string => `ord_${encodeId(uuidv7Bytes(Date.now(), crypto.getRandomValues(new Uint8Array(10))))}`
/** An id for a playlist, made here so that a second press of "save" is the same playlist. */
export const newPlaylistId = (): string => `pls_${encodeId(uuidv7Bytes(Date.now(), crypto.getRandomValues(new Uint8Array(10))))}`
/** An id for this device, made once and kept on it. */
export const newDeviceId = (): string => `dev_${encodeId(uuidv7Bytes(Date.now(), crypto.getRandomValues(new Uint8Array(10))))}`
/** An id for an archive that moves in, made here so that a second press of "look" is the same archive. */
export const newArchiveId = (): string => `imm_${encodeId(uuidv7Bytes(Date.now(), crypto.getRandomValues(new Uint8Array(10))))}`
